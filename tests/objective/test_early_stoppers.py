"""Boosters that stop early: alone, in pipelines, among algorithms; and the best one refitted."""

import numpy as np
import pytest
from catboost import CatBoostRegressor
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from xgboost import XGBRegressor

from autotune import autotune

RNG = np.random.default_rng(1)
X = RNG.normal(size=(90, 3))
Y = X[:, 0] + 0.3 * RNG.normal(size=90)
LABELS = np.where(Y > 0, "up", "down")
SETTINGS = {"cv": 2, "max_trials": 2, "max_parallel": 1, "completion": {}}
XGB = {"n_estimators": 60, "early_stopping_rounds": 3, "n_jobs": 1}
LGBM = {"n_estimators": 60, "verbosity": -1, "n_jobs": 1, "min_child_samples": 5}
STOPPING = {
    "alone": (XGBRegressor(**XGB), Y),
    "by an alias": (LGBMRegressor(**LGBM, early_stopping_rounds=3), Y),
    "another alias": (LGBMClassifier(**LGBM, n_iter_no_change=3), LABELS),
    "in a pipeline": (make_pipeline(StandardScaler(), XGBRegressor(**XGB)), Y),
    "in a nested pipeline": (
        Pipeline(
            [
                ("wide", PolynomialFeatures(2)),
                (
                    "rest",
                    make_pipeline(StandardScaler(), LGBMRegressor(**LGBM, early_stopping_rounds=3)),
                ),
            ]
        ),
        Y,
    ),
    "catboost": (CatBoostRegressor(iterations=40, od_wait=3, verbose=0, thread_count=1), Y),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", STOPPING)
def test_a_booster_that_stops_early_runs_and_its_best_is_fitted(kind, capfd):
    estimator, y = STOPPING[kind]
    plan = autotune(estimator, X, y, **SETTINGS)
    assert list(plan.trial_setup.early_stopping) == [""]
    job = plan.run(X, y, progress=False)
    best = job.best_estimator
    assert capfd.readouterr().out == ""
    assert type(best) is type(estimator) and len(best.predict(X)) == 90
    assert "80 %" in job.describe()["refit"]
    assert [trial.status for trial in job.all_trials()] == ["finished"] * 2


def test_sample_weights_reach_a_booster_inside_a_pipeline():
    weights = np.where(X[:, 0] > 0, 1.0, 1e-9)
    estimator = make_pipeline(StandardScaler(), XGBRegressor(**XGB))
    plan = autotune(estimator, X, Y, **SETTINGS)
    plain, weighted = (
        plan.run(X, Y, sample_weight=w, progress=False).best_estimator.predict(X)
        for w in (None, weights)
    )
    assert not np.allclose(plain, weighted)


def test_the_best_of_several_algorithms_is_fitted_by_its_own_rule():
    plan = autotune(
        [Ridge(), make_pipeline(StandardScaler(), XGBRegressor(**XGB))], X, Y, **SETTINGS
    )
    assert len(plan.trial_setup.early_stopping) == 1
    best = plan.run(X, Y, progress=False).best_estimator
    assert len(best.predict(X)) == 90


def test_an_estimator_that_does_not_stop_early_is_fitted_on_all_rows():
    plan = autotune(make_pipeline(StandardScaler(), LGBMRegressor(**LGBM)), X, Y, **SETTINGS)
    assert not plan.trial_setup.early_stopping
    assert plan.run(X, Y, progress=False).describe()["refit"] is None
