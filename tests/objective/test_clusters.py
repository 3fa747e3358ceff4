"""Clusters are judged on the rows that they were found in, and noise is no cluster."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.cluster import (
    DBSCAN,
    HDBSCAN,
    OPTICS,
    AgglomerativeClustering,
    Birch,
    KMeans,
)
from sklearn.datasets import make_blobs
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score, calinski_harabasz_score, silhouette_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autotune import autotune
from autotune.errors import AutotuneError
from autotune.objective.scoring import ClusterScorer
from tests.programs import assert_the_same, table

CENTERS = [(0, 0), (6, 0), (0, 6), (6, 6), (3, 12)]
X, TRUE = make_blobs(150, centers=CENTERS, cluster_std=0.7, random_state=2)
FEW = {"max_trials": 8, "max_parallel": 1}


def quality(estimator):
    fitted = estimator.fit(X)
    labels = getattr(fitted, "labels_", None)
    return adjusted_rand_score(TRUE, fitted[-1].labels_ if labels is None else labels)


@pytest.mark.slow
@pytest.mark.parametrize(
    "estimator",
    [
        HDBSCAN(copy=True),
        DBSCAN(),
        OPTICS(),
        KMeans(n_init=2, random_state=0),
        Birch(),
        AgglomerativeClustering(),
        make_pipeline(StandardScaler(), HDBSCAN(copy=True)),
    ],
    ids=lambda e: type(e[-1] if hasattr(e, "steps") else e).__name__,
)
def test_tuned_clusters_are_not_worse_than_those_of_the_default(estimator):
    plan = autotune(estimator, X, **FEW)
    assert plan["cv"] is None
    job = plan.run(X, progress=False)
    assert quality(job.best_estimator) >= quality(estimator) - 0.02


@pytest.mark.slow
def test_a_trials_value_is_the_score_of_all_rows():
    job = autotune(KMeans(5, n_init=2, random_state=0), X, **FEW).run(X, progress=False)
    best = job.best_estimator
    assert job.best_score == pytest.approx(silhouette_score(X, best.labels_))
    assert [name for name in job.all_trials()[0].metrics if name.startswith("fold")] == ["fold_0"]


def with_labels(labels):
    fitted = DBSCAN().fit(X)
    fitted.labels_ = np.asarray(labels)
    return fitted


def test_noise_is_no_cluster_and_costs_its_share():
    labels = np.where(np.arange(150) % 3 == 0, -1, TRUE)
    inside = labels != -1
    for name, metric in (
        ("silhouette_score", silhouette_score),
        ("calinski_harabasz_score", calinski_harabasz_score),
    ):
        clear = metric(X[inside], labels[inside])
        for data in (X, pd.DataFrame(X), *([csr_matrix(X)] if metric is silhouette_score else [])):
            value = ClusterScorer(name)(with_labels(labels), data)
            assert value == pytest.approx(clear * inside.mean(), rel=1e-6)
    assert ClusterScorer("davies_bouldin_score")(with_labels(labels), X) > ClusterScorer(
        "davies_bouldin_score"
    )(with_labels(TRUE), X)


@pytest.mark.parametrize("labels", [np.zeros(150), -np.ones(150), np.arange(150)])
def test_one_cluster_or_none_is_the_worst_there_is(labels):
    assert ClusterScorer("silhouette_score")(with_labels(labels), X) == -1
    assert ClusterScorer("calinski_harabasz_score")(with_labels(labels), X) == 0
    with pytest.raises(ValueError, match="2 clusters"):
        ClusterScorer("davies_bouldin_score")(with_labels(labels), X)


@pytest.mark.slow
@pytest.mark.parametrize(
    "estimator", [DBSCAN(eps=1.0), KMeans(5, n_init=1), AgglomerativeClustering()]
)
def test_true_clusters_judge_where_they_are_known(estimator):
    plan = autotune(estimator, X, metric="adjusted_rand_score", **{**FEW, "max_trials": 2})
    with pytest.raises(AutotuneError, match="true clusters"):
        plan.run(X, progress=False)
    job = plan.run(X, TRUE, progress=False)
    assert job.best_score == pytest.approx(quality(job.best_estimator))


def test_folds_are_for_those_who_ask_and_all_rows_for_clusters_only():
    assert autotune(KMeans(), X, cv=3)["cv"] == 3
    with pytest.raises(AutotuneError, match="clusterings"):
        autotune(LogisticRegression(), X, TRUE, cv=None)


@pytest.mark.slow
def test_many_rows_are_judged_by_a_sample():
    plan = autotune(KMeans(), facts={"rows": 50_000, "columns": 3})
    assert plan.metric_params == {"sample_size": 10_000, "random_state": 0}
    assert autotune(KMeans(), X).metric_params == {}
    job = autotune(KMeans(), X, metric_params={"metric": "cosine"}, **FEW).run(X, progress=False)
    assert job.best_score == pytest.approx(
        silhouette_score(X, job.best_estimator.labels_, metric="cosine")
    )


@pytest.mark.slow
def test_programs_judge_clusters_as_the_job_does(tmp_path):
    data = table(tmp_path, pd.DataFrame(X.round(3), columns=["a", "b"]), pd.Series(TRUE))
    frame = data[1]
    plans = {
        "silhouette": autotune(HDBSCAN(copy=True), frame, **FEW),
        "truth": autotune(DBSCAN(), frame, metric="v_measure_score", **FEW),
        "folds": autotune(KMeans(n_init=1), frame, cv=2, **FEW),
    }
    assert_the_same(plans, tmp_path, lambda plan: plan.export("optuna"), lambda plan: data)
