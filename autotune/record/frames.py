"""A job's trials as tables: one row per trial, and one row per intermediate value."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from autotune.plan.constraints import OF_CROSS_VALIDATION
from autotune.record.trial import Trial

STATISTICS = ("min", "max", "mean", "std", "last", "count")
OF_FOLD = re.compile(r"(?:(.+) )?fold_(\d+)")  # another metric than the tuned one has its name
STEP_COLUMNS = ("number", "step", "metric", "value", "time")
Row = dict[str, Any]


def trial_rows(
    trials: Sequence[Trial], metric: str, params: Sequence[str]
) -> tuple[list[str], list[Row]]:
    """Return the columns of the table of trials, and its rows.

    Args:
        trials: The trials.
        metric: The name of the tuned metric.
        params: The hyperparameters, in their order.
    """
    measured = [_measured(trial, metric) for trial in trials]
    names = list(dict.fromkeys(name for row in measured for name in row))
    is_constrained = any(trial.constraints for trial in trials)
    feasible = ["feasible"] if is_constrained else []
    columns = ["number", "status", "value", *feasible, *params, *sorted(names, key=_place)]
    columns += ["warnings", "started", "ended", "seconds", "error", "reason"]
    rows = [
        {**trial.row(), **dict.fromkeys(feasible, trial.feasible), **row}
        for trial, row in zip(trials, measured, strict=True)
    ]
    return list(dict.fromkeys(columns)), rows


def step_rows(trials: Sequence[Trial], metric: str) -> list[Row]:
    """Return a row for each intermediate value of each metric: number, step, metric, value, time.

    ``time`` counts the seconds since the trial began; None where its record does not hold it, as
    for a trial that runs or was killed.
    """
    rows: list[Row] = []
    for trial in trials:
        for step, seconds, values in _steps(trial, metric):
            rows += [
                dict(zip(STEP_COLUMNS, (trial.number, step, name, value, seconds), strict=True))
                for name, value in values.items()
            ]
    return rows


def _steps(trial: Trial, metric: str) -> list[tuple[int, float | None, dict[str, float]]]:
    if not trial.steps:
        return [(step, None, {metric: value}) for step, value in sorted(trial.reports.items())]
    columns = trial.steps["metrics"]
    return [
        (
            step,
            seconds,
            {name: column[i] for name, column in columns.items() if column[i] is not None},
        )
        for i, (step, seconds) in enumerate(
            zip(trial.steps["step"], trial.steps["seconds"], strict=True)
        )
    ]


def _measured(trial: Trial, metric: str) -> Row:
    """Return the statistics of each metric, the folds, and what else was recorded."""
    row: Row = {}
    for name, values in _statistics(trial, metric).items():
        row |= {f"{name} {statistic}": values.get(statistic) for statistic in STATISTICS}
    for name, value in trial.metrics.items():
        fold = OF_FOLD.fullmatch(name)
        if fold:
            row[f"{fold[1] or metric} fold {fold[2]}"] = value
        elif name == "fit_seconds":
            row[name] = value
    return row


def _statistics(trial: Trial, metric: str) -> dict[str, Mapping[str, float]]:
    """Return the statistics by metric: over a trial's reports, else its folds, else its values."""
    of_folds = _folds(trial, metric)
    folds = of_folds.get(metric, [])
    values = {
        name: of_folds.get(name, [value])
        for name, value in trial.metrics.items()
        if not OF_FOLD.fullmatch(name) and not (folds and name in OF_CROSS_VALIDATION)
    }
    last = dict(trial.metrics)
    if trial.value is not None:
        values = {metric: folds or [trial.value], **values}
        last[metric] = trial.value
    if trial.reports and not trial.steps:  # it runs, or was killed
        values[metric] = list(trial.reports.values())
    return {name: _over(found, last.get(name)) for name, found in values.items()} | dict(
        trial.statistics
    )


def _folds(trial: Trial, metric: str) -> dict[str, list[float]]:
    """Return the scores in folds by metric."""
    folds: dict[str, list[float]] = {}
    for name, value in trial.metrics.items():
        fold = OF_FOLD.fullmatch(name)
        if fold:
            folds.setdefault(fold[1] or metric, []).append(value)
    return folds


def _over(values: Sequence[float], last: float | None) -> dict[str, float]:
    mean = sum(values) / len(values)
    std = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
    statistics = (min(values), max(values), mean, std, values[-1] if last is None else last)
    return {**dict(zip(STATISTICS, statistics, strict=False)), "count": len(values)}


def _place(column: str) -> tuple[bool, bool]:
    """Sort statistics before folds, and folds before what is no metric."""
    return column == "fit_seconds", " fold " in column
