"""Whether tuning was worth it: the winner of a job against the baseline, fold by fold."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from autotune.plan.spec import PlanSpec
from autotune.record.paired_tests import corrected_t, student
from autotune.record.status import TrialStatus
from autotune.record.trial import Trial, best_first
from autotune.text import number

BEYOND_NOISE = 0.05


@dataclass(frozen=True)
class Verdict:
    """The winner against the user's own configuration."""

    answer: str
    """``tuned``, ``yours`` (no trial was better) or ``unclear`` (within noise, or untold)."""
    text: str
    """The verdict in words."""
    gain: float
    """How much better the winner is; positive is better, whatever the mode."""
    better: int
    """The number of folds in which the winner is better; 0 or 1 where there are none."""
    folds: int
    """The number of folds; 1 where each configuration was evaluated as a whole."""
    p: float | None
    """The p-value of no difference; None if nothing can be tested."""
    of: int
    """The number of finished trials that the winner is the best of."""

    def describe(self) -> dict[str, Any]:
        """Return the verdict as JSON-safe data."""
        return asdict(self)


def own_trial(plan: PlanSpec, trials: Sequence[Trial]) -> Trial | None:
    """Return the finished trial of a baseline, the best if there are several, or None.

    A baseline within all constraints comes before others.
    """
    identity = plan.space.identity
    measured = [
        trial
        for trial, baseline in zip(trials, plan.baselines, strict=False)
        if identity(trial.params) == identity(baseline)
        and trial.status is TrialStatus.FINISHED
        and trial.value is not None
    ]
    feasible = [trial for trial in measured if trial.feasible]
    return next(iter(best_first(feasible or measured, plan.mode)), None)


def judge(
    plan: PlanSpec,
    trials: Sequence[Trial],
    best: Trial | None,
    confirmation: Mapping[str, Any] | None = None,
) -> Verdict | None:
    """Return the verdict, or None if no baseline was measured or the folds do not match.

    Without folds, as of a function, one evaluation of each cannot tell a gain from chance; what a
    confirmation measured anew can.

    The winner was chosen on the very folds it is tested on, so the p-value is too small, and its
    text says so.
    """
    baseline = own_trial(plan, trials)
    if baseline is None or best is None:
        return None
    if not baseline.feasible:
        return _of_infeasible(plan, baseline, best, trials)
    before, after = _folds(baseline), _folds(best)
    finished = sum(trial.status is TrialStatus.FINISHED for trial in trials)
    if not before and not after:
        pairs = _confirmed(confirmation or {}, baseline, best)
        if len(pairs) > 1 and best.number != baseline.number:
            return _of_pairs(plan, pairs, finished)
        return _of_single_values(plan, baseline, best, finished)
    if len(before) != len(after) or len(after) < 2:
        return None
    gains = [
        plan.mode.sign * (tuned_score - baseline_score)
        for baseline_score, tuned_score in zip(before, after, strict=True)
    ]
    gain, better = sum(gains) / len(gains), sum(gain > 0 for gain in gains)
    conclusion, p_value = "yours", None
    if best.number != baseline.number:
        # Folds of a splitter may share more of their rows than the correction counts on.
        p_value = corrected_t(gains) if isinstance(plan["cv"], int) else None
        conclusion = "tuned" if p_value is not None and p_value < BEYOND_NOISE else "unclear"
    text = _text(conclusion, gain, f"{better} of {len(gains)}", p_value, finished)
    return Verdict(conclusion, text, gain, better, len(gains), p_value, finished)


def _of_infeasible(
    plan: PlanSpec, baseline: Trial, best: Trial, trials: Sequence[Trial]
) -> Verdict:
    """Return the verdict where the user's own configuration is beyond a constraint."""
    gain = plan.mode.sign * ((best.value or 0.0) - (baseline.value or 0.0))
    finished = sum(trial.status is TrialStatus.FINISHED for trial in trials)
    text = f"take the tuned one: what you had is {baseline.reason}"
    return Verdict("tuned", text, gain, 0, 0, None, finished)


def _of_single_values(
    plan: PlanSpec, baseline: Trial, best: Trial, finished: int
) -> Verdict | None:
    """Return the verdict where each configuration has a single value, as of a function."""
    if baseline.value is None or best.value is None:
        return None
    gain = plan.mode.sign * (best.value - baseline.value)
    if best.number == baseline.number or gain <= 0:
        text = f"keep what you had: no trial of {finished} was better"
        return Verdict("yours", text, max(gain, 0.0), 0, 1, None, finished)
    text = (
        f"cannot be told: {number(gain)} better by one evaluation of each, the best of"
        f" {finished} trials; if evaluations differ by chance, job.confirm() evaluates both again"
    )
    return Verdict("unclear", text, gain, 1, 1, None, finished)


def _confirmed(
    confirmation: Mapping[str, Any], baseline: Trial, best: Trial
) -> list[tuple[float, float]]:
    """Return the pairs of values of both configurations, if they are still the ones compared."""
    if (confirmation.get("own"), confirmation.get("winner")) != (baseline.number, best.number):
        return []
    return [(own, winner) for own, winner in confirmation["pairs"]]


def _of_pairs(plan: PlanSpec, pairs: Sequence[tuple[float, float]], finished: int) -> Verdict:
    """Return the verdict by evaluations that the winner was not chosen by."""
    gains = [plan.mode.sign * (winner - own) for own, winner in pairs]
    count = len(gains)
    gain, better = sum(gains) / count, sum(each > 0 for each in gains)
    spread = math.sqrt(sum((each - gain) ** 2 for each in gains) / (count - 1))
    if spread <= 1e-12 * max(map(abs, gains)):  # evaluations do not differ by chance
        p_value = 1.0 if gain == 0 else 0.0
    else:
        p_value = student(gain / (spread / math.sqrt(count)), count - 1)
    words = f"{number(gain)} better, in {better} of {count} further evaluations of each"
    words += f", {p_text(p_value)}"
    if p_value >= BEYOND_NOISE:
        text = f"cannot be told, so keeping what you had is fine: {words}"
        return Verdict("unclear", text, gain, better, count, p_value, finished)
    answer, advice = ("tuned", "take the tuned one") if gain > 0 else ("yours", "keep what you had")
    return Verdict(answer, f"{advice}: {words}", gain, better, count, p_value, finished)


def _folds(trial: Trial) -> list[float]:
    """Return the scores of a trial's folds, or none if they do not make up its value."""
    scores = [
        trial.metrics[f"fold_{fold}"]
        for fold in range(len(trial.metrics))
        if f"fold_{fold}" in trial.metrics
    ]
    if not scores or trial.value is None:
        return []
    mean = sum(scores) / len(scores)
    return scores if math.isclose(mean, trial.value, abs_tol=1e-9) else []


def _text(conclusion: str, gain: float, folds: str, p_value: float | None, trials: int) -> str:
    if conclusion == "yours":
        return f"keep what you had: no trial of {trials} was better"
    better = f"{number(gain)} better, in {folds} folds, {p_text(p_value)}"
    chosen = f"indicative, as it was chosen as the best of {trials} on these folds"
    if conclusion == "tuned":
        return f"take the tuned one: {better}; {chosen}"
    return f"not beyond the folds' noise, so keeping what you had is fine: {better}; {chosen}"


def p_text(p_value: float | None) -> str:
    """Return a p-value as it is written.

    >>> p_text(0.0625), p_text(0.0001)
    ('p=0.062', 'p<0.001')
    """
    return "untested" if p_value is None else "p<0.001" if p_value < 0.001 else f"p={p_value:.2g}"
