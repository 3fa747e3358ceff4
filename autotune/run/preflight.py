"""The first trial of a job, begun before the job is recorded: what fails there is refused."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from autotune.engines import JobHistory, Workers
from autotune.engines.registry import Engine
from autotune.errors import PreflightError
from autotune.facts.oddities import way_out
from autotune.plan.spec import PlanSpec
from autotune.space.parameters import ParameterDecoder
from autotune.workers.events import Done, Event, Failed
from autotune.workers.pickling import Parts, write_file
from autotune.workers.seeds import trial_seed

LIMIT = 30.0  # seconds; a first trial that takes longer goes on as one of the job
TICK = 0.1
TRIES = 3  # configurations that must fail alike where none of them is the user's own

Opening = Callable[[], AbstractContextManager[Workers]]


def opening(start: Callable[..., Workers], plan: PlanSpec, path: Path, trials: Path) -> Opening:
    """Return what opens the workers of a job."""
    return partial(
        start,
        plan["max_parallel"],
        path,
        threads=plan["threads_per_trial"],
        memory=plan["memory_limit"],
        trials=trials,
    )


def check_first(
    plan: PlanSpec,
    data: Mapping[str, object],
    engine: Engine,
    start: Callable[..., Workers],
    content: Parts,
    *,
    folder: Path,
) -> "dict[int, Begun]":
    """Run the preflight of a job that is to replace another, which must not be lost for nothing.

    The trials that finished are returned, for the job to take over; what they wrote is in the
    folder's ``trials``. One that goes on longer is begun anew.

    Raises:
        PreflightError: if the first trial fails.
    """
    path = folder / "objective"
    write_file(content, path)
    with Preflight(plan, data, engine, opening(start, plan, path, folder / "trials")) as flight:
        flight.run()
    return {number: begun for number, begun in flight.begun.items() if begun.ended}


@dataclass
class Begun:
    """A trial that runs, or ran, before its job is recorded: its configuration and its events."""

    params: Mapping[str, Any]
    events: list[Event] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Whether the trial came to its end."""
        return any(isinstance(event, Done | Failed) for event in self.events)


@dataclass
class Preflight:
    """The workers of a job, and the trials that they were given before it is recorded."""

    plan: PlanSpec
    data: Mapping[str, object]
    engine: Engine
    opening: Opening
    begun: dict[int, Begun] = field(default_factory=dict)
    _opened: AbstractContextManager[Workers] | None = None
    _workers: Workers | None = None

    def run(self) -> None:
        """Open the workers and wait for the first trial, whose events the job takes over.

        That is the user's own configuration where its ranges hold it. Where another is first, a
        failure may be this one's alone, so that further ones are tried.

        Raises:
            PreflightError: if it fails.
        """
        self._opened = self.opening()
        self._workers = self._opened.__enter__()
        until = time.monotonic() + min(
            LIMIT, self.plan["max_runtime"], self.plan["trial_timeout"] or LIMIT
        )
        errors: list[str] = []
        for number, params in enumerate(_first_configurations(self.plan, self.engine)):
            event = self._try(self._workers, number, params, until)
            if not isinstance(event, Failed) or event.memory:
                return
            errors.append(event.error)
            if _is_given(self.plan):
                break
        if errors:
            raise self._refusal(errors[0])

    def _try(
        self, workers: Workers, number: int, params: Mapping[str, Any], until: float
    ) -> Event | None:
        """Return a trial's first event; None where there is none in time."""
        workers.submit(number, params, trial_seed(self.plan["seed"], number))
        begun = self.begun[number] = Begun(params)
        while time.monotonic() < until and not workers.over():
            begun.events += workers.wait(max(0.0, min(TICK, until - time.monotonic())))
            if begun.events:
                return begun.events[0]
        return None

    def _refusal(self, error: str) -> PreflightError:
        name = self.plan.estimator.rpartition(".")[2]
        whose = "as it is set" if _is_given(self.plan) else "with its ranges"
        return PreflightError(
            f"{name} must fit these data {whose}",
            way_out(self.data, encoded=bool(self.plan.trial_setup.encoders)),
            name=self.plan.estimator,
            got=error,
        )

    @contextmanager
    def workers(self) -> Iterator[Workers]:
        """Hand over the workers, opened now where no trial was begun; they end with the context."""
        opened, self._opened = self._opened or self.opening(), None
        if self._workers is None:
            with opened as workers:
                yield workers
            return
        try:
            yield self._workers
        finally:
            opened.__exit__(None, None, None)

    def __enter__(self) -> "Preflight":
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers where nobody took them over."""
        if self._opened is not None:
            opened, self._opened = self._opened, None
            opened.__exit__(None, None, None)


def _is_given(plan: PlanSpec) -> bool:
    """Return whether the first trial is one that the plan names."""
    return bool(plan["initial_trials"])


def _first_configurations(plan: PlanSpec, engine: Engine) -> Iterator[Mapping[str, Any]]:
    """Yield what the first trials try: the plan's own, else what its engine draws."""
    if _is_given(plan):
        yield plan["initial_trials"][0]
        return
    # Its own sampler: the job's must not have drawn anything yet.
    search, decoder = engine.compile(plan).search(JobHistory([], {})), ParameterDecoder(plan.space)
    for _ in range(min(TRIES, plan["max_trials"])):
        encoded = search.ask()
        if encoded is None:
            return
        yield decoder.decode(encoded)
