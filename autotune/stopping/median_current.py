"""SageMaker's median rule; Developer Guide, "Stop training jobs early"."""

import statistics

from autotune.stopping.declaration import Declaration
from autotune.stopping.intervals import INTERVALS
from autotune.stopping.rule import Rule


class MedianCurrent(Rule):
    """Compares a trial's current value with the median of the earlier trials' running averages."""

    def judge(self, number: int) -> str | None:
        """Stop where the current value is worse; trials that came less far have no average."""
        count, current = len(self.values[number]), self.values[number][-1]
        earlier = [a[count - 1] for n, a in self.averages.items() if n < number and len(a) >= count]
        if not earlier or current >= (median := statistics.median(earlier)):
            return None
        return (
            f"its report {count}, {self.shown(current)}, is worse than"
            f" {self.shown(median)}, the median of earlier trials' averages"
        )


DECLARATION = Declaration(
    name="median_current",
    summary="Stops a trial whose value is worse than the median of earlier averages (SageMaker).",
    rule=MedianCurrent,
    parameters=INTERVALS,
)
