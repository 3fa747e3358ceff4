"""What fits cost: the powers of hyperparameters that their seconds grow with."""

from collections.abc import Sequence

import numpy as np

from autotune.learn.history import History
from autotune.space.domains import Float, Int
from autotune.space.search_space import Space
from autotune.surrogate.gaussian_process import Array

FEWEST = 100  # trials
MIN_DEVIATION_SHARE = 0.1  # of the seconds' deviation that a hyperparameter must move to be named
MIN_EXPLAINED_VARIANCE = 0.25  # of the seconds' variance that all must explain


def powers_of(histories: Sequence[History], space: Space) -> dict[str, float]:
    """Return by hyperparameter the power that a fit's seconds grow with.

    It is fitted by least squares on logarithms, after each task's mean is removed. A value that is
    not a number, such as None for no limit, counts as the upper end. The result is empty if the
    powers explain too little of the variance.
    """
    names = [
        name
        for name, domain in space.domains.items()
        if isinstance(domain, Float | Int) and domain.low > 0
    ]
    tasks = [
        logarithms
        for history in histories
        if len(logarithms := _logarithms(history, space, names)) > 1
    ]
    table = (
        np.vstack([task - task.mean(0) for task in tasks])
        if tasks
        else np.empty((0, len(names) + 1))
    )
    X, y = table[:, :-1], table[:, -1]
    if len(y) < FEWEST or not names:
        return {}
    powers = np.linalg.lstsq(X, y, rcond=None)[0]
    if np.var(y - X @ powers) > (1 - MIN_EXPLAINED_VARIANCE) * np.var(y):
        return {}
    shares = np.abs(powers) * X.std(0) / y.std()
    return {
        name: round(float(power), 1)
        for name, power, share in zip(names, powers, shares, strict=True)
        if share >= MIN_DEVIATION_SHARE and round(power, 1)
    }


def _logarithms(history: History, space: Space, names: Sequence[str]) -> Array:
    """Return for each finished trial the logarithms of its hyperparameters and of its seconds."""
    ends = {name: space.domains[name].high for name in names}  # type: ignore[union-attr]
    return np.array(
        [
            [*(np.log(_number(params.get(name), ends[name])) for name in names), np.log(seconds)]
            for params, value, seconds in zip(
                history.params, history.values, history.seconds, strict=False
            )
            if value is not None and seconds
        ]
    )


def _number(value: object, end: float) -> float:
    return (
        float(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0
        else end
    )
