"""Rules that end trials early, each as its documents define it; of Python's own library alone, so that programs can carry them.

A rule is told every report in the order they come, and every end; the same reports end the same
trials on any engine. An interval is one report of a trial. SageMaker: Developer Guide, "Stop
training jobs early" and "How Hyperband works". HyperDrive: Azure Machine Learning, "Hyperparameter
tuning a model: early termination". Values are kept so that higher ones are better.
"""

import bisect
import math
import statistics
import zlib


class Rule:
    """What every rule remembers: each trial's steps and values.

    Args:
        mode: ``max`` where higher values are better, ``min`` where lower ones are.
        evaluation_interval: Trials are judged at each multiple of so many reports.
        delay_evaluation: No trial is judged before it has made so many reports.
    """

    def __init__(self, mode: str, evaluation_interval: int = 1, delay_evaluation: int = 0) -> None:
        self.sign = 1.0 if mode == "max" else -1.0
        self.interval, self.delay = evaluation_interval, delay_evaluation
        self.steps: dict[int, list[int]] = {}
        self.values: dict[int, list[float]] = {}
        self.averages: dict[int, list[float]] = {}  # of a trial's values up to each report

    def stops(self, number: int, step: int, value: float) -> str | None:
        """Take a trial's report; return why the trial is to stop, or None.

        A step that is not after the trial's last one says that the trial is tried again from there.
        """
        steps, values = self.steps.setdefault(number, []), self.values.setdefault(number, [])
        averages, count = self.averages.setdefault(number, []), bisect.bisect_left(steps, step)
        del steps[count:], values[count:], averages[count:]
        steps.append(step)
        values.append(-math.inf if math.isnan(value) else self.sign * value)
        averages.append(((averages[-1] if averages else 0.0) * count + values[-1]) / (count + 1))
        return (
            None if len(values) < self.delay or len(values) % self.interval else self.judge(number)
        )

    def ends(self, number: int, *, finished: bool) -> None:
        """Take a trial's end: whether it finished by itself."""

    def judge(self, number: int) -> str | None:
        """Return why a trial is to stop after its latest report, or None."""
        return None

    def shown(self, value: float) -> str:
        """Return a value as it was reported, as text."""
        return f"{self.sign * value:.6g}"


class Median(Rule):
    """HyperDrive's median stopping: a trial's best value against the median of all trials' running averages."""

    def judge(self, number: int) -> str | None:
        """Stop where the best value so far is worse; trials that came less far have no average."""
        count, best = len(self.values[number]), max(self.values[number])
        median = statistics.median(
            [a[count - 1] for a in self.averages.values() if len(a) >= count]
        )
        if best >= median:
            return None
        return f"its best of {count} reports, {self.shown(best)}, is worse than the trials' median average, {self.shown(median)}"


class MedianCurrent(Rule):
    """SageMaker's median rule: a trial's current value against the median of the earlier trials' running averages."""

    def judge(self, number: int) -> str | None:
        """Stop where the current value is worse; trials that came less far have no average."""
        count, now = len(self.values[number]), self.values[number][-1]
        earlier = [a[count - 1] for n, a in self.averages.items() if n < number and len(a) >= count]
        if not earlier or now >= (median := statistics.median(earlier)):
            return None
        return f"its report {count}, {self.shown(now)}, is worse than the earlier trials' median average, {self.shown(median)}"


class Bandit(Rule):
    """HyperDrive's bandit: a trial's best value may lie below the best of all by a factor, or by an amount.

    With a factor f it stops below best / (1 + f), or above best * (1 + f) where lower is better. A
    factor says something of a positive best only; where the best is not, it stops nothing.
    """

    def __init__(
        self,
        mode: str,
        slack_factor: float | None = None,
        slack_amount: float | None = None,
        **intervals: int,
    ) -> None:
        super().__init__(mode, **intervals)
        self.factor, self.amount = slack_factor, slack_amount

    def judge(self, number: int) -> str | None:
        """Stop where the best value so far is below the limit."""
        own, best = max(self.values[number]), max(map(max, self.values.values()))
        limit = self._limit(best)
        if own >= limit:
            return None
        return f"its best, {self.shown(own)}, is worse than {self.shown(limit)}: the best of all, {self.shown(best)}, with the slack"

    def _limit(self, best: float) -> float:
        if self.amount is not None:
            return best - self.amount
        factor = 1 + (self.factor or 0.0)
        if self.sign * best <= 0:
            return -math.inf
        return best / factor if self.sign > 0 else best * factor


