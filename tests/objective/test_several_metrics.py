"""Several metrics are recorded, and one of them is tuned."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import StratifiedKFold, cross_validate
from xgboost import XGBRanker

from autotune import Script, autotune
from autotune.errors import AutotuneError

generator = np.random.default_rng(8)
X = generator.normal(size=(90, 3))
Y = np.where(X[:, 0] + X[:, 1] > 0.9, "hit", "miss")
FEW = {"max_trials": 1, "max_parallel": 1, "cv": 3}


@pytest.mark.slow
def test_all_are_recorded_by_fold_and_the_first_is_tuned():
    names = ["roc_auc", "neg_log_loss", "recall"]
    plan = autotune(LogisticRegression(), X, Y, metrics=names, **FEW)
    assert (plan["metric"], plan.metric_params) == ("roc_auc", {"pos_label": "hit"})
    job = plan.run(X, Y, progress=False)
    trial = job.all_trials()[0]
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    by_hand = cross_validate(
        LogisticRegression(), X, Y, cv=folds, scoring=["roc_auc", "neg_log_loss"]
    )
    assert trial.value == pytest.approx(by_hand["test_roc_auc"].mean())
    assert trial.metrics["neg_log_loss"] == pytest.approx(by_hand["test_neg_log_loss"].mean())
    row = job.trials().iloc[0]
    for i, score in enumerate(by_hand["test_neg_log_loss"]):
        assert row[f"neg_log_loss fold {i}"] == pytest.approx(score)
    assert row["neg_log_loss min"] == pytest.approx(by_hand["test_neg_log_loss"].min())
    assert row["roc_auc fold 2"] == pytest.approx(by_hand["test_roc_auc"][2])
    assert row["recall count"] == 3
    assert 0 <= row["recall mean"] <= 1


@pytest.mark.slow
def test_metric_says_which_is_tuned():
    plan = autotune(LogisticRegression(), X, Y, metrics=["accuracy", "f1"], metric="f1", **FEW)
    job = plan.run(X, Y, progress=False)
    assert plan["metric"] == "f1"
    assert "accuracy" in job.all_trials()[0].metrics
    assert "f1" not in job.all_trials()[0].metrics


@pytest.mark.slow
def test_fits_that_go_on_and_clusters_record_them_too():
    plan = autotune(
        SGDClassifier(random_state=0), X, Y, metrics=["accuracy", "f1"], fidelity="max_iter", **FEW
    )
    assert "f1" in plan.run(X, Y, progress=False).all_trials()[0].metrics
    names = ["silhouette_score", "calinski_harabasz_score", "score"]
    job = autotune(KMeans(3, n_init=1), X, metrics=names, max_trials=1).run(X, progress=False)
    assert {"calinski_harabasz_score", "score"} <= set(job.all_trials()[0].metrics)


def train(x=1.0):
    return {"loss": x, "size": 3}


def test_functions_and_scripts_name_what_they_report():
    plan = autotune(train, ranges={"x": (0.0, 1.0)}, metrics=["loss", "size"], max_trials=2)
    assert (plan["metric"], plan["mode"]) == ("loss", "min")
    assert plan.run(progress=False).all_trials()[0].metrics["size"] == 3
    script = Script("train.py", hyperparameters={"lr": 0.1}, metrics={"f1": r"f1 {number}"})
    with pytest.raises(AutotuneError, match="reports"):
        autotune(script, metrics=["f1", "auc"])


@pytest.mark.parametrize(
    ("estimator", "metrics", "words"),
    [
        (LogisticRegression(), ["accuracy", "aucc"], "aucc"),
        (LogisticRegression(), ["accuracy", "r2_score"], "metric='r2'"),
        (LogisticRegression(), [], "each once"),
        (LogisticRegression(), ["f1", "f1"], "each once"),
        (LogisticRegression(), "f1", "list of names"),
        (XGBRanker(), ["ndcg", "dcg"], "one metric"),
    ],
)
def test_what_cannot_be_recorded_is_refused_when_planned(estimator, metrics, words):
    with pytest.raises(AutotuneError, match=words):
        autotune(
            estimator,
            X,
            Y if estimator.__class__.__name__ != "XGBRanker" else None,
            metrics=metrics,
        )


def test_a_program_refuses_to_drop_them():
    with pytest.raises(AutotuneError, match="metrics"):
        autotune(LogisticRegression(), X, Y, metrics=["f1", "accuracy"]).export("optuna")
