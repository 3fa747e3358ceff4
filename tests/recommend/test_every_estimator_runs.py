"""Every scikit-learn estimator is planned on real data and evaluated for three trials.

Those that cannot be judged alone, such as transformers, are tried before a classifier, and what is
refused is refused in one line.
"""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_digits, load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils import all_estimators
from sklearn.utils._test_common.instance_generator import _construct_instances

from autotune import autotune
from autotune.errors import AutotuneError
from autotune.facts.task import task_of
from autotune.objective.factory import make_objective

CLASSES = dict(all_estimators())
REFUSED = {
    **dict.fromkeys(
        (
            "ClassicalMDS",
            "MDS",
            "NearestNeighbors",
            "SpectralBiclustering",
            "SpectralCoclustering",
            "SpectralEmbedding",
            "TSNE",
        ),
        "has no score of its own",
    ),
    "LocalOutlierFactor": "novelty=True",
    "GridSearchCV": "must not be a search itself",
    "HalvingGridSearchCV": "must not be a search itself",
    "HalvingRandomSearchCV": "must not be a search itself",
    "RandomizedSearchCV": "must not be a search itself",
}
UNSUITED = {
    "GraphicalLasso": "a small penalty on iris leaves a matrix that cannot be inverted",
    "OrdinalEncoder": "a fold holds numbers that the others lack",
}
TEXTS = [f"{a} {b} {c}" for a in ["red", "blue", "old"] for b in ["cat", "dog"] for c in "abcdefgh"]


def _estimator(name):
    try:
        return next(iter(_construct_instances(CLASSES[name])))
    except Exception as error:  # abstract classes and missing dependencies say so in many ways
        pytest.skip(f"cannot be built: {error}")


def _data(estimator, task, name):
    """Return real data for the task: iris, diabetes, digits with outliers, or texts."""
    tags = estimator.__sklearn_tags__()
    if tags.input_tags.string or name.endswith("Vectorizer"):
        return TEXTS, np.arange(len(TEXTS)) % 2
    if task == "regression":
        X, y = load_diabetes(return_X_y=True)
        X, y = np.abs(X[:150]) + 0.1, y[:150] / 100
        wide = tags.target_tags.multi_output and not tags.target_tags.single_output
        return X, np.stack([y, y[::-1]], axis=1) if wide else y
    if task == "outlier":
        X, y = load_digits(return_X_y=True)
        keep = np.flatnonzero(np.isin(y, (0, 1)))[:150]
        return X[keep][:, 20:30], np.where(np.arange(150) % 10 == 0, -1, 1)
    X, y = load_iris(return_X_y=True)
    return (X[50:], y[50:]) if task == "classification" else (X, y)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(CLASSES))
def test_three_trials_are_evaluated_and_the_best_is_used(name):
    if name in UNSUITED:
        pytest.skip(UNSUITED[name])
    estimator = _estimator(name)
    task = task_of(estimator)
    X, y = _data(estimator, task, name)
    if task in ("transform", None) and hasattr(estimator, "transform"):
        estimator = make_pipeline(estimator, LogisticRegression())
    try:
        clone(estimator).fit(X, y)
    except Exception as error:  # not for such data, as it stands
        pytest.skip(f"cannot be fitted here: {type(error).__name__}: {error}")
    try:
        plan = autotune(estimator, X, y, cv=2, max_trials=3)
    except AutotuneError as refused:
        assert "\n" not in str(refused) and name in REFUSED and REFUSED[name] in str(refused)
        return
    assert name not in REFUSED
    objective = make_objective(plan, {"X": X, "y": y, "groups": None, "sample_weight": None}, None)
    points = [dict(plan["initial_trials"][0]), *_drawn(plan, 2)]
    scores = [objective(point, lambda *_: None, 0)[plan.metric_name] for point in points]
    best = clone(estimator).set_params(**points[int(np.argmax(scores))]).fit(X, y)
    used = next((m for m in ("predict", "transform", "score_samples") if hasattr(best, m)), None)
    assert used is None or len(getattr(best, used)(X)) == len(y)


def _drawn(plan, count):
    import random

    generator = random.Random(0)
    return [plan.space.sample(generator) for _ in range(count)] if plan.ranges else []
