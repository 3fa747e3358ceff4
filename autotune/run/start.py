"""Starting and resuming jobs: check everything, write the record, and run a session."""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory
from typing import Any

from autotune.engines import DEFAULT_ENGINE, find
from autotune.errors import SettingError, StoreError
from autotune.objective.cross_validation import CrossValidation
from autotune.objective.factory import make_objective
from autotune.objective.positive_class import completed
from autotune.plan.spec import PlanSpec
from autotune.record.creation import RECORD, STATE
from autotune.record.environment import DATA, check_same, environment
from autotune.record.job import JobRecord
from autotune.record.lease import Lease
from autotune.record.status import JobStatus
from autotune.record.store import Store, open_store
from autotune.record.trial import Trial
from autotune.run.existing import check_exists, existing_job, replace_job
from autotune.run.names import under_free_name
from autotune.run.preflight import Preflight, check_first, opening
from autotune.run.session import Session, run_session
from autotune.warm_start.warm_start import warmed
from autotune.workers.pickling import Parts, pickled, read_file, write_file

SCHEMA = 1
State = Mapping[str, Any]
"""What the last session noted of the job, as JSON."""


def run_plan(
    plan: PlanSpec,
    data: Mapping[str, object],
    objective: object,
    *,
    name: str | None,
    storage: str | Path | None,
    engine: str,
    address: str | None,
    progress: bool | None,
    exists: str = "error",
    preflight: bool = True,
) -> JobRecord:
    """Run the plan and return its job; `Plan.run` says what the arguments are."""
    started_at = time.monotonic()
    check_exists(exists)
    store = open_store(storage)
    plan = completed(plan, data, objective)
    earlier = existing_job(plan, data, name, store, exists) if name is not None else None
    if earlier is not None:
        if exists == "return":
            return earlier
        return resume_job(earlier, data, objective, address=address, progress=progress)
    evaluate = make_objective(plan, data, objective)
    begin = partial(
        _begin,
        plan,
        data,
        evaluate,
        store=store,
        engine=engine,
        address=address,
        progress=progress,
        exists=exists,
        preflight=preflight,
        started_at=started_at,
    )
    return begin(name) if name is not None else under_free_name(plan, store, begin)


def _begin(
    plan: PlanSpec,
    data: Mapping[str, object],
    evaluate: Any,
    name: str,
    *,
    store: Store,
    engine: str,
    address: str | None,
    progress: bool | None,
    exists: str,
    preflight: bool,
    started_at: float,
) -> JobRecord:
    """Create the job under a name, and run it; the name is taken only where it raises NameTaken."""
    chosen = find(engine)
    chosen.check_address(address)
    job_id, current = uuid.uuid4().hex[:16], environment(plan, data, chosen)
    plan = warmed(plan, current, store, name)
    compiled = chosen.compile(plan)
    content = pickled(evaluate, plan)
    attributes = _first_attributes(plan, job_id, current, engine, address)
    path, trials = store.objective_path(name, job_id), store.trials_path(name, job_id)
    preflight = preflight and _scored(evaluate)
    prepared = time.monotonic() - started_at
    with (
        TemporaryDirectory(prefix="autotune-") as checked,
        compiled.place(address) as start,
        Preflight(plan, data, chosen, opening(start, plan, path, trials)) as flight,
    ):
        started_at = time.monotonic() - prepared  # to reach a cluster is not the job's own time
        if preflight and exists == "replace" and name in store.names():
            flight.begun |= check_first(plan, data, chosen, start, content, folder=Path(checked))
        replace_job(name, store, exists)
        prepare = _preparing(
            flight, path, trials, content, preflight=preflight, checked=Path(checked)
        )
        study, lease = store.begin(name, attributes, plan.direction, prepare)
        with _released(lease):
            session = Session(
                JobRecord(name, store, data, study, plan),
                plan,
                compiled,
                evaluate.metric,
                _scored(evaluate),
                path,
                lease,
                flight.workers,
                started_at,
                begun=flight.begun,
            )
            return run_session(session, progress)


def _preparing(
    flight: Preflight, path: Path, trials: Path, content: Parts, *, preflight: bool, checked: Path
) -> Callable[[], None]:
    """Return what writes a new job's files and begins its first trial, before the job is there.

    Where trials were run already, what they wrote is in the folder ``checked``.
    """

    def prepare() -> None:
        write_file(content, path)
        # There may be trials of a job of this name whose record is gone.
        rmtree(trials, ignore_errors=True)
        try:
            if flight.begun:
                _keep(checked / "trials", trials)
            elif preflight:
                flight.run()
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    return prepare


