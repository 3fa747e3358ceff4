"""What all rules that end trials early have in common; of Python's standard library alone.

Programs carry the rule of their plan, so no rule needs more than the standard library. A rule
receives every report in the order they come, and every end; the same reports end the same trials on
any engine. Values are stored so that higher ones are better.
"""

import bisect
import math

from autotune.plan.mode import Mode


class Rule:
    """Remembers each trial's steps and values, and judges trials at their reports.

    Args:
        mode: ``max`` where higher values are better, ``min`` where lower ones are.
        evaluation_interval: Trials are judged at each multiple of so many reports.
        delay_evaluation: No trial is judged before it has made so many reports.
    """

    def __init__(self, mode: str, evaluation_interval: int = 1, delay_evaluation: int = 0) -> None:
        self.sign = Mode(mode).sign
        self.interval, self.delay = evaluation_interval, delay_evaluation
        self.steps: dict[int, list[int]] = {}
        self.values: dict[int, list[float]] = {}
        self.averages: dict[int, list[float]] = {}  # of a trial's values up to each report
        self.bests: dict[int, list[float]] = {}  # of a trial's values up to each report

    def stops(self, number: int, step: int, value: float) -> str | None:
        """Take a trial's report; return why the trial is to stop, or None.

        A step that is not after the trial's last one says that the trial is tried again from there.
        """
        steps, values = self.steps.setdefault(number, []), self.values.setdefault(number, [])
        averages, bests = self.averages.setdefault(number, []), self.bests.setdefault(number, [])
        count = bisect.bisect_left(steps, step)
        del steps[count:], values[count:], averages[count:], bests[count:]
        steps.append(step)
        values.append(-math.inf if math.isnan(value) else self.sign * value)
        averages.append(((averages[-1] if averages else 0.0) * count + values[-1]) / (count + 1))
        bests.append(max(bests[-1], values[-1]) if bests else values[-1])
        is_due = len(values) >= self.delay and len(values) % self.interval == 0
        return self.judge(number) if is_due else None

    def ends(self, number: int, *, finished: bool) -> None:
        """Take a trial's end: whether it finished by itself."""

    def forget(self, number: int) -> None:
        """Take the end of a trial that no other is to be compared with: it is infeasible."""
        for kept in (self.steps, self.values, self.averages, self.bests):
            kept.pop(number, None)

    def judge(self, number: int) -> str | None:
        """Return why a trial is to stop after its latest report, or None."""
        return None

    def shown(self, value: float) -> str:
        """Return a stored value as it was reported, as text."""
        return f"{self.sign * value:.6g}"
