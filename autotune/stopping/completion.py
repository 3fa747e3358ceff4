"""When a job ends before its trials are spent: at a target, without progress, or by agreement."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass

from autotune.plan.mode import Mode

EARLY = ("target", "best_possible", "no_improvement", "convergence")
"""The criteria of the setting ``completion`` that end a job; its tolerance ends none."""


@dataclass(frozen=True)
class Fired:
    """The criterion that ended a job."""

    criterion: str
    """Its name in the setting ``completion``."""
    reason: str
    """Why it fired, in words."""


class Completion:
    """Takes finished trials' values one after another; ``fired`` is the first criterion met.

    Args:
        criteria: The plan's setting: ``target``, a value; ``best_possible``, one that nothing
            exceeds; ``no_improvement``, a number of trials; ``convergence``, how many of the best
            values must agree; ``tolerance``, relative to the value: a smaller difference is no
            improvement, and agrees.
        mode: ``max`` or ``min``.
    """

    def __init__(self, criteria: Mapping[str, float], mode: str) -> None:
        self.criteria, self.sign = criteria, Mode(mode).sign
        self.tolerance = float(criteria.get("tolerance", 0.0))
        self.fired: Fired | None = None
        self._reference: float | None = None
        self._since = 0
        self._best: list[float] = []

    def add(self, value: float) -> None:
        """Take a finished trial's value."""
        score = self.sign * value
        if self._reference is None or score > self._reference + self._margin(self._reference):
            self._reference, self._since = score, 0
        else:
            self._since += 1
        if "convergence" in self.criteria:
            heapq.heappush(self._best, score)
            if len(self._best) > self.criteria["convergence"]:
                heapq.heappop(self._best)
        self.fired = self.fired or self._reached(score) or self._stalled() or self._converged()

    def _margin(self, score: float) -> float:
        return self.tolerance * abs(score)

    def _reached(self, score: float) -> Fired | None:
        for name, words in (("target", "target"), ("best_possible", "best possible value")):
            if name in self.criteria and score >= self.sign * self.criteria[name]:
                return Fired(name, f"{words} {self.criteria[name]:g} reached")
        return None

    def _stalled(self) -> Fired | None:
        patience = self.criteria.get("no_improvement")
        if patience is None or self._since < patience:
            return None
        by = f" by more than {self.tolerance:.3g} of its value" if self.tolerance else ""
        return Fired("no_improvement", f"no trial was better{by} in {self._since} trials")

    def _converged(self) -> Fired | None:
        count = self.criteria.get("convergence")
        if count is None or len(self._best) < count:
            return None
        low, high = self._best[0], max(self._best)
        if high - low > self._margin(high):
            return None
        return Fired(
            "convergence",
            f"the best {count} trials agree within {self.tolerance:.3g} of their value",
        )
