"""When a job is done before its trials are spent: a target reached, no better trial for long, or the best ones agree."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

EARLY = ("target", "best_possible", "no_improvement", "convergence")


@dataclass(frozen=True)
class Fired:
    """The criterion that ended a job, and why in words."""

    criterion: str
    reason: str


class Completion:
    """Takes finished trials' values one after another; ``fired`` tells when a criterion is met, and stays.

    Args:
        criteria: The plan's setting: ``target``, a value; ``best_possible``, one that nothing
            exceeds; ``no_improvement``, a number of trials; ``convergence``, how many of the best
            values must agree; ``tolerance``, relative to the value: what is less is no improvement,
            and agrees.
        mode: ``max`` or ``min``.
    """

    def __init__(self, criteria: Mapping[str, Any], mode: str) -> None:
        self.criteria, self.sign = criteria, 1 if mode == "max" else -1
        self.tolerance = float(criteria.get("tolerance", 0.0))
        self.fired: Fired | None = None
        self._reference: float | None = None
        self._since = 0
        self._best: list[float] = []

    def add(self, value: float) -> None:
        """Take a finished trial's value."""
        gained = self.sign * value
        if self._reference is None or gained > self._reference + self.tolerance * abs(
            self._reference
        ):
            self._reference, self._since = gained, 0
        else:
            self._since += 1
        if "convergence" in self.criteria:
            heapq.heappush(self._best, gained)
            if len(self._best) > self.criteria["convergence"]:
                heapq.heappop(self._best)
        self.fired = self.fired or self._fires(gained)

    def _fires(self, gained: float) -> Fired | None:
        for name, words in (("target", "target"), ("best_possible", "best possible value")):
            if name in self.criteria and gained >= self.sign * self.criteria[name]:
                return Fired(name, f"{words} {self.criteria[name]:g} reached")
        patience, many = self.criteria.get("no_improvement"), self.criteria.get("convergence")
        if patience is not None and self._since >= patience:
            by = f" by more than {self.tolerance:.3g} of its value" if self.tolerance else ""
            return Fired("no_improvement", f"no trial better{by} in {self._since} trials")
        if many is not None and len(self._best) == many:
            low, high = self._best[0], max(self._best)
            if high - low <= self.tolerance * abs(high):
                return Fired(
                    "convergence",
                    f"the best {many} trials agree within {self.tolerance:.3g} of their value",
                )
        return None
