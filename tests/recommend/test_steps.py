"""Whole steps, objects and mappings as choices."""

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, RobustScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from autotune import autotune
from autotune.errors import AutotuneError

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(40, 3)), np.arange(40) % 2


def pipeline():
    return Pipeline([("scale", StandardScaler()), ("model", DecisionTreeClassifier())])


def statuses(plan):
    trials = plan.run(X, Y, progress=False).all_trials()
    return {trial.status for trial in trials}, [trial.params for trial in trials]


def test_a_step_is_chosen_among_transformers_and_none():
    steps = [StandardScaler(), RobustScaler(), "passthrough"]
    plan = autotune(pipeline(), X, Y, ranges={"scale": steps}, max_trials=6, cv=2, max_parallel=1)
    ended, _ = statuses(plan)
    assert ended == {"finished"}
    assert plan.baselines[0]["scale"].get_params() == StandardScaler().get_params()


def test_hyperparameters_of_a_step_are_those_of_the_estimator_that_has_them():
    plan = autotune(
        pipeline(),
        X,
        Y,
        ranges={
            "model": [DecisionTreeClassifier(), RidgeClassifier(), GaussianNB()],
            "model__alpha": (0.1, 10.0),
            "model__max_depth": (1, 4),
        },
        tune=["model", "model__alpha", "model__max_depth"],
        strategy="random",
        max_trials=8,
        cv=2,
        max_parallel=1,
    )
    ended, tried = statuses(plan)
    assert ended == {"finished"}
    for params in tried:
        kind = type(params["model"])
        assert ("model__alpha" in params) == (kind is RidgeClassifier)
        assert ("model__max_depth" in params) == (kind is DecisionTreeClassifier)


def test_transformers_of_columns_are_steps_too():
    columns = ColumnTransformer([("first", MinMaxScaler(), [0, 1])], remainder="passthrough")
    model = Pipeline([("columns", columns), ("model", LogisticRegression())])
    plan = autotune(
        model,
        X,
        Y,
        ranges={"columns__first": [MinMaxScaler(), StandardScaler(), "drop"]},
        tune=["columns__first"],
        max_trials=3,
        cv=2,
        max_parallel=1,
    )
    assert statuses(plan)[0] == {"finished"}


def test_a_hyperparameter_that_no_choice_has_is_refused():
    with pytest.raises(AutotuneError, match="model__gamma"):
        autotune(pipeline(), ranges={"model": [RidgeClassifier()], "model__gamma": (0.1, 1.0)})


def test_lambdas_mappings_and_arrays_are_choices_that_workers_get():
    model = Pipeline([("change", FunctionTransformer()), ("model", DecisionTreeClassifier())])
    plan = autotune(
        model,
        X,
        Y,
        ranges={
            "change__func": [lambda rows: -rows, lambda rows: rows * 2, np.abs],
            "model__class_weight": [{0: 1, 1: 5}, None],
        },
        tune=["change__func", "model__class_weight"],
        max_trials=6,
        cv=2,
        max_parallel=2,
    )
    assert len(set(plan.ranges["change__func"].value.labels)) == 3
    job = plan.run(X, Y, progress=False)
    assert {trial.status for trial in job.all_trials()} == {"finished"}
    assert job.best_estimator.predict(X).shape == (40,)


def test_mappings_with_whole_numbers_and_arrays_are_kept_in_files(tmp_path):
    from autotune import Plan

    given = [{0: 1.0, 1: 5.0}, {0: 2.0, 1: 1.0}]
    priors = [None, np.array([0.25, 0.75])]
    for estimator, name, values in (
        (DecisionTreeClassifier(), "class_weight", given),
        (GaussianNB(), "priors", priors),
    ):
        autotune(estimator, ranges={name: values}).save(tmp_path / "plan.yaml")
        loaded = Plan.load(tmp_path / "plan.yaml").ranges[name].value
        assert all(loaded.contains(value) for value in values)
