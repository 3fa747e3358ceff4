"""The adapter: a plan compiled for Optuna, or refused with all that Optuna cannot carry out."""

from importlib.util import find_spec
from typing import Any

import optuna

from autotune.engines import ExportedProgram, Place
from autotune.errors import EngineError
from autotune.plan.spec import PlanSpec
from autotune.space.parameters import Asked
from autotune.workers.pool import here
from autotune_optuna.compiled import (
    MAX_ENUMERATED,
    CompiledOptunaPlan,
    OptunaObjects,
    completion_callback,
    enqueued,
    exhaustive,
    known_trials,
    make_pruner,
)
from autotune_optuna.distributions import distributions, suggester
from autotune_optuna.export.program import source
from autotune_optuna.in_memory_study import Memory
from autotune_optuna.samplers.factory import distinct
from autotune_optuna.stored_search import StoredSearch, Write


class OptunaExecutable(CompiledOptunaPlan):
    """A plan compiled for Optuna, with what can be done with it."""

    def source(self) -> ExportedProgram:
        """Return a program for Optuna that needs no autotune and tries the same trials."""
        return source(self)

    def place(self, address: str | None) -> Place:
        """Return where trials run: on this machine."""
        return here(address)

    def memory(self, study: optuna.Study, kind: type[Memory] = Memory) -> Memory:
        """Return the study in memory that draws a job's trials, brought to where the job is."""
        return kind(
            study.direction,
            self.native.define,
            sampler=self.native.sampler,
            pruner=self.native.pruner,
            first=self.native.enqueued,
            known=self.native.known,
            past=study.get_trials(deepcopy=False),
            notes=study._storage.get_study_system_attrs(study._study_id),
            lag=self.plan["max_parallel"] if self.plan["deterministic"] else 0,
        )

    def search(self, study: optuna.Study, write: Write) -> StoredSearch:
        """Return the search over a job's study."""
        return StoredSearch(study, self.asked, self.memory(study), self.every, write)


class OptunaAdapter:
    """Compiles plans for Optuna; it decides nothing."""

    def compile(self, plan: PlanSpec, engine: str = "Optuna") -> OptunaExecutable:
        """Return the plan as Optuna's parts; ``engine`` is who refuses what they cannot carry out.

        Raises:
            EngineError: naming everything that Optuna cannot carry out as it is installed.
        """
        every = exhaustive(plan)
        gaps = list(_gaps(plan, every))
        if gaps:
            raise EngineError(f"{engine} cannot carry this plan out: {'; '.join(gaps)}.")
        asked, known = Asked(plan.space), known_trials(plan)
        native = OptunaObjects(
            distributions=distributions(plan),
            sampler=distinct(plan, asked, every, before=len(known)),
            pruner=make_pruner(plan),
            direction=plan.direction,
            enqueued=enqueued(plan, every or [], known),
            callbacks=[
                optuna.study.MaxTrialsCallback(plan["max_trials"] + len(known)),
                completion_callback(plan),
            ],
            define=lambda trial: asked.params(suggester(trial)),
            known=known,
        )
        return OptunaExecutable(plan, native, asked, every)


def _gaps(plan: PlanSpec, every: list[dict[str, Any]] | None) -> Any:
    if "warm_start" in plan.settings and "results" not in plan.settings:
        yield "warm_start is read when a job begins (plan.run, then job.plan.compile)"
    outside = {n: p[n] for p in plan["initial_trials"] for n in plan.space.outside(p)}
    if outside:
        yield f"initial_trials lie outside the ranges ({', '.join(f'{n}={v!r}' for n, v in outside.items())})"
    if plan["strategy"] == "sobol" and find_spec("scipy") is None:
        yield "strategy='sobol' needs scipy (pip install scipy)"
    if plan["strategy"] == "grid" and every is None:
        yield f"strategy='grid' needs a finite space of at most {MAX_ENUMERATED:,} configurations (give lists or steps)"


adapter = OptunaAdapter()
