"""A script, run once with its static values before tuning, to see that its metrics are found."""

import os
import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autotune.errors import SettingError, TrialError
from autotune.objective.factory import script_objective
from autotune.objective.metric_reports import Report
from autotune.script import ScriptSpec
from autotune.space.scale import is_number
from autotune.text import counted
from autotune.workers import events
from autotune.workers.pickling import pickled
from autotune.workers.pool import WorkerPool

if TYPE_CHECKING:
    from autotune.objective.script import ScriptObjective

MAX_LIMIT_SECONDS = 1e6
SEED = 0


@dataclass(frozen=True)
class Tried:
    """How a script's try went.

    It holds the last value of each metric, how often each was reported, seconds, and the command.
    """

    metrics: Mapping[str, float]
    counts: Mapping[str, int]
    seconds: float
    command: tuple[str, ...]

    def __str__(self) -> str:
        lines = [
            f"{name} = {value:g} (found {counted(self.counts[name], 'time')})"
            for name, value in self.metrics.items()
        ]
        return "\n".join(
            [f"ended well after {self.seconds:.3g} s: {shlex.join(self.command)}", *lines]
        )

    def describe(self) -> dict[str, Any]:
        """Return it as JSON-safe data."""
        return {**vars(self), "command": list(self.command)}


@dataclass(frozen=True)
class _Try:
    """Evaluates a script for the count of each metric, and for its log's end where it fails."""

    objective: "ScriptObjective"

    def __call__(self, params: Mapping[str, object], report: Report, seed: int) -> dict[str, Any]:
        from autotune.objective.process import CommandFailed

        try:
            steps = self.objective.run(params, report, seed)
        except CommandFailed as error:
            return {"error": str(error), "notes": list(getattr(error, "__notes__", []))}
        return {"metrics": steps.last, "counts": dict(steps.counts)}


def try_once(script: ScriptSpec, limit: float) -> Tried:
    """Run a script once; `api.Script.try_once` says what the arguments are."""
    if not is_number(limit) or not 0.01 <= limit <= MAX_LIMIT_SECONDS:
        raise SettingError(
            f"limit must be a number of seconds from 0.01 to {MAX_LIMIT_SECONDS:g}, got {limit!r}."
        )
    script.check_written(script.hyperparameters)
    objective = replace(script_objective(script, next(iter(script.metrics))), check_all=True)
    with WorkerPool(1, pickled(_Try(objective), None), threads=os.cpu_count() or 1) as workers:
        workers.submit(0, {}, SEED)
        event = _ended(workers, time.monotonic() + limit)
    match event:
        case events.Done() if "error" not in event.metrics:
            reported: Any = event.metrics
            command = (*objective.command, *script.arguments_for(script.hyperparameters))
            return Tried(reported["metrics"], reported["counts"], event.seconds, command)
        case events.Done():
            reported = event.metrics
            raise _failed(script, reported["error"], reported["notes"])
        case events.Failed():
            raise _failed(script, event.error)
        case events.Died():
            raise _failed(script, event.reason)
    raise _failed(script, f"it did not end in {limit:g} s")


def _ended(workers: WorkerPool, until: float) -> events.Event | None:
    """Return how the try ended, or None where it has not in time."""
    while time.monotonic() < until:
        for event in workers.wait(max(0.0, until - time.monotonic())):
            if not isinstance(event, events.Report):
                return event
            workers.answer(event.number, stop=False)
    return None


def _failed(script: ScriptSpec, reason: str, notes: list[str] | None = None) -> TrialError:
    error = TrialError(
        f"{script.name} must run well with its static values, and did not: {reason}.",
        _of_paths(script) or _of_flags(script) or _of_folder(script),
    )
    for note in notes or []:
        error.add_note(note)
    return error


def _of_paths(script: ScriptSpec) -> str:
    """Return the hint for a static value that is a path relative to this folder."""
    relative = next(filter(_is_relative_path, script.hyperparameters.values()), None)
    if relative is None or script.folder is not None:
        return ""
    return (
        f"It ran in a folder of its own, where {relative!r} is not: "
        "give its whole path, or folder='.'."
    )


def _of_flags(script: ScriptSpec) -> str:
    """Return the hint for static values that are True or False, written as such."""
    flags = {flag.partition("/")[0] for flag in script.flags}
    written = [
        name
        for name, value in script.hyperparameters.items()
        if isinstance(value, bool) and name not in flags
    ]
    if not written:
        return ""
    return f"An argument that takes no value is a flag: flags={written[:3]!r} writes it alone."


def _of_folder(script: ScriptSpec) -> str:
    if script.folder is not None:
        return ""
    return "It ran in an empty folder of its own: folder='.' runs it in yours."


def _is_relative_path(value: object) -> bool:
    """Return whether a value is the text of a relative path that exists in this folder."""
    if not isinstance(value, str) or not value or Path(value).is_absolute():
        return False
    return os.path.exists(value)  # noqa: PTH110 - pathlib raises for some texts
