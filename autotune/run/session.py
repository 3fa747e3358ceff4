"""Carrying a plan out: check everything, write the record, start workers, ask and tell until a cap or criterion ends it."""

import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from autotune.engines import (
    DEFAULT_ENGINE,
    Executable,
    Workers,
    check_address,
    compile_plan,
    find,
)
from autotune.errors import SettingError, StoreError
from autotune.objective.cross_validation import CrossValidation
from autotune.objective.factory import make_objective
from autotune.plan.spec import PlanSpec
from autotune.record.environment import DATA, check_same, environment, now
from autotune.record.job import JobRecord
from autotune.record.lease import Lease
from autotune.record.status import JobStatus, TrialStatus
from autotune.record.store import RECORD, STATE, open_store
from autotune.record.stored_search import StoredSearch
from autotune.record.trial import Trial
from autotune.run.existing import check_exists, existing_job, replace_job
from autotune.run.loop import Outcome, Running, run_trials
from autotune.run.outcomes import Tally
from autotune.run.progress import make_progress
from autotune.run.signals import Signals
from autotune.run.stop_requests import Control
from autotune.script import ScriptSpec
from autotune.warm_start.warm_start import warmed
from autotune.workers.pickling import pickled, read_file, write_file

SCHEMA = 1


@dataclass(frozen=True)
class Session:
    """One process's work on a job: what it needs, when it was called for, and what earlier sessions left."""

    job: JobRecord
    plan: PlanSpec
    compiled: Executable
    metric: str
    scored: bool
    objective: Path
    lease: Lease
    start: Callable[..., Workers]
    begun: float
    number: int = 1
    consumed: float = 0.0
    past: list[Trial] = field(default_factory=list)
    forecast: Mapping[str, Any] = field(default_factory=dict)
    memory: int = 0


def run_plan(
    plan: PlanSpec,
    data: Mapping[str, Any],
    objective: Any,
    *,
    name: str | None,
    storage: Any,
    engine: str,
    address: str | None,
    progress: bool | None,
    exists: str = "error",
) -> JobRecord:
    """Run the plan and return its job; `Plan.run` says what the arguments are."""
    begun = time.monotonic()
    check_exists(exists)
    store = open_store(storage)
    earlier = existing_job(plan, data, name, store, exists) if name is not None else None
    if earlier is not None:
        if exists == "return":
            return earlier
        return resume_job(earlier, data, objective, address=address, progress=progress)
    evaluate = make_objective(plan, data, objective)
    name = name if name is not None else free_name(plan, store.names())
    check_address(engine, address)
    job_id, here = uuid.uuid4().hex[:16], environment(plan, data, find(engine))
    plan = warmed(plan, here, store, name)
    compiled = compile_plan(plan, engine)
    content = pickled(evaluate, plan)
    where = {"engine": engine} if address is None else {"engine": engine, "address": address}
    record = {"schema": SCHEMA, "id": job_id, **where, "plan": plan.describe(), "environment": here}
    first = {RECORD: record, STATE: {"status": JobStatus.RUNNING.value, "session": 1}}
    path = store.objective_path(name, job_id)

    def prepare() -> None:
        write_file(content, path)
        shutil.rmtree(
            store.trials_path(name, job_id), ignore_errors=True
        )  # of a job of this name whose record is gone

    prepared = time.monotonic() - begun
    with compiled.place(address) as start:
        begun = time.monotonic() - prepared  # to reach a cluster is not the job's own time
        replace_job(name, store, exists)
        study, lease = store.begin(name, first, plan.direction, prepare)
        with _released(lease):
            job = JobRecord(name, store, data, study)
            return _run(
                Session(
                    job,
                    plan,
                    compiled,
                    evaluate.metric,
                    _scored(evaluate),
                    path,
                    lease,
                    start,
                    begun,
                ),
                progress,
            )


def resume_job(
    job: JobRecord,
    data: Mapping[str, Any],
    objective: Any,
    *,
    address: str | None = None,
    progress: bool | None = None,
) -> JobRecord:
    """Go on with a job that was interrupted, stopped or failed; `Job.resume` says what the arguments are."""
    begun = time.monotonic()
    if job.over:
        return job
    lease = job.store.take(job.study)
    with _released(lease):
        if job.over:  # by another process, between the look and the lease
            return job
        given = _is_given(job, data, objective)
        plan, evaluate = _again(job, data, objective) if given else _kept(job)
        data = data if data.get("X") is not None else {n: getattr(evaluate, n, None) for n in DATA}
        engine = find(job.record.get("engine", DEFAULT_ENGINE))
        check_address(engine.name, address)
        check_same(job.record["environment"], plan, data, engine)
        path = job.objective_path
        if given or not path.exists():
            write_file(pickled(evaluate, plan), path)
        state, past = job.state, job.all_trials()
        compiled = compile_plan(plan, engine.name)
        gone_on = JobRecord(job.name, job.store, data, job.study)
        prepared = time.monotonic() - begun
        with compiled.place(address or job.record.get("address")) as start:
            begun = time.monotonic() - prepared
            session = Session(
                gone_on,
                plan,
                compiled,
                evaluate.metric,
                _scored(evaluate),
                path,
                lease,
                start,
                begun,
                number=int(state.get("session", 1)) + 1,
                consumed=_consumed(state, lease, past, plan),
                past=past,
                forecast=state.get("forecast", {}),
                memory=int(state.get("memory", 0)),
            )
            return _run(session, progress)


def _scored(evaluate: Any) -> bool:
    """Return whether scikit-learn's scorers give the values, not a callable of the user's."""
    return isinstance(evaluate, CrossValidation)


def _is_given(job: JobRecord, data: Mapping[str, Any], objective: Any) -> bool:
    """Return whether data or an objective are given again; those of another kind than the job was begun with are refused."""
    others = [n for n in DATA[1:] if data.get(n) is not None]
    if data.get("X") is None and others:
        raise SettingError(
            f"{', '.join(others)} must go with X, got X=None.", "Give all data again, or none."
        )
    of_data = job.record["environment"].get("data") is not None
    if objective is not None and of_data:
        raise SettingError(
            "an objective must not be given to a job that was begun with X and y.",
            "Give X and y, or nothing.",
        )
    if data.get("X") is not None and not of_data:
        raise SettingError(
            "X and y must not be given to a job that was begun without.",
            "Give its objective, or nothing.",
        )
    return objective is not None or data.get("X") is not None


def _kept(job: JobRecord) -> tuple[PlanSpec, Any]:
    """Return the plan and what evaluates as they were kept with the job."""
    evaluate, plan = read_file(job.objective_path)
    return plan, evaluate


def _again(job: JobRecord, data: Mapping[str, Any], objective: Any) -> tuple[PlanSpec, Any]:
    """Return the plan and what evaluates, made anew from what is given again."""
    try:
        plan, _ = _kept(job)
    except StoreError:  # begun on another machine: the record's plan is all there is
        plan = job.plan
    return plan, make_objective(plan, data, objective)


def _consumed(state: Mapping[str, Any], lease: Lease, past: list[Trial], plan: PlanSpec) -> float:
    """Return the seconds that earlier sessions took: what they noted, and at least what their trials took."""
    trials: float = sum(t.seconds or 0.0 for t in past) / plan["max_parallel"]
    return max(
        float(state.get("seconds") or 0.0), float(lease.note().get("seconds") or 0.0), trials
    )


def _run(session: Session, progress: bool | None) -> JobRecord:
    """Run one session: workers, the loop, and the record of how it ended."""
    job, plan = session.job, session.plan
    writer = job.store.writer(job.name)
    counted, untold = _counted(session)
    prepared = time.monotonic() - session.begun
    with (
        Signals() as signals,
        session.start(
            plan["max_parallel"],
            session.objective,
            threads=plan["threads_per_trial"],
            memory=plan["memory_limit"],
            trials=job.trials_path,
        ) as workers,
        _recorded(session, writer) as ended,
    ):
        shown = make_progress(plan, job.name, progress)
        control = Control(
            job.study, session.lease, signals, session.number, job.store.resuming(job.name)
        )
        search = StoredSearch(job.study, plan, session.compiled, writer)
        with shown:
            state = Running(
                plan=plan,
                metric=session.metric,
                search=search,
                workers=workers,
                writer=writer,
                shown=shown,
                outside=control,
                tally=Tally(plan, counted, session.scored),
                untold=untold,
                consumed=session.consumed,
                started=len(session.past),
                begun=time.monotonic() - prepared,
            )
            ended.append(run_trials(state))
        shown.end(ended[0])
    if ended[0].ending.status is JobStatus.COMPLETED:
        session.objective.unlink(missing_ok=True)
    return job


def _counted(
    session: Session,
) -> tuple[list[float], dict[int, tuple[TrialStatus, float | None, dict[str, Any]]]]:
    """Return the values of earlier sessions that count already, and those a deterministic job counts later, by number."""
    lag = session.plan["max_parallel"] if session.plan["deterministic"] else 0
    ended = [t for t in session.past if t.status is TrialStatus.FINISHED and t.value is not None]
    values = [t.value for t in ended if t.number <= len(session.past) - lag and t.value is not None]
    return values, {
        t.number: (t.status, t.value, {}) for t in ended if t.number > len(session.past) - lag
    }


@contextmanager
def _recorded(session: Session, writer: Any) -> Iterator[list[Outcome]]:
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
    ended = {
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
    writer(partial(study.set_user_attr, STATE, {**running, **ended}))
    writer.drain()


@contextmanager
def _released(lease: Lease) -> Iterator[None]:
    try:
        yield
    finally:
        lease.release()


def free_name(plan: PlanSpec, taken: list[str], prefix: str = "") -> str:
    """Return a name from the estimator and the time that no job has, nor begins with."""
    several = plan.estimator.count(", ") + 1
    own = (
        Path(plan.estimator).stem
        if isinstance(plan.target, ScriptSpec)
        else plan.estimator.rpartition(".")[2]
    )
    words = f"{several}-algorithms" if several > 1 else own
    stem = re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-").lower() or "job"
    name = f"{prefix}{stem[:60]}-{datetime.now():%Y%m%d-%H%M%S}"
    return next(
        n
        for n in (name, *(f"{name}-{i}" for i in range(2, 10_000)))
        if not any(t.startswith(n) for t in taken)
    )
