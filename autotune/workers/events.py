"""What a worker process reports of a trial; plain frozen data that travels over the connection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autotune.workers.observations import Observations


@dataclass(frozen=True)
class Report:
    """An intermediate value of the metric."""

    number: int
    step: int
    value: float


@dataclass(frozen=True)
class Done:
    """A trial finished with these metrics after so many seconds.

    ``memory`` is the most its process has used, in bytes.
    """

    number: int
    metrics: Mapping[str, float]
    seconds: float
    memory: int | None = None
    observations: Observations = field(default_factory=Observations)


@dataclass(frozen=True)
class Pruned:
    """A trial ended at a report because it was told to."""

    number: int
    seconds: float
    observations: Observations = field(default_factory=Observations)


@dataclass(frozen=True)
class Failed:
    """A trial raised: the error in one line, and its traceback.

    ``memory`` says that it had no memory left.
    """

    number: int
    error: str
    trace: str
    seconds: float
    memory: bool = False
    observations: Observations = field(default_factory=Observations)


@dataclass(frozen=True)
class Died:
    """A trial's process is gone, and why; ``lost`` says that the machine failed it."""

    number: int
    reason: str
    lost: bool = False


Event = Report | Done | Pruned | Failed | Died


def details_of(event: Done | Pruned | Failed, metric: str) -> dict[str, Any]:
    """Return what the record keeps of a trial's end, beside the value of its tuned metric."""
    match event:
        case Done():
            others = {name: value for name, value in event.metrics.items() if name != metric}
            result: dict[str, Any] = {"metrics": others}
        case Failed():
            result = {"error": event.error, "trace": event.trace}
        case _:
            result = {}
    return {"seconds": event.seconds, **result, **event.observations.describe()}
