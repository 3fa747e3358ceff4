"""Whether each tuned hyperparameter changes what is learned: fits at both ends of its range.

``python -m benchmarks.dead_dimensions [CLASS…]`` prints the hyperparameters whose low and high end
(of choices: every value) leave predictions and fitted numbers the same, the rest of the
configuration being the plan's first one. Such a hyperparameter is dead there, or too weak for data
this small; which of the two is judged by hand.
"""

import sys
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from sklearn.base import clone, is_regressor
from sklearn.datasets import make_classification, make_regression
from sklearn.utils import all_estimators

from autotune import autotune
from autotune.errors import AutotuneError
from autotune.objective.factory import cross_validation_of
from autotune.plan.spec import PlanSpec
from autotune.space.domains import listed

FAST = {"n_estimators": 8, "max_iter": 30, "random_state": 0}
ROWS, COLUMNS = 120, 6


def classes() -> dict[str, type]:
    """Return the estimators by name: scikit-learn's, XGBoost's, LightGBM's."""
    from lightgbm import LGBMClassifier, LGBMRegressor
    from xgboost import XGBClassifier, XGBRegressor

    boosters = (LGBMClassifier, LGBMRegressor, XGBClassifier, XGBRegressor)
    return {**dict(all_estimators()), **{cls.__name__: cls for cls in boosters}}


def dead(cls: type) -> Iterator[str]:
    """Yield the tuned hyperparameters of a class that never change what is learned.

    Raises:
        TypeError: if the class needs arguments. AutotuneError: if no plan can be made.
    """
    model = cls()
    known = model.get_params()
    quiet = {"verbose": -1} if cls.__module__.startswith("lightgbm") else {}
    model.set_params(**quiet, **{name: value for name, value in FAST.items() if name in known})
    X, y = _data(model)
    keep = [name for name in FAST if name in known]
    plan = autotune(model, X, y, effort="all", keep_static=keep, metric=_any_score)
    first = dict(plan.space.complete(_first(plan)))
    for name, chosen in plan.ranges.items():
        points = [{**first, **point} for point in _ends(plan, name, first)]
        seen = [_learned(plan, plan.space.complete(point), (X, y)) for point in points]
        fitted = [each for each in seen if each is not None]
        if len(fitted) > 1 and all(_same(fitted[0], each) for each in fitted[1:]):
            yield f"{name} in {chosen.value}"


def _any_score(estimator: Any, X: Any, y: Any) -> float:
    return 0.0


def _data(model: Any) -> tuple[Any, Any]:
    if is_regressor(model):
        X, y = make_regression(ROWS, COLUMNS, noise=5.0, random_state=0)
    else:
        X, y = make_classification(ROWS, COLUMNS, n_informative=4, flip_y=0.2, random_state=0)
    takes_negatives = not model.__sklearn_tags__().input_tags.positive_only
    return (X if takes_negatives else X - X.min()), y


def _first(plan: PlanSpec) -> dict[str, Any]:
    points = plan["initial_trials"]
    middle = {name: chosen.value.levels(3)[-2:][0] for name, chosen in plan.ranges.items()}
    return {**middle, **(points[0] if points else {})}


def _ends(plan: PlanSpec, name: str, first: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the changes that put a hyperparameter at each end, its parents so that it is used."""
    domain = plan.ranges[name].value
    bounds = [getattr(domain, end) for end in ("low", "high") if hasattr(domain, end)]
    ends = [*listed(domain), *bounds]
    parents = {
        parent: next(v for v in values if plan.ranges[parent].value.contains(v))
        for parent, values in plan.ranges[name].when.items()
        if first.get(parent) not in values
    }
    return [{**parents, name: end} for end in ends]


def _learned(plan: PlanSpec, params: Mapping[str, Any], data: tuple[Any, Any]) -> Any:
    """Return all numbers that a fit gives, or None where it fails."""
    X, y = data
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fitted = clone(cross_validation_of(plan).prepare(params, 0)).fit(X, y)
            rows = (X[:-1] + X[1:]) / 2  # new ones, as many models know those of the fit by heart
            answers = [getattr(fitted, name)(rows) for name in ANSWERS if hasattr(fitted, name)]
        except Exception:  # any library's own refusal: such an end is not compared
            return None
    answers += [value for name, value in vars(fitted).items() if name.endswith("_")]
    plain = [each.toarray() if hasattr(each, "toarray") else each for each in answers]
    return [np.asarray(each, dtype=float) for each in plain if _is_numeric(each)]


ANSWERS = ("predict_proba", "decision_function", "predict", "transform", "score_samples")


def _is_numeric(value: object) -> bool:
    try:
        np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return False
    return True


def _same(some: list[Any], others: list[Any]) -> bool:
    return len(some) == len(others) and all(
        one.shape == other.shape and np.allclose(one, other, rtol=1e-9, equal_nan=True)
        for one, other in zip(some, others, strict=True)
    )


def main(names: list[str]) -> None:
    """Print what never changes anything, by class."""
    measured = 0
    for name, cls in sorted(classes().items()):
        if names and name not in names:
            continue
        try:
            found = list(dead(cls))
        except (TypeError, ValueError, AttributeError, AutotuneError):
            continue  # it cannot be made, or not be planned, on these data
        measured += 1
        for each in found:
            print(f"{name}: {each}", flush=True)
    print(f"{measured} classes measured")


if __name__ == "__main__":
    main(sys.argv[1:])
