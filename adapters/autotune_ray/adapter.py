"""A plan for Ray: what it draws with, where its trials run, and Ray Tune's own parts for a program of one's own."""

from dataclasses import dataclass
from typing import Any

import optuna

from autotune.engines import ExportedProgram, Place
from autotune.plan.spec import PlanSpec
from autotune_optuna.adapter import OptunaExecutable
from autotune_optuna.adapter import adapter as optuna_adapter
from autotune_optuna.stored_search import StoredSearch, Write
from autotune_ray.cluster import place, quiet_ray
from autotune_ray.export.program import source
from autotune_ray.installation import require_ray
from autotune_ray.native import RayObjects


@dataclass(frozen=True)
class CompiledRayPlan:
    """A plan compiled for Ray; its searcher is Ray Tune's `OptunaSearch`."""

    plan: PlanSpec
    search_by: OptunaExecutable

    @property
    def native(self) -> RayObjects:
        """Ray Tune's own objects."""
        require_ray()
        quiet_ray()
        return RayObjects(self.plan, self.search_by.native)

    def config(self) -> dict[str, Any]:
        """Return what was compiled as plain data."""
        return {
            **self.search_by.config(),
            "engine": "ray",
            "cpus_per_trial": self.plan["threads_per_trial"],
        }

    def source(self) -> ExportedProgram:
        """Return a program for Ray Tune that needs no autotune, and with one trial at a time tries the same trials."""
        return source(self.search_by)

    def search(self, study: optuna.Study, write: Write) -> StoredSearch:
        """Return the search over a job's study."""
        require_ray()
        from autotune_ray.in_memory_study import RayMemory

        own = self.search_by
        return StoredSearch(study, own.asked, own.memory(study, RayMemory), own.every, write)

    def place(self, address: str | None) -> Place:
        """Return where trials run: on a Ray of this process's own, or on the cluster at the address."""
        require_ray()
        return place(self.plan, address)


class RayAdapter:
    """Compiles plans for Ray; it decides nothing."""

    def compile(self, plan: PlanSpec) -> CompiledRayPlan:
        """Return the plan as Ray's parts.

        Raises:
            EngineError: naming everything that Ray cannot carry out as it is installed.
        """
        return CompiledRayPlan(plan, optuna_adapter.compile(plan, engine="Ray"))


adapter = RayAdapter()
