"""Hyperband: Li et al. (2018), A novel bandit-based approach, JMLR 18."""

import math
import zlib

from autotune.errors import SettingError
from autotune.stopping.asha import Asha
from autotune.stopping.declaration import Declaration, Parameters, Situation
from autotune.stopping.resources import RESOURCES, within_fidelity
from autotune.stopping.rule import Rule


class Hyperband(Rule):
    """Runs brackets of successive halving that begin to stop trials earlier or later.

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
        self.shares = [
            math.ceil(count * reduction_factor ** (rungs - 1) / rungs)
            for rungs in range(count, 0, -1)
        ]

    def stops(self, number: int, step: int, value: float) -> str | None:
        """Take a trial's report; its bracket judges it."""
        bracket = self.bracket(number)
        reason = self.brackets[bracket].stops(number, step, value)
        return reason and f"{reason} of bracket {bracket}"

    def forget(self, number: int) -> None:
        """Take the end of an infeasible trial; its bracket has it."""
        self.brackets[self.bracket(number)].forget(number)

    def bracket(self, number: int) -> int:
        """Return the bracket of a trial."""
        place = zlib.crc32(str(number).encode()) % sum(self.shares)
        return next(b for b in range(len(self.shares)) if place < sum(self.shares[: b + 1]))


def with_largest_budget(parameters: Parameters, situation: Situation) -> Parameters:
    """Take the budgets from the fidelity; the largest must be known.

    Raises:
        SettingError: if nothing says the largest budget, or the least is not below it.
    """
    completed = within_fidelity(parameters, situation)
    if completed["max_resource"] is None:
        raise SettingError(
            "hyperband must know the largest budget of a trial, got no fidelity.",
            "Give fidelity={'name': ..., 'max': ...}, or"
            " early_stopping={'rule': 'hyperband', 'max_resource': ...}.",
        )
    return completed


DECLARATION = Declaration(
    name="hyperband",
    summary="Successive halving in brackets that stop trials earlier or later (Li et al. 2018).",
    rule=Hyperband,
    parameters=RESOURCES,
    complete=with_largest_budget,
    strategy="hyperband",
    rung_factor="reduction_factor",
)
