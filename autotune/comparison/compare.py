"""Running a comparison: all plans, then both arms' jobs by seed, then the winners' scores."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from autotune.api import Job, Plan
from autotune.comparison.arms import (
    AUTOTUNE,
    YOURS,
    Round,
    check_overrides,
    make_round,
    split,
    whole_plan,
)
from autotune.comparison.held_out_scores import score_winners
from autotune.comparison.result import Arm, ComparisonResult, Run
from autotune.errors import JobError, SettingError
from autotune.objective.rows import take
from autotune.plan.overrides import Overrides, collect
from autotune.record.paired_tests import MOST
from autotune.record.store import open_store
from autotune.reports.comparison import comparison_tables
from autotune.reports.tables import render
from autotune.run.session import free_name
from autotune.space.scale import is_number


class Comparison(ComparisonResult):
    """A user's ranges against autotune's: what was measured, and how it reads."""

    __doc__ = ComparisonResult.__doc__

    def __str__(self) -> str:
        return render(comparison_tables(self))


def compare(
    estimator: Any,
    X: Any,
    y: Any,
    ranges: Any = None,
    *,
    seeds: int = 5,
    max_trials: int | None = None,
    baseline_strategy: str = "bayesian",
    held_out: float = 0.25,
    groups: Any = None,
    sample_weight: Any = None,
    storage: Any = None,
    keep: bool = False,
    progress: bool | None = None,
    overrides: Any = None,
    facts: Any = None,
    **settings: Any,
) -> Comparison:
    """Compare ranges set by hand with autotune's on the same data, budget, folds and seeds.

    For each seed a share of the rows is held out; then one job searches your ranges only, from your
    own configuration on, and one carries out autotune's plan. Compared are the cross-validated
    scores of both, on the same folds, and the scores of their winners, fitted on all rows tuned on,
    on the rows held out.

    Args:
        estimator: A scikit-learn compatible estimator, or its dotted name.
        X: Data of shape (rows, columns).
        y: Target of length rows.
        ranges: Your ranges by name, in any form that `autotune` takes; nothing else is tuned in
            your arm.
        seeds: How many seeds, 2 to 16; five are the fewest that can tell a difference from noise.
        max_trials: Trials of each job; autotune's choice where left out, for both arms.
        baseline_strategy: The strategy that searches your ranges.
        held_out: Share of the rows held out, above 0 and at most 0.5.
        groups: Group of each row; no group is split.
        sample_weight: Weight of each row in fitting.
        storage: Where the jobs' records lie while they run.
        keep: Keep the jobs' records.
        progress: Show progress of each job; by default where the output is a terminal.
        overrides: Path of a file, or a mapping, with your ranges and any settings; keywords win
            over it.
        facts: Facts of the data, as for `autotune`.
        **settings: Any setting, for both arms; caps hold for each job. ``strategy``, ``effort`` and
            ``keep_static`` are for autotune's arm only. Other names are static hyperparameters.

    Raises:
        AutotuneError: before any trial, if anything given cannot be used. JobError: if a job was
            stopped.
    """
    arguments = {
        n: v for n, v in {"ranges": ranges, "max_trials": max_trials}.items() if v is not None
    }
    design = Design.of(
        collect({**settings, **arguments}, overrides), facts, seeds, baseline_strategy, held_out
    )
    data = {"X": X, "y": y, "groups": groups, "sample_weight": sample_weight}
    return carry_out(estimator, data, design, Where(storage, keep, progress))


@dataclass(frozen=True)
class Design:
    """What is compared, and how."""

    overrides: Overrides
    """What the user set."""
    facts: Any
    """Facts of the data, as for `autotune`."""
    seeds: tuple[int, ...]
    """The seeds, a job of each arm for each."""
    baseline: str
    """The strategy of the user's arm."""
    share: float
    """The share of the rows held out."""

    @classmethod
    def of(
        cls, overrides: Overrides, facts: Any, seeds: Any, baseline: str, share: Any
    ) -> "Design":
        """Return the design, checked.

        Raises:
            SettingError: if the seeds or the share cannot be used, or what was set leaves nothing
                to compare.
        """
        if not is_number(seeds) or seeds != int(seeds) or not 2 <= seeds <= MOST:
            raise SettingError(
                f"seeds must be a whole number 2..{MOST}, got {seeds!r}.",
                "Five can tell a difference from noise.",
            )
        if not is_number(share) or not 0 < share <= 0.5:
            raise SettingError(
                f"held_out must be a share > 0 and <= 0.5, got {share!r}.", "For example 0.25."
            )
        check_overrides(overrides)
        first = overrides.value("seed", 0)
        return cls(
            overrides, facts, tuple(range(first, first + int(seeds))), baseline, float(share)
        )


