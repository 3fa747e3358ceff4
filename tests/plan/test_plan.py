"""Plans: complete without data, sharper with it.

Every setting has its source and reason, and files come back equal.
"""

import json

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, make_classification
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    BaggingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier, XGBRegressor

from autotune import AutotuneError, Choice, Float, Hint, Int, Plan, autotune
from autotune.errors import DataError, SettingError
from autotune.serialization import documents

X, Y = make_classification(569, 30, weights=[0.37], random_state=0)
BOOKKEEPING = {
    "n_jobs",
    "random_state",
    "verbose",
    "warm_start",
    "verbosity",
    "objective",
    "max_iter",
    "device",
    "callbacks",
}


def test_a_plan_without_data_is_complete():
    plan = autotune(RandomForestClassifier())
    assert plan.ranges and plan["max_trials"] > 1 and plan["max_runtime"] == 48 * 3600
    assert all(s.source and s.reason for s in [*plan.ranges.values(), *plan.settings.values()])


def test_data_sharpens_metric_folds_and_ranges_and_stands_in_the_record():
    plan = autotune(HistGradientBoostingClassifier(), X, Y)
    assert (
        plan["metric"] == "roc_auc" and plan.facts["rows"] == 569 and plan.facts["task"] == "binary"
    )


def test_facts_by_hand_stand_for_data():
    plan = autotune("xgboost.XGBClassifier", facts={"rows": 2_000_000, "columns": 40, "classes": 2})
    assert plan["metric"] == "roc_auc" and plan.facts["task"] == "binary"


@pytest.mark.parametrize(
    "estimator",
    [
        RandomForestClassifier(),
        XGBClassifier(),
        SVC(),
        LogisticRegression(),
        DecisionTreeClassifier(),
    ],
)
def test_bookkeeping_is_never_tuned_unless_named(estimator):
    assert not BOOKKEEPING & set(autotune(estimator, effort="all").ranges)


def test_bookkeeping_is_tuned_where_it_is_named():
    assert autotune(RandomForestClassifier(), ranges={"random_state": [1, 2]}).ranges[
        "random_state"
    ].value == Choice([1, 2])


def test_the_users_own_configuration_is_trial_0_and_inside_its_ranges():
    plan = autotune(XGBClassifier(max_depth=40, learning_rate=0.9))
    first = plan["initial_trials"][0]
    assert first["max_depth"] == 40 and first["learning_rate"] == 0.9
    assert not plan.space.outside(first)


def test_static_values_decide_conditions():
    plan = autotune(XGBClassifier(booster="gblinear"), effort="all", keep_static=["booster"])
    assert "max_depth" not in plan.ranges and "gblinear" in plan.left_out["max_depth"]


def test_a_static_objective_decides_the_metric():
    assert (
        autotune(XGBRegressor(objective="reg:absoluteerror"))["metric"] == "neg_mean_absolute_error"
    )
    assert (
        autotune(XGBRegressor(objective="reg:squarederror"))["metric"]
        == "neg_root_mean_squared_error"
    )


def test_a_given_range_wins_and_another_name_is_added():
    plan = autotune(
        RandomForestClassifier(),
        ranges={"max_features": (0.2, 0.4), "min_impurity_decrease": Float(0, 0.1)},
    )
    assert (
        plan.ranges["max_features"].value == Float(0.2, 0.4, log=True)
        and plan.ranges["max_features"].source == "you"
    )
    assert "min_samples_leaf" in plan.ranges and "min_impurity_decrease" in plan.ranges


def test_keep_static_and_a_bare_value_pin():
    plan = autotune(SVC(C=7.0), keep_static=["C"], ranges={"gamma": 0.5})
    assert "C" not in plan.ranges and plan.static["C"] == 7.0
    assert plan.ranges["gamma"].value.value == 0.5


def test_tune_limits_to_the_names_given():
    assert set(autotune(XGBClassifier(), tune=["max_depth", "gamma"]).ranges) == {
        "max_depth",
        "gamma",
    }


def test_a_hint_becomes_a_range_around_it():
    value = autotune(XGBClassifier(), ranges={"max_depth": Hint(4)}).ranges["max_depth"].value
    assert (value.low, value.high) == (2, 8)


