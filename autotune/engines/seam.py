"""What an engine's adapter must have: an `Adapter` that compiles a plan to an `Executable`.

The loop of a job, its caps, store and record are autotune's on every engine. An engine draws
configurations (`Search`) and says where trials run (`Workers`), for which `autotune.workers.pool`
has processes on this machine. docs/engines.md is the guide for authors of adapters.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from autotune.engines.capabilities import Capabilities
from autotune.plan.spec import PlanSpec

Encoded = Mapping[str, Any]
"""A configuration as `autotune.space.parameters.encode` gives it: numbers and labels by name."""


@dataclass(frozen=True)
class PastTrial:
    """A trial that an earlier session of the job began."""

    number: int
    """Its number, counted from 0."""
    encoded: Encoded
    """Its configuration."""
    status: str
    """``finished``, ``stopped`` early, ``failed`` in any way, or ``running`` where it was cut short
    and is tried again."""
    value: float | None
    """Its value where it finished."""
    reports: Mapping[int, float] = field(default_factory=dict)
    """Its intermediate values by step."""
    constraints: Mapping[str, float] = field(default_factory=dict)
    """By how much it is beyond each constraint; see `ConstrainedSearch`."""


@dataclass(frozen=True)
class JobHistory:
    """What a search must know of the job's earlier sessions; empty where the job begins."""

    trials: Sequence[PastTrial] = ()
    """The trials so far, in the order of their numbers."""
    notes: Mapping[str, Any] = field(default_factory=dict)
    """What the search noted; see `Search.notes`."""


class Search(Protocol):
    """One job's search: draws configurations, and learns how they went.

    autotune numbers the trials, in the order they are drawn, from the last past trial on.
    """

    @property
    def notes(self) -> Mapping[str, Any]:
        """JSON-safe data that must outlive the process, such as the place in a sequence."""

    def ask(self) -> Encoded | None:
        """Return the next configuration, or None where none is left."""

    def report(self, number: int, step: int, value: float) -> str:
        """Take an intermediate value; return why the trial is to stop, or an empty text."""

    def tell(self, number: int, status: str, value: float | None) -> None:
        """Take a trial's end: its status as in `PastTrial`, and its value where it finished."""


class ConstrainedSearch(Search, Protocol):
    """A search that learns which trials are infeasible; engines that declare ``constraints``."""

    def constrain(self, number: int, amounts: Mapping[str, float]) -> None:
        """Take by how much a trial is beyond each constraint, before `tell` takes its end.

        0 or less is within; infinity is by any amount, as where it did not report a figure.
        """


@dataclass(frozen=True)
class ExportedProgram:
    """A stand-alone program that carries a plan out."""

    text: str
    """The program."""
    notes: tuple[str, ...] = ()
    """What of the plan it does not carry out, or carries out in another way."""


class Workers(Protocol):
    """Where the trials of one job run, side by side; a context manager that ends them all.

    A trial sends `autotune.workers.events`. One whose process is gone sends ``Died``, with ``lost``
    where its machine failed it.
    """

    @property
    def running(self) -> Mapping[int, float]:
        """The submitted trials that have not ended, with the monotonic time of each start."""

    @property
    def free(self) -> int:
        """How many trials can be submitted now; one that died can be submitted again even at 0."""

    def submit(self, number: int, params: Mapping[str, object], seed: int) -> None:
        """Start a trial."""

    def wait(self, timeout: float | None = None) -> list[Any]:
        """Return the events of trials, as soon as there is one, or none after so many seconds."""

    def answer(self, number: int, stop: bool) -> None:
        """Answer a trial's report: whether it is to stop."""

    def over(self) -> set[int]:
        """Return the trials that use more memory than they may, with all their child processes."""

    def kill(self, number: int) -> None:
        """Kill a trial, whatever it is doing, with all its child processes."""

    def __enter__(self) -> "Workers": ...

    def __exit__(self, *_: object) -> None: ...


Place = AbstractContextManager[Callable[..., Workers]]
"""Inside, ``start(count, objective, threads=…, memory=…, trials=…) -> Workers``."""


class Executable(Protocol):
    """A plan, compiled for one engine."""

    @property
    def native(self) -> Any:
        """The engine's own objects, for the user's own program."""

    def config(self) -> dict[str, Any]:
        """Return what was compiled as JSON-safe data; ``sampler`` says what draws the trials."""

    def source(self) -> ExportedProgram:
        """Return a program for the engine that needs no autotune and tries the plan's trials.

        Raises:
            EngineError: if an estimator or value cannot be written as code; the message names it.
        """

    def search(self, history: JobHistory) -> Search:
        """Return the job's search, brought to where the job is."""

    def place(self, address: str | None) -> Place:
        """Reach where trials run, before the job begins.

        Engines that run trials on this machine return ``autotune.workers.pool.here(address)``.

        Raises:
            EngineError: if nothing at the address answers within ten seconds, or no trial can ever
                be placed there.
        """


class Adapter(Protocol):
    """What an engine's entry point in the group ``autotune.adapters`` names: an instance."""

    @property
    def capabilities(self) -> Capabilities:
        """What of plans the engine can carry out; autotune refuses the others."""

    @property
    def packages(self) -> Sequence[str]:
        """The distributions whose versions decide what is drawn, for the job's record."""

    def gaps(self, plan: PlanSpec) -> Sequence[str]:
        """Return what else of the plan cannot be carried out, each in a few words."""

    def compile(self, plan: PlanSpec) -> Executable:
        """Return the plan compiled; called only where nothing is missing."""
