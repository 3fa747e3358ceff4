"""HyperDrive's median stopping; Azure ML, "Hyperparameter tuning: early termination"."""

import statistics

from autotune.stopping.declaration import Declaration
from autotune.stopping.intervals import INTERVALS
from autotune.stopping.rule import Rule


class Median(Rule):
    """Compares a trial's best value with the median of all trials' running averages."""

    def judge(self, number: int) -> str | None:
        """Stop where the best value so far is worse; trials that came less far have no average."""
        count, best = len(self.values[number]), max(self.values[number])
        median = statistics.median(
            [a[count - 1] for a in self.averages.values() if len(a) >= count]
        )
        if best >= median:
            return None
        return (
            f"its best of {count} reports, {self.shown(best)}, is worse than"
            f" {self.shown(median)}, the median of all trials' averages"
        )


DECLARATION = Declaration(
    name="median",
    summary="Stops a trial whose best value is worse than the median of averages (HyperDrive).",
    rule=Median,
    parameters=INTERVALS,
)
