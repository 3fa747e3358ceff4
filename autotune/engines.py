"""The seam to engines: an adapter compiles a plan to what its engine runs; it decides nothing, and refuses what it cannot do.

An engine joins by one entry point in the group ``autotune.adapters`` whose object has
``compile(plan) -> Executable``. The loop of a job, its caps, store and record are autotune's on
every engine: the engine draws configurations (`Search`) and says where trials run (`Workers`), for
which `autotune.workers.pool` has processes on this machine. `autotune.testing` has the checks that
an adapter must pass.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Protocol

from autotune.errors import EngineError, did_you_mean
from autotune.plan.spec import PlanSpec
from autotune.record.status import TrialStatus


class Search(Protocol):
    """One job's search: gives configurations to try, and is told how they went.

    ``again`` holds the trials that were cut short and are given next, under their own numbers.
    """

    again: list[Any]

    def ask(self) -> tuple[int, dict[str, Any]] | None:
        """Return a new trial's number and params, or None where no configuration is left."""

    def report(self, number: int, step: int, value: float) -> str:
        """Take an intermediate value; return why the trial is to stop, or nothing."""

    def tell(
        self, number: int, status: TrialStatus, value: float | None, details: Mapping[str, Any]
    ) -> None:
        """Take a trial's end: its status, its value where it has one, and what the record keeps of it."""

    def put_back(self, number: int) -> None:
        """Take a trial that was cut short, to be given again when the job is gone on with."""


@dataclass(frozen=True)
class ExportedProgram:
    """A stand-alone program: its text, and what of the plan it does not carry out, or does otherwise."""

    text: str
    notes: tuple[str, ...] = ()


class Workers(Protocol):
    """Where the trials of one job run, side by side; a context manager that ends them all.

    A trial tells `autotune.workers.events`. One whose process is gone tells ``Died``, with ``lost``
    where its machine failed it.
    """

    @property
    def running(self) -> Mapping[int, float]:
        """The trials that were submitted and have not ended, and when each began by the monotonic clock."""

    @property
    def free(self) -> int:
        """How many more trials can be submitted now; a trial that died can be submitted again also where this is 0."""

    def submit(self, number: int, params: Mapping[str, Any], seed: int) -> None:
        """Start a trial."""

    def wait(self, timeout: float | None = None) -> list[Any]:
        """Return the events of trials, as soon as there is one, or none after so many seconds."""

    def answer(self, number: int, stop: bool) -> None:
        """Answer a trial's report: whether it is to stop."""

    def over(self) -> set[int]:
        """Return the trials that use more memory than they may, with all the processes they started."""

    def kill(self, number: int) -> None:
        """Kill a trial, whatever it is doing, with all the processes it started."""

    def __enter__(self) -> "Workers": ...

    def __exit__(self, *_: object) -> None: ...


Place = AbstractContextManager[Callable[..., Workers]]


class Executable(Protocol):
    """A plan, compiled for one engine."""

    @property
    def native(self) -> Any:
        """The engine's own objects, for a program of one's own."""

    def config(self) -> dict[str, Any]:
        """Return what was compiled as plain data."""

    def source(self) -> ExportedProgram:
        """Return a program for the engine that needs no autotune and tries the plan's trials.

        Raises:
            EngineError: if an estimator or value cannot be written as code; the message names it.
        """

    def search(self, study: Any, write: Callable[[Callable[[], object]], None]) -> Search:
        """Return the search over a job's study in its store; ``write`` carries out each write to it."""

    def place(self, address: str | None) -> Place:
        """Reach where trials run, before the job begins; inside, ``start(count, objective, threads=…, memory=…) -> Workers``.

        Engines that run trials on this machine return ``autotune.workers.pool.here(address)``.

        Raises:
            EngineError: if nothing at the address answers within ten seconds, or no trial can ever
                be placed there.
        """


class Adapter(Protocol):
    """What an engine's entry point names."""

    def compile(self, plan: PlanSpec) -> Executable:
        """Return the plan compiled, or raise EngineError with all that cannot be carried out."""


def find(engine: str, others: Iterable[str] = ()) -> Adapter:
    """Return an engine's adapter; ``others`` are what could have been asked for in its place.

    Raises:
        EngineError: if there is none of this name, or it cannot be loaded.
    """
    found = {point.name: point for point in entry_points(group="autotune.adapters")}
    if engine not in found:
        raise EngineError(
            f"engine must be one that is installed, got {engine!r}.",
            did_you_mean(str(engine), [*found, *others]),
        )
    try:
        adapter: Adapter = found[engine].load()
    except ImportError as error:
        raise EngineError(
            f"engine {engine!r} cannot be loaded: {error}.",
            f"Try: pip install 'autotune-hpo[{engine}]'.",
        ) from None
    return adapter
