"""Copies of estimators that are not fitted, and the names that they set values by."""

from collections.abc import Mapping
from typing import Any


def cloned(estimator: Any) -> Any:
    """Return a clone of the estimator.

    Some copy the lists they are given, as CatBoost does with ``cat_features``, which scikit-learn
    refuses to clone; these get tuples, which are equal to their copies in every way.
    """
    from copy import deepcopy

    from sklearn.base import clone

    try:
        return clone(estimator)
    except RuntimeError:
        copy = deepcopy(estimator)
        params = copy.get_params()
        copy.set_params(**{n: tuple(value) for n, value in params.items() if type(value) is list})
        return clone(copy)


def by_real_names(params: Mapping[str, object], real_names: Mapping[str, str]) -> dict[str, Any]:
    """Return hyperparameters by the names that are set on the estimator."""
    return {real_names.get(name, name): value for name, value in params.items()}
