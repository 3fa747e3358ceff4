"""What training code may ask and report while a trial runs it, in a worker or in a script."""

import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autotune.workers.observations import Observer


class Stopped(BaseException):
    """Raised by a report where the trial is to end early.

    It is no Exception, so that training code that catches those ends, too.
    """


class Killed(Exception):
    """Raised by an objective whose process a signal ended, so that the trial is tried again."""


NUMBER, CHECKPOINTS, METRICS = "AUTOTUNE_TRIAL", "AUTOTUNE_CHECKPOINT_DIR", "AUTOTUNE_METRICS_FILE"
SEED, HYPERPARAMETERS = "AUTOTUNE_SEED", "AUTOTUNE_HYPERPARAMETERS"
Take = Callable[[float | None, Mapping[str, Any], int | None], None]


@dataclass
class _Current:
    """The one trial of this process; ``take`` takes what is reported."""

    number: int
    folder: Path
    take: Take | None = None
    observer: Observer = field(default_factory=Observer)


_current: _Current | None = None


class CurrentTrial:
    """The trial that runs this code; outside of one its attributes are None."""

    @property
    def number(self) -> int | None:
        """The trial's number in its job."""
        if _current is not None:
            return _current.number
        number = os.environ.get(NUMBER)
        return None if number is None else int(number)

    @property
    def checkpoint_dir(self) -> Path | None:
        """The trial's folder for checkpoints, which its retry and a resumed job find again."""
        if _current is not None:
            return ensured_folder(_current.folder / "checkpoint")
        folder = os.environ.get(CHECKPOINTS)
        return None if folder is None else ensured_folder(Path(folder))


trial = CurrentTrial()


def report(value: float | None = None, /, *, step: int | None = None, **metrics: float) -> None:
    """Report metrics so far, so that a poor trial ends early; outside of a trial nothing happens.

    Args:
        value: The metric that is tuned, where a function need not name it; in a script it is called
            ``value``.
        step: Which step they belong to, such as the epoch; counted from 1 where left out.
        **metrics: Metrics by name.
    """
    if _current is not None:
        if _current.take is not None:
            _current.take(value, metrics, step)
    elif METRICS in os.environ:
        values = {"value": value, **metrics, "step": step}
        line = json.dumps(
            {name: value for name, value in values.items() if value is not None}, default=float
        )
        with Path(os.environ[METRICS]).open("a", encoding="utf-8") as file:
            file.write(line + "\n")


@contextmanager
def running(number: int, folder: Path) -> Iterator[Observer]:
    """Make a trial the one that runs in this process; ``folder`` is created when first needed."""
    global _current  # noqa: PLW0603 - training code may ask from any of its threads
    before, _current = _current, _Current(number, folder)
    try:
        yield _current.observer
    finally:
        _current = before


def observe(step: int | None, metrics: Mapping[str, float]) -> None:
    """Keep metrics of the trial that runs in this process, if any; without a step at its end."""
    if _current is None:
        return
    if step is None:
        _current.observer.add(metrics)
    else:
        _current.observer.take(step, metrics)


def show_warning(  # noqa: PLR0917 - the signature of warnings.showwarning
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: Any = None,
    line: str | None = None,
) -> None:
    """Count a warning of the running trial; the first of each kind is printed, for its log."""
    if _current is None or _current.observer.warn(category):
        print(warnings.formatwarning(message, category, filename, lineno), end="", file=sys.stderr)


@contextmanager
def fit_warnings() -> Iterator[None]:
    """Let a trial count the warnings of fits; outside of a trial they are not shown.

    What a library will change in later versions says nothing of a fit, and may be about
    hyperparameters that autotune sets, such as the number of threads.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if _current is None else "always")
        for of_code in (FutureWarning, DeprecationWarning, PendingDeprecationWarning):
            warnings.simplefilter("ignore", of_code)
        if _current is not None:
            warnings.showwarning = show_warning
        yield


@contextmanager
def reporting_to(take: Take) -> Iterator[None]:
    """Give what training code reports to an objective, where a trial runs."""
    if _current is not None:
        _current.take = take
    try:
        yield
    finally:
        if _current is not None:
            _current.take = None


def own_folder() -> tuple[int, Path]:
    """Return the number and the folder of the trial that runs in this process.

    Raises:
        RuntimeError: if none does.
    """
    if _current is None:
        raise RuntimeError(
            "a script must be run by a trial: worker processes say which "
            "with autotune.workers.trial_context.running"
        )
    return _current.number, ensured_folder(_current.folder)


def ensured_folder(folder: Path) -> Path:
    """Return a folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder
