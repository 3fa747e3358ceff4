"""One trial of the record, as plain data, read off an Optuna trial."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from autotune.plan.constraints import SECONDS, violations
from autotune.plan.mode import Mode
from autotune.record.status import TrialStatus
from autotune.space.parameters import ParameterDecoder

if TYPE_CHECKING:
    import optuna

DETAILS = "autotune"
Details = Mapping[str, Any]
"""What a record holds of a trial's end, by name: seconds, error, reason, metrics and so on."""
CUT_SHORT = (TrialStatus.RUNNING, TrialStatus.INTERRUPTED, TrialStatus.STOPPED)
OF_STATE = {"COMPLETE": TrialStatus.FINISHED, "PRUNED": TrialStatus.STOPPED}


@dataclass(frozen=True)
class Trial:
    """One evaluated configuration; ``seconds`` is what the evaluation took.

    ``value`` of a stopped one is its last. ``error`` is one line where it failed, ``reason`` one
    where it was stopped early. ``reports`` are its intermediate values of the tuned metric by step,
    ``steps`` and ``statistics`` those of all its metrics, ``warnings`` counts by kind.
    ``constraints`` says by how much it is beyond each: 0 or less within, None if not reported.
    """

    number: int
    status: TrialStatus
    value: float | None
    params: Mapping[str, Any]
    started: datetime | None
    ended: datetime | None
    seconds: float | None
    error: str = ""
    reason: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    reports: Mapping[int, float] = field(default_factory=dict)
    steps: Mapping[str, Any] = field(default_factory=dict)
    statistics: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    constraints: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def feasible(self) -> bool | None:
        """Whether a finished trial is within all constraints; None for one that did not finish."""
        if self.status is not TrialStatus.FINISHED:
            return None
        return all(beyond is not None and beyond <= 0 for beyond in self.constraints.values())

    def row(self) -> dict[str, Any]:
        """Return the trial as a row of `Job.trials`."""
        fixed = {"number": self.number, "status": self.status, "value": self.value}
        timed = {
            "warnings": sum(self.warnings.values()),
            "started": self.started,
            "ended": self.ended,
            "seconds": self.seconds,
            "error": self.error or None,
        }
        return {**fixed, **self.params, **timed, "reason": self.reason or None}

    def describe(self) -> dict[str, Any]:
        """Return the trial as JSON-safe data."""
        from autotune.serialization.values import to_plain

        params = {name: to_plain(value) for name, value in self.params.items()}
        return {
            "number": self.number,
            "value": self.value,
            "params": params,
            "metrics": {name: to_plain(value) for name, value in self.metrics.items()},
            **({"warnings": dict(self.warnings)} if self.warnings else {}),
            **({"constraints": to_plain(dict(self.constraints))} if self.constraints else {}),
        }


def judged(trials: Sequence[Trial], limits: Mapping[str, str], metric: str) -> list[Trial]:
    """Return trials as other constraints than their job's see them.

    They stay as they are where none of them recorded what a constraint is on.

    Args:
        trials: The trials.
        limits: The constraints.
        metric: The name of the trials' tuned metric, whose value is not among their metrics.
    """
    recorded = [figures_of(trial, metric) for trial in trials]
    if any(all(name not in figures for figures in recorded) for name in limits):
        return list(trials)
    amounts = [violations(limits, figures) for figures in recorded]
    return [
        replace(trial, constraints={n: None if a == math.inf else a for n, a in beyond.items()})
        for trial, beyond in zip(trials, amounts, strict=True)
    ]


def figures_of(trial: Trial, metric: str) -> dict[str, Any]:
    """Return what a finished trial recorded, by name; nothing of another."""
    if trial.status is not TrialStatus.FINISHED:
        return {}
    return {SECONDS: trial.seconds, metric: trial.value, **trial.metrics}


def ended(trials: Sequence[Trial]) -> list[Trial]:
    """Return the trials that came to an end of their own."""
    return [trial for trial in trials if trial.status not in CUT_SHORT]


def has_value(trial: Trial) -> bool:
    """Return whether a trial finished with a number, within all constraints."""
    return bool(trial.feasible and trial.value is not None and math.isfinite(trial.value))


def best_first(trials: Sequence[Trial], mode: Mode) -> list[Trial]:
    """Return trials with a value in order; of equal ones the earlier comes first."""
    return sorted(trials, key=lambda trial: (-mode.sign * (trial.value or 0.0), trial.number))


def ranked(trials: Sequence[Trial], mode: Mode) -> list[Trial]:
    """Return the finished trials within all constraints, best first."""
    return best_first([t for t in trials if t.feasible and t.value is not None], mode)


def read_trials(study: "optuna.Study", decoder: ParameterDecoder, *, alive: bool) -> list[Trial]:
    """Return the study's trials in the order of their starts.

    One that runs while no process works on the job was interrupted.
    """
    return [
        _trial(trial, decoder, alive)
        for trial in study.get_trials(deepcopy=False)
        if trial.state.name != "WAITING" or trial.params
    ]


def _trial(trial: "optuna.trial.FrozenTrial", decoder: ParameterDecoder, alive: bool) -> Trial:
    details: dict[str, Any] = trial.user_attrs.get(DETAILS, {})
    return Trial(
        number=trial.number,
        status=_status(trial, details, alive),
        value=_value(trial, details),
        params=decoder.decode(trial.params),
        started=trial.datetime_start,
        ended=trial.datetime_complete,
        seconds=details.get("seconds", _seconds(trial)),
        error=details.get("error", ""),
        reason=details.get("reason", ""),
        metrics=details.get("metrics", {}),
        reports=trial.intermediate_values,
        steps=details.get("steps", {}),
        statistics=details.get("statistics", {}),
        warnings=details.get("warnings", {}),
        constraints=details.get("constraints", {}),
    )


def _value(trial: "optuna.trial.FrozenTrial", details: Details) -> float | None:
    """Return a trial's value; of one that was stopped early the last that it reported."""
    if trial.state.name == "COMPLETE":
        return trial.value
    if trial.state.name == "PRUNED" and trial.intermediate_values:
        return trial.intermediate_values[max(trial.intermediate_values)]
    return details.get("value")


def _seconds(trial: "optuna.trial.FrozenTrial") -> float | None:
    """Return the time between a trial's start and end, where its record holds none of its own."""
    return trial.duration.total_seconds() if trial.duration is not None else None


def _status(trial: "optuna.trial.FrozenTrial", details: Details, alive: bool) -> TrialStatus:
    """Return the status written with the trial, or what Optuna's state says if none is written.

    None is written after a crash, and by other programs.
    """
    if trial.state.name == "WAITING":  # cut short; it is tried again when the job is resumed
        return TrialStatus.INTERRUPTED
    if trial.state.name == "RUNNING":
        return TrialStatus.RUNNING if alive else TrialStatus.INTERRUPTED
    written = details.get("status")
    if written in list(TrialStatus):
        return TrialStatus(written)
    return OF_STATE.get(trial.state.name, TrialStatus.FAILED)
