"""Pairs that contradict each other are refused when planned; what libraries copy is cloned."""

import numpy as np
import pytest
from catboost import CatBoostClassifier, CatBoostRegressor
from lightgbm import LGBMClassifier
from sklearn.base import clone
from sklearn.ensemble import BaggingClassifier, ExtraTreesClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import get_scorer_names
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from xgboost import XGBClassifier

from autotune import Float, autotune
from autotune.errors import SettingError
from autotune.serialization.values import with_params

X = np.random.default_rng(0).normal(size=(40, 3))
Y = (X[:, 0] > 0).astype(int)


@pytest.mark.parametrize(
    "metric", ["r2", "neg_mean_absolute_error", "explained_variance", "neg_root_mean_squared_error"]
)
def test_a_regression_s_metric_is_refused_for_a_classifier(metric):
    with pytest.raises(SettingError, match="must go with a regressor") as caught:
        autotune(LogisticRegression(), X, Y, metric=metric)
    assert "'balanced_accuracy'" in str(caught.value)
    assert autotune(Ridge(), X, X[:, 0], metric=metric)["metric"] == metric


@pytest.mark.parametrize("metric", ["accuracy", "f1_macro", "matthews_corrcoef", "neg_log_loss"])
def test_a_classification_s_metric_is_none(metric):
    assert metric in get_scorer_names()
    assert autotune(LogisticRegression(), X, Y, metric=metric)["metric"] == metric


@pytest.mark.parametrize("metric", ["roc_auc", "f1_weighted", "neg_brier_score"])
def test_no_score_is_minimized(metric):
    with pytest.raises(SettingError, match="mode must be 'max' for") as caught:
        autotune(SVC(probability=True), X, Y, metric=metric, mode="min")
    assert "Drop mode" in str(caught.value)
    assert autotune(SVC(probability=True), X, Y, metric=metric, mode="max")["mode"] == "max"


@pytest.mark.parametrize(
    "estimator",
    [
        ExtraTreesClassifier(bootstrap=True, oob_score=True),
        RandomForestRegressor(oob_score=True),
        BaggingClassifier(oob_score=True),
    ],
)
def test_scores_out_of_the_bag_need_a_bag(estimator):
    plan = autotune(estimator, effort="all")
    assert "bootstrap" not in plan.ranges and "oob_score=True" in plan.left_out["bootstrap"]
    with pytest.raises(SettingError, match="must not hold False with oob_score=True"):
        autotune(estimator, ranges={"bootstrap": [True, False]})


@pytest.mark.parametrize(
    ("estimator", "name"),
    [
        (XGBClassifier(), "max_depth"),
        (LGBMClassifier(), "num_leaves"),
        (CatBoostRegressor(), "depth"),
    ],
)
def test_fractions_are_no_range_of_a_whole_number(estimator, name):
    with pytest.raises(SettingError, match=f"ranges.{name} must be a whole number"):
        autotune(estimator, ranges={name: Float(2, 9)})
    assert name in autotune(estimator, ranges={name: (2, 9)}).ranges


@pytest.mark.parametrize("columns", [["city"], [0, 2], ["a", "b", "c"]])
def test_estimators_that_copy_their_lists_are_cloned(columns):
    bare = CatBoostClassifier(cat_features=columns, iterations=3)
    with pytest.raises(RuntimeError):
        clone(bare)
    for estimator, prefix in (
        (bare, ""),
        (make_pipeline(StandardScaler(), bare), "catboostclassifier__"),
    ):
        copy = clone(with_params(estimator, {prefix + "depth": 3}))
        assert list(copy.get_params()[prefix + "cat_features"]) == columns
        assert copy.get_params()[prefix + "depth"] == 3
