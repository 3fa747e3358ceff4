"""A script as an objective: its command runs with a configuration while metrics are read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autotune.errors import did_you_mean
from autotune.objective.bounded_log import Log
from autotune.objective.metric_patterns import MetricsFile, Reading, nearest
from autotune.objective.metric_reports import Report, Steps
from autotune.objective.process import CommandFailed, Process
from autotune.script import ScriptSpec
from autotune.workers import child_processes, trial_context
from autotune.workers.output import LOG
from autotune.workers.trial_context import Killed, Stopped

LAST_LINES, NOTED_LINES, SEARCHED_LINES = 3, 20, 1000
MAX_LOG_END_LENGTH = 300


@dataclass(frozen=True)
class ScriptObjective:
    """Runs a script with one configuration.

    It runs where `trial_context.own_folder` says which trial it is.
    """

    script: ScriptSpec
    """What runs, and how its metrics are read."""
    metric: str
    """The name of the tuned metric."""
    command: tuple[str, ...]
    """The script's command word by word, files by their absolute paths."""
    folder: str | None = None
    """The absolute path of the script's folder; None for a new folder in each trial."""
    seed_names: tuple[str, ...] = ()
    """The hyperparameters that get the trial's seed."""
    check_all: bool = False
    """Whether all metrics must be reported, not only the tuned one."""
    value: str = "last"
    """What of its reports is a trial's value: ``last``, ``best`` or ``mean``."""
    mode: str = "max"
    """Whether the highest report is the best, or the lowest."""

    def __call__(self, params: Mapping[str, object], report: Report, seed: int) -> dict[str, float]:
        """Return the last value of each metric; of the tuned one, what `value` says.

        Raises:
            CommandFailed: if the command fails, or a metric is not finite. Killed: if a signal
                ended it.
            Stopped: if the report says so; the command has ended then.
        """
        return self.run(params, report, seed).outcome()

    def run(self, params: Mapping[str, object], report: Report, seed: int) -> Steps:
        """Run the command to its end and return what it told; errors as for a call."""
        number, place = trial_context.own_folder()
        folder = (
            trial_context.ensured_folder(place / "work")
            if self.folder is None
            else Path(self.folder)
        )
        file = (
            folder / self.script.metrics_file
            if self.script.metrics_file
            else place / "metrics.jsonl"
        )
        values = {**self.script.hyperparameters, **dict.fromkeys(self.seed_names, seed), **params}
        env = {
            **self.script.env_for(values),
            trial_context.HYPERPARAMETERS: json.dumps(values),
            trial_context.NUMBER: str(number),
            trial_context.SEED: str(seed),
            trial_context.METRICS: str(file),
            trial_context.CHECKPOINTS: str(trial_context.ensured_folder(place / "checkpoint")),
        }
        words = [*self.command, *self.script.arguments_for(values)]
        steps = Steps(
            self.metric,
            report,
            late=self.script.steps is None,
            silent=self.script.steps is False,
            value=self.value,
            mode=self.mode,
        )
        reading = Reading(self.script, steps)
        watched = MetricsFile(file, reading)
        with Log(place / LOG) as log:

            def hear(lines: list[bytes]) -> None:
                log.write_lines(lines)
                for line in lines:
                    reading.line(line.decode(errors="replace"))

            with Process(words, folder, env) as process:
                try:
                    code = process.follow(hear, watched.look)
                    watched.end()
                except Stopped:
                    process.ask_to_end(log.write_lines)
                    raise
                except ValueError as error:
                    raise _failed(str(error), log) from None
            self._check_end(code, steps, log)
        return steps

    def probing(self) -> tuple["ScriptObjective", int]:
        """Return what evaluates one trial, for timing it; a script's trial is one run."""
        return self, 1

    def _check_end(self, code: int | None, steps: Steps, log: Log) -> None:
        """Raise where the command did not end well, or never told the metric."""
        if code is None or code < 0:
            raise Killed(f"killed by {child_processes.signal_name(-(code or 0))}{_end_of(log)}")
        if code > 0:
            raise _failed(f"exit status {code}", log)
        missing = [
            name
            for name in (self.script.metrics if self.check_all else [self.metric])
            if name not in steps.last
        ]
        if missing:
            raise _failed(self._untold(missing[0], steps, log), log)

    def _untold(self, name: str, steps: Steps, log: Log) -> str:
        """Say that a metric was never told, and what was instead."""
        if isinstance(self.script.metrics, Mapping):
            near = nearest(name, log.tail(SEARCHED_LINES))
            pattern = self.script.metrics[name]
            return f"no line of its log matches {pattern!r}, the pattern of {name!r}{near}"
        names = sorted(steps.last) or "nothing"
        hint = did_you_mean(name, steps.last)
        return f"its metrics file must hold {name!r}, got {names}. {hint}".rstrip()


def _failed(reason: str, log: Log) -> CommandFailed:
    error = CommandFailed(f"{reason}{_end_of(log)}")
    if lines := log.tail(NOTED_LINES):
        error.add_note("The log ends:\n" + "\n".join(line[-MAX_LOG_END_LENGTH:] for line in lines))
    return error


def _end_of(log: Log) -> str:
    text = " | ".join(log.tail(LAST_LINES))
    return f"; its log ends: {text[-MAX_LOG_END_LENGTH:]}" if text else "; its log is empty"
