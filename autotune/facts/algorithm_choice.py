"""Several estimators as one: which of them is used is itself a hyperparameter, ``algorithm``."""

from collections.abc import Mapping
from typing import Any, Self

from autotune.errors import SettingError
from autotune.facts.types import Estimator, Tunable

ALGORITHM = "algorithm"


class OneOf:
    """One of several estimators: the one that ``algorithm`` names.

    The hyperparameters of each come after its name and two underscores.

    It has hyperparameters as scikit-learn's estimators do, so that it is cloned, set and saved
    like one of them. What is fitted is the estimator itself, as `chosen` returns it.
    """

    def __init__(self, algorithm: str, **estimators: Estimator) -> None:
        self.algorithm, self.estimators = algorithm, estimators

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return ``algorithm``, the estimators, and their hyperparameters as ``name__C``."""
        params_by_name = {ALGORITHM: self.algorithm, **self.estimators}
        for key, estimator in self.estimators.items() if deep else ():
            params_by_name |= {
                f"{key}__{name}": value for name, value in estimator.get_params().items()
            }
        return params_by_name

    def set_params(self, **params: Any) -> Self:
        """Set hyperparameters by the names that `get_params` gives; it changes the estimators, too.

        Raises:
            SettingError: if an estimator is named that is none of these.
        """
        self.algorithm = params.get(ALGORITHM, self.algorithm)
        for key in [
            self.algorithm,
            *(name.partition("__")[0] for name in params if name != ALGORITHM),
        ]:
            if key not in self.estimators:
                raise SettingError(
                    f"algorithm must be one of {', '.join(self.estimators)}, got {key!r}."
                )
        for key in self.estimators:
            self.estimators[key] = params.get(key, self.estimators[key])
            if inner := below(key, params):
                self.estimators[key].set_params(**inner)
        return self


def below(key: str, names: Mapping[str, object]) -> dict[str, Any]:
    """Return what stands under an estimator's name, by the estimator's own names."""
    return {
        name.removeprefix(f"{key}__"): value
        for name, value in names.items()
        if name.startswith(f"{key}__")
    }


def each(target: Tunable) -> tuple[Any, ...]:
    """Return the estimators that a target holds: several, or itself."""
    return tuple(target.estimators.values()) if isinstance(target, OneOf) else (target,)


def chosen(target: Tunable) -> Any:
    """Return the estimator to fit: the one that ``algorithm`` names, or the target itself."""
    return target.estimators[target.algorithm] if isinstance(target, OneOf) else target


def prefix_of_chosen(target: Tunable) -> str:
    """Return what comes before the hyperparameters of the estimator to fit in full names."""
    return f"{target.algorithm}__" if isinstance(target, OneOf) else ""


def prefix_in(params: Mapping[str, object]) -> str:
    """Return what comes before the hyperparameters of the estimator that a configuration names."""
    return f"{params[ALGORITHM]}__" if ALGORITHM in params else ""
