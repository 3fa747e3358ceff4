"""The order in which the configurations of a grid are tried."""

from collections.abc import Sequence
from math import gcd
from typing import TypeVar

Configuration = TypeVar("Configuration")
GOLDEN = 0.6180339887  # its multiples leave no large gap, however many there are


def first_of_grid(grid: Sequence[Configuration], count: int) -> list[Configuration]:
    """Return the configurations to try: all in their order, or so many spread over the grid.

    >>> first_of_grid("abcdefghij", 12) == list("abcdefghij")
    True
    >>> "".join(first_of_grid("abcdefghij", 4))
    'aheb'
    """
    size = len(grid)
    if count >= size:
        return list(grid)
    step = max(1, round(size * GOLDEN))
    while gcd(step, size) != 1:
        step += 1
    return [grid[place * step % size] for place in range(max(count, 0))]
