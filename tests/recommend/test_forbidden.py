"""Combinations that a user forbids, and conditions of one's own, hold in every trial."""

import pytest
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import SGDClassifier
from sklearn.svm import SVC, LinearSVC

from autotune import Choice, Float, Int, Plan, autotune
from autotune.errors import AutotuneError
from autotune.space.forbidden_rules import ForbiddenRule

PAIRS = {"penalty": ["l1", "l2"], "dual": [True, False]}


def train(**hyperparameters):
    return float(len(hyperparameters))


SPACE = {
    "optimizer": ["sgd", "adam", "lamb"],
    "optimizer.momentum": Float(0, 0.9, when={"optimizer": "sgd"}),
    "beta-2": Float(0.9, 0.999, when={"optimizer": ["adam", "lamb"]}),
    "width": Int(1, 9, also=[None]),
}
RULES = [
    "optimizer.momentum > 0.5 and width > 3",
    "optimizer in ['adam', 'lamb'] and `beta-2` < 0.95",
    {"optimizer": "lamb", "width": [None]},
]


@pytest.mark.parametrize("strategy", ["random", "bayesian", "sobol"])
def test_every_strategy_holds_conditions_and_forbids(strategy):
    plan = autotune(
        train,
        ranges=SPACE,
        forbidden=RULES,
        metric="n",
        strategy=strategy,
        max_trials=15,
        max_parallel=1,
    )
    tried = [trial.params for trial in plan.run(progress=False).all_trials()]
    assert len(tried) == 15
    for params in tried:
        assert ("optimizer.momentum" in params) == (params["optimizer"] == "sgd")
        assert ("beta-2" in params) == (params["optimizer"] != "sgd")
        assert not (params.get("optimizer.momentum", 0) > 0.5 and (params["width"] or 0) > 3)
        assert params.get("beta-2", 1) >= 0.95
        assert (params["optimizer"], params["width"]) != ("lamb", None)


def test_a_saved_plan_forbids_the_same(tmp_path):
    plan = autotune(train, ranges=SPACE, forbidden=RULES, metric="n")
    plan.save(tmp_path / "plan.yaml")
    loaded = Plan.load(tmp_path / "plan.yaml")
    assert loaded == plan
    assert not loaded.space.allows({"optimizer": "adam", "beta-2": 0.91})


def test_a_grid_leaves_forbidden_combinations_out():
    plan = autotune(
        LinearSVC(), ranges=PAIRS, tune=list(PAIRS), strategy="grid", forbidden="penalty=='l1'"
    )
    assert plan["max_trials"] == 2


@pytest.mark.parametrize(
    ("forbidden", "words"),
    [
        ("penalti == 'l1'", "Did you mean 'penalty'"),
        ("penalty == 'L1'", "Did you mean 'l1'"),
        ({"dual": ["true"]}, "Did you mean 'True'"),
        ("penalty == 'l1' or", "must be an expression"),
        ("dual", "must compare hyperparameters"),
        ("abs(C) > 1", "comparisons and arithmetic only"),
        ("C > 0", "must leave something to try"),
        ("penalty in ['l1', 'l2']", "must leave something to try"),
        ("fit_intercept == True", "static values alone decide"),
        ([3], "must be a list of expressions"),
        ({}, "must be a list of expressions"),
    ],
)
def test_what_cannot_be_forbidden_is_refused_before_any_trial(forbidden, words):
    with pytest.raises(AutotuneError) as error:
        autotune(LinearSVC(), ranges=PAIRS, forbidden=forbidden)
    assert words in str(error.value)


def test_static_values_take_part():
    plan = autotune(
        ExtraTreesClassifier(bootstrap=True),
        ranges={"max_depth": (2, 20)},
        forbidden=["bootstrap and max_depth > 10", "warm_start and max_depth > 3"],
    )
    assert not plan.space.allows({"max_depth": 11})
    assert plan.space.allows({"max_depth": 10})


@pytest.mark.parametrize(
    ("point", "allowed"),
    [({"max_depth": 15}, False), ({"max_depth": 5}, True)],
)
def test_a_forbidden_first_trial_is_refused(point, allowed):
    settings = {"ranges": {"max_depth": (2, 20)}, "forbidden": "max_depth > 10"}
    if allowed:
        plan = autotune(ExtraTreesClassifier(), initial_trials=point, **settings)
        assert any(first["max_depth"] == 5 for first in plan["initial_trials"])
    else:
        with pytest.raises(AutotuneError, match="forbidden combination, got max_depth=15"):
            autotune(ExtraTreesClassifier(), initial_trials=point, **settings)


def test_what_a_library_refuses_is_no_first_trial():
    with pytest.raises(AutotuneError, match="must not be a forbidden combination"):
        autotune(
            LinearSVC(),
            ranges={"penalty": ["l1", "l2"], "loss": ["hinge", "squared_hinge"]},
            initial_trials=[{"penalty": "l1", "loss": "hinge"}],
        )


def test_ones_own_configuration_is_not_tried_where_it_is_forbidden():
    plan = autotune(SVC(C=2.0), forbidden="C > 1 and C < 3")
    assert plan.baselines == ()
    assert "forbidden" in plan.settings["initial_trials"].reason


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"kernl": ["poly"]}, "Did you mean 'kernel'"),
        ({"kernel": ["polly"]}, "Did you mean 'poly'"),
        ({"degree": [2]}, "other hyperparameters"),
        ({"kernel": []}, "at least one value"),
        (["kernel"], "must be a mapping"),
    ],
)
def test_a_wrong_condition_is_refused(when, words):
    with pytest.raises(AutotuneError) as error:
        autotune(SVC(), ranges={"kernel": ["poly", "rbf"], "degree": Int(2, 4, when=when)})
    assert words in str(error.value)


def test_a_condition_on_a_static_value_is_decided_at_once():
    plan = autotune(
        SGDClassifier(penalty="elasticnet"),
        ranges={"l1_ratio": Choice([0.1, 0.9], when={"penalty": ["elasticnet"]})},
        keep_static=["penalty"],
    )
    assert plan.ranges["l1_ratio"].when == {}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a.b > 1 and c == 'a.b'", ("a.b", "c")),
        ("`x-y` in [1, 2] or not z", ("x-y", "z")),
        ("1 < depth ** 2 <= 9", ("depth",)),
    ],
)
def test_a_rule_reads_names_of_any_kind(text, names):
    assert ForbiddenRule(text).names == names


def test_a_comparison_that_cannot_be_made_does_not_hold():
    rule = ForbiddenRule("a / b > 1 or not c == 2")
    assert not rule.matches({"a": 1, "b": 0, "c": 2})
    assert not rule.matches({"a": None, "b": 1, "c": 2})
    assert rule.matches({"a": 3, "b": 2, "c": 2})
    assert rule.matches({})


def test_numbers_in_conditions_and_combinations_are_those_of_the_range():
    plan = autotune(
        train,
        ranges={"depth": (1, 4), "share": Float(0, 1), "last": Float(0, 1, when={"depth": 4.0})},
        forbidden=[{"depth": [3.0], "share": 1}],
        metric="n",
    )
    assert plan.space.active("last", {"depth": 4})
    assert not plan.space.allows({"depth": 3, "share": 1.0})
