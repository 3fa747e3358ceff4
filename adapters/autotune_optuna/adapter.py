"""The adapter: a plan compiled for Optuna, or refused with all that Optuna cannot carry out."""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any

import optuna

from autotune.engines import Capabilities, ExportedProgram, JobHistory, Place
from autotune.plan.constraints import violations
from autotune.plan.spec import PlanSpec
from autotune.record.distributions import distributions
from autotune.space.parameters import ParameterDecoder
from autotune.stopping.catalog import STRATEGIES
from autotune.workers.pool import here
from autotune_optuna.compiled import (
    MAX_ENUMERATED,
    CompiledOptunaPlan,
    OptunaObjects,
    completion_callback,
    enqueued,
    exhaustive,
    make_pruner,
    trials_of_parents,
)
from autotune_optuna.distributions import suggester
from autotune_optuna.export.program import source
from autotune_optuna.in_memory_study import Memory
from autotune_optuna.private import set_constraints
from autotune_optuna.samplers.factory import distinct

CAPABILITIES = Capabilities(
    strategies=frozenset({"random", "grid", "sobol", "bayesian", *STRATEGIES}),
    samplers=frozenset({"gp", "tpe"}),
    parallel=True,
    deterministic=True,
    early_stopping=True,
    conditions=True,
    forbidden=True,
    constraints=True,
    warm_start=True,
    cost_aware=True,
    programs=True,
)
"""Everything but clusters."""


class OptunaExecutable(CompiledOptunaPlan):
    """A plan compiled for Optuna, with what can be done with it."""

    def source(self) -> ExportedProgram:
        """Return a program for Optuna that needs no autotune and tries the same trials."""
        return source(self)

    def place(self, address: str | None) -> Place:
        """Return where trials run: on this machine."""
        return here(address)

    def search(self, history: JobHistory, kind: type[Memory] = Memory) -> Memory:
        """Return the study in memory that draws a job's trials, brought to where the job is."""
        return kind(
            self.plan,
            self.native.define,
            sampler=self.native.sampler,
            pruner=self.native.pruner,
            first=self.native.enqueued,
            parent_trials=self.native.known,
            grid=self.grid,
            history=history,
        )


class OptunaAdapter:
    """Compiles plans for Optuna; it decides nothing."""

    capabilities = CAPABILITIES
    packages = ("optuna",)

    def gaps(self, plan: PlanSpec) -> Sequence[str]:
        """Return what Optuna cannot carry out of this plan as it is installed."""
        return list(_gaps(plan))

    def compile(self, plan: PlanSpec) -> OptunaExecutable:
        """Return the plan as Optuna's parts."""
        grid = exhaustive(plan)
        decoder, parent_trials = ParameterDecoder(plan.space), trials_of_parents(plan)
        native = OptunaObjects(
            distributions=distributions(plan),
            sampler=distinct(plan, decoder, grid, before=len(parent_trials)),
            pruner=make_pruner(plan),
            direction=plan.direction,
            enqueued=enqueued(plan, grid or [], parent_trials),
            callbacks=[
                optuna.study.MaxTrialsCallback(plan["max_trials"] + len(parent_trials)),
                completion_callback(plan),
            ],
            define=lambda trial: decoder.params(suggester(trial)),
            known=parent_trials,
            constrain=lambda trial, figures: set_constraints(
                trial, violations(plan.constraints, figures)
            ),
        )
        return OptunaExecutable(plan, native, decoder, grid)


def _gaps(plan: PlanSpec) -> Iterator[str]:
    if "warm_start" in plan.settings and "results" not in plan.settings:
        yield "warm_start is read when a job begins (plan.run, then job.plan.compile)"
    outside: dict[str, Any] = {
        name: params[name]
        for params in plan["initial_trials"]
        for name in plan.space.outside(params)
    }
    if outside:
        values = ", ".join(f"{name}={value!r}" for name, value in outside.items())
        yield f"initial_trials lie outside the ranges ({values})"
    if plan["strategy"] == "sobol" and find_spec("scipy") is None:
        yield "strategy='sobol' needs scipy (pip install scipy)"
    if plan["strategy"] == "grid" and exhaustive(plan) is None:
        yield (
            f"strategy='grid' needs a finite space of at most {MAX_ENUMERATED:,} configurations"
            " (give lists or steps)"
        )


adapter = OptunaAdapter()
