"""What training code may ask for and tell while a trial runs it: in a worker process, or in a script that a trial started."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class Stopped(BaseException):
    """Raised by a report where the trial is to end early; no Exception, as training code that catches those ends, too."""


class Killed(Exception):
    """Raised by an objective whose process a signal ended, so that the trial is tried again as one whose worker died."""


NUMBER, CHECKPOINTS, METRICS = "AUTOTUNE_TRIAL", "AUTOTUNE_CHECKPOINT_DIR", "AUTOTUNE_METRICS_FILE"
SEED = "AUTOTUNE_SEED"
Take = Callable[[float | None, Mapping[str, Any], int | None], None]


@dataclass
class _Here:
    """The trial of this process, of which there is one at a time; ``take`` takes what is reported."""

    number: int
    folder: Path
    take: Take | None = None


_here: _Here | None = None


class CurrentTrial:
    """The trial that runs this code, in a worker process or in a script; outside of one its attributes are None."""

    @property
    def number(self) -> int | None:
        """The trial's number in its job."""
        if _here is not None:
            return _here.number
        number = os.environ.get(NUMBER)
        return None if number is None else int(number)

    @property
    def checkpoint_dir(self) -> Path | None:
        """A folder of the trial's own, which its retry finds again, and so does the job that goes on with it."""
        if _here is not None:
            return made(_here.folder / "checkpoint")
        folder = os.environ.get(CHECKPOINTS)
        return None if folder is None else made(Path(folder))


trial = CurrentTrial()


def report(value: float | None = None, /, *, step: int | None = None, **metrics: float) -> None:
    """Tell metrics so far, so that a trial without hope ends early; outside of a trial nothing happens.

    Args:
        value: The metric that is tuned, where a function need not name it; in a script it is called
            ``value``.
        step: Which step they belong to, such as the epoch; counted from 1 where left out.
        **metrics: Metrics by name.
    """
    if _here is not None:
        if _here.take is not None:
            _here.take(value, metrics, step)
    elif METRICS in os.environ:
        told = {"value": value, **metrics, "step": step}
        line = json.dumps({n: v for n, v in told.items() if v is not None}, default=float)
        with Path(os.environ[METRICS]).open("a", encoding="utf-8") as file:
            file.write(line + "\n")


@contextmanager
def running(number: int, folder: Path) -> Iterator[None]:
    """Make a trial the one that runs in this process; ``folder`` is its own, made when it is first needed."""
    global _here  # noqa: PLW0603 - training code may ask from any of its threads
    before, _here = _here, _Here(number, folder)
    try:
        yield
    finally:
        _here = before


@contextmanager
def reporting_to(take: Take) -> Iterator[None]:
    """Give what training code reports to an objective, where a trial runs."""
    if _here is not None:
        _here.take = take
    try:
        yield
    finally:
        if _here is not None:
            _here.take = None


def own_folder() -> tuple[int, Path]:
    """Return the number and the folder of the trial that runs in this process.

    Raises:
        RuntimeError: if none does.
    """
    if _here is None:
        raise RuntimeError(
            "a script must be run by a trial: worker processes say which with autotune.workers.trial_context.running"
        )
    return _here.number, made(_here.folder)


def made(folder: Path) -> Path:
    """Return a folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder
