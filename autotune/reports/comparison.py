"""A comparison as a person reads it: the curves in a small table, and the verdict in plain words, also when ours loses."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from autotune.comparison.result import Arm, ComparisonResult
from autotune.record.paired_tests import ALPHA, Difference
from autotune.reports.tables import table
from autotune.text import duration, number

if TYPE_CHECKING:
    from rich.console import RenderableType

MARKS = (1, 5, 10, 20)


def comparison_tables(of: ComparisonResult) -> list["RenderableType"]:
    """Return the curves at a few numbers of trials, the held-out scores and the seconds as a table, then the verdict."""
    from rich.text import Text

    marks = [*(m for m in MARKS if m < of.max_trials), of.max_trials]
    rows = [
        (_row(f"after {m} trial{'s' * (m > 1)}", of.yours.at(m), of.autotune.at(m), of.after(m)))
        for m in marks
    ]
    rows.append(_row("on rows held out", of.yours.held_out, of.autotune.held_out, of.held_out))
    rows.append(
        (
            "seconds of a job",
            *(duration(sum(a.seconds) / len(a.seconds)) for a in (of.yours, of.autotune)),
            "",
        )
    )
    names = ", ".join(n.rpartition(".")[2] for n in of.estimator.split(", "))
    title = (
        f"Your ranges against autotune's: {names}, {of.max_trials} trials, {len(of.seeds)} seeds"
    )
    columns = (f"{of.metric} ({of.mode}), mean", "yours", "autotune", "autotune is better by")
    return [table(title, columns, rows), Text(f"{of.verdict}\n"), Text(_note(of))]


def _row(
    name: str, yours: list[float | None], autotunes: list[float | None], found: Difference | None
) -> tuple[str, ...]:
    by = f"{found.mean:+.4g} [{found.low:+.4g}, {found.high:+.4g}]" if found else ""
    return name, _mean(yours), _mean(autotunes), by


def _mean(values: list[float | None]) -> str:
    known = [v for v in values if v is not None]
    return number(sum(known) / len(known)) if known else "none"


def _note(of: ComparisonResult) -> str:
    level = f"{of.search.level:.0%} " if of.search else ""
    return "\n".join(
        [
            f"yours tunes {_arm(of.yours)}; autotune tunes {_arm(of.autotune)}.",
            f"Scores after trials are cross-validated, on the same folds of {of.rows} rows for both; {of.held_rows} others are "
            f"held out before each seed's jobs. Brackets are {level}intervals over seeds by exact sign flips; p <= {ALPHA} counts "
            "as beyond noise.",
            *_exceptions(of),
        ]
    )


def _arm(arm: Arm) -> str:
    return f"{', '.join(arm.tuned)} ({arm.strategy})"


def _exceptions(of: ComparisonResult) -> Iterator[str]:
    """Yield what a reader must know of this comparison in particular."""
    if of.autotune.own_first and not of.yours.own_first:
        yield "Your ranges exclude your own configuration, so only autotune's jobs begin with it."
    short = [
        sum(len(run.curve) < of.max_trials for run in arm.runs) for arm in (of.yours, of.autotune)
    ]
    if any(short):
        yield f"{short[0]} jobs of yours and {short[1]} of autotune's ended before {of.max_trials} trials; their last score counts."
    errors = [run.error for arm in (of.yours, of.autotune) for run in arm.runs if run.error]
    if errors:
        yield f"{len(errors)} winners could not be scored on the rows held out; the first error: {errors[0]}"
    if of.kept:
        yield f"Jobs kept: {', '.join(run.job for arm in (of.yours, of.autotune) for run in arm.runs)}."
