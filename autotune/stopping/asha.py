"""Asynchronous successive halving: Li et al. (2020), A system for massively parallel tuning."""

import math

from autotune.stopping.declaration import Declaration
from autotune.stopping.resources import RESOURCES, within_fidelity
from autotune.stopping.rule import Rule


class Asha(Rule):
    """Continues the best 1/reduction_factor of the trials at each rung.

    The rungs are ``min_resource`` times each power of ``reduction_factor``, from ``first_rung`` on,
    below ``max_resource``; the resource is the reports' step. A trial that is the best at its rung
    continues, as one cannot wait for others.
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
        self.factor = reduction_factor
        self.max_resource = math.inf if max_resource is None else max_resource
        self.first = min_resource * reduction_factor**first_rung
        self.rungs: dict[int, dict[int, float]] = {}

    def forget(self, number: int) -> None:
        """Take the end of an infeasible trial: it holds no place at a rung."""
        super().forget(number)
        for reached in self.rungs.values():
            reached.pop(number, None)

    def judge(self, number: int) -> str | None:
        """Stop where the value is not among the best at the rung that the step reaches."""
        step, value = self.steps[number][-1], self.values[number][-1]
        rung = self.first
        while rung <= step and rung < self.max_resource:
            reached = self.rungs.setdefault(rung, {})
            if number not in reached:
                reached[number] = value
                count = max(1, len(reached) // self.factor)
                if value < sorted(reached.values(), reverse=True)[count - 1]:
                    return (
                        f"its value {self.shown(value)} at step {step} is not among the best"
                        f" {count} of {len(reached)} trials at rung {rung}"
                    )
            rung *= self.factor
        return None


DECLARATION = Declaration(
    name="asha",
    summary="Only the best trials continue at each of growing budgets (Li et al. 2020).",
    rule=Asha,
    parameters=RESOURCES,
    complete=within_fidelity,
    rung_factor="reduction_factor",
)
