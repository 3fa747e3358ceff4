"""Whether tuning was worth it: the winner of a job against the user's own configuration, fold by fold."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from autotune.plan.spec import PlanSpec
from autotune.record.paired_tests import corrected_t
from autotune.record.status import TrialStatus
from autotune.record.trial import Trial, best_first
from autotune.text import number

BEYOND_NOISE = 0.05


@dataclass(frozen=True)
class Verdict:
    """The winner against the user's own configuration.

    ``answer`` is ``tuned``, ``yours`` (nothing tried was better) or ``unclear`` (better, but within
    the folds' noise). ``gain`` is positive where the winner is better, whatever the mode;
    ``better`` counts the folds in which it is. ``p`` is None where nothing can be tested. ``of`` is
    the number of finished trials that the winner is the best of.
    """

    answer: str
    text: str
    gain: float
    better: int
    folds: int
    p: float | None
    of: int

    def describe(self) -> dict[str, Any]:
        """Return the verdict as JSON-safe data."""
        return asdict(self)


def own_trial(plan: PlanSpec, trials: Sequence[Trial]) -> Trial | None:
    """Return the finished trial of the user's own configuration, the best where there are several, or None."""
    identity = plan.space.identity
    measured = [
        trial
        for trial, baseline in zip(trials, plan.baselines, strict=False)
        if identity(trial.params) == identity(baseline)
        and trial.status is TrialStatus.FINISHED
        and trial.value is not None
    ]
    return next(iter(best_first(measured, plan.mode)), None)


def judge(plan: PlanSpec, trials: Sequence[Trial], best: Trial | None) -> Verdict | None:
    """Return the verdict, or None where the user's own configuration was not measured or trials have no folds.

    The winner was chosen on the very folds it is tested on, so the p-value is too small, and its
    text says so.
    """
    own = own_trial(plan, trials)
    if own is None or best is None:
        return None
    before, after = _folds(own), _folds(best)
    if len(before) != len(after) or len(after) < 2:
        return None
    gains = [plan.mode.sign * (b - a) for a, b in zip(before, after, strict=True)]
    # Folds of a splitter may share more of their rows than the correction counts on.
    p = corrected_t(gains) if isinstance(plan["cv"], int) and best.number != own.number else None
    gain, better, of = (
        sum(gains) / len(gains),
        sum(g > 0 for g in gains),
        sum(t.status is TrialStatus.FINISHED for t in trials),
    )
    answer = (
        "yours"
        if best.number == own.number
        else "tuned"
        if p is not None and p < BEYOND_NOISE
        else "unclear"
    )
    return Verdict(
        answer,
        _text(answer, gain, f"{better} of {len(gains)}", p, of),
        gain,
        better,
        len(gains),
        p,
        of,
    )


def _folds(trial: Trial) -> list[float]:
    """Return the scores of a trial's folds, or none where it has none that make up its value."""
    scores = [
        trial.metrics[f"fold_{i}"]
        for i in range(len(trial.metrics))
        if f"fold_{i}" in trial.metrics
    ]
    whole = (
        scores
        and trial.value is not None
        and math.isclose(sum(scores) / len(scores), trial.value, abs_tol=1e-9)
    )
    return scores if whole else []


def _text(answer: str, gain: float, folds: str, p: float | None, of: int) -> str:
    if answer == "yours":
        return f"keep what you had: no trial of {of} was better"
    better = f"{number(gain)} better, in {folds} folds, {p_text(p)}"
    chosen = f"indicative, as it was chosen as the best of {of} on these folds"
    if answer == "tuned":
        return f"take the tuned one: {better}; {chosen}"
    return f"not beyond the folds' noise, so keeping what you had is fine: {better}; {chosen}"


def p_text(p: float | None) -> str:
    """Return a p-value as it is written.

    >>> p_text(0.0625), p_text(0.0001)
    ('p=0.062', 'p<0.001')
    """
    return "untested" if p is None else "p<0.001" if p < 0.001 else f"p={p:.2g}"
