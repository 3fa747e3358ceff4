"""No plan of any estimator has a dimension that no trial can use, or trials that cannot differ."""

import numpy as np
import pytest
from catboost import CatBoostClassifier
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.cluster import MiniBatchKMeans
from sklearn.impute import KNNImputer
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC
from sklearn.utils import all_estimators
from sklearn.utils._test_common.instance_generator import _construct_instances
from xgboost import XGBClassifier, XGBRFRegressor

from autotune import autotune
from autotune.errors import SettingError
from autotune.objective.fit_params import fit_on_all_rows
from benchmarks.dead_dimensions import dead

FACTS = {"rows": 400, "columns": 9, "categorical": 2}
BOOSTERS = (LGBMClassifier, LGBMRegressor, XGBClassifier, XGBRFRegressor, CatBoostClassifier)
CLASSES = {**dict(all_estimators()), **{cls.__name__: cls for cls in BOOSTERS}}


def _instances(cls):
    try:
        return list(_construct_instances(cls)) if cls not in BOOSTERS else [cls()]
    except Exception as error:  # abstract classes and missing dependencies say so in many ways
        pytest.skip(f"cannot be built: {error}")


def _dead(plan):
    """Return the names that no configuration uses, and those with one value only."""
    dead = {name for name, chosen in plan.ranges.items() if chosen.value.size < 2}
    for name, chosen in plan.ranges.items():
        for parent, values in chosen.when.items():
            if not any(plan.ranges[parent].value.contains(value) for value in values):
                dead.add(name)
    return dead


@pytest.mark.parametrize("effort", ["useful", "all"])
@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_dimension_can_be_used_and_has_more_than_one_value(name, effort):
    for estimator in _instances(CLASSES[name]):
        try:
            plan = autotune(estimator, facts=FACTS, effort=effort)
        except SettingError as refused:
            assert "\n" not in str(refused)
            continue
        assert not _dead(plan)
        known = set(estimator.get_params())
        assert set(plan.ranges) <= known or name.startswith(("LGBM", "CatBoost"))
        assert plan["max_trials"] == 1 or plan.space.grid(1) is None


@pytest.mark.parametrize(
    ("estimator", "facts", "name"),
    [
        (KNNImputer(), {"rows": 500, "columns": 5, "missing": 0.0}, "n_neighbors"),
        (KNNImputer(), {"rows": 500, "columns": 5, "missing": 0.0}, "weights"),
        (MiniBatchKMeans(), {"rows": 200, "columns": 5}, "batch_size"),
        (LinearSVC(multi_class="crammer_singer"), {"rows": 200, "columns": 5}, "loss"),
        (XGBClassifier(tree_method="exact"), {"rows": 200, "columns": 5}, "colsample_bynode"),
    ],
)
def test_what_was_measured_to_change_nothing_is_not_tuned(estimator, facts, name):
    def planned(**changes):
        return autotune(estimator, facts={**facts, **changes}, effort="all", metric="x", mode="max")

    assert name not in planned().ranges and planned().left_out[name]
    if name in ("n_neighbors", "weights", "batch_size"):
        assert name in planned(rows=5000, missing=0.2).ranges


def test_the_measurement_sees_a_dead_dimension_and_none_that_lives():
    assert list(dead(Ridge)) == [] == list(dead(KNeighborsClassifier))

    class Deaf(Ridge):
        def fit(self, X, y):
            self.alpha = 1.0
            return super().fit(X, y)

    Deaf.__module__, Deaf.__qualname__ = "sklearn.linear_model", "Ridge"
    assert [line.split()[0] for line in dead(Deaf)] == ["alpha"]


def test_the_best_estimator_is_a_clone_as_in_the_folds():
    class Early(Ridge):
        def __init__(self, alpha=1.0, fit_intercept=True):
            super().__init__(alpha=alpha, fit_intercept=fit_intercept)
            self.made_with = alpha

    model = Early().set_params(alpha=7.0)
    fitted = fit_on_all_rows(model, {"X": np.eye(3), "y": np.arange(3.0)}, (), 0)
    assert fitted.made_with == 7.0
