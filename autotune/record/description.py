"""A job's whole record as plain data: its plan, and how it went."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from autotune.plan.spec import PlanSpec
from autotune.record.edges import MIN_TRIALS, Edge, edges
from autotune.record.repeatability import repeatable
from autotune.record.status import JobStatus, TrialStatus
from autotune.record.stored_job import StoredJob
from autotune.record.trial import Trial, ranked
from autotune.record.verdict import judge
from autotune.serialization.values import to_plain


def describe_job(job: StoredJob) -> dict[str, Any]:
    """Return what `JobRecord.describe` returns."""
    trials, state = job.all_trials(), job.state
    top = ranked(trials, job.plan.mode)[:1]
    best = top[0].describe() if top else None
    verdict = judge(job.plan, trials, top[0] if top else None, job.confirmation)
    return {
        **job.plan.describe(),
        "name": job.name,
        "status": job.status,
        "counters": {
            status.value: sum(trial.status is status for trial in trials) for status in TrialStatus
        }
        | {"total": len(trials)},
        **({"constraints": limits_of(job.plan, trials)} if job.plan.constraints else {}),
        "best": best,
        "overall_best": overall_best(job, top),
        "refit": refit(job),
        "verdict": verdict.describe() if verdict else None,
        "confirmation": job.confirmation or None,
        "edges": [edge.describe() for edge in job_edges(job, trials)],
        "warnings": warnings_of(trials),
        "consumed": {
            "trials": len(trials),
            "seconds": job.consumed_so_far()
            if state.get("status") == JobStatus.RUNNING
            else state.get("seconds"),
            "trial_seconds": sum(trial.seconds or 0.0 for trial in trials),
            "sessions": state.get("session", 1),
            "memory": state.get("memory") or None,
        },
        "forecast": state.get("forecast") or None,
        "completion": {
            key: state.get(key) or None
            for key in ("criterion", "reason", "ended", "saved", "error")
        },
        "repeatable": repeatable(job.plan, trials, state),
        "environment": job.record["environment"],
    }


def limits_of(plan: PlanSpec, trials: Sequence[Trial]) -> dict[str, Any]:
    """Return how many finished trials are feasible, and how many are beyond each constraint."""
    finished = [trial for trial in trials if trial.status is TrialStatus.FINISHED]
    beyond = {
        name: {"limit": limit, "violated": sum(_is_beyond(trial, name) for trial in finished)}
        for name, limit in plan.constraints.items()
    }
    return {"feasible": sum(bool(trial.feasible) for trial in finished), "limits": beyond}


def _is_beyond(trial: Trial, name: str) -> bool:
    amount = trial.constraints.get(name)
    return amount is None or amount > 0


def refit(job: StoredJob) -> str | None:
    """Return how ``best_estimator`` is fitted, where that is not on all rows alike."""
    if not job.plan.trial_setup.early_stopping:
        return None
    return "on 80 % of the rows; it stops early by the others, as in the trials"


def job_edges(job: StoredJob, trials: Sequence[Trial]) -> list[Edge]:
    """Return where the best of some trials is at an end of a range that can be widened."""
    finished = ranked(trials, job.plan.mode)
    return edges(job.plan, finished[0].params) if len(finished) >= MIN_TRIALS else []


def warnings_of(trials: Sequence[Trial]) -> dict[str, int]:
    """Return how many warnings of each kind the trials raised, the most frequent kind first."""
    counts = sum((Counter(trial.warnings) for trial in trials), Counter[str]())
    return dict(counts.most_common())


def overall_best(job: StoredJob, top: Sequence[Trial]) -> dict[str, Any] | None:
    """Return the best configuration of a job, whose best trial is given, and of its parents."""
    sign = job.plan.mode.sign
    own_best = [{"job": job.name, **trial.describe()} for trial in top]
    parent_bests = [
        {"job": parent["job"], **to_plain(parent["best"])}
        for parent in job.plan.parents
        if parent["best"]
    ]
    return max(
        [*own_best, *parent_bests],
        key=lambda candidate: sign * candidate["value"],
        default=None,
    )
