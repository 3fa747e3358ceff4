"""What has no target is judged by labels, by its own score, or refused with what it needs."""

import numpy as np
import pytest
from sklearn.covariance import EllipticEnvelope
from sklearn.decomposition import PCA, FactorAnalysis
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import SGDOneClassSVM
from sklearn.manifold import TSNE, Isomap
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity, LocalOutlierFactor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import OneClassSVM

from autotune import autotune
from autotune.errors import AutotuneError
from autotune.objective.factory import make_objective

generator = np.random.default_rng(4)
X = np.vstack([generator.normal(size=(90, 2)), generator.normal(4, 1, size=(10, 2))])
MARKED = np.repeat([1, -1], [90, 10])
ALL = [(np.arange(100), np.arange(100))]
FEW = {"max_trials": 1, "max_parallel": 1}
MARKS = {
    "as scikit-learn": MARKED,
    "few ones": (MARKED < 0).astype(int),
    "text": np.where(MARKED < 0, "fraud", "fine"),
}


def first_value(plan, y=None):
    """Return the value of a plan's first trial, without a job."""
    data = {"X": X, "y": y, "groups": None, "sample_weight": None}
    evaluate = make_objective(plan, data, None)
    return evaluate(plan["initial_trials"][0], lambda *_: None, 0)[plan.metric_name]


@pytest.mark.parametrize("name", MARKS)
@pytest.mark.parametrize("metric", ["roc_auc", "average_precision"])
def test_detectors_rank_marked_outliers_first(name, metric):
    detector = OneClassSVM(gamma=0.1)
    plan = autotune(detector, X, MARKS[name], metric=metric, cv=ALL, **FEW)
    value = first_value(plan, MARKS[name])
    scores = -detector.fit(X).score_samples(X)
    by_hand = {"roc_auc": roc_auc_score, "average_precision": average_precision_score}[metric]
    assert value == pytest.approx(by_hand(MARKED < 0, scores), abs=1e-3)
    assert value > 0.5


@pytest.mark.parametrize(
    "detector",
    [
        IsolationForest(n_estimators=5, random_state=0),
        LocalOutlierFactor(novelty=True),
        EllipticEnvelope(random_state=0),
        SGDOneClassSVM(random_state=0),
        make_pipeline(StandardScaler(), IsolationForest(n_estimators=5, random_state=0)),
    ],
    ids=lambda detector: type(detector).__name__,
)
def test_every_detector_runs_on_marked_outliers(detector):
    plan = autotune(detector, X, MARKED, **FEW)
    assert (plan["metric"], plan.metric_params) == ("roc_auc", {"pos_label": -1})
    assert 0 <= first_value(plan, MARKED) <= 1


@pytest.mark.slow
def test_a_plan_without_data_takes_the_outliers_of_the_data_it_runs_on():
    plan = autotune(IsolationForest(n_estimators=5), metric="f1", **FEW)
    job = plan.run(X, MARKS["text"], progress=False)
    assert job.plan.metric_params == {"pos_label": "fraud"}
    with pytest.raises(AutotuneError, match="mark the outliers"):
        plan.run(X, progress=False)


@pytest.mark.parametrize(
    "estimator", [KernelDensity(), GaussianMixture(2), PCA(1), FactorAnalysis(1)]
)
def test_densities_and_factors_are_judged_by_their_likelihood(estimator):
    plan = autotune(estimator, X, **FEW)
    assert plan["metric"] == "score"
    assert np.isfinite(first_value(plan))


@pytest.mark.parametrize(
    ("estimator", "y", "words"),
    [
        (TSNE(), None, "no score of its own"),
        (Isomap(), None, "pipeline"),
        (StandardScaler(), MARKED, "metric=f"),
        (IsolationForest(), None, "y must mark the outliers"),
        (OneClassSVM(), np.arange(100), "two values"),
        (LocalOutlierFactor(), MARKED, "novelty=True"),
    ],
)
def test_what_cannot_be_judged_is_refused_when_planned(estimator, y, words):
    with pytest.raises(AutotuneError, match=words):
        autotune(estimator, X, y)


@pytest.mark.slow
def test_ones_own_metric_judges_all_of_them():
    def spread(estimator, X, y=None):
        return float(np.ptp(estimator.score_samples(X)))

    job = autotune(IsolationForest(n_estimators=3), X, metric=spread, **FEW).run(X, progress=False)
    assert job.best_score > 0
