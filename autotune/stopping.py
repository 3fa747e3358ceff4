"""Rules that end trials early, each as its documents define it; of Python's own library alone, so that programs can carry them.

A rule is told every report in the order they come, and every end; the same reports end the same trials on any engine. An
interval is one report of a trial. SageMaker: Developer Guide, "Stop training jobs early" and "How Hyperband works". HyperDrive:
Azure Machine Learning, "Hyperparameter tuning a model: early termination". Values are kept so that higher ones are better.
"""

import bisect
import math
import operator
import statistics
import zlib
from collections.abc import Callable, Sequence
from typing import Any


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
        return None if len(values) < self.delay or len(values) % self.interval else self.judge(number)

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
        median = statistics.median([a[count - 1] for a in self.averages.values() if len(a) >= count])
        if best >= median:
            return None
        return (
            f"its best of {count} reports, {self.shown(best)}, is worse than the trials' median average, {self.shown(median)}"
        )


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

    With a factor f it stops below best / (1 + f), or above best * (1 + f) where lower is better. A factor says something of
    a positive best only; where the best is not, it stops nothing.
    """

    def __init__(
        self, mode: str, slack_factor: float | None = None, slack_amount: float | None = None, **intervals: int
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

    The rungs are ``min_resource`` times each power of ``reduction_factor``, from ``first_rung`` on, below ``max_resource``;
    the resource is the reports' step. A trial that is the best at its rung goes on, as one cannot wait for others.
    """

    def __init__(
        self, mode: str, min_resource: int = 1, reduction_factor: int = 3, max_resource: int | None = None, first_rung: int = 0
    ) -> None:
        super().__init__(mode)
        self.factor, self.most = reduction_factor, math.inf if max_resource is None else max_resource
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

    Trials go to the brackets by their numbers, as many to each as its share of the budget. Below ``min_resource`` no trial is
    stopped, and none is in the last bracket.
    """

    def __init__(self, mode: str, max_resource: int, min_resource: int = 1, reduction_factor: int = 3) -> None:
        super().__init__(mode)
        count = 1
        while min_resource * reduction_factor**count <= max_resource:
            count += 1
        self.brackets = [Asha(mode, min_resource, reduction_factor, max_resource, first) for first in range(count)]
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


class Curve(Rule):
    """autotune's own rule: a trial goes on while its curve promises to become the best, as curves of other tasks taught it.

    A small network reads how far the trial is, what it needs to reach the best trial's end, and what that, the better trials
    and itself gain; all are ratios, so that neither the metric's scale nor its kind matters. A trial that is not behind the
    best one at the same report is never stopped, nor any before ``protect`` trials finished.

    Args:
        mode: As for all rules.
        promise: A trial that promises less is stopped.
        protect: How many trials must have finished.
        network: The inputs' means and deviations, and the weights of several networks, whose mean counts.
    """

    def __init__(self, mode: str, promise: float, protect: int, network: dict[str, Any]) -> None:
        super().__init__(mode)
        self.least, self.protect, self.network = promise, protect, network
        self.finished: list[tuple[float, float, int]] = []  # each one's smoothed end, noise and number
        self.best: int | None = None

    def ends(self, number: int, *, finished: bool) -> None:
        """Take a trial's end; a finished one's last report is its value."""
        values = self.values.get(number)
        if finished and values and math.isfinite(values[-1]):
            self.finished.append((smooth(values, len(values)), noise(values), number))
            if self.best is None or values[-1] > self.values[self.best][-1]:
                self.best = number

    def judge(self, number: int) -> str | None:
        """Stop where the trial is behind the best one, and its curve promises too little."""
        values = self.values[number]
        if self.best is None or len(self.finished) < self.protect:
            return None
        whole = len(self.values[self.best])
        if not max(FEWEST_REPORTS, whole * FIRST_SHARE) <= len(values) < whole:
            return None
        if not math.isfinite(values[-1]):
            return "its report is not a finite number"
        inputs = self.inputs(number)
        if inputs is None or (promise := self.promise(inputs)) >= self.least:
            return None
        best = self.values[self.best]
        return (
            f"{self.shown(values[-1])} after {len(values)} reports, where the best trial had {self.shown(best[len(values) - 1])}"
            f" and ended at {self.shown(best[-1])}: its curve's promise {promise:.3g} is below {self.least:g}"
        )

    def inputs(self, number: int) -> list[float] | None:
        """Return what the network reads of a trial, or None where it is not behind the best one."""
        values, best = self.values[number], self.values[self.best or 0]
        count, now, end = len(values), smooth(values, len(values)), smooth(best, len(best))
        need = end - now
        if not now < smooth(best, count) < math.inf or need <= 0:
            return None
        good = sorted(self.finished, reverse=True)[: max(1, len(self.finished) // 4)]
        gains = [e - smooth(self.values[n], min(count, len(self.values[n]))) for e, _, n in good]
        reached = [smooth(v, count) for n, v in self.values.items() if n != number and len(v) >= count]
        half = smooth(values, max(1, count // 2))
        span = max(end - statistics.median(self.values[n][0] for _, _, n in self.finished), need)
        return [
            ratio(now - half, need),
            bend(now - half, half - smooth(values, max(1, count // 4))),
            ratio(end - smooth(best, count), need),
            ratio(statistics.fmean(gains), need),
            sum(v > now for v in reached) / max(1, len(reached)),
            ratio(statistics.median(s for _, s, _ in self.finished) / math.sqrt(width(count)), need),
            ratio(need, span),
            math.log(count / len(best)),
            math.log(len(self.finished)),
        ]

    def promise(self, inputs: Sequence[float]) -> float:
        """Return the networks' mean promise."""
        means, spreads = self.network["means"], self.network["spreads"]
        x = [max(-4.0, min(4.0, (i - m) / s)) for i, m, s in zip(inputs, means, spreads, strict=True)]
        return statistics.fmean(answer(net, x) for net in self.network["networks"])


