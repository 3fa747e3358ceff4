"""What could be known before a trial is told before one: nothing is recorded of such a job."""

import json
import pickle
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeClassifier

from autotune import FailedJobError, Float, Job, autotune
from autotune.errors import PreflightError
from autotune.facts.oddities import way_out
from autotune.record.job_list import list_jobs
from autotune.run import preflight

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int)


class Sluggish(ClassifierMixin, BaseEstimator):
    """Takes a while to fit, and fails at its end if so told."""

    def __init__(self, seconds=0.0, fails=False, alpha=0.1):
        self.seconds, self.fails, self.alpha = seconds, fails, alpha

    def fit(self, X, y):
        time.sleep(self.seconds)
        assert not self.fails, "no luck"
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


def refusal(estimator, X, y, **settings):
    plan = autotune(estimator, X, y, **{"max_trials": 3} | settings)
    with pytest.raises(PreflightError) as caught:
        plan.run(X, y, name="refused")
    assert list_jobs() == [] and "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("estimator", "columns", "words"),
    [
        (make_pipeline(StandardScaler(), Ridge()), {"city": ["Oslo", "Rome"] * 30}, "columns city"),
        (make_pipeline(PCA(2), SVR()), {"day": pd.date_range("2020", periods=60)}, "columns day"),
        (ComplementNB(), {}, "Negative values"),
        (KMeans(), {"a": [np.inf, *X[1:, 2]]}, "infinite values in a"),
        (LogisticRegression(), {1: X[:, 2]}, "Name columns by text"),
    ],
)
def test_data_that_an_estimator_refuses_are_told_with_the_way_out(estimator, columns, words):
    data = pd.DataFrame({"x": X[:, 0], "z": X[:, 1], **columns})
    target = None if isinstance(estimator, KMeans) else Y
    assert words in refusal(estimator, data, target)


@pytest.mark.slow
def test_a_frame_of_texts_and_a_table_of_targets_are_told_with_the_way_out():
    texts = pd.DataFrame({"review": ["a good film", "a bad thing"] * 30})
    vectorizer = make_pipeline(CountVectorizer(), ComplementNB())
    assert "the column itself, X['review']" in refusal(vectorizer, texts, Y)
    assert "MultiOutputClassifier" in refusal(LogisticRegression(), X, np.c_[Y, 1 - Y])


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings", [{"strategy": "grid"}, {"deterministic": True}, {"ranges": {"C": Float(20, 30)}}]
)
def test_so_it_is_however_trials_are_drawn(settings):
    words = pd.DataFrame({"t": ["red", "blue"] * 30})
    error = refusal(LogisticRegression(), words, Y, **settings)
    assert "ncode the columns t (encode='auto')" in error


@pytest.mark.slow
def test_the_first_trial_is_the_one_that_was_tried_and_the_others_are_the_same():
    plan = autotune(DecisionTreeClassifier(), X, Y, max_trials=6, deterministic=True)
    first, second = (plan.run(X, Y, preflight=on, name=f"on-{on}") for on in (True, False))
    values = [[(t.params, t.value) for t in job.all_trials()] for job in (first, second)]
    assert values[0] == values[1] and len(values[0]) == 6


@pytest.mark.slow
@pytest.mark.parametrize("max_parallel", [1, 2])
def test_a_first_fit_that_takes_long_is_the_job_s_own_trial(monkeypatch, max_parallel):
    monkeypatch.setattr(preflight, "LIMIT", 0.2)
    settings = {"max_trials": 2, "cv": 2, "metric": "accuracy", "max_parallel": max_parallel}
    plan = autotune(Sluggish(0.3), X, Y, tune=["alpha"], **settings)
    job = plan.run(X, Y)
    assert [t.status for t in job.all_trials()] == ["finished"] * 2


@pytest.mark.slow
def test_one_that_reports_on_its_way_goes_on_from_its_first_report():
    fidelity = {"name": "max_iter", "min": 2, "max": 10}
    estimator = HistGradientBoostingClassifier(max_iter=10)
    plan = autotune(estimator, X, Y, fidelity=fidelity, max_trials=2, max_parallel=1, cv=2)
    trial = plan.run(X, Y).all_trials()[0]
    assert trial.status == "finished" and max(trial.reports) == 10


