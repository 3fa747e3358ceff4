"""How a trial and a job stand; each status is its text, so that JSON and comparisons are plain."""

from enum import StrEnum


class TrialStatus(StrEnum):
    """How one trial stands or ended."""

    RUNNING = "running"
    FINISHED = "finished"
    """It returned a value."""
    STOPPED = "stopped"
    """Early stopping, or the end of the job, cut it short."""
    FAILED = "failed"
    """It raised an error, or its process died."""
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    INTERRUPTED = "interrupted"
    """It was cut short from outside; it is tried again when its job is resumed."""

    __repr__ = str.__repr__


class JobStatus(StrEnum):
    """How a job stands or ended."""

    RUNNING = "running"
    INTERRUPTED = "interrupted"
    """The process that worked on it is gone."""
    COMPLETED = "completed"
    FAILED = "failed"
    STOPPED = "stopped"
    """A person or a signal ended it."""

    __repr__ = str.__repr__


FAILURES = (TrialStatus.FAILED, TrialStatus.TIMED_OUT, TrialStatus.OUT_OF_MEMORY)
"""The statuses of a trial that ended without a result."""
