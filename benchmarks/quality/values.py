"""Peers' values in scikit-learn's words, and what an estimator's own declared constraints allow."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from benchmarks.quality.spaces import Parameter

WORDS = {
    "polynomial": "poly",
    "radial": "rbf",
    "L1": "l1",
    "L2": "l2",
    "mse": "squared_error",
    "mae": "absolute_error",
    "least_squares": "squared_error",
    "friedman_mse": "squared_error",
    "True": True,
    "False": False,
    "None": None,
}
# A space that searches the first without saying a solver would fail with the default one.
NEEDS = {"logistic-regression": {"l1_ratio": {"solver": "saga"}, "penalty": {"solver": "saga"}}}
# What each needs another value of bootstrap_type or grow_policy than all else: a box of numbers
# cannot hold them.
APART = {"catboost": ("bagging_temperature", "max_leaves")}

Legal = Callable[[str, Any], bool]


def constraints(estimator: Any) -> Legal:
    """Return what says whether an estimator allows a hyperparameter's value.

    All is allowed where the estimator declares nothing.
    """
    from sklearn.utils._param_validation import (
        InvalidParameterError,
        validate_parameter_constraints,
    )

    declared: Mapping[str, Any] = getattr(estimator, "_parameter_constraints", {})

    def legal(name: str, value: Any) -> bool:
        if name not in declared:
            return True
        try:
            validate_parameter_constraints({name: declared[name]}, {name: value}, "")
        except InvalidParameterError:
            return False
        return True

    return legal


def fitted(parameter: Parameter, legal: Legal) -> Parameter | None:
    """Return a parameter in scikit-learn's words, without its illegal values.

    These are its illegal choices and its lowest illegal values.
    """
    if parameter.kind == "choice":
        return _fitted_choice(parameter, legal)
    if legal(parameter.name, parameter.low):
        return parameter
    low = parameter.low + 1 if parameter.kind == "int" else 1e-3 * parameter.high
    return (
        replace(parameter, low=low)
        if low <= parameter.high and legal(parameter.name, low)
        else None
    )


def _fitted_choice(parameter: Parameter, legal: Legal) -> Parameter | None:
    kept: list[Any] = []
    for choice in parameter.choices:
        value = WORDS.get(choice, choice) if isinstance(choice, str) else choice
        if isinstance(value, Parameter):
            inner = fitted(replace(value, name=parameter.name), legal)
            kept += [replace(inner, name=value.name)] if inner else []
        elif legal(parameter.name, value) and not any(
            k is value or (type(k) is type(value) and k == value) for k in kept
        ):
            kept.append(value)
    return replace(parameter, choices=tuple(kept)) if kept else None
