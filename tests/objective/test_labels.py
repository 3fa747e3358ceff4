"""Targets as people have them: any labels around any classifier, each in its own kind again."""

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import get_scorer
from sklearn.model_selection import GroupKFold, KFold, LeaveOneOut
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier, XGBRFClassifier

from autotune import autotune
from autotune.errors import DataError
from autotune.facts import read_data
from autotune.facts.targets import as_target
from autotune.objective.encoded_labels import EncodedLabels
from autotune.objective.factory import make_objective

RNG = np.random.default_rng(0)
X = RNG.normal(size=(90, 3))
YES = X[:, 0] + X[:, 1] > 0
RARE = np.arange(90) % 44 // 43
BOOSTER = XGBClassifier(n_estimators=4)


def evaluate(estimator, y, **settings):
    """Return the metrics of the estimator's own configuration, and its fitted model's labels."""
    plan = autotune(estimator, X, y, **{"cv": 3} | settings)
    objective = make_objective(plan, {"X": X, "y": y}, None)
    params = plan["initial_trials"][0]
    model = objective.prepare(params, 0)
    metrics = objective(params, lambda step, value: None, 0)
    return metrics[plan["metric"]], set(model.fit(X, as_target(y)).predict(X).tolist()), model


@pytest.mark.parametrize(
    "labels",
    [("no", "yes"), (1, 2), (-1, 1), (2.5e3, 1e4), (False, True), ("2", "10")],
    ids=repr,
)
@pytest.mark.parametrize(
    "estimator",
    [BOOSTER, XGBRFClassifier(n_estimators=4), make_pipeline(StandardScaler(), BOOSTER)],
    ids=lambda e: type(e).__name__,
)
def test_labels_of_any_kind_score_as_zero_and_one_do(estimator, labels):
    y = np.array(labels)[YES.astype(int)]
    score, predicted, model = evaluate(estimator, y)
    assert predicted == set(labels) and isinstance(model, EncodedLabels)
    plain, _, bare = evaluate(estimator, (y == max(y)).astype(int))
    assert score == pytest.approx(plain) and type(bare) is type(estimator)


def test_labels_are_encoded_inside_other_estimators_and_one_of_several():
    y = np.where(YES, "yes", "no")
    inner = CalibratedClassifierCV(BOOSTER, cv=2)
    assert evaluate(inner, y)[1] == {"yes", "no"}
    plan = autotune([BOOSTER, LogisticRegression()], X, y)
    objective = make_objective(plan, {"X": X, "y": y}, None)
    kinds = [type(objective.prepare(p, 0)).__name__ for p in plan["initial_trials"][:2]]
    assert kinds == ["EncodedLabels", "LogisticRegression"]


def test_a_class_that_a_training_fold_lacks_is_no_gap_among_the_numbers():
    y = np.where(np.arange(90) % 3 == 0, 2, 0)
    y[:2] = 1
    cv = [(np.arange(2, 60), np.arange(60, 90)), (np.arange(90), np.arange(90))]
    assert 0 < evaluate(BOOSTER, y, metric="accuracy", cv=cv)[0] <= 1


def test_the_best_estimator_predicts_the_user_s_labels_and_the_plan_says_so():
    y = pd.Series(np.where(YES, "spam", "ham"), dtype="category")
    plan = autotune(BOOSTER, X, y, max_trials=2, max_parallel=1)
    assert "numbered 0, 1, 2" in str(plan)
    best = plan.run(X, y).best_estimator
    assert set(best.predict(X)) == {"spam", "ham"} and best.classes_.tolist() == ["ham", "spam"]
    assert get_scorer("roc_auc")(best, X, y) > 0.9 and len(best.feature_importances_) == 3


@pytest.mark.parametrize("dtype", ["boolean", "string", "Int64", "bool[pyarrow]", "category", "O"])
@pytest.mark.parametrize("missing", [pd.NA, None])
def test_missing_targets_of_any_type_are_counted(dtype, missing):
    values = {"string": ["a", "b"], "category": ["a", "b"]}.get(dtype, [True, False]) * 5
    y = pd.Series(values, dtype="object")
    y[3] = missing
    with pytest.raises(DataError, match="no missing values, got 1 of 10"):
        read_data(X[:10], y.astype(dtype), "classification")


