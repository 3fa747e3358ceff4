"""An estimator behind the steps that encode a table's columns."""

import re
from collections.abc import Sequence
from typing import Any

from autotune.facts.types import Estimator, Table
from autotune.objective.fitted_inside import FittedInside
from autotune.plan.encoder import FIXED_CATEGORIES, PLAIN_NAMES


def encoded(steps: Sequence[Estimator | str], estimator: Estimator) -> Any:
    """Return a pipeline of copies of the steps and the estimator; without steps, itself.

    The steps of a pipeline stay steps, under their names. The texts ``plain names`` and
    ``fixed categories`` stand for the steps that give columns names which every library takes, and
    the categories of the fit.
    """
    if not steps:
        return estimator
    if isinstance(estimator, FittedInside):  # what it holds out of a fit, no encoder is fitted on
        return estimator.set_params(estimator=encoded(steps, estimator.estimator))
    from sklearn.pipeline import Pipeline

    last = getattr(estimator, "steps", None) or [(_name(estimator), estimator)]
    taken = {name for name, _ in last}
    named = []
    for step in steps:
        made = _made(step)
        name = _name(made)
        while name in taken:
            name = f"{name}-1"
        taken.add(name)
        named.append((name, made))
    return Pipeline([*named, *last])


def _made(step: Estimator | str) -> Any:
    from sklearn.base import clone
    from sklearn.preprocessing import FunctionTransformer

    from autotune.objective.fixed_categories import FixedCategories

    if step == PLAIN_NAMES:
        return FunctionTransformer(plain_names)
    return FixedCategories() if step == FIXED_CATEGORIES else clone(step)


def _name(estimator: Estimator) -> str:
    return type(estimator).__name__.lower()


def plain_names(X: Table) -> Any:
    """Return a frame whose columns' names have no marks that LightGBM or XGBoost refuse.

    >>> import pandas as pd
    >>> list(plain_names(pd.DataFrame({"size [m]": [1], "size {m}": [2], "b": [3]})))
    ['size _m_', 'size _m_ 2', 'b']
    """
    if not hasattr(X, "columns"):  # an imputer before it may have made an array
        return X
    names: list[str] = []
    for column in X.columns:
        name = re.sub(r'[][<>{}",:\\]', "_", str(column))
        same = sum(re.fullmatch(re.escape(name) + r"( \d+)?", taken) is not None for taken in names)
        names.append(f"{name} {same + 1}" if name in names else name)
    return X.set_axis(names, axis=1)
