"""One hyperparameter has one name: aliases, in the user's spelling, take effect."""

import numpy as np
import pytest
from catboost import CatBoostClassifier
from lightgbm import LGBMRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost import XGBClassifier, XGBRegressor

from autotune import Float, Plan, Script, autotune
from autotune.errors import AutotuneError
from autotune.objective.factory import cross_validation_of
from autotune.plan.overrides import collect


def prepared(plan, params):
    """Return the estimator as a trial with these hyperparameters fits it."""
    return cross_validation_of(plan).prepare(params, 0)


# The estimator, a range under an alias, and the name by which the library is told.
ALIASES = [
    (XGBRegressor(), "alpha", (0.1, 1.0), "reg_alpha"),
    (XGBRegressor(), "min_split_loss", (0.1, 1.0), "gamma"),
    (XGBClassifier(), "lambda", (0.1, 1.0), "reg_lambda"),
    (LGBMRegressor(), "shrinkage_rate", (0.1, 0.5), "learning_rate"),
    (LGBMRegressor(), "max_leaf", (4, 8), "num_leaves"),
    (LGBMRegressor(), "min_data_per_leaf", (2, 8), "min_child_samples"),
    (LGBMRegressor(), "bagging_fraction", (0.5, 0.9), "subsample"),
    (LGBMRegressor(), "nrounds", (4, 8), "n_estimators"),
    (LGBMRegressor(), "max_bins", (16, 64), "max_bin"),
    (CatBoostClassifier(), "num_trees", (4, 8), "iterations"),
    (CatBoostClassifier(), "colsample_bylevel", (0.5, 0.9), "rsm"),
    (CatBoostClassifier(min_child_samples=3), "min_data_in_leaf", (2, 8), "min_child_samples"),
]


@pytest.mark.parametrize(("estimator", "alias", "ends", "own"), ALIASES)
def test_an_alias_in_ranges_is_the_hyperparameter_itself(estimator, alias, ends, own, tmp_path):
    plan = autotune(estimator, ranges={alias: ends}, effort="all")
    assert alias in plan.ranges
    assert own not in plan.ranges
    plan.save(tmp_path / "plan.yaml")
    value = plan.ranges[alias].value.levels(2)[1]
    for each in (plan, Plan.load(tmp_path / "plan.yaml")):
        params = prepared(each, {alias: value}).get_params()
        assert params[own] == value
        assert alias not in params


def test_a_default_that_an_alias_would_lose_against_does_not_win():
    X = np.arange(60.0).reshape(20, 3)
    y = X[:, 0]
    plan = autotune(LGBMRegressor(verbose=-1, min_child_samples=2), ranges={"num_trees": [1, 30]})
    few, many = (prepared(plan, {"num_trees": n}).fit(X, y).predict(X) for n in (1, 30))
    assert np.ptp(few) < np.ptp(many)


def test_an_alias_that_the_estimator_was_given_gives_way_to_the_trials_value():
    plan = autotune(LGBMRegressor(num_iterations=3, sub_row=0.5), tune=["num_iterations"])
    params = prepared(plan, {"num_iterations": 7}).get_params()
    assert (params["n_estimators"], "num_iterations" in params) == (7, False)
    assert plan.baselines == ({"num_iterations": 3},)


def test_in_a_pipeline_the_best_estimator_has_the_alias_by_its_own_name():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 3)), np.arange(40) % 2
    model = make_pipeline(StandardScaler(), XGBClassifier(n_estimators=2, eta=0.3))
    name = "xgbclassifier__eta"
    plan = autotune(model, X, y, tune=[name], ranges={name: (0.2, 0.4)}, max_trials=1, cv=2)
    best = plan.run(X, y, progress=False).best_estimator[-1].get_params()
    assert (best["learning_rate"], "eta" in best) == (0.3, False)


@pytest.mark.parametrize("setting", ["tune", "keep_static"])
def test_names_of_settings_may_be_aliases(setting):
    plan = autotune("lightgbm.LGBMClassifier", **{setting: ["eta", "sub_feature"]})
    wanted = setting == "tune"
    assert ("eta" in plan.ranges, "sub_feature" in plan.ranges) == (wanted, wanted)
    assert not {"learning_rate", "colsample_bytree"} & set(plan.ranges)


