"""What a study's trials showed, as a surrogate model takes it: configurations and their values."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState

from autotune.surrogate.features import Params

MAX_OBSERVATIONS = 400  # of more values the best and the latest are looked at


def observations(
    trials: Sequence[FrozenTrial], sign: float, space: Mapping[str, BaseDistribution]
) -> tuple[list[Params], list[float]]:
    """Return the configurations that finished and their values, multiplied by ``sign``.

    A trial that failed or was pruned counts as the poorest. Where all values are equal, as those of
    the only trial that finished are, it counts as poorer by any amount: values have no scale.
    """
    finished = [
        (t.params, sign * t.value)
        for t in trials
        if t.state is TrialState.COMPLETE and t.value is not None and math.isfinite(t.value)
    ]
    values = [value for _, value in finished]
    worst, best = min(values, default=0.0), max(values, default=0.0)
    if finished and worst == best:
        worst -= max(1.0, abs(worst))
    unfinished = [
        (t.params, worst)
        for t in trials
        if t.state in (TrialState.FAIL, TrialState.PRUNED) and t.params
    ]
    pairs = [(p, value) for p, value in (*finished, *unfinished) if set(p) <= set(space)]
    return [params for params, _ in pairs], [value for _, value in pairs]


def running_params(trials: Sequence[FrozenTrial], trial: FrozenTrial) -> list[Params]:
    """Return the configurations of the running trials other than ``trial``."""
    running = (t for t in trials if t.state is TrialState.RUNNING and t.number != trial.number)
    return [t.params for t in running if t.params]


def best_and_latest(
    configurations: list[Params], values: list[float]
) -> tuple[list[Params], list[float]]:
    """Return at most MAX_OBSERVATIONS observations: the best half and the latest half."""
    if len(values) <= MAX_OBSERVATIONS:
        return configurations, values
    half = MAX_OBSERVATIONS // 2
    best = np.argsort(values)[::-1][:half].tolist()
    indices = sorted({*best, *range(len(values) - half, len(values))})
    return [configurations[i] for i in indices], [values[i] for i in indices]
