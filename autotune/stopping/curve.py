"""autotune's rule: it ends trials that curves of other tasks show to be unpromising."""

import math
import operator
import statistics
from collections.abc import Sequence
from typing import NamedTuple, TypedDict

from autotune.stopping.declaration import Declaration, Parameter, Parameters, Situation
from autotune.stopping.rule import Rule

FEWEST_REPORTS = 3
FIRST_SHARE = 0.1  # of the best trial's reports
MIN_RATIO = 1e-3
MAX_RATIO = 10.0
# A second difference of noise has six times its variance; 0.6745 leads from the median to the
# deviation.
BEND = math.sqrt(6) * 0.6745


class Layers(TypedDict):
    """A network with one hidden layer: a row of bias and weights for each unit."""

    hidden: list[list[float]]
    output: list[float]


class NetworkWeights(TypedDict):
    """The inputs' means and deviations, and several networks, whose mean counts."""

    means: list[float]
    spreads: list[float]
    networks: list[Layers]


class Finished(NamedTuple):
    """A trial that finished, as the rule compares it; sorted by its end."""

    end: float
    noise: float
    number: int


class Curve(Rule):
    """Continues a trial while its curve promises to become the best.

    A small network reads how far the trial is, what it needs to reach the best trial's end, and
    what that, the better trials and itself gain; all are ratios, so that neither the metric's scale
    nor its kind matters. A trial that is not behind the best one at the same report is never
    stopped, nor any before ``protect`` trials finished.

    Args:
        mode: As for all rules.
        promise: A trial that promises less is stopped.
        protect: How many trials must have finished.
        network: What was learned from curves of other tasks.
    """

    def __init__(self, mode: str, promise: float, protect: int, network: NetworkWeights) -> None:
        super().__init__(mode)
        self.least, self.protect, self.network = promise, protect, network
        self.finished: list[Finished] = []
        self.best: int | None = None

    def ends(self, number: int, *, finished: bool) -> None:
        """Take a trial's end; a finished one's last report is its value."""
        values = self.values.get(number)
        if finished and values and math.isfinite(values[-1]):
            self.finished.append(Finished(smooth(values, len(values)), noise(values), number))
            if self.best is None or values[-1] > self.values[self.best][-1]:
                self.best = number

    def judge(self, number: int) -> str | None:
        """Stop where the trial is behind the best one, and its curve promises too little."""
        values = self.values[number]
        if self.best is None or len(self.finished) < self.protect:
            return None
        best = self.values[self.best]
        if not max(FEWEST_REPORTS, len(best) * FIRST_SHARE) <= len(values) < len(best):
            return None
        if not math.isfinite(values[-1]):
            return "its report is not a finite number"
        inputs = self.inputs(number)
        if inputs is None or (promise := self.promise(inputs)) >= self.least:
            return None
        return (
            f"its value is {self.shown(values[-1])} after {len(values)} reports; the best trial had"
            f" {self.shown(best[len(values) - 1])} there and ended at {self.shown(best[-1])};"
            f" its chance of becoming the best, {promise:.3g}, is below {self.least:g}"
        )

    def inputs(self, number: int) -> list[float] | None:
        """Return what the network reads of a trial, or None where it is not behind the best one."""
        values, best = self.values[number], self.values[self.best or 0]
        count, current, end = len(values), smooth(values, len(values)), smooth(best, len(best))
        need = end - current
        if not current < smooth(best, count) < math.inf or need <= 0:
            return None
        half = smooth(values, max(1, count // 2))
        quarter = smooth(values, max(1, count // 4))
        return [
            ratio(current - half, need),
            bend(current - half, half - quarter),
            ratio(end - smooth(best, count), need),
            ratio(self._better_trials_gain(count), need),
            self._share_above(number, current),
            ratio(self._noise() / math.sqrt(width(count)), need),
            ratio(need, max(end - self._first_report(), need)),
            math.log(count / len(best)),
            math.log(len(self.finished)),
        ]

    def _better_trials_gain(self, count: int) -> float:
        """Return what the better quarter of the finished trials gained after so many reports."""
        quarter = sorted(self.finished, reverse=True)[: max(1, len(self.finished) // 4)]
        return statistics.fmean(
            trial.end
            - smooth(self.values[trial.number], min(count, len(self.values[trial.number])))
            for trial in quarter
        )

    def _share_above(self, number: int, current: float) -> float:
        """Return the share of the trials that came as far, and were better there."""
        count = len(self.values[number])
        reached = [
            smooth(v, count) for n, v in self.values.items() if n != number and len(v) >= count
        ]
        return sum(value > current for value in reached) / max(1, len(reached))

    def _noise(self) -> float:
        return statistics.median(trial.noise for trial in self.finished)

    def _first_report(self) -> float:
        return statistics.median(self.values[trial.number][0] for trial in self.finished)

    def promise(self, inputs: Sequence[float]) -> float:
        """Return the networks' mean promise."""
        means, spreads = self.network["means"], self.network["spreads"]
        scaled = [
            max(-4.0, min(4.0, (value - mean) / spread))
            for value, mean, spread in zip(inputs, means, spreads, strict=True)
        ]
        return statistics.fmean(predict(layers, scaled) for layers in self.network["networks"])


def width(count: int) -> int:
    """Return over how many of the latest reports a curve is averaged."""
    return max(1, count // 5)


def smooth(values: Sequence[float], count: int) -> float:
    """Return the average of the latest of the first so many values."""
    return sum(values[count - width(count) : count]) / width(count)


def noise(values: Sequence[float]) -> float:
    """Return the deviation of values around their curve.

    It is estimated by the second differences of the second half.
    """
    late = values[len(values) // 2 :]
    bends = [abs(a - 2 * b + c) for a, b, c in zip(late, late[1:], late[2:], strict=False)]
    return statistics.median(bends) / BEND if bends else 0.0


def ratio(gain: float, need: float) -> float:
    """Return the logarithm of a ratio, within limits."""
    return math.log(max(MIN_RATIO, min(MAX_RATIO, gain / need)))


def bend(late: float, early: float) -> float:
    """Return between -1 and 1 how much the late gain exceeds the early one."""
    both = abs(late) + abs(early)
    return (late - early) / both if both else 0.0


def predict(layers: Layers, inputs: Sequence[float]) -> float:
    """Return the output of a network with one hidden layer: a number between 0 and 1."""
    hidden = [
        math.tanh(bias + math.fsum(map(operator.mul, weights, inputs)))
        for bias, *weights in layers["hidden"]
    ]
    bias, *weights = layers["output"]
    return 1 / (1 + math.exp(-bias - math.fsum(map(operator.mul, weights, hidden))))


def as_learned(parameters: Parameters, situation: Situation) -> Parameters:
    """Take what was learned; after good first trials fewer later ones become the best."""
    learned = situation.learned
    defaults = {
        "promise": learned["promise_after_starts" if situation.starts else "promise"],
        "protect": learned["protect"],
    }
    return {n: defaults[n] if value is None else value for n, value in parameters.items()}


DECLARATION = Declaration(
    name="curve",
    summary="Stops a trial whose learning curve is unlikely to become the best (autotune).",
    rule=Curve,
    parameters={"promise": Parameter(None, 0, 1, integer=False), "protect": Parameter(None, 1)},
    complete=as_learned,
    learned=frozenset({"promise", "promise_after_starts", "protect"}),
    network=frozenset({"means", "spreads", "networks"}),
)