def test_effort_levels_nest():
    tuned = [
        set(autotune(XGBClassifier(), effort=e).ranges) for e in ("essential", "useful", "all")
    ]
    assert tuned[0] < tuned[1] < tuned[2]


def test_native_names_are_tuned_under_the_name_the_user_used():
    plan = autotune(XGBClassifier(eta=0.2))
    assert (
        "eta" in plan.ranges
        and "learning_rate" not in plan.ranges
        and plan["initial_trials"][0]["eta"] == 0.2
    )


def test_pipelines_and_nested_estimators_are_walked():
    numeric = make_pipeline(StandardScaler(), PCA())
    model = Pipeline(
        [("columns", ColumnTransformer([("num", numeric, [0, 1, 2])])), ("svc", SVC())]
    )
    names = set(autotune(model).ranges)
    assert {"svc__C", "svc__gamma"} <= names and any(
        n.startswith("columns__num__pca__") for n in names
    )
    assert any(
        n.startswith("estimator__")
        for n in autotune(BaggingClassifier(DecisionTreeClassifier()), effort="all").ranges
    )


def test_an_entry_s_name_and_a_function_give_plans():
    def train(lr=0.01, batch_size=32, epochs=10, seed=0):
        return lr

    assert set(autotune(train).ranges) == {"lr", "batch_size"}
    assert autotune("random-forest", X, Y).estimator.endswith("RandomForestClassifier")


def test_a_class_is_accepted_for_an_instance():
    assert autotune(RandomForestClassifier) == autotune(RandomForestClassifier())


def test_nothing_to_tune_gives_one_trial():
    plan = autotune(GaussianNB(), tune=[])
    assert plan["max_trials"] == 1 and not plan.ranges


@pytest.mark.parametrize("suffix", ["yaml", "json"])
@pytest.mark.parametrize(
    "make",
    [
        lambda: autotune(RandomForestClassifier(max_depth=50), X, Y),
        lambda: autotune(
            make_pipeline(StandardScaler(), SVC(C=3)),
            ranges={"svc__class_weight": Choice([None, "balanced", {0: 1, 1: 2}])},
        ),
        lambda: autotune(XGBClassifier(), strategy="grid", max_trials=30, tune=["max_depth"]),
        lambda: autotune("lightgbm.LGBMRegressor", completion={"target": 0.9}),
    ],
)
def test_a_plan_comes_back_equal_from_its_file(make, suffix, tmp_path):
    plan, path = make(), tmp_path / f"plan.{suffix}"
    plan.save(path)
    again = Plan.load(path)
    assert again == plan and plan.diff(again) == {} and str(again) == str(plan)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (("settings", "max_trials", "value"), "x", "'max_trials' must be a whole number"),
        (
            ("settings", "threads_per_trial", "value"),
            '1"; import os',
            "'threads_per_trial' must be a whole number",
        ),
        (("settings", "early_stopping", "value"), "medain", "Did you mean 'median'"),
        (("settings", "initial_trials", "value"), 3, "'initial_trials' must be a list"),
        (("recipe", "params"), {"zzz": 3}, "unexpected keyword argument 'zzz'"),
        (
            ("recipe",),
            {"estimator": "nosuch.Thing", "params": {}},
            "must be a name that can be imported",
        ),
    ],
)
def test_a_plan_file_edited_wrongly_is_refused_in_one_line(place, value, words, tmp_path):
    data = autotune(SVC()).describe()
    part = data
    for name in place[:-1]:
        part = part[name]
    part[place[-1]] = value
    documents.write(tmp_path / "plan.yaml", data)
    with pytest.raises(AutotuneError, match=words) as told:
        Plan.load(tmp_path / "plan.yaml")
    assert "plan.yaml" in str(told.value) and "\n" not in str(told.value)


def test_first_trials_edited_out_of_their_ranges_are_refused_not_moved(tmp_path):
    data = autotune(SVC()).describe()
    data["settings"]["initial_trials"]["value"] = [{"C": -3.0}]
    documents.write(tmp_path / "plan.yaml", data)
    with pytest.raises(AutotuneError, match=r"initial_trials lie outside the ranges \(C=-3.0\)"):
        Plan.load(tmp_path / "plan.yaml").compile("optuna")


