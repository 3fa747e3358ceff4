"""The jobs of a store, a summary of each."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from autotune.errors import AutotuneError
from autotune.plan.mode import Mode
from autotune.record.job import JobRecord
from autotune.record.store import open_store

Summary = dict[str, Any]


def list_jobs(storage: str | Path | None = None) -> list[Summary]:
    """Return a summary of each job in a store.

    It holds name, estimator, status, trials, best value, metric and mode, and when the job was
    created.
    """
    store = open_store(storage)
    return [_short(JobRecord(name, store)) for name in store.names()]


def selected(
    jobs: Iterable[Summary],
    *,
    status: str | None = None,
    estimator: str | None = None,
    since: datetime | None = None,
) -> list[Summary]:
    """Return the jobs with a status, whose estimator's name holds a text, created since a time."""
    return [
        job
        for job in jobs
        if status in (None, job["status"])
        and (estimator is None or estimator.lower() in job["estimator"].lower())
        and (since is None or (job["created"] and datetime.fromisoformat(job["created"]) >= since))
    ]


def in_order(jobs: Iterable[Summary], by: str) -> list[Summary]:
    """Return jobs by when they were created, by name, or by metric with the best first.

    Whether the largest or the smallest value is best is each job's own mode.
    """
    if by != "best":
        return sorted(jobs, key=lambda job: str(job[by]))
    return sorted(jobs, key=_place)


def _place(job: Summary) -> tuple[bool, str, str, float]:
    """Return what puts jobs without a result last, and the best of each metric first."""
    if job["best"] is None:
        return True, "", "", 0.0
    return False, job["metric"], job["mode"], -Mode(job["mode"]).sign * job["best"]


def _short(job: JobRecord) -> dict[str, Any]:
    """Return one job in short; one that cannot be read says so instead of hiding the others."""
    try:
        top = job.top(1)
        return {
            "name": job.name,
            "estimator": job.plan.estimator,
            "status": job.status,
            "trials": len(job.all_trials()),
            "best": top[0].value if top else None,
            "metric": job.plan.metric_name,
            "mode": str(job.plan.mode),
            "created": job.record["environment"]["created"],
        }
    except AutotuneError as error:
        return {
            "name": job.name,
            "estimator": "",
            "status": "unreadable",
            "trials": 0,
            "best": None,
            "metric": "",
            "mode": "",
            "created": "",
            "error": str(error),
        }
