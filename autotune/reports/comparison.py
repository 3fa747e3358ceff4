"""A comparison as a person reads it: the curves in a small table, and a plain verdict."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from autotune.comparison.result import Arm, ComparisonResult
from autotune.record.paired_tests import ALPHA, Difference
from autotune.reports.tables import table
from autotune.text import duration, number

if TYPE_CHECKING:
    from rich.console import RenderableType

MARKS = (1, 5, 10, 20)


def comparison_tables(result: ComparisonResult) -> list["RenderableType"]:
    """Return a table of scores after some trials, held-out scores and seconds, then the verdict."""
    from rich.text import Text

    marks = [*(mark for mark in MARKS if mark < result.max_trials), result.max_trials]
    rows = [
        (
            _row(
                f"after {mark} trial{'s' * (mark > 1)}",
                result.yours.at(mark),
                result.autotune.at(mark),
                result.after(mark),
            )
        )
        for mark in marks
    ]
    rows.append(
        _row("on rows held out", result.yours.held_out, result.autotune.held_out, result.held_out)
    )
    rows.append(
        (
            "seconds of a job",
            *(
                duration(sum(arm.seconds) / len(arm.seconds))
                for arm in (result.yours, result.autotune)
            ),
            "",
        )
    )
    names = ", ".join(name.rpartition(".")[2] for name in result.estimator.split(", "))
    size = f"{result.max_trials} trials, {len(result.seeds)} seeds"
    title = f"Your ranges against autotune's: {names}, {size}"
    columns = (
        f"{result.metric} ({result.mode}), mean",
        "yours",
        "autotune",
        "autotune is better by",
    )
    return [table(title, columns, rows), Text(f"{result.verdict}\n"), Text(_note(result))]


def _row(
    name: str,
    yours: list[float | None],
    autotunes: list[float | None],
    difference: Difference | None,
) -> tuple[str, ...]:
    by = (
        f"{difference.mean:+.4g} [{difference.low:+.4g}, {difference.high:+.4g}]"
        if difference
        else ""
    )
    return name, _mean(yours), _mean(autotunes), by


def _mean(values: list[float | None]) -> str:
    measured = [value for value in values if value is not None]
    return number(sum(measured) / len(measured)) if measured else "none"


def _note(result: ComparisonResult) -> str:
    level = f"{result.search.level:.0%} " if result.search else ""
    return "\n".join(
        [
            f"yours tunes {_arm(result.yours)}; autotune tunes {_arm(result.autotune)}.",
            f"Scores after trials are cross-validated, on the same folds of {result.rows} rows "
            f"for both; {result.held_rows} others are held out before each seed's jobs. "
            f"Brackets are {level}intervals over seeds by exact sign flips; "
            f"p <= {ALPHA} counts as beyond noise.",
            *_exceptions(result),
        ]
    )


def _arm(arm: Arm) -> str:
    return f"{', '.join(arm.tuned)} ({arm.strategy})"


def _exceptions(result: ComparisonResult) -> Iterator[str]:
    """Yield what a reader must know of this comparison in particular."""
    if result.autotune.own_first and not result.yours.own_first:
        yield "Your ranges exclude your own configuration, so only autotune's jobs begin with it."
    short = [
        sum(len(run.curve) < result.max_trials for run in arm.runs)
        for arm in (result.yours, result.autotune)
    ]
    if any(short):
        yield (
            f"{short[0]} jobs of yours and {short[1]} of autotune's ended before "
            f"{result.max_trials} trials; their last score counts."
        )
    errors = [run.error for arm in (result.yours, result.autotune) for run in arm.runs if run.error]
    if errors:
        yield (
            f"{len(errors)} winners could not be scored on the rows held out; "
            f"the first error: {errors[0]}"
        )
    if result.kept:
        jobs = [run.job for arm in (result.yours, result.autotune) for run in arm.runs]
        yield f"Jobs kept: {', '.join(jobs)}."
