"""Optuna's PercentilePruner as a rule; optuna.pruners.PercentilePruner's documentation."""

import math

from autotune.stopping.declaration import Declaration, Parameter
from autotune.stopping.rule import Rule


class Percentile(Rule):
    """Compares a trial's best value with a percentile of the finished trials at the same step.

    Args:
        mode: As for all rules.
        percentile: How many of the best, in percent, go on.
        n_startup_trials: So many trials must have finished.
        n_warmup_steps: No trial is judged before this step.
        interval_steps: Steps between two judgements of a trial, counted from the warm-up on; one
            without a report is made up for at the next report.
        n_min_trials: So many finished trials must have reported at the step.
    """

    def __init__(
        self,
        mode: str,
        percentile: float = 25.0,
        n_startup_trials: int = 5,
        n_warmup_steps: int = 0,
        interval_steps: int = 1,
        *,
        n_min_trials: int = 1,
    ) -> None:
        super().__init__(mode)
        self.better = max if self.sign > 0 else min
        self.percentile = 100 - percentile if self.sign > 0 else percentile
        self.n_startup_trials, self.n_min_trials = n_startup_trials, n_min_trials
        self.n_warmup_steps, self.interval_steps = n_warmup_steps, interval_steps
        self.reports: dict[int, dict[int, float]] = {}  # of each trial: values as reported, by step
        self.finished: set[int] = set()

    def stops(self, number: int, step: int, value: float) -> str | None:
        """Take a trial's report; return why the trial is to stop, or None."""
        earlier = {s: v for s, v in self.reports.get(number, {}).items() if s < step}
        self.reports[number] = {**earlier, step: value}
        return super().stops(number, step, value)

    def ends(self, number: int, *, finished: bool) -> None:
        """Take a trial's end; only trials that finished are compared with."""
        if finished:
            self.finished.add(number)

    def forget(self, number: int) -> None:
        """Take the end of an infeasible trial."""
        super().forget(number)
        self.reports.pop(number, None)

    def judge(self, number: int) -> str | None:
        """Stop where the best value so far is worse than the percentile at this step."""
        *earlier, step = self.steps[number]
        if len(self.finished) < max(1, self.n_startup_trials) or not self._is_due(step, earlier):
            return None
        numbers = [v for v in self.reports[number].values() if not math.isnan(v)]
        if not numbers:
            return "none of its reports is a number"
        best, limit = self.better(numbers), self._limit(step)
        if math.isnan(limit) or self.sign * best >= self.sign * limit:
            return None
        return (
            f"its best by step {step}, {best:.6g}, is worse than {limit:.6g},"
            f" percentile {self.percentile:g} of the finished trials at that step"
        )

    def _is_due(self, step: int, earlier: list[int]) -> bool:
        """Return whether the step is the trial's first report since a judgement was due."""
        if step < self.n_warmup_steps:
            return False
        intervals = (step - self.n_warmup_steps) // self.interval_steps
        due = intervals * self.interval_steps + self.n_warmup_steps
        return max(earlier, default=-1) < due

    def _limit(self, step: int) -> float:
        """Return the percentile of the finished trials at a step; NaN where too few reported."""
        reached = [self.reports[n][step] for n in self.finished if step in self.reports.get(n, {})]
        numbers = [v for v in reached if not math.isnan(v)]
        if len(reached) < self.n_min_trials or not numbers:
            return math.nan
        return percentile_of(numbers, self.percentile)


def percentile_of(values: list[float], percent: float) -> float:
    """Return a percentile between two values as NumPy interpolates it, to the last digit."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * (percent / 100)
    low = ordered[math.floor(place)]
    high = ordered[min(math.floor(place) + 1, len(ordered) - 1)]
    share, gap = place - math.floor(place), high - low
    return high - gap * (1 - share) if share >= 0.5 else low + gap * share


DECLARATION = Declaration(
    name="percentile",
    summary="Stops a trial whose best value is worse than a percentile at its step (Optuna).",
    rule=Percentile,
    parameters={
        "percentile": Parameter(25, 0, 100, integer=False),
        "n_startup_trials": Parameter(5, 0),
        "n_warmup_steps": Parameter(0, 0),
        "interval_steps": Parameter(1, 1),
        "n_min_trials": Parameter(1, 1),
    },
)