def test_a_plan_file_calls_nothing_but_estimators(tmp_path):
    data = autotune(SVC()).describe() | {
        "recipe": {"estimator": "os.mkdir", "params": {"path": str(tmp_path / "made")}}
    }
    documents.write(tmp_path / "plan.yaml", data)
    with pytest.raises(AutotuneError, match=r"'os.mkdir' must be an estimator's class"):
        Plan.load(tmp_path / "plan.yaml")
    assert not (tmp_path / "made").exists()


def test_the_published_schema_accepts_every_plan():
    import jsonschema

    for estimator in (
        RandomForestClassifier(),
        XGBClassifier(),
        make_pipeline(StandardScaler(), SVC()),
    ):
        data = json.loads(json.dumps(autotune(estimator, X, Y).describe(), allow_nan=False))
        jsonschema.validate(data, Plan.schema())


def test_diff_names_what_changed():
    plan = autotune(SVC())
    assert autotune(SVC(), max_trials=3).diff(plan)["max_trials"] == (3, plan["max_trials"])


def test_explain_tells_range_source_reason_and_why_not():
    plan = autotune(RandomForestClassifier())
    assert "random-forest.yaml:" in plan.explain("max_features") and "not tuned" in plan.explain(
        "n_jobs" if "n_jobs" in plan.left_out else "criterion"
    )
    with pytest.raises(SettingError, match="Did you mean 'max_features'"):
        plan.explain("max_feature")


