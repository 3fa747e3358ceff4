"""What happens where a job's name is taken."""

from collections.abc import Mapping
from typing import Literal, get_args

from autotune.errors import SettingError, StoreError, did_you_mean
from autotune.plan.spec import PlanSpec
from autotune.record.environment import data_print
from autotune.record.job import JobRecord
from autotune.record.store import Store

Exists = Literal["error", "return", "resume", "replace"]
# What a job's parents give is written into its plan when it begins.
FROM_PARENTS = ("results", "portfolio", "initial_trials")
MAX_NAMES = 3  # of settings that differ, in a message


def check_exists(exists: str) -> None:
    """Refuse another word than the four.

    Raises:
        SettingError: naming the nearest.
    """
    words = get_args(Exists)
    if exists not in words:
        raise SettingError(
            f"exists must be one of {', '.join(words)}, got {exists!r}.",
            did_you_mean(str(exists), words, 0),
        )


def existing_job(
    plan: PlanSpec, data: Mapping[str, object], name: str, store: Store, exists: str
) -> JobRecord | None:
    """Return the job to come back to or to resume; None where a new one begins.

    Args:
        plan: The plan to carry out.
        data: ``X``, ``y``, ``groups`` and ``sample_weight``, each None where absent.
        name: The job's name.
        store: Where it is kept.
        exists: What happens where the name is taken.

    Raises:
        StoreError: if the job of this name has another plan or other data.
    """
    if exists not in ("return", "resume") or name not in store.names():
        return None
    job = JobRecord(name, store, dict(data))
    differing = differing_settings(plan, job.plan)
    if differing:
        suffix = f" and {len(differing) - MAX_NAMES} more" if len(differing) > MAX_NAMES else ""
        names = ", ".join(differing[:MAX_NAMES]) + suffix
        raise _another(name, exists, f"another plan (see {names})")
    if job.record["environment"].get("data") != data_print(data):
        raise _another(name, exists, "other data")
    return job


def differing_settings(plan: PlanSpec, recorded: PlanSpec) -> list[str]:
    """Return the names of what differs between a plan and the one that a job recorded."""
    parents = FROM_PARENTS if "warm_start" in plan.settings else ()
    return [name for name in plan.diff(recorded) if name not in parents]


def replace_job(name: str, store: Store, exists: str) -> None:
    """Delete the job of this name where it is to be replaced.

    Raises:
        StoreError: if it runs.
    """
    if exists == "replace" and name in store.names():
        JobRecord(name, store).delete()


def _another(name: str, exists: str, what: str) -> StoreError:
    return StoreError(
        f"job {name!r} must be of the same plan and data for exists={exists!r}, it has {what}.",
        "Choose another name, or exists='replace'.",
    )
