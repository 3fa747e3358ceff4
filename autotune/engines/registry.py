"""Finding an engine by name, and compiling a plan for it; what does not fit is refused here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotune.engines.capabilities import declared_gaps
from autotune.engines.members import check_members, place_of_error
from autotune.engines.seam import Adapter, Executable
from autotune.errors import EngineError, did_you_mean
from autotune.plan.spec import PlanSpec

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

DEFAULT_ENGINE = "optuna"
"""The engine that runs a plan where the user names none."""

GROUP = "autotune.adapters"
"""The group of entry points by which engines join."""

DISTRIBUTION = "autotune-hpo"
"""The distribution that brings this package; engines that it brings are installed as its extras."""


@dataclass(frozen=True)
class Engine:
    """An engine that is installed."""

    name: str
    """The name of its entry point."""
    adapter: Adapter
    """Its adapter, which has all members of the seam."""
    distribution: str
    """The distribution that brings the adapter; empty where it is unknown."""
    version: str
    """That distribution's version; empty where it is unknown."""

    def describe(self) -> dict[str, str]:
        """Return which engine this is as JSON-safe data, for a job's record."""
        return {"name": self.name, "distribution": self.distribution, "version": self.version}

    def compile(self, plan: PlanSpec) -> Executable:
        """Return a plan compiled for the engine.

        Raises:
            EngineError: naming everything that the engine cannot carry out.
        """
        gaps = [*declared_gaps(plan, self.adapter.capabilities), *self.adapter.gaps(plan)]
        if gaps:
            raise EngineError(
                f"engine {self.name!r} cannot carry this plan out: {'; '.join(gaps)}."
            )
        compiled = self.adapter.compile(plan)
        check_members(compiled, Executable, f"what engine {self.name!r} compiles a plan to")
        return compiled

    def check_address(self, address: str | None) -> None:
        """Refuse an address where trials run on this machine.

        Raises:
            EngineError: naming the engine.
        """
        if address not in (None, "local") and not self.adapter.capabilities.address:
            raise EngineError(
                f"address must be left out where trials run on this machine, as engine"
                f" {self.name!r}'s do, got {address!r}.",
                "Choose an engine for clusters.",
            )


def find(name: str, alternatives: Iterable[str] = ()) -> Engine:
    """Return an installed engine by its name.

    Args:
        name: The name of the engine's entry point.
        alternatives: What the user could have written instead, for "did you mean".

    Raises:
        EngineError: if there is none of this name, its entry point fails, or its adapter lacks a
            member of the seam.
    """
    points = _entry_points()
    if name not in points:
        raise EngineError(
            f"engine must be one that is installed, got {name!r}.",
            did_you_mean(str(name), [*points, *alternatives]),
        )
    point = points[name]
    adapter = _loaded(point)
    check_members(adapter, Adapter, f"the adapter of engine {name!r} ({point.value})")
    distribution = point.dist
    return Engine(
        name,
        adapter,
        distribution.name if distribution else "",
        distribution.version if distribution else "",
    )


def compile_plan(plan: PlanSpec, engine: str, alternatives: Iterable[str] = ()) -> Executable:
    """Return a plan compiled for an engine of this name; errors as of `find` and `Engine`."""
    return find(engine, alternatives).compile(plan)


def _entry_points() -> dict[str, "EntryPoint"]:
    from importlib.metadata import entry_points  # slow to import, and not needed for a plan

    return {point.name: point for point in entry_points(group=GROUP)}


def _loaded(point: "EntryPoint") -> Adapter:
    try:
        adapter: Adapter = point.load()
    except Exception as error:  # importing runs the adapter's own code, which may raise anything
        is_extra = isinstance(error, ImportError) and _is_own(point)
        raise EngineError(
            f"engine {point.name!r} cannot be loaded by its entry point {point.value}, got"
            f" {type(error).__name__}: {' '.join(str(error).split())}",
            f"Try: pip install '{DISTRIBUTION}[{point.name}]'." if is_extra else "",
            where=place_of_error(error),
        ) from None
    return adapter


def _is_own(point: "EntryPoint") -> bool:
    return point.dist is not None and point.dist.name == DISTRIBUTION
