"""The next round of a job: its settings, and its name."""

import re
from collections.abc import Mapping
from typing import Any

from autotune.errors import StoreError
from autotune.record.job import JobRecord
from autotune.record.status import JobStatus

NUMBERED = re.compile(r"(.+)-(\d{1,4})")


def next_settings(job: JobRecord, settings: Mapping[str, object]) -> dict[str, Any]:
    """Return the settings of the job that continues this one: it starts from its results.

    Raises:
        StoreError: if the job runs.
    """
    if job.status is JobStatus.RUNNING:
        raise StoreError(
            f"job {job.name!r} must have ended to be continued, got status 'running'.",
            f"First: autotune stop {job.name}{job.store.option}",
        )
    known = {"warm_start": [job.name]} if job.top(1) else {}
    return {**known, **settings}


def next_name(job: JobRecord) -> str:
    """Return the job's name with the next number that is free, from 2 on."""
    match = NUMBERED.fullmatch(job.name)
    stem, first = (match[1], int(match[2]) + 1) if match else (job.name, 2)
    taken = set(job.store.names())
    return next(
        name for number in range(first, first + 10_000) if (name := f"{stem}-{number}") not in taken
    )
