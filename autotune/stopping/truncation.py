"""HyperDrive's truncation selection; Azure ML, "Hyperparameter tuning: early termination"."""

import math

from autotune.stopping.declaration import Declaration, Parameter
from autotune.stopping.intervals import INTERVALS
from autotune.stopping.rule import Rule


class Truncation(Rule):
    """Ends the worst percentage of the trials that came as far, finished ones counted.

    Of trials that are equal at the edge of the percentage all go on.
    """

    def __init__(self, mode: str, truncation_percentage: int, **intervals: int) -> None:
        super().__init__(mode, **intervals)
        self.percentage = truncation_percentage

    def judge(self, number: int) -> str | None:
        """Stop where the trial, and all that are no better, lie within the percentage."""
        count = len(self.values[number])
        current = self.values[number][-1]
        peers = [v[count - 1] for v in self.values.values() if len(v) >= count]
        no_better = sum(v <= current for v in peers)
        if no_better > math.floor(len(peers) * self.percentage / 100):
            return None
        return (
            f"its report {count}, {self.shown(current)}, is among the worst"
            f" {self.percentage} % of {len(peers)} trials with as many reports"
        )


DECLARATION = Declaration(
    name="truncation",
    summary="Stops the worst percentage of the trials that made as many reports (HyperDrive).",
    rule=Truncation,
    parameters={"truncation_percentage": Parameter(20, 1, 99)} | INTERVALS,
)
