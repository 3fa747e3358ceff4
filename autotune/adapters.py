"""The seam to engines: an adapter compiles a plan to what its engine runs; it decides nothing, and refuses what it cannot do.

An engine joins by one entry point in the group ``autotune.adapters`` whose object has ``compile(plan) -> Executable``.
"""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any, Protocol

from autotune import knowledge
from autotune.errors import EngineError, did_you_mean
from autotune.plan import Plan
from autotune.stopping import Rule, make_rule


class Search(Protocol):
    """One job's search: gives configurations to try, and is told how they went.

    ``again`` holds the trials that were cut short and are given next, under their own numbers.
    """

    again: list[Any]

    def ask(self) -> tuple[int, dict[str, Any]] | None:
        """Return a new trial's number and settings, or None where no configuration is left."""

    def report(self, number: int, step: int, value: float) -> str:
        """Take an intermediate value; return why the trial is to stop, or nothing."""

    def tell(self, number: int, status: str, value: float | None, details: Mapping[str, Any]) -> None:
        """Take a trial's end: its status, its value where it has one, and what the record keeps of it."""

    def put_back(self, number: int) -> None:
        """Take a trial that was cut short, to be given again when the job is gone on with."""


class Executable(Protocol):
    """A plan, compiled for one engine."""

    @property
    def native(self) -> Any:
        """The engine's own objects, for a program of one's own."""

    def config(self) -> dict[str, Any]:
        """Return what was compiled as plain data."""

    def search(self, study: Any, write: Callable[[Callable[[], object]], None]) -> Search:
        """Return the search over a job's study in its store; ``write`` carries out each write to it."""


class Adapter(Protocol):
    """What an engine's entry point names."""

    def compile(self, plan: Plan) -> Executable:
        """Return the plan compiled, or raise EngineError with all that cannot be carried out."""


def stopping_rule(plan: Plan) -> Rule | None:
    """Return the rule by which the plan's trials end early, the same for every engine; None where they do not."""
    setting = plan["early_stopping"]
    if setting is None or setting["rule"] != "curve":
        return None if setting is None else make_rule(setting, plan["mode"])
    network = knowledge.table("stopping").content.model_dump(include={"means", "spreads", "networks"})
    return make_rule(setting, plan["mode"], network=network)


def find(engine: str) -> Adapter:
    """Return an engine's adapter.

    Raises:
        EngineError: if there is none of this name, or it cannot be loaded.
    """
    found = {point.name: point for point in entry_points(group="autotune.adapters")}
    if engine not in found:
        raise EngineError(f"engine must be one that is installed, got {engine!r}.", did_you_mean(str(engine), found))
    try:
        adapter: Adapter = found[engine].load()
    except ImportError as error:
        raise EngineError(
            f"engine {engine!r} cannot be loaded: {error}.", f"Try: pip install 'autotune-hpo[{engine}]'."
        ) from None
    return adapter
