"""A script, run once with its static values before anything is tuned, to see that it ends well and its metrics are found."""

import os
import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    """How a script's try went: the last value of each metric, how often each was told, its seconds and its whole command."""

    metrics: Mapping[str, float]
    counts: Mapping[str, int]
    seconds: float
    command: tuple[str, ...]

    def __str__(self) -> str:
        lines = [
            f"{n} = {v:g} (found {counted(self.counts[n], 'time')})"
            for n, v in self.metrics.items()
        ]
        return "\n".join(
            [f"ended well after {self.seconds:.3g} s: {shlex.join(self.command)}", *lines]
        )

    def describe(self) -> dict[str, Any]:
        """Return it as JSON-safe data."""
        return {**vars(self), "command": list(self.command)}


@dataclass(frozen=True)
class _Try:
    """Evaluates a script for the count of each metric, too, and for the end of its log where it fails."""

    objective: "ScriptObjective"

    def __call__(self, params: Mapping[str, Any], report: Report, seed: int) -> dict[str, Any]:
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
    objective = replace(script_objective(script, next(iter(script.metrics))), check_all=True)
    with WorkerPool(1, pickled(_Try(objective), None), threads=os.cpu_count() or 1) as workers:
        workers.submit(0, {}, SEED)
        event = _ended(workers, time.monotonic() + limit)
    match event:
        case events.Done() if "error" not in event.metrics:
            told: Any = event.metrics
            command = (*objective.command, *script.arguments_for(script.hyperparameters))
            return Tried(told["metrics"], told["counts"], event.seconds, command)
        case events.Done():
            told = event.metrics
            raise _failed(script, told["error"], told["notes"])
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
        _of_paths(script),
    )
    for note in notes or []:
        error.add_note(note)
    return error


def _of_paths(script: ScriptSpec) -> str:
    """Return the hint for a static value that names something from here only, while a trial runs in a folder of its own."""
    texts = [
        v
        for v in script.hyperparameters.values()
        if isinstance(v, str) and v and not os.path.isabs(v)
    ]  # noqa: PTH117
    named = next((t for t in texts if os.path.exists(t)), None)  # noqa: PTH110 - any text may be asked for
    if named is None or script.folder is not None:
        return ""
    return f"It ran in a folder of its own, where {named!r} is not: give its whole path, or folder='.'."
