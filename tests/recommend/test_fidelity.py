"""Fidelity: the budget of a trial found by name, and Hyperband over it.

Also estimators that report step by step.
"""

import numpy as np
import pytest
from catboost import CatBoostClassifier
from lightgbm import LGBMClassifier
from sklearn.datasets import make_classification
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost import XGBClassifier

from autotune import Float, autotune
from autotune.errors import SettingError
from autotune.objective.cross_validation import CrossValidation
from autotune.plan.trial_setup import Continuation, Stepping, steps_of

X, y = make_classification(300, 8, random_state=0)
QUIET = {"allow_writing_files": False, "verbose": False, "thread_count": 1}


def train(lr=0.5, epochs=9):
    for step in range(epochs):
        yield lr * (step + 1)


def test_a_plan_of_steps_without_a_budget_says_that_no_name_tells_it():
    def steps(lr=0.1):
        yield lr

    fidelity = autotune(steps).settings["fidelity"]
    assert fidelity.value is None and fidelity.source.row == "unnamed"


@pytest.mark.parametrize(
    "name",
    [
        "epochs",
        "num_epochs",
        "n_epochs",
        "max_steps",
        "num_round",
        "n_estimators",
        "max_iter",
        "num_train_epochs",
    ],
)
def test_a_functions_budget_is_found_by_name(name):
    scope = {}
    exec(f"def found(lr=0.1, {name}=27):\n    for step in range({name}):\n        yield lr", scope)
    plan = autotune(scope["found"])
    assert plan["fidelity"] == {"name": name, "min": 1, "max": 27} and name not in plan.ranges


@pytest.mark.parametrize(
    ("estimator", "name", "most"),
    [
        (MLPClassifier(), "max_iter", 200),
        (XGBClassifier(n_estimators=50), "n_estimators", 50),
        (CatBoostClassifier(**QUIET), "iterations", 1000),
        (
            make_pipeline(StandardScaler(), SGDClassifier(max_iter=30)),
            "sgdclassifier__max_iter",
            30,
        ),
    ],
)
def test_early_stopping_of_an_estimator_turns_its_budget_into_the_fidelity(estimator, name, most):
    plan = autotune(estimator, early_stopping="median")
    assert plan["fidelity"] == {"name": name, "min": 1, "max": most}
    assert plan.ranges[name].value.value == most


def test_an_estimator_is_judged_at_its_end_unless_asked():
    plan = autotune(XGBClassifier())
    assert plan["fidelity"] is None and plan["early_stopping"] is None


def test_known_configurations_stay_with_the_budget_fixed():
    plan = autotune(XGBClassifier(), fidelity={"name": "n_estimators", "max": 50})
    assert len(plan["portfolio"]) > 5 and {
        p["params"]["n_estimators"] for p in plan["portfolio"]
    } == {50}


def test_a_given_fidelity_says_how_far_a_trial_goes():
    plan = autotune(train, fidelity={"name": "epochs", "min": 2, "max": 27}, early_stopping="asha")
    assert plan.ranges["epochs"].value.value == 27
    assert plan["early_stopping"] == {
        "rule": "asha",
        "min_resource": 2,
        "max_resource": 27,
        "reduction_factor": 3,
    }


@pytest.mark.parametrize(
    ("target", "settings", "words"),
    [
        (train, {"fidelity": "epoch"}, "Did you mean 'epochs'"),
        (MLPClassifier(), {"fidelity": "alpha"}, "max_iter can"),
        (LogisticRegression(), {"strategy": "hyperband"}, "report intermediate metrics"),
        (LogisticRegression(), {"fidelity": "max_iter"}, "Tune a function that yields"),
        (train, {"fidelity": {"name": "epochs", "min": 9}}, "min < max must hold"),
        (train, {"fidelity": {"name": "epochs", "most": 9}}, "must be name, min or max"),
        (train, {"strategy": "hyperband", "early_stopping": "median"}, "by its own rule"),
        (train, {"strategy": "hyperband", "early_stopping": None}, "by its own rule"),
        (
            XGBClassifier(),
            {"fidelity": "n_estimators", "ranges": {"n_estimators": (10, 90)}},
            "got both",
        ),
        (
            XGBClassifier(early_stopping_rounds=5),
            {"fidelity": "n_estimators"},
            "go without early_stopping_rounds",
        ),
        (
            [XGBClassifier(), MLPClassifier()],
            {"early_stopping": "median"},
            "report intermediate metrics",
        ),
    ],
)
def test_what_cannot_be_stepped_is_refused_before_any_trial(target, settings, words):
    with pytest.raises(SettingError, match=words):
        autotune(target, **settings)


def test_reports_are_at_a_halving_rules_rungs_or_at_tenths():
    assert steps_of(1, 81, 3) == (1, 3, 9, 27, 81) and steps_of(2, 50, 4) == (2, 8, 32, 50)
    assert steps_of(1, 20, None) == (2, 4, 6, 8, 10, 12, 14, 16, 18, 20) and steps_of(
        1, 3, None
    ) == (1, 2, 3)


