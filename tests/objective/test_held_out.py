"""What stops early holds the same rows out in trials and in the refit; other ways are refused."""

import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMClassifier
from sklearn.cluster import FeatureAgglomeration, KMeans
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost import XGBClassifier, XGBRegressor
from xgboost.callback import EarlyStopping, LearningRateScheduler

from autotune import autotune
from autotune.errors import SettingError
from autotune.facts.task import task_of
from autotune.objective.early_stopping_fit import HeldOut
from autotune.objective.factory import cross_validation_of

RNG = np.random.default_rng(0)
TABLE = pd.DataFrame(
    {"a": RNG.normal(size=40), "b [m]": RNG.normal(size=40) * 100, "c": RNG.choice([*"xyz"], 40)}
)
Y = (TABLE["a"] > 0).astype(int).to_numpy()


def booster(**params):
    return XGBClassifier(n_estimators=6, early_stopping_rounds=2, **params)


@pytest.mark.parametrize("alone", [1, 2, 3])
@pytest.mark.parametrize(
    "model",
    [booster(), LGBMClassifier(n_estimators=5, early_stopping_round=2, verbose=-1)],
    ids=["xgboost", "lightgbm"],
)
def test_a_class_of_one_row_is_trained_on(model, alone):
    y = Y.copy()
    y[:alone] = 2 + np.arange(alone)
    fitted = HeldOut(model, 0).fit(TABLE[["a"]].to_numpy(), y)
    assert len(fitted.classes_) == 2 + alone


@pytest.mark.parametrize("size", [4, 6, 11])
def test_few_rows_of_many_classes_are_split(size):
    y = np.arange(size) % (size // 2)
    assert HeldOut(booster(), 0).fit(RNG.normal(size=(size, 2)), y).estimator_ is not None


@pytest.mark.parametrize(
    "make", [lambda m: m, make_pipeline, lambda m: make_pipeline(StandardScaler(), m)]
)
def test_no_encoder_is_fitted_on_rows_that_are_held_out(make):
    plan = autotune(make(booster()), TABLE, Y, encode="auto", max_trials=1)
    watched = cross_validation_of(plan).prepare(plan["initial_trials"][0], 0)
    assert isinstance(watched, HeldOut)
    whole = watched.fit(TABLE, Y).estimator_
    assert whole[-1].best_iteration is not None and len(whole.steps) > 1


@pytest.mark.slow
def test_the_best_estimator_is_what_was_judged():
    plan = autotune(booster(), TABLE, Y, encode="auto", max_trials=1, cv=2)
    job = plan.run(TABLE, Y, progress=False)
    judged = cross_validation_of(plan).prepare(job.best_params, 0).fit(TABLE, Y)
    assert (judged.predict_proba(TABLE) == job.best_estimator.predict_proba(TABLE)).all()


@pytest.mark.parametrize(
    "make",
    [
        lambda callbacks: XGBClassifier(callbacks=callbacks),
        lambda callbacks: XGBRegressor(callbacks=callbacks),
        lambda callbacks: make_pipeline(StandardScaler(), XGBClassifier(callbacks=callbacks)),
    ],
)
def test_a_callback_that_stops_early_is_refused_with_the_way_out(make):
    with pytest.raises(SettingError, match="early_stopping_rounds=… instead") as caught:
        autotune(make([EarlyStopping(rounds=5)]))
    assert "\n" not in str(caught.value)
    assert autotune(make([LearningRateScheduler(lambda i: 0.1)])).ranges


@pytest.mark.parametrize(
    "model",
    [MultinomialNB(), ComplementNB(), make_pipeline(MultinomialNB())],
    ids=["multinomial", "complement", "pipeline"],
)
def test_what_takes_no_negative_values_gets_none_from_a_table(model):
    plan = autotune(model, TABLE, Y, encode="auto", max_trials=1)
    fitted = cross_validation_of(plan).prepare(plan["initial_trials"][0], 0)
    fitted.fit(TABLE, Y)
    new = TABLE.assign(a=-9.0)
    assert fitted[:-1].transform(new).min() >= 0 and len(fitted.predict(new)) == 40
    assert "from 0 to 1" in plan.settings["encode"].changes


def test_what_clusters_columns_is_a_transformer():
    for model in (FeatureAgglomeration(), make_pipeline(FeatureAgglomeration())):
        assert task_of(model) == "transform"
        with pytest.raises(SettingError, match="which has no score of its own"):
            autotune(model, TABLE[["a"]])
    assert task_of(KMeans()) == "clustering"