FEWEST_REPORTS = 3
FIRST_SHARE = 0.1  # of the best trial's reports
LEAST_RATIO = 1e-3
MOST_RATIO = 10.0
BEND = math.sqrt(6) * 0.6745  # a second difference of noise has six times its variance; the median to the deviation


def width(count: int) -> int:
    """Return over how many of the latest reports a curve is averaged."""
    return max(1, count // 5)


def smooth(values: Sequence[float], count: int) -> float:
    """Return the average of the latest of the first so many values."""
    return sum(values[count - width(count) : count]) / width(count)


def noise(values: Sequence[float]) -> float:
    """Return the standard deviation of the values around their curve, by the second half's second differences."""
    late = values[len(values) // 2 :]
    bends = [abs(a - 2 * b + c) for a, b, c in zip(late, late[1:], late[2:], strict=False)]
    return statistics.median(bends) / BEND if bends else 0.0


def ratio(gain: float, need: float) -> float:
    """Return the logarithm of a ratio, within limits."""
    return math.log(max(LEAST_RATIO, min(MOST_RATIO, gain / need)))


def bend(late: float, early: float) -> float:
    """Return between -1 and 1 how much more was gained late than early."""
    both = abs(late) + abs(early)
    return (late - early) / both if both else 0.0


def answer(network: dict[str, list[Any]], inputs: Sequence[float]) -> float:
    """Return what a network with one hidden layer says: a number between 0 and 1."""
    hidden = [math.tanh(b + math.fsum(map(operator.mul, w, inputs))) for b, *w in network["hidden"]]
    bias, *weights = network["output"]
    return 1 / (1 + math.exp(-bias - math.fsum(map(operator.mul, weights, hidden))))


RULES: dict[str, Callable[..., Rule]] = {
    "curve": Curve, "median": Median, "median_current": MedianCurrent, "bandit": Bandit, "truncation": Truncation, "asha": Asha,
    "hyperband": Hyperband,
}  # fmt: skip


def make_rule(setting: dict[str, Any] | None, mode: str, **learned: Any) -> Rule:
    """Return the rule that the setting ``early_stopping`` describes, with what was learned for it; None stops nothing."""
    if setting is None:
        return Rule(mode)
    return RULES[setting["rule"]](mode, **{n: v for n, v in setting.items() if n != "rule"}, **learned)
