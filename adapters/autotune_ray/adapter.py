"""A plan for Ray: what draws, where trials run, and Ray Tune's own parts for the user's program."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from autotune.engines import ExportedProgram, JobHistory, Place, Search
from autotune.plan.spec import PlanSpec
from autotune_optuna.adapter import CAPABILITIES, OptunaExecutable
from autotune_optuna.adapter import adapter as optuna_adapter
from autotune_ray.cluster import place, quiet_ray
from autotune_ray.export.program import source
from autotune_ray.installation import require_ray
from autotune_ray.native import RayObjects


@dataclass(frozen=True)
class CompiledRayPlan:
    """A plan compiled for Ray; its searcher is Ray Tune's `OptunaSearch`."""

    plan: PlanSpec
    """The plan."""
    search_by: OptunaExecutable
    """The plan compiled for Optuna, which Ray Tune's searcher asks."""

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
        """Return a program for Ray Tune that needs no autotune.

        With one trial at a time it tries the same trials.
        """
        return source(self.search_by)

    def search(self, history: JobHistory) -> Search:
        """Return the job's search, which asks Ray Tune's own searcher."""
        require_ray()
        from autotune_ray.in_memory_study import RayMemory

        return self.search_by.search(history, RayMemory)

    def place(self, address: str | None) -> Place:
        """Return where trials run: on a Ray of this process, or on the cluster at the address."""
        require_ray()
        return place(self.plan, address)


class RayAdapter:
    """Compiles plans for Ray; it decides nothing."""

    capabilities = replace(CAPABILITIES, address=True)
    packages = ("ray", *optuna_adapter.packages)

    def gaps(self, plan: PlanSpec) -> Sequence[str]:
        """Return what Ray's searcher cannot carry out of this plan as it is installed."""
        return optuna_adapter.gaps(plan)

    def compile(self, plan: PlanSpec) -> CompiledRayPlan:
        """Return the plan as Ray's parts."""
        return CompiledRayPlan(plan, optuna_adapter.compile(plan))


adapter = RayAdapter()
