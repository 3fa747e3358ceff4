"""Time as what is spent: the powers that seconds grow with, and what they change of a search.

Also when they count.
"""

import optuna
import pytest
from lightgbm import LGBMClassifier
from optuna.distributions import FloatDistribution
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from xgboost import XGBClassifier

from autotune import Float, Int, autotune
from autotune.errors import SettingError
from autotune.learn import History, powers_of
from autotune.space.search_space import Space
from autotune_optuna.samplers.knowledge_sampler import KnowledgeSampler


def test_time_given_alone_is_what_is_spent():
    plan = autotune(XGBClassifier(), max_runtime=60)
    assert plan["cost_aware"]["n_estimators"] > 0.5
    assert plan.settings["cost_aware"].source.row == "by-time"


@pytest.mark.parametrize(
    "settings",
    [{}, {"max_trials": 30}, {"max_runtime": 60, "max_trials": 30}, {"cost_aware": False}],
)
def test_trials_are_what_is_spent_else(settings):
    assert autotune(XGBClassifier(), **settings)["cost_aware"] == {}


def test_several_algorithms_have_no_seconds_in_common():
    assert autotune([XGBClassifier(), LGBMClassifier()], max_runtime=60)["cost_aware"] == {}


def test_powers_are_of_what_is_tuned_by_the_names_it_has_there():
    plan = autotune(
        make_pipeline(StandardScaler(), LGBMClassifier()),
        cost_aware=True,
        keep_static=["lgbmclassifier__num_leaves"],
    )
    assert (
        "lgbmclassifier__n_estimators" in plan["cost_aware"]
        and "lgbmclassifier__num_leaves" not in plan["cost_aware"]
    )
    fixed = autotune(LGBMClassifier(), cost_aware=True, ranges={"n_estimators": 50})
    assert fixed["cost_aware"] and "n_estimators" not in fixed["cost_aware"]


@pytest.mark.parametrize(
    ("estimator", "settings", "message"),
    [
        (XGBClassifier(), {"cost_aware": {"n_estimator": 1}}, "Did you mean 'n_estimators'"),
        (XGBClassifier(), {"cost_aware": 2}, "must be True, False, or powers"),
        (XGBClassifier(), {"cost_aware": {"n_estimators": "1"}}, "must be True, False, or powers"),
        (XGBClassifier(), {"cost_aware": True, "sampler": "tpe"}, "must go with sampler='gp'"),
        (XGBClassifier(), {"cost_aware": True, "strategy": "random"}, "must go with sampler='gp'"),
        (
            XGBClassifier(),
            {"cost_aware": {"booster": 1}, "effort": "all"},
            "booster must be tuned in a range of numbers > 0",
        ),
        (SVC(), {"cost_aware": True}, r"cost_aware=\{'C': 1\}"),
    ],
)
def test_a_cost_that_cannot_count_is_refused(estimator, settings, message):
    with pytest.raises(SettingError, match=message):
        autotune(estimator, **settings)


def test_of_equal_promises_the_cheap_one_comes_first_where_seconds_count():
    space = {"n": FloatDistribution(1, 1000, log=True), "x": FloatDistribution(0, 1)}
    points = [{"n": 1000.0, "x": 0.2}, {"n": 10.0, "x": 0.2}, {"n": 100.0, "x": 0.9}]
    scores = [[0.92, 0.9], [0.9, 0.88], [0.1, 0.0]]
    for cost, expected in (({}, 1000.0), ({"n": 1.0}, 10.0)):
        sampler = KnowledgeSampler(space, points, scores, cost=cost, seed=0)
        study = optuna.create_study(direction="maximize", sampler=sampler)
        study.add_trial(optuna.create_trial(params=points[2], distributions=space, value=0.3))
        assert study.ask(space).params["n"] == expected


def test_the_powers_that_seconds_grow_with_are_found_in_what_jobs_took():
    space = Space({"n": Int(1, 1000), "x": Float(0.1, 10, log=True), "y": Float(0.1, 1)}, {})
    draws = [{"n": 1 + 17 * i % 1000, "x": 0.1 + i % 7, "y": 0.1 + i % 5 / 10} for i in range(60)]
    histories = [
        History(
            "any",
            task,
            tuple(draws),
            (1.0,) * 60,
            tuple(level * d["n"] ** 0.8 / d["x"] ** 0.5 for d in draws),
        )
        for task, level in (("small", 0.1), ("large", 30.0))
    ]
    assert powers_of(histories, space) == {"n": 0.8, "x": -0.5}
    assert powers_of(histories[:1], space) == {}, "sixty trials are too few"
