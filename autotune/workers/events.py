"""What a worker process reports of a trial; plain frozen data that travels over the connection."""

from collections.abc import Mapping
from dataclasses import dataclass


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


@dataclass(frozen=True)
class Pruned:
    """A trial ended at a report because it was told to."""

    number: int
    seconds: float


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


@dataclass(frozen=True)
class Died:
    """A trial's process is gone, and why; ``lost`` says that the machine failed it."""

    number: int
    reason: str
    lost: bool = False


Event = Report | Done | Pruned | Failed | Died