@dataclass(frozen=True)
class Where:
    """How the jobs of a comparison are run."""

    storage: Any
    """The store of the jobs' records."""
    keep: bool
    """Whether the records are kept."""
    progress: bool | None
    """Whether progress is shown; None: in a terminal only."""


def carry_out(estimator: Any, data: Mapping[str, Any], design: Design, where: Where) -> Comparison:
    """Make every plan, run every job, and return what they come to; `compare` says more."""
    plan = whole_plan(estimator, data["X"], data["y"], design.overrides, design.facts)
    rounds = [_round(plan, data, design, seed) for seed in design.seeds]
    stem = free_name(plan, open_store(where.storage).names(), "compare-")
    runs: dict[str, list[Run]] = {YOURS: [], AUTOTUNE: []}
    for index, seed_round in enumerate(rounds):
        for arm, run in _runs(seed_round, data, f"{stem}-{{}}-{index}", where).items():
            runs[arm].append(run)
    return _comparison(plan, rounds, runs, where.keep)


def _round(plan: Plan, data: Mapping[str, Any], design: Design, seed: int) -> Round:
    rows = split(data, plan.facts.get("task"), plan["cv"], design.share, seed)
    # The estimator has its static hyperparameters by now.
    overrides = replace(
        design.overrides, static={n: g for n, g in design.overrides.static.items() if n == "facts"}
    )
    return make_round(
        plan.target, data, overrides, design.facts, seed=seed, rows=rows, baseline=design.baseline
    )


def _runs(seed_round: Round, data: Mapping[str, Any], name: str, where: Where) -> dict[str, Run]:
    """Run both arms' jobs of one seed, and score their winners on the rows held out."""
    runs = {}
    for arm, plan in seed_round.plans.items():
        with _job(seed_round, arm, data, name.format(arm), where) as job:
            runs[arm] = _run(job, plan["mode"])
    scores = score_winners(
        [run.best for run in runs.values()], seed_round.plans[AUTOTUNE], seed_round, data
    )
    return {
        arm: replace(runs[arm], held_out=s, error=e)
        for arm, (s, e) in zip(runs, scores, strict=True)
    }


@contextmanager
def _job(
    seed_round: Round, arm: str, data: Mapping[str, Any], name: str, where: Where
) -> Iterator[Job]:
    """Run one arm's job of one seed; its record goes in the end, unless it is to be kept."""
    part = {n: take(d, seed_round.tuned) for n, d in data.items()}
    job = seed_round.plans[arm].run(
        **part, name=name, storage=where.storage, progress=where.progress
    )
    try:
        _check_ended(job)
        yield job
    finally:
        if not where.keep:
            job.delete()


def _check_ended(job: Job) -> None:
    """Raise an error if the job was stopped, as a comparison of fewer trials is another one.

    It is KeyboardInterrupt if Ctrl-C ended the job.
    """
    if job.status != "stopped":
        return
    if job.state.get("criterion") == "interrupt":
        raise KeyboardInterrupt
    raise JobError(
        f"a comparison must run all its jobs, but {job.name!r} was stopped: "
        f"{job.state.get('reason')}."
    )


def _run(job: Job, mode: str) -> Run:
    values = [t.value if t.status == "finished" else None for t in job.all_trials()]
    return Run(
        job.name, best_so_far(values, mode), float(job.state.get("seconds") or 0.0), job.best
    )


def best_so_far(values: Iterable[float | None], mode: str) -> tuple[float | None, ...]:
    """Return the best of the values up to each one.

    >>> best_so_far([None, 0.5, 0.7, None, 0.6], "max")
    (None, 0.5, 0.7, 0.7, 0.7)
    """
    pick, curve, best = max if mode == "max" else min, list[float | None](), list[float]()
    for value in values:
        best = best if value is None else [pick(*best, value)] if best else [value]
        curve.append(best[0] if best else None)
    return tuple(curve)


def _comparison(
    plan: Plan, rounds: list[Round], runs: Mapping[str, list[Run]], kept: bool
) -> Comparison:
    first = rounds[0]
    arms = {
        n: Arm(tuple(p.ranges), str(p["strategy"]), bool(p.baselines), tuple(runs[n]))
        for n, p in first.plans.items()
    }
    metric = plan.metric_name
    return Comparison(
        plan.estimator,
        metric,
        str(plan["mode"]),
        first.plans[AUTOTUNE]["max_trials"],
        len(first.tuned),
        len(first.held),
        tuple(seed_round.seed for seed_round in rounds),
        arms[YOURS],
        arms[AUTOTUNE],
        kept,
    )