@pytest.mark.parametrize(
    ("y", "kind"),
    [
        (pd.Series([1, 0, 2], dtype="Int64"), "i"),
        (pd.Series([1.5, 2.5], dtype="Float64"), "f"),
        (pd.Series([True, False], dtype="boolean"), "b"),
        (pd.Series([True, False], dtype=object), "b"),
        (pd.Series([1, 2.5], dtype=object), "f"),
        (pd.DataFrame({"y": [1, 2]}), "i"),
        (np.array([["a"], ["b"]]), "U"),
        (pd.Series(["a", "b"], dtype="category"), "O"),
    ],
)
def test_targets_become_plain_arrays_of_their_own_kind(y, kind):
    target = as_target(y)
    assert np.asarray(target).dtype.kind == kind and target.ndim == 1
    assert np.asarray(target).tolist() == np.asarray(y).ravel().tolist()


@pytest.mark.parametrize("text", ["$4,733", "12 km", "50 %", "1.234,5"])
def test_numbers_written_as_text_are_refused_with_how_to_read_them(text):
    with pytest.raises(DataError, match="Turn the texts into numbers") as refused:
        autotune(Ridge(), X[:3], pd.Series(["1", "2", text]))
    assert f"got {text!r}" in str(refused.value)


@pytest.mark.parametrize(
    "y",
    [
        [["a", "b"], ["a"], ["b"]],
        pd.Series([["a"], ["b"], ["b"]]),
        [{"a"}, {"a", "b"}, {"b"}],
        [(1, 2), (1,), (3,)],
    ],
)
def test_lists_of_labels_are_refused_with_what_makes_a_table_of_them(y):
    with pytest.raises(DataError, match="MultiLabelBinarizer"):
        autotune(DecisionTreeClassifier(), X[:3], y)


def test_lists_of_numbers_are_a_table_of_targets():
    y = [[0.5, 1.0], [1.5, 0.25], [2.5, 3.0]]
    assert autotune(Ridge(), X[:3], y).facts["task"] == "multioutput"


def test_labels_of_several_kinds_and_text_for_a_regressor_are_refused():
    with pytest.raises(DataError, match="labels of one kind, got int and str"):
        autotune(DecisionTreeClassifier(), X[:3], pd.Series([1, "a", 2], dtype=object))
    with pytest.raises(DataError, match="must be numbers for a regressor"):
        autotune(Ridge(), X[:3], ["a", "b", "c"])
    with pytest.raises(DataError, match="got 'c'"):
        autotune(Ridge(), X[:3], ["1", "2", "c"])
    assert as_target(["1", "2.5"], "regression").tolist() == [1.0, 2.5]


@pytest.mark.parametrize(
    ("estimator", "y", "settings", "words"),
    [
        (
            LogisticRegression(),
            np.sort(YES),
            {"metric": "roc_auc", "cv": KFold(3)},
            "all test rows",
        ),
        (LogisticRegression(), RARE, {"metric": "roc_auc", "cv": 5}, "all test rows"),
        (
            DecisionTreeClassifier(),
            np.r_[0, 1, np.arange(88) % 2 + 1],
            {"metric": "neg_log_loss", "cv": 4},
            "no t",
        ),
        (Ridge(), X[:, 0], {"metric": "r2", "cv": LeaveOneOut()}, "a single test row"),
    ],
)
def test_a_metric_without_a_value_on_a_fold_is_told_before_any_trial(estimator, y, settings, words):
    plan = autotune(estimator, X, y, max_trials=2, **settings)
    with pytest.raises(DataError, match=words) as caught:
        plan.run(X, y, name="never")
    assert "\n" not in str(caught.value) and caught.value.name == "cv"


def test_folds_that_lack_a_class_are_fine_for_a_metric_that_needs_none():
    y = np.sort(np.arange(90) % 3)
    plan = autotune(DecisionTreeClassifier(), X, y, metric="accuracy", cv=GroupKFold(3))
    groups = np.arange(90) // 10
    assert make_objective(plan, {"X": X, "y": y, "groups": groups}, None).encodes == frozenset()