def test_first_trials_conditions_and_forbidden_combinations_know_aliases():
    plan = autotune(
        "xgboost.XGBRegressor",
        ranges={"eta": (0.01, 0.9), "max_depth": (2, 9)},
        tune=["learning_rate", "max_depth", "alpha"],
        initial_trials=[{"learning_rate": 0.2, "reg_alpha": 0.0}],
        forbidden=["learning_rate > 0.5 and max_depth > 5"],
    )
    assert plan.rules[0].names == ("eta", "max_depth")
    assert any(point.get("eta") == 0.2 for point in plan["initial_trials"])


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"ranges": {"eta": (0.1, 0.2), "shrinkage_rate": (0.1, 0.2)}}, "eta and shrinkage_rate"),
        ({"tune": ["num_leaves", "max_leaves"]}, "num_leaves and max_leaves"),
        ({"keep_static": ["reg_alpha", "lambda_l1"]}, "reg_alpha and lambda_l1"),
        ({"initial_trials": [{"eta": 0.1, "learning_rate": 0.2}]}, "eta and learning_rate"),
        ({"eta": 0.2, "learning_rate": 0.3}, "learning_rate and eta"),
        ({"ranges": {"eta": (0.1, 0.2)}, "keep_static": ["learning_rate"]}, "got both"),
        ({"tune": ["eta"], "keep_static": ["learning_rate"]}, "got both"),
    ],
)
def test_two_names_of_one_hyperparameter_contradict(settings, names):
    with pytest.raises(AutotuneError, match=names):
        autotune("lightgbm.LGBMClassifier", **settings)


def test_an_argument_is_one_however_its_name_is_written():
    script = Script("t.py", {"batch-size": 8, "lr": 0.1}, {"loss": "{number}"})
    plan = autotune(script, ranges={"batch_size": [8, 16], "--lr": Float(0.1, 1)})
    assert set(plan.ranges) == {"batch-size", "lr"}


def test_what_is_read_as_something_else_is_said():
    ranges = autotune("xgboost.XGBRegressor", ranges={"max_depth": ("2", "9")}).ranges
    assert "texts are read as numbers" in ranges["max_depth"].reason


def test_a_first_trial_may_hold_numbers_as_texts_as_services_give_them():
    plan = autotune("xgboost.XGBRegressor", initial_trials=[{"max_depth": "4", "eta": "2e-1"}])
    assert any(
        (point.get("max_depth"), point.get("eta")) == (4, 0.2) for point in plan["initial_trials"]
    )


def test_a_static_text_that_looks_like_a_number_is_told_as_a_text():
    with pytest.raises(AutotuneError, match="got '5'"):
        autotune("xgboost.XGBRegressor", max_depth="5")


@pytest.mark.parametrize("names", [("n_estimators", "eta"), ("num_trees", "learning_rate")])
def test_a_fidelity_goes_with_tune_under_any_of_its_names(names):
    budget, tuned = names
    plan = autotune(
        LGBMRegressor(num_iterations=20), tune=[tuned], fidelity=budget, early_stopping="median"
    )
    assert (plan["fidelity"]["name"], set(plan.ranges)) == (budget, {budget, tuned})
    stepping = cross_validation_of(plan).stepping
    assert stepping is not None
    assert stepping.name == "n_estimators"


ETA, RATE = {"eta": Float(0.01, 0.2)}, {"learning_rate": Float(0.02, 0.1)}


@pytest.mark.parametrize(
    ("earlier", "later", "name", "high"),
    [
        ({"ranges": ETA}, {"ranges": RATE}, "learning_rate", 0.1),
        ({"ranges": RATE}, {"ranges": ETA}, "eta", 0.2),
        ({"ranges": ETA}, {"overrides": {"ranges": RATE}}, "learning_rate", 0.1),
        ({"ranges": ETA}, {"tune": ["learning_rate", "max_depth"]}, "eta", 0.2),
        ({"ranges": RATE}, {"tune": ["eta"]}, "learning_rate", 0.1),
        ({"ranges": ETA}, {"initial_trials": [{"learning_rate": 0.05}]}, "eta", 0.2),
        ({"initial_trials": [{"eta": 0.05}]}, {"ranges": RATE}, "learning_rate", 0.1),
        ({"tune": ["eta"]}, {"tune": ["learning_rate"]}, "learning_rate", 1.0),
        ({"ranges": ETA}, {"keep_static": ["learning_rate"]}, None, None),
        ({"ranges": RATE}, {"keep_static": ["eta"]}, None, None),
    ],
)
@pytest.mark.parametrize("rate", [{}, {"eta": 0.15}], ids=["open", "set"])
def test_a_plan_is_changed_under_any_name(earlier, later, name, high, rate):
    plan = autotune(XGBRegressor(**rate), **earlier).with_settings(**later)
    tuned = [each for each in ("eta", "learning_rate") if each in plan.ranges]
    assert tuned == ([] if name is None else [name])
    if name:
        assert plan.ranges[name].value.high == high
    for point in plan["initial_trials"]:
        assert set(point) <= set(plan.ranges)


def test_a_later_layer_gives_a_range_under_another_name(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("ranges:\n  eta: 0.01..0.2\n  num_leaves: 4..9\n")
    plan = autotune(LGBMRegressor(), overrides=file, ranges=RATE)
    assert "eta" not in plan.ranges and plan.ranges["learning_rate"].value.high == 0.1
    assert plan.ranges["num_leaves"].value.high == 9
    given = collect({}, file, ["ranges.shrinkage_rate=0.02..0.3"])
    assert given.ranges["shrinkage_rate"].layer > given.ranges["eta"].layer
