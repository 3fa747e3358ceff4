"""One session of a job: workers, the loop, and the record of how it ended."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from autotune.engines import (
    Executable,
    Workers,
)
from autotune.plan.spec import PlanSpec
from autotune.record.creation import STATE
from autotune.record.environment import now
from autotune.record.job import JobRecord
from autotune.record.lease import Lease
from autotune.record.status import JobStatus, TrialStatus
from autotune.record.stored_search import StoredSearch
from autotune.record.trial import Details, Trial
from autotune.record.writer import Writer
from autotune.run.loop import Outcome, Running, run_trials
from autotune.run.outcomes import Tally
from autotune.run.preflight import Begun
from autotune.run.progress import make_progress
from autotune.run.signals import Signals
from autotune.run.stop_requests import Control


@dataclass(frozen=True)
class Session:
    """One process's work on a job: its settings, its start, and what earlier sessions left."""

    job: JobRecord
    plan: PlanSpec
    compiled: Executable
    metric: str
    scored: bool
    objective: Path
    lease: Lease
    workers: Callable[[], AbstractContextManager[Workers]]
    started_at: float
    number: int = 1
    consumed: float = 0.0
    past: list[Trial] = field(default_factory=list)
    forecast: Mapping[str, Any] = field(default_factory=dict)
    memory: int = 0
    begun: dict[int, Begun] = field(default_factory=dict)


def run_session(session: Session, progress: bool | None) -> JobRecord:
    """Run one session: workers, the loop, and the record of how it ended."""
    job, plan = session.job, session.plan
    writer = job.store.writer(job.name)
    counted, infeasible, uncounted = _counted(session)
    prepared = time.monotonic() - session.started_at
    with (
        Signals() as signals,
        session.workers() as workers,
        _recorded(session, writer) as outcomes,
    ):
        display = make_progress(plan, job.name, progress)
        with display:
            state = Running(
                plan=plan,
                metric=session.metric,
                search=StoredSearch(job.study, plan, session.compiled, writer),
                workers=workers,
                writer=writer,
                display=display,
                outside=_control(session, signals),
                tally=Tally(plan, counted, infeasible, session.scored),
                uncounted=uncounted,
                consumed=session.consumed,
                started=len(session.past),
                started_at=time.monotonic() - prepared,
                begun=session.begun,
            )
            outcomes.append(run_trials(state))
        display.end(outcomes[0])
    if outcomes[0].ending.status is JobStatus.COMPLETED:
        session.objective.unlink(missing_ok=True)
    signals.pass_on(job)
    return job


def _control(session: Session, signals: Signals) -> Control:
    """Return what ends the session from outside."""
    job = session.job
    resuming = job.store.resuming(job.name)
    return Control(job.study, session.lease, signals, session.number, resuming)


def _counted(
    session: Session,
) -> tuple[list[float], int, dict[int, tuple[TrialStatus, float | None, Details]]]:
    """Return the past values that count already, the number of infeasible ones, and those to come.

    Some count later in a deterministic job, by their numbers.
    """
    lag = session.plan["max_parallel"] if session.plan["deterministic"] else 0
    finished = [
        trial
        for trial in session.past
        if trial.status is TrialStatus.FINISHED and trial.value is not None
    ]
    last = len(session.past) - lag
    counting = [trial for trial in finished if trial.number <= last]
    values = [trial.value for trial in counting if trial.feasible and trial.value is not None]
    later: dict[int, tuple[TrialStatus, float | None, Details]] = {
        trial.number: (trial.status, trial.value, {"constraints": trial.constraints})
        for trial in finished
        if trial.number > last
    }
    return values, sum(not trial.feasible for trial in counting), later


@contextmanager
def _recorded(session: Session, writer: Writer) -> Iterator[list[Outcome]]:
    """Write that the job runs in this process, and in the end how it ended."""
    study = session.job.study
    running = {
        "status": JobStatus.RUNNING.value,
        "session": session.number,
        "seconds": round(session.consumed, 3),
    }
    if session.number > 1:
        writer(partial(study.set_user_attr, STATE, running))
    outcomes: list[Outcome] = []
    yield outcomes
    outcome = outcomes[0]
    ending = outcome.ending
    final = {
        "status": ending.status.value,
        "criterion": ending.criterion,
        "reason": ending.reason,
        "seconds": round(outcome.seconds, 3),
        "ended": now(),
        "saved": dict(outcome.saved),
        "error": outcome.trace,
        "forecast": session.forecast or dict(outcome.forecast),
        "memory": max(outcome.memory, session.memory),
    }
    writer(partial(study.set_user_attr, STATE, {**running, **final}))
    writer.drain()