def _keep(written: Path, trials: Path) -> None:
    """Copy what trials wrote before their job was there, if anything."""
    if written.exists():
        copytree(written, trials)


def _first_attributes(
    plan: PlanSpec,
    job_id: str,
    environment: Mapping[str, object],
    engine: str,
    address: str | None,
) -> dict[str, dict[str, object]]:
    """Return what a study holds from the start: the job's record, and that it runs."""
    where = {"engine": engine} if address is None else {"engine": engine, "address": address}
    record = {
        "schema": SCHEMA,
        "id": job_id,
        **where,
        "plan": plan.describe(),
        "environment": environment,
    }
    return {RECORD: record, STATE: {"status": JobStatus.RUNNING.value, "session": 1}}


def resume_job(
    job: JobRecord,
    data: Mapping[str, object],
    objective: object,
    *,
    address: str | None = None,
    progress: bool | None = None,
) -> JobRecord:
    """Resume a job that was interrupted, stopped or failed; see `Job.resume`."""
    started_at = time.monotonic()
    if job.over:
        return job
    lease = job.store.take(job.study)
    with _released(lease):
        if job.over:  # by another process, between the look and the lease
            return job
        is_given = _is_given(job, data, objective)
        plan, evaluate = _rebuilt(job, data, objective) if is_given else _stored(job)
        if data.get("X") is None:
            data = {name: getattr(evaluate, name, None) for name in DATA}
        engine = find(job.record.get("engine", DEFAULT_ENGINE))
        engine.check_address(address)
        check_same(job.record["environment"], plan, data, engine)
        if is_given or not job.objective_path.exists():
            write_file(pickled(evaluate, plan), job.objective_path)
        earlier = _earlier_sessions(job, plan, lease)
        compiled = engine.compile(plan)
        resumed = JobRecord(job.name, job.store, data, job.study, plan)
        prepared = time.monotonic() - started_at
        with compiled.place(address or job.record.get("address")) as start:
            session = Session(
                resumed,
                plan,
                compiled,
                evaluate.metric,
                _scored(evaluate),
                job.objective_path,
                lease,
                opening(start, plan, job.objective_path, job.trials_path),
                time.monotonic() - prepared,
                **earlier,
            )
            return run_session(session, progress)


def _earlier_sessions(job: JobRecord, plan: PlanSpec, lease: Lease) -> dict[str, Any]:
    """Return what a session must know of those before it, as fields of `Session`."""
    state, past = job.state, job.all_trials()
    return {
        "number": int(state.get("session", 1)) + 1,
        "consumed": _consumed(state, lease, past, plan),
        "past": past,
        "forecast": state.get("forecast", {}),
        "memory": int(state.get("memory", 0)),
    }


def _scored(evaluate: Any) -> bool:
    """Return whether scikit-learn's scorers give the values, not a callable of the user's."""
    return isinstance(evaluate, CrossValidation)


def _is_given(job: JobRecord, data: Mapping[str, object], objective: object) -> bool:
    """Return whether data or an objective are given again.

    Those of another kind than the job was begun with are refused.
    """
    unexpected = [name for name in DATA[1:] if data.get(name) is not None]
    if data.get("X") is None and unexpected:
        raise SettingError(
            f"{', '.join(unexpected)} must go with X, got X=None.", "Give all data again, or none."
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


def _stored(job: JobRecord) -> tuple[PlanSpec, Any]:
    """Return the plan and what evaluates as they were kept with the job."""
    evaluate, plan = read_file(job.objective_path)
    return plan, evaluate


def _rebuilt(job: JobRecord, data: Mapping[str, object], objective: object) -> tuple[PlanSpec, Any]:
    """Return the plan and what evaluates, made anew from what is given again."""
    try:
        plan, _ = _stored(job)
    except StoreError:  # begun on another machine: the record's plan is all there is
        plan = job.plan
    return plan, make_objective(plan, data, objective)


def _consumed(state: State, lease: Lease, past: list[Trial], plan: PlanSpec) -> float:
    """Return the seconds of earlier sessions: what they noted, at least what their trials took."""
    trials: float = sum(trial.seconds or 0.0 for trial in past) / plan["max_parallel"]
    return max(
        float(state.get("seconds") or 0.0), float(lease.note().get("seconds") or 0.0), trials
    )


@contextmanager
def _released(lease: Lease) -> Iterator[None]:
    try:
        yield
    finally:
        lease.release()
