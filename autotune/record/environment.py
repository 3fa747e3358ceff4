"""Where and with what a job runs, and whether that is what it was begun with."""

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from autotune.engines import Engine
from autotune.errors import StoreError
from autotune.plan.spec import PlanSpec

STORE = "optuna"  # the distribution whose storages hold the record
Environment = Mapping[str, Any]
"""What `environment` returned when the job began, as its record holds it."""
DATA = ("X", "y", "groups", "sample_weight")


def environment(plan: PlanSpec, data: Mapping[str, object], engine: Engine) -> dict[str, Any]:
    """Return where and with what the job runs, without secrets.

    These are versions, system, cores, the data's fingerprint and the time.
    """
    from autotune.version import __version__

    return {
        "autotune": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": plan.facts.get("cores"),
        "engine": engine.describe(),
        "libraries": libraries(plan, engine),
        "created": now(),
        "data": data_print(data),
    }


def libraries(plan: PlanSpec, engine: Engine) -> dict[str, str]:
    """Return the versions of what decides a trial's result."""
    from autotune.version import installed_version

    estimator_packages = [name.partition(".")[0] for name in plan.estimator.split(", ")]
    names = (STORE, *engine.adapter.packages, "numpy", "scikit-learn", *estimator_packages)
    for encoder in plan.trial_setup.encoders.values():
        names += encoder.packages
    return {name: version for name in names if (version := installed_version(name))}


def data_print(data: Mapping[str, object]) -> str | None:
    """Return the fingerprint of the data, or None where there are none."""
    from autotune.facts.fingerprint import fingerprint

    return None if data.get("X") is None else fingerprint(*(data.get(name) for name in DATA))


def check_same(
    recorded: Environment, plan: PlanSpec, data: Mapping[str, object], engine: Engine
) -> None:
    """Refuse to go on where the trials would not be comparable with those the job has.

    Raises:
        StoreError: naming the versions that differ by more than a patch, or that the data are
            others.
    """
    installed = {"python": platform.python_version(), **libraries(plan, engine)}
    recorded_versions = {
        "python": recorded.get("python", installed["python"]),
        **recorded.get("libraries", {}),
    }
    differing = [
        f"{name} {version} (here {installed.get(name, 'none')})"
        for name, version in recorded_versions.items()
        if minor(version) != minor(installed.get(name, ""))
    ]
    if differing:
        raise StoreError(
            "a job must be gone on with the versions it was begun with, "
            f"which are {', '.join(differing)}.",
            "Install those, or begin a new job.",
        )
    if data.get("X") is not None and recorded.get("data") not in (None, data_print(data)):
        raise StoreError(
            "a job must be gone on with the data it was begun with, got other data.",
            "Begin a new job for them.",
        )


def minor(version: str) -> str:
    """Return a version without its patch."""
    return ".".join(version.split(".")[:2])


def now() -> str:
    """Return the time in UTC to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
