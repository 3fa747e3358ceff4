"""HyperDrive's bandit; Azure ML, "Hyperparameter tuning: early termination"."""

import math

from autotune.errors import SettingError
from autotune.stopping.declaration import Declaration, Parameter, Parameters
from autotune.stopping.intervals import INTERVALS
from autotune.stopping.rule import Rule

SLACKS = {
    "slack_factor": Parameter(None, 0, integer=False),
    "slack_amount": Parameter(None, 0, integer=False),
}
DEFAULT_FACTOR = 0.1  # the slack factor of HyperDrive's own example


class Bandit(Rule):
    """Lets a trial's best value be below the best at the same report by a factor or an amount.

    The best is that of any trial up to as many reports as the judged trial has made. With a factor
    f the rule stops below best / (1 + f), or above best * (1 + f) where lower is better. HyperDrive
    defines the factor for positive values; a negative best is read as the loss, or the score, that
    it is the negative of. A best of 0 has no factor: the rule stops nothing there.
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
        count, value = len(self.values[number]), self.bests[number][-1]
        best = max(bests[min(count, len(bests)) - 1] for bests in self.bests.values())
        limit = self._limit(best)
        if value >= limit:
            return None
        return (
            f"its best of {count} reports, {self.shown(value)}, is worse than"
            f" {self.shown(limit)} (the best of all, {self.shown(best)}, with the slack)"
        )

    def _limit(self, best: float) -> float:
        if self.amount is not None:
            return best - self.amount
        factor = 1 + (self.factor or 0.0)
        if best == 0:
            return -math.inf
        return best / factor if best > 0 else best * factor


def one_slack(name: str, parameters: Parameters) -> Parameters:
    """Refuse both slacks at once, and take the default factor where neither is set.

    Raises:
        SettingError: if both are set.
    """
    slacks = [n for n in SLACKS if parameters[n] is not None]
    if len(slacks) > 1:
        raise SettingError(
            f"{name} must have slack_factor or slack_amount, got both.", "Drop one of them."
        )
    return parameters if slacks else parameters | {"slack_factor": DEFAULT_FACTOR}


DECLARATION = Declaration(
    name="bandit",
    summary="Stops a trial that is behind the best by more than a slack (HyperDrive).",
    rule=Bandit,
    parameters=SLACKS | INTERVALS,
    check=one_slack,
)
