"""Carrying a plan out: check everything, write the record, start workers, ask and tell until a cap or criterion ends it."""

import platform
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from autotune.adapters import find
from autotune.errors import EngineError, SettingError
from autotune.job import Job
from autotune.objective import FunctionObjective
from autotune.plan import Plan
from autotune.record.owner import this_process
from autotune.record.store import STATE, open_store
from autotune.run.loop import Outcome, run_trials
from autotune.run.progress import make_progress
from autotune.run.workers import Workers
from autotune.values import has_opaque


def run_plan(
    plan: Plan, data: Mapping[str, Any], objective: Any, *, name: str | None, storage: Any, engine: str, progress: bool | None
) -> Job:
    """Run the plan and return its job; `Plan.run` says what the arguments are."""
    compiled = find(engine).compile(plan)
    evaluate = make_objective(plan, data, objective)
    store = open_store(storage)
    name = name if name is not None else _free_name(plan, store.names())
    with Workers(plan["max_parallel"], evaluate, threads=plan["threads_per_trial"]) as workers:
        record = {"schema": 1, "plan": plan.describe(), "environment": environment(plan, data)}
        study = store.begin(name, record, compiled.native.direction)
        shown = make_progress(plan, name, progress)
        with _recorded(study) as ended:
            with shown:
                ended.append(run_trials(plan, compiled.search(study), workers, shown))
            shown.end(ended[0])
    return Job(name, store, data, study)


@contextmanager
def _recorded(study: Any) -> Iterator[list[Outcome]]:
    """Write that the job runs in this process, and in the end how it ended, also where an error ends it."""
    state = {"status": "running", "owner": this_process()}
    study.set_user_attr(STATE, state)
    outcomes: list[Outcome] = []
    try:
        yield outcomes
    finally:
        outcome = outcomes[0] if outcomes else Outcome("failed", "an error in autotune ended it", 0.0)
        ended = {"status": outcome.status, "reason": outcome.reason, "seconds": outcome.seconds, "ended": now()}
        study.set_user_attr(STATE, {**state, **ended})


def make_objective(plan: Plan, data: Mapping[str, Any], objective: Any) -> Any:
    """Return what evaluates one configuration.

    Raises:
        AutotuneError: if there is nothing to evaluate with, or the data cannot be used.
    """
    metric = plan["metric"] if isinstance(plan["metric"], str) else getattr(plan["metric"], "__name__", "metric")
    if has_opaque(plan.describe()["ranges"]):
        raise SettingError(
            "a plan to run must hold values, got some that its file keeps as text only.", "Give those ranges again."
        )
    if objective is not None:
        if not callable(objective):
            raise SettingError(
                f"objective must be callable, got {objective!r}.", "Pass a function of a dict of hyperparameters."
            )
        return FunctionObjective(objective, metric, unpack=False)
    if plan.target is None:
        raise EngineError(
            f"{plan.estimator} cannot be evaluated by itself: it is not installed, or only its name is known.",
            "Call plan.run(objective=f), where f takes a dict of hyperparameters and returns a number.",
        )
    if not hasattr(plan.target, "get_params"):
        if data.get("X") is not None:
            raise SettingError("X and y must go with an estimator, got a function.", "Let the function load its data.")
        return FunctionObjective(plan.target, metric, unpack=True)
    return _cross_validation(plan, data, metric)


def _cross_validation(plan: Plan, data: Mapping[str, Any], metric: str) -> Any:
    from autotune import knowledge
    from autotune.facts import check_missing, read_data
    from autotune.facts.subject import task_of
    from autotune.objective import CrossValidation
    from autotune.objective.cross_validation import make_cv
    from autotune.objective.metrics import check_metric

    if data.get("X") is None:
        raise SettingError(
            f"X must be given to tune {plan.estimator}, got None.", "Call plan.run(X, y), or plan.run(objective=f)."
        )
    facts = read_data(data["X"], data.get("y"), task_of(plan.target))
    check_missing(plan.target, facts["missing"])
    check_metric(plan["metric"], plan.target, facts.get("task"), data.get("y"))
    names = knowledge.table("names").content
    kept = {name: data.get(name) for name in ("X", "y", "groups", "sample_weight")}
    return CrossValidation(
        **kept, estimator=plan.target, metric=metric, scoring=plan["metric"], seed=plan["seed"], threads=plan["threads_per_trial"],
        cv=make_cv(plan["cv"], facts.get("task"), plan["seed"], data.get("groups")), housekeeping=_housekeeping(plan),
        thread_names=tuple(names.threads), seed_names=tuple(names.seeds), stops_early=_stops_early(plan),
    )  # fmt: skip


def _housekeeping(plan: Plan) -> dict[str, Any]:
    """Return what the entries set in every trial where the user left it open, such as no files written."""
    from autotune import knowledge
    from autotune.facts import read_subject

    found: dict[str, Any] = {}
    for part in read_subject(plan.target, {}, None).parts:
        known = knowledge.entry_for(set(part.names))
        told = known.content.trial if known else {}
        found |= {part.prefix + n: v for n, v in told.items() if n not in part.given}
    return found


def _stops_early(plan: Plan) -> bool:
    """Return whether the estimator's static hyperparameters ask it to stop early, which needs rows to watch."""
    from autotune import knowledge
    from autotune.values import class_names

    known = knowledge.entry_for(set(class_names(type(plan.target))))
    return bool(known and known.content.early_stopping and plan.static.get(known.content.early_stopping))


def environment(plan: Plan, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return where and with what the job runs: versions, system, cores, the data's fingerprint, the time; no secrets."""
    from importlib.metadata import version

    from autotune import __version__
    from autotune.facts.fingerprint import fingerprint
    from autotune.knowledge.catalog import installed_version

    library = plan.estimator.partition(".")[0]
    libraries = {d: v for d in ("optuna", "numpy", "scikit-learn", library) if (v := installed_version(d))}
    return {
        "autotune": __version__, "python": platform.python_version(), "system": platform.platform(), "cores": plan.facts.get("cores"),
        "libraries": {**libraries, "optuna": version("optuna")}, "created": now(),
        "data": None if data.get("X") is None else fingerprint(*(data.get(n) for n in ("X", "y", "groups", "sample_weight"))),
    }  # fmt: skip


def now() -> str:
    """Return the time in UTC to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _free_name(plan: Plan, taken: list[str]) -> str:
    """Return a name from the estimator and the time that no job has."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", plan.estimator.rpartition(".")[2]).strip("-").lower() or "job"
    name = f"{stem}-{datetime.now():%Y%m%d-%H%M%S}"
    return next(n for n in (name, *(f"{name}-{i}" for i in range(2, 10_000))) if n not in taken)
