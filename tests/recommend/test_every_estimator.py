"""Every scikit-learn estimator gets a valid plan.

No configuration drawn from its space is refused when it is fitted.
"""

import random
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_blobs, make_classification, make_regression
from sklearn.utils import all_estimators
from sklearn.utils._test_common.instance_generator import _construct_instances

from autotune import autotune
from autotune.errors import SettingError
from autotune.facts.task import task_of

DRAWS = 20
SEARCHES = ("GridSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV", "RandomizedSearchCV")
CLASSES = dict(all_estimators())
SET = {"IsotonicRegression": {"out_of_bounds": "clip"}}  # its default predicts NaN: refused
TEXTS = [
    f"the {a} {b} sat on a {c}"
    for a in ("red", "blue", "old")
    for b in ("cat", "dog", "hat", "mat")
    for c in ("mat", "box", "car")
]


def _instance(cls):
    """Return an instance as scikit-learn's own tests make it, or skip where it makes none."""
    try:
        instance = next(iter(_construct_instances(cls)))
    except Exception as error:  # abstract classes and missing dependencies say so in many ways
        pytest.skip(f"cannot be built: {error}")
    return instance.set_params(**SET.get(cls.__name__, {}))


def _data(estimator):
    """Return data that suits the estimator, by its tags."""
    name, tags = type(estimator).__name__, estimator.__sklearn_tags__()
    if tags.input_tags.string or name in (
        "TfidfVectorizer",
        "CountVectorizer",
        "HashingVectorizer",
    ):
        return TEXTS, None
    if name in ("DictVectorizer", "FeatureHasher"):
        return [{"a": i, "b": i * 2} for i in range(60)], None
    if name in ("LabelEncoder", "LabelBinarizer", "IsotonicRegression"):
        return (
            (np.arange(60) % 3, None)
            if name != "IsotonicRegression"
            else (np.linspace(0, 1, 60), np.linspace(0, 2, 60))
        )
    if name == "MultiLabelBinarizer":
        return [(1, 2), (3,)] * 30, None
    if (
        task_of(estimator) in ("clustering", "transform", "density", "outlier", None)
        and not tags.target_tags.required
    ):
        return np.abs(
            make_blobs(n_samples=60, n_features=6, centers=3, random_state=0)[0]
        ) + 0.1, np.arange(60) % 3
    return _supervised(estimator, tags)


def _supervised(estimator, tags):
    if tags.estimator_type == "classifier" or not tags.estimator_type:
        X, y = make_classification(
            n_samples=120, n_features=6, n_informative=4, n_classes=2, random_state=0
        )
        X = np.abs(X) + 0.1
        if tags.target_tags.multi_output and not tags.target_tags.single_output:
            y = np.stack([y, 1 - y], axis=1)
        return X, y
    X, y = make_regression(n_samples=60, n_features=6, noise=1.0, random_state=0)
    y = np.abs(y) / np.abs(y).max() + 0.1
    if tags.target_tags.multi_output and not tags.target_tags.single_output:
        y = np.stack([y, y**2], axis=1)
    return np.abs(X) + 0.1, y


def _fit(estimator, X, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimator.fit(X, y) if y is not None else estimator.fit(X)


# What a fit of a legal configuration may end in on few rows; a refusal says something else.
OUTCOMES = (
    "dual coefficients or intercepts are not finite",
    "Found array with 0 feature(s)",
    "makes constant predictions",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CLASSES))
def test_no_drawn_configuration_is_refused(name):
    if name in SEARCHES:
        return  # refused, as the next test says
    estimator = _instance(CLASSES[name])
    X, y = _data(estimator)
    try:
        _fit(clone(estimator), X, y)
    except Exception as error:
        pytest.skip(f"cannot be fitted here as it is: {type(error).__name__}: {error}")
    facts = {"rows": len(y) if y is not None else X.shape[0] if hasattr(X, "shape") else len(X)}
    facts["columns"] = X.shape[1] if getattr(X, "ndim", 1) > 1 else 1
    plan = autotune(estimator, facts=facts, effort="all")
    if not plan.ranges:
        return
    generator = random.Random(0)
    for settings in [
        *plan["initial_trials"],
        *(plan.space.sample(generator) for _ in range(DRAWS)),
    ]:
        try:
            _fit(clone(estimator).set_params(**settings), X, y)
        except ValueError as error:
            if not any(outcome in str(error) for outcome in OUTCOMES):
                raise


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_estimator_gets_a_plan_without_data(name):
    if name in SEARCHES:
        with pytest.raises(SettingError, match="must not be a search itself, got"):
            autotune(_instance(CLASSES[name]))
        return
    plan = autotune(_instance(CLASSES[name]))
    assert plan["max_trials"] >= 1 and not [
        n for n in plan.ranges if n.endswith(("n_jobs", "random_state", "verbose"))
    ]
