"""Reads and sets an estimator's hyperparameters; what its code raises is one line."""

import copy
from collections.abc import Mapping
from typing import Any

from autotune.errors import SettingError
from autotune.facts.types import Estimator


def params_of(estimator: Estimator, deep: bool) -> dict[str, Any]:
    """Return the hyperparameters of an estimator, with those of its parts where ``deep``.

    Raises:
        SettingError: if its ``get_params`` raises anything.
    """
    try:
        return dict(estimator.get_params(deep=deep))
    except Exception as error:  # any estimator's own code may run here
        raise SettingError(
            f"get_params() of {type(estimator).__name__} must work, got {_shown(error)}."
        ) from None


def with_params(estimator: Estimator, values: Mapping[str, object]) -> Any:
    """Return a copy of an estimator with other values of some hyperparameters.

    Raises:
        SettingError: if its ``set_params`` raises anything.
    """
    changed = copy.deepcopy(estimator)
    try:
        changed.set_params(**values)
    except Exception as error:  # any estimator's own code may run here
        raise SettingError(
            f"set_params() of {type(estimator).__name__} must take {', '.join(values)},"
            f" got {_shown(error)}",
            name=next(iter(values)),
        ) from None
    return changed


def _shown(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