class Truncation(Rule):
    """HyperDrive's truncation selection: the worst percentage of the trials that came as far ends, finished ones counted."""

    def __init__(self, mode: str, truncation_percentage: int, **intervals: int) -> None:
        super().__init__(mode, **intervals)
        self.percentage = truncation_percentage

    def judge(self, number: int) -> str | None:
        """Stop where fewer trials are worse than the percentage."""
        count = len(self.values[number])
        own = self.values[number][-1]
        others = [v[count - 1] for v in self.values.values() if len(v) >= count]
        worse = sum(v < own for v in others)
        if worse >= math.floor(len(others) * self.percentage / 100):
            return None
        return f"its report {count}, {self.shown(own)}, is among the worst {self.percentage} % of {len(others)} trials"


class Asha(Rule):
    """Successive halving, asynchronous (Li et al. 2020, MLSys): at each rung the best 1/reduction_factor of the trials go on.

    The rungs are ``min_resource`` times each power of ``reduction_factor``, from ``first_rung`` on,
    below ``max_resource``; the resource is the reports' step. A trial that is the best at its rung
    goes on, as one cannot wait for others.
    """

    def __init__(
        self,
        mode: str,
        min_resource: int = 1,
        reduction_factor: int = 3,
        max_resource: int | None = None,
        first_rung: int = 0,
    ) -> None:
        super().__init__(mode)
        self.factor, self.most = (
            reduction_factor,
            math.inf if max_resource is None else max_resource,
        )
        self.first = min_resource * reduction_factor**first_rung
        self.rungs: dict[int, dict[int, float]] = {}

    def judge(self, number: int) -> str | None:
        """Stop where the value is not among the best at the rung that the step reaches."""
        step, value = self.steps[number][-1], self.values[number][-1]
        rung = self.first
        while rung <= step and rung < self.most:
            reached = self.rungs.setdefault(rung, {})
            if number not in reached:
                reached[number] = value
                keep = max(1, len(reached) // self.factor)
                if value < sorted(reached.values(), reverse=True)[keep - 1]:
                    return f"{self.shown(value)} at step {step} is not among the best {keep} of {len(reached)} at rung {rung}"
            rung *= self.factor
        return None


class Hyperband(Rule):
    """Hyperband (Li et al. 2018, JMLR 18): brackets of successive halving that begin to stop trials earlier or later.

    Trials go to the brackets by their numbers, as many to each as its share of the budget. Below
    ``min_resource`` no trial is stopped, and none is in the last bracket.
    """

    def __init__(
        self, mode: str, max_resource: int, min_resource: int = 1, reduction_factor: int = 3
    ) -> None:
        super().__init__(mode)
        count = 1
        while min_resource * reduction_factor**count <= max_resource:
            count += 1
        self.brackets = [
            Asha(mode, min_resource, reduction_factor, max_resource, first)
            for first in range(count)
        ]
        left = range(count, 0, -1)
        self.shares = [math.ceil(count * reduction_factor ** (n - 1) / n) for n in left]

    def stops(self, number: int, step: int, value: float) -> str | None:
        """Take a trial's report; its bracket judges it."""
        bracket = self.bracket(number)
        why = self.brackets[bracket].stops(number, step, value)
        return why and f"{why} of bracket {bracket}"

    def bracket(self, number: int) -> int:
        """Return the bracket of a trial."""
        place = zlib.crc32(str(number).encode()) % sum(self.shares)
        return next(b for b in range(len(self.shares)) if place < sum(self.shares[: b + 1]))