def stepped(estimator, by, total, name, most):
    """Return what a stepwise cross-validation reports, and what it gives."""
    cv = StratifiedKFold(3, shuffle=True, random_state=0)
    stepping = Stepping(name, steps_of(1, most, 3), Continuation(by, total))
    reports = {}
    objective = CrossValidation(
        estimator,
        X,
        y,
        "accuracy",
        "accuracy",
        cv,
        0,
        1,
        ("n_jobs", "thread_count"),
        ("random_state",),
        stepping=stepping,
    )
    got = objective({name: most}, reports.__setitem__, 1)
    assert reports[most] == got["accuracy"] and {"fold_0", "fold_2", "fit_seconds"} <= set(got)
    return reports, cv


@pytest.mark.parametrize(
    ("estimator", "by", "total", "name"),
    [
        (XGBClassifier(max_depth=2), "xgb_model", False, "n_estimators"),
        (LGBMClassifier(num_leaves=4, verbose=-1), "init_model", False, "n_estimators"),
        (
            CatBoostClassifier(
                depth=2, learning_rate=0.1, random_seed=0, bootstrap_type="No", **QUIET
            ),
            "init_model",
            False,
            "iterations",
        ),
        (GradientBoostingClassifier(random_state=0), "warm_start", True, "n_estimators"),
        (HistGradientBoostingClassifier(random_state=0), "warm_start", True, "max_iter"),
        (RandomForestClassifier(random_state=0), "warm_start", True, "n_estimators"),
    ],
    ids=lambda v: type(v).__name__ if hasattr(v, "fit") else "",
)
def test_a_fit_that_went_on_step_by_step_scores_as_one_at_once(estimator, by, total, name):
    reports, cv = stepped(estimator, by, total, name, 27)
    for step, score in reports.items():
        whole = cross_val_score(
            estimator.__class__(**{**estimator.get_params(), name: step}), X, y, cv=cv
        )
        assert score == pytest.approx(whole.mean(), abs=0.007), (
            step
        )  # two rows of 300: float32 sums differ in their order


def test_networks_and_linear_models_get_better_by_going_on():
    for estimator, by in ((MLPClassifier(), "warm_start"), (SGDClassifier(), "partial_fit")):
        reports, _ = stepped(estimator, by, False, "max_iter", 27)
        assert list(reports) == [1, 3, 9, 27] and reports[27] >= reports[1]


def test_a_pipelines_steps_before_the_last_are_fitted_once_and_used():
    estimator = make_pipeline(StandardScaler(), GradientBoostingClassifier(random_state=0))
    reports, cv = stepped(
        estimator, "warm_start", True, "gradientboostingclassifier__n_estimators", 9
    )
    whole = cross_val_score(
        estimator.set_params(gradientboostingclassifier__n_estimators=9), X, y, cv=cv
    ).mean()
    assert reports[9] == pytest.approx(whole)


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["hyperband", "random"])
def test_an_estimators_job_stops_trials_on_the_way(strategy):
    stopping = (
        {} if strategy == "hyperband" else {"early_stopping": {"rule": "asha", "min_resource": 2}}
    )
    plan = autotune(
        XGBClassifier(n_estimators=18),
        X,
        y,
        strategy=strategy,
        max_trials=12,
        max_parallel=2,
        cv=2,
        completion={},
        **stopping,
    )
    job = plan.run(X, y, progress=False)
    counts = job.trials()["status"].value_counts()
    assert counts["finished"] >= 1 and counts["stopped"] >= 1 and counts.sum() == 12
    assert (
        job.best_params["n_estimators"] == 18
        and job.best_estimator.get_params()["n_estimators"] == 18
    )


def test_hyperband_draws_new_configurations_at_random():
    plan = autotune(
        train,
        ranges={"lr": Float(0, 1)},
        strategy="hyperband",
        max_trials=20,
        max_parallel=1,
        completion={},
    )
    job = plan.run(progress=False)
    reports = {t.number: max(t.intermediate_values) for t in job.study.trials}
    assert plan.compile("optuna").config()["sampler"] == {"name": "RandomSampler"}
    assert set(reports.values()) <= {1, 3, 9} and len(set(reports.values())) > 1


def test_weights_reach_every_stretch_of_a_fit():
    heavy, cv = {"sample_weight": np.where(y == 1, 9.0, 0.1)}, StratifiedKFold(2)
    estimator, stepping = (
        GradientBoostingClassifier(random_state=0),
        Stepping("n_estimators", (2, 4), Continuation("warm_start", True)),
    )
    got = CrossValidation(
        estimator, X, y, "recall", "recall", cv, 0, 1, (), (), stepping=stepping, **heavy
    )
    whole = cross_val_score(
        estimator.set_params(n_estimators=4), X, y, cv=cv, params=heavy, scoring="recall"
    ).mean()
    plain = cross_val_score(estimator, X, y, cv=cv, scoring="recall").mean()
    assert got({"n_estimators": 4}, lambda *_: None, 0)["recall"] == whole != plain
