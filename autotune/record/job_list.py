"""The jobs of a store, a summary of each."""

from pathlib import Path
from typing import Any

from autotune.errors import AutotuneError
from autotune.record.job import JobRecord
from autotune.record.store import open_store


def list_jobs(storage: str | Path | None = None) -> list[dict[str, Any]]:
    """Return a summary of each job in a store.

    It holds name, estimator, status, trials, best value, and when the job was created.
    """
    store = open_store(storage)
    return [_short(JobRecord(name, store)) for name in store.names()]


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
            "metric": str(job.plan["metric"]),
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
            "created": "",
            "error": str(error),
        }
