"""How a trial is set up: what a plan holds of it, so that a run asks nothing else."""

import math
from dataclasses import dataclass

PARTS = 10  # reports of a trial at equal distances; ten reports of boosters take 30 % more time


@dataclass(frozen=True)
class Stepping:
    """How a fit goes on: the hyperparameter that is its budget, the budgets to report at, and the means.

    ``by`` is ``warm_start``, ``partial_fit`` (which does 1 at a time), or the argument of ``fit``
    that takes the model so far; ``total`` says that the hyperparameter counts what was done before,
    too.
    """

    name: str
    steps: tuple[int, ...]
    by: str
    total: bool


def steps_of(low: int, high: int, factor: int | None) -> tuple[int, ...]:
    """Return the budgets to report at: a halving rule's rungs, else tenths, none below the least budget.

    >>> steps_of(1, 81, 3), steps_of(10, 50, None)
    ((1, 3, 9, 27, 81), (10, 15, 20, 25, 30, 35, 40, 45, 50))
    """
    if factor is None:
        return tuple(
            sorted({s for n in range(1, PARTS + 1) if (s := math.ceil(high * n / PARTS)) >= low})
        )
    rungs = [low]
    while rungs[-1] * factor < high:
        rungs.append(rungs[-1] * factor)
    return (*rungs, high)
