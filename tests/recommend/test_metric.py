"""The metric of a plan: what people call it, and what follows from an estimator."""

import inspect

import numpy as np
import pytest
from catboost import CatBoostClassifier, CatBoostRegressor
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn import metrics
from sklearn.ensemble import (
    BaggingRegressor,
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
)
from sklearn.linear_model import (
    GammaRegressor,
    LogisticRegression,
    QuantileRegressor,
    Ridge,
    TweedieRegressor,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier, XGBRegressor

from autotune import autotune, knowledge
from autotune.errors import AutotuneError
from autotune.objective.factory import make_objective
from autotune.objective.metrics import OWN
from autotune.plan.spec import PlanSpec
from autotune.serialization.values import load_dotted

generator = np.random.default_rng(3)
X = generator.normal(size=(60, 3))
AMOUNTS = np.exp(X[:, 0])
CLASSES = (X[:, 1] > 0.3).astype(int)
FOLD = [(range(40), range(40, 60))]
PINBALL = "neg_mean_pinball_loss"
FOLLOWING = [
    (XGBRegressor(objective="reg:quantileerror", quantile_alpha=[0.2]), PINBALL, {"alpha": 0.2}),
    (LGBMRegressor(objective="quantile"), PINBALL, {"alpha": 0.9}),
    (CatBoostRegressor(objective="Quantile:alpha=0.75"), PINBALL, {"alpha": 0.75}),
    (GradientBoostingRegressor(loss="quantile", alpha=0.1), PINBALL, {"alpha": 0.1}),
    (
        make_pipeline(StandardScaler(), QuantileRegressor(quantile=0.3)),
        PINBALL,
        {"alpha": 0.3},
    ),
    (
        BaggingRegressor(HistGradientBoostingRegressor(loss="quantile", quantile=0.6)),
        PINBALL,
        {"alpha": 0.6},
    ),
    (
        [
            GradientBoostingRegressor(loss="quantile", alpha=0.7),
            HistGradientBoostingRegressor(loss="quantile", quantile=0.7),
        ],
        PINBALL,
        {"alpha": 0.7},
    ),
    (XGBRegressor(objective="reg:tweedie"), "neg_mean_tweedie_deviance", {"power": 1.5}),
    (
        CatBoostRegressor(loss_function="Tweedie:variance_power=1.2"),
        "neg_mean_tweedie_deviance",
        {"power": 1.2},
    ),
    (TweedieRegressor(power=1.9), "neg_mean_tweedie_deviance", {"power": 1.9}),
    (LGBMRegressor(objective="gamma"), "neg_mean_gamma_deviance", {}),
    (GammaRegressor(), "neg_mean_gamma_deviance", {}),
    (RandomForestRegressor(criterion="poisson"), "neg_mean_poisson_deviance", {}),
    (LGBMRegressor(objective="fair"), "neg_mean_absolute_error", {}),
    (GradientBoostingRegressor(loss="huber"), "neg_mean_absolute_error", {}),
    (XGBRegressor(eval_metric=["mae"]), "neg_mean_absolute_error", {}),
    (Ridge(), "r2", {}),
]
WATCHED = [
    (XGBClassifier(eval_metric="aucpr"), "average_precision"),
    (LGBMClassifier(metric="multi_logloss"), "neg_log_loss"),
    (CatBoostClassifier(eval_metric="BalancedAccuracy"), "balanced_accuracy"),
]


@pytest.mark.parametrize(("estimator", "metric", "params"), FOLLOWING)
def test_the_metric_is_that_of_what_is_minimised(estimator, metric, params):
    plan = autotune(estimator, X, AMOUNTS)
    assert (plan["metric"], plan["mode"]) == (metric, "max")
    assert {name: plan.metric_params.get(name) for name in params} == params


@pytest.mark.parametrize(("estimator", "metric"), WATCHED)
def test_what_the_library_is_to_watch_is_what_the_user_wants(estimator, metric):
    assert autotune(estimator, X, CLASSES)["metric"] == metric


@pytest.mark.parametrize(
    ("estimator", "words"),
    [
        (XGBRegressor(objective="survival:cox"), "censored"),
        (XGBRegressor(objective="reg:quantileerror", quantile_alpha=[0.1, 0.9]), "quantile_alpha"),
        (CatBoostRegressor(loss_function="Expectile:alpha=0.3"), "expectiles"),
    ],
)
def test_an_objective_without_a_metric_is_refused_unless_one_is_given(estimator, words):
    with pytest.raises(AutotuneError, match=words) as caught:
        autotune(estimator, X, AMOUNTS)
    assert caught.value.name == "metric"
    assert autotune(estimator, X, AMOUNTS, metric="r2")["metric"] == "r2"


def test_the_users_metric_takes_what_it_can_of_the_estimators_own():
    estimator = HistGradientBoostingRegressor(loss="quantile", quantile=0.8)
    plan = autotune(estimator, X, AMOUNTS, metric="d2_pinball_score")
    assert plan.metric_params == {"alpha": 0.8}
    assert autotune(estimator, X, AMOUNTS, metric="r2").metric_params == {}
    params = {"alpha": 0.5}
    mine = autotune(estimator, X, AMOUNTS, metric="d2_pinball_score", metric_params=params)
    assert mine.metric_params == params


@pytest.mark.slow
def test_a_quantile_is_tuned_by_its_own_loss(tmp_path):
    estimator = HistGradientBoostingRegressor(loss="quantile", quantile=0.9, max_iter=5)
    plan = autotune(
        estimator, X, AMOUNTS, max_trials=2, max_parallel=1, cv=[(range(40), range(40, 60))]
    )
    plan.save(tmp_path / "plan.yaml")
    assert PlanSpec.load(tmp_path / "plan.yaml").trial_setup == plan.trial_setup
    job = plan.run(X, AMOUNTS, progress=False)
    own = job.all_trials()[0]
    fitted = estimator.fit(X[:40], AMOUNTS[:40])
    loss = metrics.mean_pinball_loss(AMOUNTS[40:], fitted.predict(X[40:]), alpha=0.9)
    assert own.value == pytest.approx(-loss, rel=1e-3)


@pytest.mark.parametrize(
    ("metric", "scorer"),
    [
        ("RMSLE", "neg_root_mean_squared_log_error"),
        ("mape", "neg_mean_absolute_percentage_error"),
        ("Median Absolute Error", "neg_median_absolute_error"),
        ("pinball", PINBALL),
        (metrics.mean_squared_error, "neg_mean_squared_error"),
        (metrics.r2_score, "r2"),
    ],
)
def test_names_of_other_tools_and_functions_are_refused_with_the_scorers_name(metric, scorer):
    with pytest.raises(AutotuneError) as caught:
        autotune(Ridge(), X, AMOUNTS, metric=metric)
    assert f"metric={scorer!r}" in str(caught.value)


def spread(actual, predicted, weight=1):
    return weight * float(np.ptp(actual - predicted))


class Judge:
    def __call__(self, estimator, X, y):
        return float(np.mean(estimator.predict(X) == y))


def test_a_function_of_predictions_is_refused_and_one_of_an_estimator_is_taken():
    with pytest.raises(AutotuneError, match=r"make_scorer\(spread\)"):
        autotune(Ridge(), X, AMOUNTS, metric=spread)
    with pytest.raises(AutotuneError, match="make_scorer"):
        autotune(Ridge(), X, AMOUNTS, metric=lambda y, p: 0.0)
    for metric in (Judge(), metrics.make_scorer(spread), lambda model, X, y: 1.0):
        assert autotune(GaussianNB(), X, CLASSES, metric=metric)["metric"] is metric


@pytest.mark.parametrize("estimator", ["xgboost.XGBClassifier", GaussianNB()])
def test_ones_own_evaluation_has_the_names_that_it_wants(estimator):
    plan = autotune(estimator, metric="val_logloss", mode="min", max_trials=2, max_parallel=1)
    assert (plan["metric"], plan["mode"]) == ("val_logloss", "min")
    job = plan.run(objective=lambda params: {"val_logloss": 2.0, "other": 1}, progress=False)
    assert job.best_score == 2.0
    with pytest.raises(AutotuneError, match="val_logloss"):
        plan.run(X, CLASSES, progress=False)
    with pytest.raises(AutotuneError, match="val_logloss"):
        plan.export("optuna")


def test_the_mode_of_a_dotted_names_own_metric_follows_from_its_name():
    assert autotune("sklearn.svm.SVC", metric="rmse")["mode"] == "min"
    assert autotune("sklearn.svm.SVC", metric="dice")["mode"] == "max"


@pytest.mark.slow
def test_scorers_made_of_functions_have_their_arguments():
    plan = autotune(GaussianNB(), X, CLASSES, metric="fbeta", metric_params={"beta": 2})
    assert plan.metric_params == {"pos_label": 1, "beta": 2}
    with pytest.raises(AutotuneError, match="beta"):
        autotune(GaussianNB(), X, CLASSES, metric="fbeta")
    many = np.arange(60) % 3
    params = {"multi_class": "ovo"}
    job = autotune(
        GaussianNB(), X, many, metric="roc_auc", metric_params=params, max_trials=1, max_parallel=1
    ).run(X, many, progress=False)
    assert 0 < job.best_score < 1


def test_the_table_says_what_scikit_learn_has():
    table = knowledge.table("metrics").content
    for name, row in table.scorers.items():
        function = load_dotted(row.function)
        made = name not in metrics.get_scorer_names() and name not in OWN
        assert bool(row.response) == made, name
        assert row.is_loss == (made and name.startswith("neg_")), name
        assert set(row.params) <= set(inspect.signature(function).parameters), name
    for rule in table.follows:
        assert not rule.metric or rule.metric in table.scorers
        for name in rule.estimators:
            assert hasattr(load_dotted(name), "get_params")
    names = [name for row in table.scorers.values() for name in row.names]
    assert len(names) == len(set(names))


STACK = StackingClassifier([("tree", DecisionTreeClassifier(max_depth=2))], cv=2)
SUM = StackingRegressor([("ridge", Ridge())], cv=2)


@pytest.mark.parametrize(
    ("estimator", "y", "alike"),
    [
        (STACK, CLASSES, LogisticRegression()),
        (make_pipeline(StandardScaler(), STACK), CLASSES, LogisticRegression()),
        (SUM, AMOUNTS, Ridge()),
        (make_pipeline(StandardScaler(), SUM), AMOUNTS, Ridge()),
    ],
)
def test_a_stack_whose_last_estimator_is_the_librarys_default_is_judged(estimator, y, alike):
    plan = autotune(estimator, X, y, cv=2)
    assert plan["metric"] == autotune(alike, X, y, cv=2)["metric"]
    score = make_objective(plan, {"X": X, "y": y}, None)({}, lambda *_: None, 0)
    assert np.isfinite(score[plan.metric_name])
