"""autotune's own rule: it ends trials whose curves, as those of other tasks taught, no longer promise to become the best."""

import math
import operator
import statistics
from collections.abc import Sequence
from typing import Any

from autotune.stopping.rules import Rule

FEWEST_REPORTS = 3
FIRST_SHARE = 0.1  # of the best trial's reports
LEAST_RATIO = 1e-3
MOST_RATIO = 10.0
BEND = (
    math.sqrt(6) * 0.6745
)  # a second difference of noise has six times its variance; the median to the deviation


class Curve(Rule):
    """autotune's own rule: a trial goes on while its curve promises to become the best, as curves of other tasks taught it.

    A small network reads how far the trial is, what it needs to reach the best trial's end, and
    what that, the better trials and itself gain; all are ratios, so that neither the metric's scale
    nor its kind matters. A trial that is not behind the best one at the same report is never
    stopped, nor any before ``protect`` trials finished.

    Args:
        mode: As for all rules.
        promise: A trial that promises less is stopped.
        protect: How many trials must have finished.
        network: The inputs' means and deviations, and the weights of several networks, whose mean
            counts.
    """

    def __init__(self, mode: str, promise: float, protect: int, network: dict[str, Any]) -> None:
        super().__init__(mode)
        self.least, self.protect, self.network = promise, protect, network
        self.finished: list[
            tuple[float, float, int]
        ] = []  # each one's smoothed end, noise and number
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
        reached = [
            smooth(v, count) for n, v in self.values.items() if n != number and len(v) >= count
        ]
        half = smooth(values, max(1, count // 2))
        span = max(end - statistics.median(self.values[n][0] for _, _, n in self.finished), need)
        return [
            ratio(now - half, need),
            bend(now - half, half - smooth(values, max(1, count // 4))),
            ratio(end - smooth(best, count), need),
            ratio(statistics.fmean(gains), need),
            sum(v > now for v in reached) / max(1, len(reached)),
            ratio(
                statistics.median(s for _, s, _ in self.finished) / math.sqrt(width(count)), need
            ),
            ratio(need, span),
            math.log(count / len(best)),
            math.log(len(self.finished)),
        ]

    def promise(self, inputs: Sequence[float]) -> float:
        """Return the networks' mean promise."""
        means, spreads = self.network["means"], self.network["spreads"]
        x = [
            max(-4.0, min(4.0, (i - m) / s)) for i, m, s in zip(inputs, means, spreads, strict=True)
        ]
        return statistics.fmean(answer(net, x) for net in self.network["networks"])


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
