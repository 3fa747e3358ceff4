"""Nothing is tuned that has no effect: static values, data and the metric decide what matters."""

import numpy as np
import pytest
from lightgbm import LGBMClassifier
from sklearn.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import Lasso, LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from xgboost import XGBClassifier

from autotune import Int, autotune
from autotune.errors import SettingError

RARE = {"rows": 1000, "columns": 8, "classes": 2, "minority": 0.05, "task": "binary"}


@pytest.mark.parametrize(
    ("estimator", "name"),
    [
        (XGBClassifier(early_stopping_rounds=10), "n_estimators"),
        (HistGradientBoostingClassifier(early_stopping=True), "max_iter"),
        (GradientBoostingRegressor(n_iter_no_change=5), "n_estimators"),
        (LGBMClassifier(boosting_type="rf", subsample=0.7, subsample_freq=1), "learning_rate"),
        (LGBMClassifier(data_sample_strategy="goss"), "subsample"),
        (KNeighborsRegressor(metric="manhattan"), "p"),
        (XGBClassifier(grow_policy="depthwise"), "max_leaves"),
    ],
)
def test_what_a_static_value_makes_useless_is_not_tuned_and_said(estimator, name):
    plan = autotune(estimator)
    assert name not in plan.ranges and plan.left_out[name]


def test_a_range_on_the_deciding_name_brings_back_what_hangs_on_it():
    plan = autotune(XGBClassifier(), ranges={"grow_policy": ["depthwise", "lossguide"]})
    assert plan.ranges["max_leaves"].when == {"grow_policy": ("lossguide",)}


def test_leaves_are_within_what_the_depth_allows():
    plan = autotune(LGBMClassifier(max_depth=4), keep_static=["max_depth"])
    assert plan.ranges["num_leaves"].value.high == 16
    assert "max_depth is at most 4" in plan.ranges["num_leaves"].changes
    assert all(point["num_leaves"] <= 16 for point in plan["initial_trials"][1:])
    shallow = autotune(HistGradientBoostingClassifier(), ranges={"max_depth": (2, 5)})
    assert shallow.ranges["max_leaf_nodes"].value.high == 32


def test_leaves_are_not_narrowed_where_depth_may_be_unlimited():
    assert autotune(LGBMClassifier(), effort="all").ranges["num_leaves"].value.high == 512


def test_a_number_with_a_meaning_of_its_own_stands_beside_the_range():
    depth = autotune(XGBClassifier(max_depth=0)).ranges["max_depth"].value
    assert depth.low == 1 and depth.also == (0,)


@pytest.mark.parametrize(
    "estimator",
    [LogisticRegression(), SVC(), SGDClassifier(), RandomForestClassifier()],
    ids=lambda estimator: type(estimator).__name__,
)
def test_class_weights_are_tuned_only_where_the_metric_and_the_classes_call_for_them(estimator):
    def tuned(metric, minority):
        plan = autotune(
            estimator, facts={**RARE, "minority": minority}, metric=metric, effort="all"
        )
        return "class_weight" in plan.ranges

    assert tuned("f1", 0.05) and tuned("balanced_accuracy", 0.1)
    assert not tuned("average_precision", 0.05) and not tuned("f1", 0.48)


def test_categorical_hyperparameters_are_tuned_only_with_categorical_columns():
    names = {"cat_smooth", "cat_l2", "min_data_per_group", "max_cat_to_onehot"}
    with_some = autotune(LGBMClassifier(), facts={**RARE, "categorical": 2}, effort="all")
    assert names <= set(with_some.ranges)
    for facts in (RARE, {**RARE, "categorical": 0}):
        plan = autotune(LGBMClassifier(), facts=facts, effort="all")
        assert not names & set(plan.ranges) and names <= set(plan.left_out)