@pytest.mark.slow
def test_one_that_fails_late_fails_as_a_trial_and_the_job_raises(monkeypatch):
    monkeypatch.setattr(preflight, "LIMIT", 0.2)
    estimator = Sluggish(0.8, fails=True)
    plan = autotune(estimator, X, Y, tune=["alpha"], max_trials=2, cv=2, metric="accuracy")
    with pytest.raises(FailedJobError, match="no luck") as caught:
        plan.run(X, Y, name="late")
    assert Job.load("late").status == "failed" and caught.value.job.name == "late"
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and again.job is None and again.name == "late"
    assert json.dumps(again.describe())


@pytest.mark.slow
def test_a_job_that_is_to_be_replaced_stays_where_the_new_one_cannot_begin():
    good = autotune(DecisionTreeClassifier(), X, Y, max_trials=1)
    good.run(X, Y, name="job", preflight=False)
    bad = autotune(ComplementNB(), X, Y, max_trials=2)
    with pytest.raises(PreflightError):
        bad.run(X, Y, name="job", exists="replace")
    assert Job.load("job").best_score > 0


class Noting(Sluggish):
    """Notes each of its fits in a file."""

    def __init__(self, path="", alpha=0.1):
        super().__init__(alpha=alpha)
        self.path = path

    def fit(self, X, y):
        with Path(self.path).open("a") as file:
            file.write("fit\n")
        return super().fit(X, y)


def test_a_job_that_replaces_another_runs_its_first_trial_once(tmp_path):
    fits = tmp_path / "fits"
    plan = autotune(Noting(str(fits)), X, Y, tune=["alpha"], max_trials=2, cv=2, metric="accuracy")
    autotune(DecisionTreeClassifier(), X, Y, max_trials=1).run(X, Y, name="job")
    job = plan.run(X, Y, name="job", exists="replace")
    assert [trial.status for trial in job.all_trials()] == ["finished"] * 2
    assert fits.read_text().count("fit") == 4


@pytest.mark.slow
def test_a_store_in_a_database_holds_nothing_of_a_refused_job(tmp_path):
    storage = f"sqlite:///{tmp_path}/jobs.db"
    with pytest.raises(PreflightError):
        autotune(ComplementNB(), X, Y, max_trials=2).run(X, Y, name="job", storage=storage)
    assert list_jobs(storage) == []
    plan = autotune(DecisionTreeClassifier(), X, Y, max_trials=1)
    assert plan.run(X, Y, name="job", storage=storage).status == "completed"


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_first_trial_that_reports_goes_on_in_its_job_also_with_one_worker(workers):
    settings = {"max_trials": 3, "max_parallel": workers, "cv": 2, "early_stopping": None}
    plan = autotune(
        RandomForestClassifier(n_estimators=4), X, Y, fidelity="n_estimators", **settings
    )
    job = plan.run(X, Y, progress=False)
    assert [trial.status for trial in job.all_trials()] == ["finished"] * 3
    assert job.all_trials()[0].reports


@pytest.mark.parametrize(
    ("names", "odd"),
    [
        (pd.MultiIndex.from_product([["u"], ["a", "b", "c"]]), True),
        (["a", 1, "b"], True),
        ([1.5, None, "b"], True),
        (range(3), False),
        (np.arange(3), False),
    ],
)
def test_names_of_columns_that_libraries_refuse_are_in_the_way_out(names, odd):
    assert ("name columns by text" in way_out({"X": pd.DataFrame(X, columns=names)}).lower()) is odd


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (pd.Series([1.0, 2.0]), "X.to_frame()"),
        (np.arange(2), "X.reshape(-1, 1)"),
        (pd.Series([True, False]), "X.to_frame()"),
    ],
)
def test_a_single_column_of_numbers_is_made_a_table_in_the_way_out(column, words):
    assert words in way_out({"X": column})
    assert words not in way_out({"X": pd.Series(["a", "b"])})
