"""Running a comparison: all plans, then both arms' jobs by seed, then the winners' scores."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any

from autotune.api import Job, Plan
from autotune.comparison.arms import (
    AUTOTUNE,
    YOURS,
    Round,
    check_overrides,
    make_round,
    metric_of,
    plan_on_all_rows,
    split,
)
from autotune.comparison.held_out_scores import score_winners
from autotune.comparison.result import Arm, ComparisonResult, Run
from autotune.errors import FailedJobError, JobError, SettingError
from autotune.facts.types import Column, Estimator
from autotune.objective.rows import take
from autotune.plan.mode import Mode
from autotune.plan.overrides import Overrides, collect
from autotune.plan.setting_types import (
    AUTO,
    Configurations,
    Constraints,
    Effort,
    Encode,
    Folds,
    Forbidden,
    Metric,
    ModeName,
    Names,
    Rule,
    Sampler,
    Settings,
    Strategy,
    TrialValue,
    set_by_user,
)
from autotune.record.paired_tests import MAX_PAIRS
from autotune.record.status import JobStatus
from autotune.record.store import open_store
from autotune.reports.comparison import comparison_tables
from autotune.reports.tables import render
from autotune.run.names import free_name
from autotune.run.signals import Signals
from autotune.space.scale import is_number
from autotune.text import brief, count


class Comparison(ComparisonResult):
    """A user's ranges against autotune's: what was measured, and how it reads."""

    __doc__ = ComparisonResult.__doc__

    def __repr__(self) -> str:
        name = self.estimator.rpartition(".")[2]
        budget = f"{count(len(self.seeds), 'seed')} of {count(self.max_trials, 'trial')}"
        return brief("Comparison", f"{name}: your ranges and autotune's, {budget}, {self.metric}")

    def __str__(self) -> str:
        return render(comparison_tables(self))


def compare(  # noqa: D417 - the settings are those of `autotune`, described together
    estimator: object,
    X: object,
    y: object,
    ranges: Mapping[str, object] | None = None,
    *,
    seeds: int = 5,
    max_trials: int | None = None,
    baseline_strategy: Strategy = "bayesian",
    held_out: float = 0.25,
    groups: Column = None,
    sample_weight: Column = None,
    storage: object = None,
    keep: bool = False,
    progress: bool | None = None,
    keep_static: Names = AUTO,
    effort: Effort = AUTO,
    metric: Metric = AUTO,
    metrics: Sequence[str] = AUTO,
    metric_params: Mapping[str, object] = AUTO,
    mode: ModeName = AUTO,
    constraints: Constraints | None = AUTO,
    cv: Folds | None = AUTO,
    encode: Encode | None = AUTO,
    strategy: Strategy = AUTO,
    sampler: Sampler | None = AUTO,
    cost_aware: bool | Mapping[str, float] | None = AUTO,
    max_parallel: int = AUTO,
    max_runtime: float = AUTO,
    trial_timeout: float | None = AUTO,
    memory_limit: int | str | None = AUTO,
    threads_per_trial: int = AUTO,
    early_stopping: Rule | None = AUTO,
    fidelity: Rule | None = AUTO,
    value: TrialValue = AUTO,
    completion: Mapping[str, float] | None = AUTO,
    max_retries: int = AUTO,
    max_failures: int | Mapping[str, int] | None = AUTO,
    deterministic: bool = AUTO,
    forbidden: Forbidden = AUTO,
    portfolio: Configurations = AUTO,
    seed: int = AUTO,
    facts: Mapping[str, object] | None = None,
    overrides: Settings | Mapping[str, object] | str | PathLike[str] | None = None,
    **hyperparameters: object,
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
        **hyperparameters: Static hyperparameters of the estimator.

    Settings are for both arms; caps hold for each job. ``strategy``, ``effort`` and ``keep_static``
    are for autotune's arm only.

    Raises:
        AutotuneError: before any trial, if anything given cannot be used. JobError: if a job was
            stopped.
    """
    keywords = set_by_user(locals(), hyperparameters)
    for name in ("ranges", "max_trials"):
        if keywords[name] is None:
            del keywords[name]
    design = Design.checked(collect(keywords, overrides), facts, seeds, baseline_strategy, held_out)
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
    def checked(
        cls, overrides: Overrides, facts: Any, seeds: Any, baseline: str, share: Any
    ) -> "Design":
        """Return the design, checked.

        Raises:
            SettingError: if the seeds or the share cannot be used, or what was set leaves nothing
                to compare.
        """
        if not is_number(seeds) or seeds != int(seeds) or not 2 <= seeds <= MAX_PAIRS:
            raise SettingError(
                f"seeds must be a whole number 2..{MAX_PAIRS}, got {seeds!r}.",
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


def carry_out(
    estimator: Estimator, data: Mapping[str, object], design: Design, where: Where
) -> Comparison:
    """Make every plan, run every job, and return what they come to; `compare` says more."""
    plan = plan_on_all_rows(estimator, data["X"], data["y"], design.overrides, design.facts)
    rounds = [_round(plan, data, design, seed) for seed in design.seeds]
    stem = free_name(plan, open_store(where.storage).names(), "compare-")
    runs: dict[str, list[Run]] = {YOURS: [], AUTOTUNE: []}
    for index, seed_round in enumerate(rounds):
        for arm, run in _runs(seed_round, data, f"{stem}-{{}}-{index}", where).items():
            runs[arm].append(run)
    return _comparison(plan, rounds, runs, where.keep)


def _round(plan: Plan, data: Mapping[str, object], design: Design, seed: int) -> Round:
    rows = split(data, plan.facts.get("task"), plan["cv"], design.share, seed)
    # The estimator has its static hyperparameters by now; the metric is that of all rows.
    overrides = replace(
        design.overrides,
        settings={**design.overrides.settings, **metric_of(plan)},
        static={
            name: setting for name, setting in design.overrides.static.items() if name == "facts"
        },
    )
    return make_round(
        plan.target, data, overrides, design.facts, seed=seed, rows=rows, baseline=design.baseline
    )


def _runs(seed_round: Round, data: Mapping[str, object], name: str, where: Where) -> dict[str, Run]:
    """Run both arms' jobs of one seed, and score their winners on the rows held out."""
    runs = {}
    for arm, plan in seed_round.plans.items():
        with _job(seed_round, arm, data, name.format(arm), where) as job:
            runs[arm] = _run(job, plan.mode)
    winners = [run.best for run in runs.values()]
    scores = score_winners(winners, seed_round.plans[AUTOTUNE], seed_round, data)
    return {
        arm: replace(runs[arm], held_out=score, error=error)
        for arm, (score, error) in zip(runs, scores, strict=True)
    }


@contextmanager
def _job(
    seed_round: Round, arm: str, data: Mapping[str, object], name: str, where: Where
) -> Iterator[Job]:
    """Run one arm's job of one seed; its record goes in the end, unless it is to be kept."""
    part = {name: take(column, seed_round.tuned) for name, column in data.items()}
    try:
        job = seed_round.plans[arm].run(
            **part, name=name, storage=where.storage, progress=where.progress
        )
    except FailedJobError as error:
        job = error.job
    except (KeyboardInterrupt, SystemExit) as error:
        ended = Signals.job_of(error)
        if ended is not None and not where.keep:
            Job.of(ended).delete()
        raise
    try:
        _check_ended(job)
        yield job
    finally:
        if not where.keep:
            job.delete()


def _check_ended(job: Job) -> None:
    """Raise an error if the job was stopped, as a comparison of fewer trials is another one."""
    if job.status is not JobStatus.STOPPED:
        return
    raise JobError(
        f"a comparison must run all its jobs, but {job.name!r} was stopped: "
        f"{job.state.get('reason')}."
    )


def _run(job: Job, mode: Mode) -> Run:
    values = [trial.value if trial.feasible else None for trial in job.all_trials()]
    return Run(
        job.name, best_so_far(values, mode), float(job.state.get("seconds") or 0.0), job.best
    )


def best_so_far(values: Iterable[float | None], mode: Mode) -> tuple[float | None, ...]:
    """Return the best of the values up to each one.

    >>> best_so_far([None, 0.5, 0.7, None, 0.6], Mode.MAX)
    (None, 0.5, 0.7, 0.7, 0.7)
    """
    best: float | None = None
    curve = list[float | None]()
    for value in values:
        if value is not None and (best is None or mode.better(value, best)):
            best = value
        curve.append(best)
    return tuple(curve)


def _comparison(
    plan: Plan, rounds: list[Round], runs: Mapping[str, list[Run]], keep: bool
) -> Comparison:
    first = rounds[0]
    arms = {
        name: Arm(
            tuple(plan.ranges), str(plan["strategy"]), bool(plan.baselines), tuple(runs[name])
        )
        for name, plan in first.plans.items()
    }
    metric = plan.metric_name
    return Comparison(
        plan.estimator,
        metric,
        plan.mode,
        first.plans[AUTOTUNE]["max_trials"],
        len(first.tuned),
        len(first.held_out),
        tuple(seed_round.seed for seed_round in rounds),
        arms[YOURS],
        arms[AUTOTUNE],
        keep,
    )