@pytest.mark.parametrize(
    ("estimator", "name"),
    [
        (RandomForestClassifier(min_weight_fraction_leaf=0.1), "min_weight_fraction_leaf"),
        (RandomForestClassifier(criterion="entropy"), "criterion"),
        (ExtraTreesRegressor(max_leaf_nodes=40), "max_leaf_nodes"),
        (Ridge(fit_intercept=False), "fit_intercept"),
        (SVC(C=3.0, class_weight="balanced"), "C"),
        (XGBClassifier(gamma=0.3), "gamma"),
    ],
)
@pytest.mark.parametrize("effort", ["essential", "useful", "all"])
def test_what_you_set_is_tuned_at_every_effort(estimator, name, effort):
    plan = autotune(estimator, effort=effort)
    assert plan.ranges[name].value.contains(plan.static[name])
    assert plan["initial_trials"][0][name] == plan.static[name]


@pytest.mark.parametrize(
    ("estimator", "name", "words"),
    [
        (GradientBoostingRegressor(alpha=0.8), "alpha", "quantile"),
        (XGBClassifier(booster="dart"), "booster", "others depend on it"),
        (XGBClassifier(num_parallel_tree=3), "num_parallel_tree", "no range for it is known"),
        (RandomForestClassifier(n_jobs=2), "n_jobs", "threads"),
    ],
)
def test_what_you_set_and_is_not_tuned_is_said(estimator, name, words):
    plan = autotune(estimator)
    assert name not in plan.ranges and words in plan.left_out[name]


def test_keep_static_keeps_what_you_set():
    plan = autotune(Lasso(alpha=0.3, selection="random"), keep_static=["selection"])
    assert "selection" not in plan.ranges


@pytest.mark.parametrize("inner", [Ridge(), make_pipeline(StandardScaler(), SVC())])
def test_a_search_is_refused_wherever_it_stands(inner):
    search = GridSearchCV(inner, {})
    for estimator in (search, make_pipeline(StandardScaler(), search)):
        with pytest.raises(SettingError, match="Give the estimator that it searches") as caught:
            autotune(estimator)
        assert "\n" not in str(caught.value)


def test_few_rows_narrow_what_a_leaf_may_hold():
    few = {"rows": 50, "columns": 4, "classes": 2, "minority": 0.5, "task": "binary"}
    assert autotune(XGBClassifier(), facts=few).ranges["min_child_weight"].value.high <= 5
    assert autotune(LGBMClassifier(), facts=few).ranges["min_child_samples"].value.high <= 20


def test_momentum_is_not_tuned_for_an_optimizer_without_one():
    def train(optimizer="adam", lr=0.01, momentum=0.9, width=64):
        return lr

    assert "momentum" not in autotune(train).ranges
    plan = autotune(train, ranges={"optimizer": ["adam", "sgd"]})
    assert plan.ranges["momentum"].when["optimizer"][0] == "sgd"


def test_a_plan_without_ranges_says_so_and_keeps_it(tmp_path):
    plan = autotune(StandardScaler())
    assert any("Nothing is tuned" in note for note in plan.notes) and "Nothing is tuned" in str(
        plan
    )
    plan.save(tmp_path / "plan.yaml")
    assert type(plan).load(tmp_path / "plan.yaml").notes == plan.notes


def test_data_read_by_the_planner_decide_as_facts_do():
    X, y = np.random.default_rng(0).normal(size=(60, 3)), np.arange(60) % 2
    plan = autotune(LogisticRegression(), X, y, metric="f1")
    assert "equally frequent" in plan.left_out["class_weight"]


def test_your_own_value_has_room_on_both_sides():
    depth = autotune(XGBClassifier(max_depth=40)).ranges["max_depth"].value
    assert depth.contains(40) and depth.high > 40
    assert autotune(Lasso(alpha=50.0)).ranges["alpha"].value.high > 100
    assert autotune(SVC(C=1e-3)).ranges["C"].value.low < 5e-4
    assert (
        autotune(KNeighborsRegressor(p=1)).ranges["p"].value
        == autotune(KNeighborsRegressor()).ranges["p"].value
        or autotune(KNeighborsRegressor(p=1)).ranges["p"].value.low > 0
    )


def test_a_value_far_beyond_a_linear_range_makes_its_scale_logarithmic():
    def train(num_layers=1000):
        return num_layers

    layers = autotune(train).ranges["num_layers"].value
    assert layers == Int(1, 2000, log=True)
