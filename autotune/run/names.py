"""Names of jobs that nobody named."""

import re
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from autotune.errors import NameTaken
from autotune.plan.spec import PlanSpec
from autotune.record.job import JobRecord
from autotune.record.store import Store
from autotune.script import ScriptSpec

MAX_NAMES = 20  # that are tried before a random one


def under_free_name(plan: PlanSpec, store: Store, begin: Callable[[str], JobRecord]) -> JobRecord:
    """Return the job that ``begin`` runs under a new name; one that is taken meanwhile is left."""
    for _ in range(MAX_NAMES):
        with suppress(NameTaken):  # by a program that began a job in the same second
            return begin(free_name(plan, store.names()))
    return begin(free_name(plan, store.names(), f"{uuid.uuid4().hex[:8]}-"))


def free_name(plan: PlanSpec, taken: list[str], prefix: str = "") -> str:
    """Return a name from the estimator and the time that no job has, nor begins with."""
    several = plan.estimator.count(", ") + 1
    single = (
        Path(plan.estimator).stem
        if isinstance(plan.target, ScriptSpec)
        else plan.estimator.rpartition(".")[2]
    )
    words = f"{several}-algorithms" if several > 1 else single
    stem = re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-").lower() or "job"
    name = f"{prefix}{stem[:60]}-{datetime.now():%Y%m%d-%H%M%S}"
    return next(
        candidate
        for candidate in (name, *(f"{name}-{i}" for i in range(2, 10_000)))
        if not any(existing.startswith(candidate) for existing in taken)
    )