def test_planning_leaves_the_estimator_as_it_was():
    model = make_pipeline(StandardScaler(), SVC())
    before = model.get_params()
    autotune(model, X, Y, effort="all")
    assert model.get_params() == before


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"max_trails": 3}, "Did you mean 'max_trials'"),
        ({"strategy": "bayes"}, "Write strategy='bayesian'"),
        ({"ranges": {"max_deph": (1, 3)}}, "Did you mean 'max_depth'"),
        ({"ranges": {"max_depth": "3-9"}}, "For a range, write 3..9."),
        ({"ranges": {"max_features": "0.1 to 1"}}, "For a range, write 0.1..1."),
        ({"min_samples_leaf": "1:20"}, "For a range, write 1..20."),
        ({"ranges": {"max_depth": (10, 3)}}, "low <= high must hold"),
        ({"ranges": {"max_features": Float(0, 1, log=False)}}, "must be"),
        ({"ranges": {"max_depth": []}}, "at least one value"),
        ({"ranges": {"criterion": ["gini", "ginny"]}}, "'gini'"),
        ({"max_trials": 0}, "must be a whole number"),
        ({"max_trials": "many"}, "must be a whole number"),
        ({"max_trials": 10**400}, "must be a whole number"),
        ({"ranges": {"max_depth": (1, 10**400)}}, "must be a finite number"),
        ({"metric": "acuracy"}, "Did you mean 'accuracy'"),
        ({"metric": "neg_mean_poisson_devianc"}, "Did you mean"),
        ({"keep_static": ["max_depth", "max_depth"]}, "name each hyperparameter once"),
        ({"keep_static": ["max_deph"]}, "Did you mean 'max_depth'"),
        ({"keep_static": ["max_depth"], "ranges": {"max_depth": (1, 3)}}, "got both"),
        ({"effort": "high"}, "must be one of essential, useful, all"),
        ({"max_depth": -3}, "max_depth must be"),
        ({"completion": {"targt": 1}}, "Did you mean 'target'"),
        ({"initial_trials": [{"max_features": 7.0}]}, "must lie in"),
        ({"max_parallel": 5, "max_trials": 2}, "max_parallel <= max_trials"),
        ({"trial_timeout": 10, "max_runtime": 5}, "trial_timeout <= max_runtime"),
        ({"strategy": "grid", "ranges": {"max_features": Float(0.1, 1)}}, "finite ranges"),
        ({"facts": {"rows": -1}}, "rows must be a whole number"),
        ({"facts": {"row": 1}}, "Did you mean 'rows'"),
        ({"ranges": 3}, "ranges must be a mapping"),
        ({"early_stopping": "medain"}, "Did you mean 'median'"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(settings, words):
    with pytest.raises(AutotuneError) as caught:
        autotune(RandomForestClassifier(), **settings)
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_a_range_whose_condition_static_values_exclude_is_refused():
    with pytest.raises(SettingError, match="booster is 'gblinear'"):
        autotune(XGBClassifier(booster="gblinear"), ranges={"max_depth": (1, 3)})


@pytest.mark.parametrize(
    ("X", "y", "words"),
    [
        (X, Y[:-1], "same length"),
        (X[:0], Y[:0], "at least one row"),
        (X, np.zeros(len(Y)), "at least two classes"),
        (X, np.where(Y, np.nan, 1.0), "no missing values"),
        (X, None, "y must be given"),
        (X, np.linspace(0, 1, len(Y)), "class labels"),
        (X, np.arange(len(Y)), "several rows of a class"),
        ("text", Y, "array or a data frame"),
        ({"a": [1, 2], "b": [3, 4]}, [0, 1], "make one: pandas.DataFrame"),
        ([[1], [1, 2]], [0, 1], "rows of one length"),
        (3, Y, "at least one row"),
        ([[1.0]], [1], "at least two rows, got 1"),
    ],
)
def test_data_that_cannot_be_tuned_on_is_refused(X, y, words):
    with pytest.raises(DataError, match=words):
        autotune(RandomForestClassifier(), X, y)


def test_a_text_target_is_refused_for_a_regressor_and_fine_for_a_classifier():
    text = np.where(Y, "yes", "no")
    with pytest.raises(DataError, match="must be numbers for a regressor"):
        autotune(RandomForestRegressor(), X, text)
    assert autotune(RandomForestClassifier(), X, text).facts["classes"] == 2


@pytest.mark.parametrize(
    "thing",
    [3, None, "nosuch", "sklearn.ensemble.Nosuch", object(), [[SVC()]], {"a": 1}, lambda x: x],
)
def test_what_is_no_estimator_is_refused(thing):
    with pytest.raises(AutotuneError):
        autotune(thing)


def test_a_metric_that_does_not_fit_is_refused():
    with pytest.raises(SettingError, match="must fit regression"):
        autotune(RandomForestRegressor(), *load_diabetes(return_X_y=True), metric="accuracy")
    with pytest.raises(SettingError, match="which SVC lacks"):
        autotune(SVC(), X, Y, metric="neg_log_loss")


def test_an_overrides_file_is_the_same_as_keywords_and_names_its_line(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("max_trials: 7\nranges:\n  max_depth: 3..10\n  max_features: [sqrt, log2]\n")
    plan = autotune(RandomForestClassifier(), overrides=path)
    assert plan["max_trials"] == 7 and plan.ranges["max_depth"].value == Int(3, 10)
    assert plan.ranges["max_features"].source == f"you ({path}:4)"
    path.write_text("max_trials: 7\nranges:\n  max_depth: 10..3\n")
    with pytest.raises(SettingError, match=r"mine.yaml:3"):
        autotune(RandomForestClassifier(), overrides=path)


def test_a_count_beside_a_range_of_shares_stays_a_value_of_its_own():
    plan = autotune(RandomForestClassifier(max_features=3))
    assert plan.ranges["max_features"].value == Float(0.1, 1.0, log=True, also=("sqrt", 3))
    assert plan["initial_trials"][0]["max_features"] == 3


def test_a_static_value_keeps_the_parent_it_is_used_with():
    plan = autotune(RandomForestClassifier(max_samples=0.5))
    assert "bootstrap" not in plan.ranges and "you set max_samples" in plan.left_out["bootstrap"]


@pytest.mark.parametrize(
    ("name", "dotted"),
    [
        ("SVC", "sklearn.svm.SVC"),
        ("randomforestclassifier", "sklearn.ensemble.RandomForestClassifier"),
        ("XGBRegressor", "xgboost.XGBRegressor"),
    ],
)
def test_the_name_of_a_class_alone_is_refused_with_its_dotted_name(name, dotted):
    with pytest.raises(SettingError, match=f"Did you mean '{dotted}'"):
        autotune(name)
