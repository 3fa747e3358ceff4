"""Estimators that take no table and y as others do: they run, or are refused when planned."""

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSSVD
from sklearn.datasets import load_diabetes, load_iris, load_linnerud
from sklearn.decomposition import SparseCoder
from sklearn.feature_extraction import DictVectorizer, FeatureHasher
from sklearn.feature_extraction.image import PatchExtractor
from sklearn.frozen import FrozenEstimator
from sklearn.impute import MissingIndicator
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    KernelCenterer,
    LabelBinarizer,
    LabelEncoder,
    MultiLabelBinarizer,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier

from autotune import autotune
from autotune.errors import PreflightError, SettingError

X, Y = load_iris(return_X_y=True)
DICTS = [{"a": float(a), "b": float(b)} for a, b, *_ in X]
BODY, FITNESS = load_linnerud(return_X_y=True)
TWO = np.column_stack([X[:, 0] > 5.8, Y == 1]).astype(int)
THREE = np.column_stack([Y, TWO[:, 0]])
BMI, DISEASE = load_diabetes().data[:, 2], load_diabetes().target

UNJUDGED = {
    DictVectorizer(): (DICTS, None),
    FeatureHasher(): (DICTS, None),
    KernelCenterer(): (X @ X.T, None),
    MissingIndicator(): (np.where(X > 6, np.nan, X), Y),
    PLSSVD(): (BODY, FITNESS),
    PatchExtractor(): (np.ones((20, 8, 8)), None),
    SparseCoder(X[:3]): (X, Y),
}
TARGETS = {
    LabelBinarizer(): (Y, None),
    LabelEncoder(): (Y.astype(str), None),
    MultiLabelBinarizer(): ([["a", "b"], ["b"], []] * 9, None),
}


def name(value):
    return type(value).__name__


@pytest.mark.parametrize("estimator", UNJUDGED, ids=name)
def test_a_transformer_is_refused_when_planned_and_belongs_before_an_estimator(estimator):
    with pytest.raises(SettingError, match=r"no score of its own.* into a pipeline") as error:
        autotune(estimator, *UNJUDGED[estimator])
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("estimator", TARGETS, ids=name)
def test_a_transformer_of_targets_belongs_before_the_tuning(estimator):
    with pytest.raises(SettingError, match="encode y by it first") as error:
        autotune(estimator, *TARGETS[estimator])
    assert "pipeline" not in str(error.value)


@pytest.mark.slow
@pytest.mark.parametrize("around", [ClassifierChain, MultiOutputClassifier])
def test_several_columns_of_two_classes_are_tuned(around, tmp_path):
    plan = autotune(around(LogisticRegression(max_iter=200)), X, TWO, max_trials=3)
    job = plan.run(X, TWO, storage=str(tmp_path), progress=False)
    assert list(job.best_params) == ["estimator__C"]
    assert job.best_estimator.predict(X).shape == TWO.shape


@pytest.mark.parametrize("y", [THREE, THREE.astype(str)], ids=["numbers", "texts"])
def test_several_columns_of_more_classes_need_a_metric_that_takes_them(y):
    estimator = MultiOutputClassifier(DecisionTreeClassifier())
    with pytest.raises(SettingError, match=r"one of 3 classes.*metric=f\(estimator, X, y\)"):
        autotune(estimator, X, y)
    assert autotune(estimator, X, y, metric="score").ranges


def test_isotonic_regression_must_predict_numbers_everywhere(tmp_path):
    with pytest.raises(SettingError, match="set out_of_bounds='clip'"):
        autotune(IsotonicRegression(), BMI, DISEASE)
    plan = autotune(IsotonicRegression(out_of_bounds="clip"), BMI, DISEASE)
    job = plan.run(BMI, DISEASE, storage=str(tmp_path), progress=False)
    assert 0.2 < job.best_score < 0.5 and job.best_estimator.predict(BMI).shape == BMI.shape


def test_nothing_in_a_frozen_estimator_is_tuned(tmp_path):
    fitted = LogisticRegression(max_iter=500).fit(X, Y)
    plan = autotune(FrozenEstimator(fitted), X, Y)
    assert not plan.ranges and "give the estimator inside it" in str(plan)
    job = plan.run(X, Y, storage=str(tmp_path), progress=False)
    assert job.best_estimator.estimator is fitted
    with pytest.raises(SettingError, match="must take estimator__C"):
        autotune(FrozenEstimator(fitted), X, Y, estimator__C=2.0)


def test_what_comes_after_a_frozen_step_is_tuned(tmp_path):
    scaled = FrozenEstimator(StandardScaler().fit(X))
    nested = FrozenEstimator(make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y))
    plan = autotune(make_pipeline(scaled, LogisticRegression()), X, Y, max_trials=2)
    assert list(plan.ranges) == ["logisticregression__C"]
    assert not autotune(nested, X, Y).ranges
    job = plan.run(X, Y, storage=str(tmp_path), progress=False)
    assert len(job.all_trials()) == 2


def test_arrow_columns_that_a_library_refuses_are_answered_with_how_to_convert_them(tmp_path):
    pandas, lightgbm = pytest.importorskip("pandas"), pytest.importorskip("lightgbm")
    pytest.importorskip("pyarrow")
    frame = pandas.DataFrame(X, columns=list("abcd")).convert_dtypes(dtype_backend="pyarrow")
    plan = autotune(lightgbm.LGBMClassifier(), frame, Y, max_trials=2)
    with pytest.raises(PreflightError, match=r"as X\.astype\(float\)"):
        plan.run(frame, Y, storage=str(tmp_path), progress=False)
