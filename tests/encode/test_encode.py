"""encode="auto": a table of words, dates and gaps becomes what each estimator takes."""

import numpy as np
import pandas as pd
import pytest
from catboost import CatBoostClassifier, CatBoostRegressor
from lightgbm import LGBMClassifier
from sklearn.cluster import DBSCAN, Birch, KMeans
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from xgboost import XGBClassifier, XGBRegressor, XGBRFClassifier

from autotune import Plan, autotune
from autotune.errors import DataError, SettingError
from autotune.objective.factory import make_objective
from tests.encode.tables import NEW_ROWS, visits

pytestmark = [
    pytest.mark.filterwarnings("ignore:'n_jobs' has no effect:FutureWarning"),
    pytest.mark.filterwarnings("ignore:Found unknown categories:UserWarning"),
]
X, CAME = visits()
COST = X["cost"].fillna(0)
SMALL = {"max_parallel": 1, "cv": 2, "max_trials": 2}
CLASSIFIERS = [
    XGBClassifier(n_estimators=3),
    LGBMClassifier(n_estimators=3, verbose=-1),
    CatBoostClassifier(iterations=3),
    HistGradientBoostingClassifier(max_iter=3),
    RandomForestClassifier(3),
    LogisticRegression(),
    SVC(),
    KNeighborsClassifier(),
    make_pipeline(StandardScaler(), LogisticRegression()),
]
REGRESSORS = [
    XGBRegressor(n_estimators=3),
    CatBoostRegressor(iterations=3),
    ExtraTreesRegressor(3),
    Ridge(),
    KNeighborsRegressor(),
]


def by_name(estimator):
    return type(estimator).__name__


def evaluated(plan, y):
    """Evaluate the user's own configuration, and return the pipeline that the trial fits."""
    evaluate = make_objective(plan, {"X": X, "y": y}, None)
    score = evaluate({}, lambda *_: None, 0)[plan.metric_name]
    assert np.isfinite(score)
    return evaluate.prepare({}, 0)


@pytest.mark.parametrize("estimator", CLASSIFIERS, ids=by_name)
def test_a_classifier_takes_the_table_and_predicts_the_users_labels(estimator):
    pipeline = evaluated(autotune(estimator, X, CAME, encode="auto", **SMALL), CAME)
    assert set(pipeline.fit(X, CAME).predict(NEW_ROWS)) <= {"yes", "no"}


@pytest.mark.parametrize("estimator", REGRESSORS, ids=by_name)
def test_a_regressor_takes_the_table(estimator):
    plan = autotune(estimator, X.drop(columns="cost"), COST, encode="auto", **SMALL)
    assert np.isfinite(evaluated(plan, COST).fit(X, COST).predict(NEW_ROWS)).all()


@pytest.mark.parametrize("estimator", [KMeans(3), DBSCAN(5.0), Birch()], ids=by_name)
def test_clusters_of_a_table_are_judged_as_it_is_encoded(estimator):
    plan = autotune(estimator, X, encode="auto", max_trials=2, max_parallel=1)
    scores = make_objective(plan, {"X": X}, None)({}, lambda *_: None, 0)
    assert np.isfinite(scores[plan.metric_name])


def test_the_plan_tells_what_each_column_became():
    plan = autotune(LogisticRegression(), X, CAME, encode="auto")
    reason = plan.settings["encode"].changes
    assert plan["encode"] == "auto"
    for words in ("7 columns", "numbers 3: gaps filled in, scaled", "categories 1: one-hot"):
        assert words in reason
    assert "dates 1: " in reason and "text 1: " in reason and "empty 1: left out" in reason
    assert "Columns" in plan.details() and "age, cost, insured" in plan.details()
    assert "numbers 3: gaps filled in, scaled" in " ".join(str(plan).split())
    assert plan.facts["kinds"] == {
        "numbers": ["age", "cost", "insured"],
        "categories": ["ward"],
        "dates": ["admitted"],
        "text": ["note"],
        "empty": ["fax"],
    }


@pytest.mark.parametrize(
    ("estimator", "params", "steps"),
    [
        (LGBMClassifier(), {}, 2),
        (HistGradientBoostingClassifier(), {"categorical_features": "from_dtype"}, 1),
        (CatBoostClassifier(), {"cat_features": ("ward",)}, 2),
        (RandomForestClassifier(), {}, 1),
        (SVC(), {}, 3),
    ],
    ids=lambda value: by_name(value) if hasattr(value, "fit") else None,
)
def test_an_estimator_gets_its_own_form(estimator, params, steps):
    encoder = autotune(estimator, X, CAME, encode="auto").trial_setup.encoders[""]
    assert encoder.params == params and len(encoder.steps) == steps


def test_categories_are_given_as_such_only_where_every_trial_takes_them():
    given = {"encode": "auto", "effort": "essential"}
    encoders = [
        autotune(XGBRegressor(**params), X, COST, **given, **more).trial_setup.encoders[""]
        for params, more in [
            ({}, {}),
            ({"booster": "gblinear"}, {}),
            ({"tree_method": "exact"}, {}),
            ({"enable_categorical": False}, {"ranges": {"booster": ["gbtree", "gblinear"]}}),
        ]
    ]
    assert [encoder.params for encoder in encoders] == [{"enable_categorical": True}, {}, {}, {}]


def test_categories_that_the_user_named_stay():
    plan = autotune(CatBoostClassifier(cat_features=("ward", "insured")), X, CAME, encode="auto")
    assert plan.trial_setup.encoders[""].params == {"cat_features": ("ward", "insured")}


@pytest.mark.parametrize(
    "estimator",
    [LGBMClassifier(n_estimators=2, verbose=-1), XGBRegressor(n_estimators=2)],
    ids=by_name,
)
def test_names_of_columns_with_marks_are_taken(estimator):
    odd = X.rename(columns={"ward": 'ward "A" [east]: yes, no', "cost": "cost {€} <100"})
    y = CAME if isinstance(estimator, LGBMClassifier) else X["cost"].fillna(0)
    plan = autotune(estimator, odd, y, encode="auto", **SMALL)
    evaluate = make_objective(plan, {"X": odd, "y": y}, None)
    assert np.isfinite(evaluate({}, lambda *_: None, 0)[plan.metric_name])


def test_categories_that_are_named_by_number_are_refused():
    with pytest.raises(SettingError, match="cat_features must be names of columns"):
        autotune(CatBoostClassifier(cat_features=(2,)), X, CAME, encode="auto")


def test_each_of_several_algorithms_gets_its_own():
    plan = autotune([SVC(), RandomForestClassifier(3)], X, CAME, encode="auto", **SMALL)
    assert set(plan.trial_setup.encoders) == {"svc__", "randomforestclassifier__"}
    evaluate = make_objective(plan, {"X": X, "y": CAME}, None)
    steps = {
        key: len(evaluate.prepare({"algorithm": key}, 0).steps)
        for key in ("svc", "randomforestclassifier")
    }
    assert steps == {"svc": 4, "randomforestclassifier": 2}


def test_a_saved_plan_encodes_alike(tmp_path):
    plan = autotune(CatBoostClassifier(iterations=3), X, CAME, encode="auto", **SMALL)
    plan.save(tmp_path / "plan.yaml")
    loaded = Plan.load(tmp_path / "plan.yaml")
    assert loaded == plan
    first, second = (
        evaluated(p, CAME).fit(X, CAME).predict_proba(NEW_ROWS) for p in (plan, loaded)
    )
    assert (first == second).all()


def test_without_encode_nothing_changes_and_errors_name_it():
    numbers = X[["cost", "insured"]]
    assert "encode" not in autotune(SVC(), numbers, CAME).settings
    with pytest.raises(DataError, match="encode='auto'"):
        autotune(SVC(), X[["age"]], CAME)


@pytest.mark.parametrize(
    ("estimator", "data"),
    [
        (make_pipeline(make_column_transformer((OneHotEncoder(), ["ward"])), SVC()), X),
        (make_pipeline(TfidfVectorizer(), SVC()), X["note"]),
        (lambda x=1: x, None),
    ],
    ids=["columns by name", "texts", "a function"],
)
def test_what_reads_its_data_itself_is_left_alone(estimator, data):
    y = None if data is None else CAME
    with pytest.raises(SettingError, match="encode='auto' must go with an estimator that takes"):
        autotune(estimator, data, y, encode="auto")


def test_where_skrub_is_missing_the_way_out_is_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SettingError, match=r"needs skrub.*pip install 'autotune-hpo\[tables\]'"):
        autotune(SVC(), X, CAME, encode="auto")


def test_early_stopping_watches_encoded_rows():
    estimator = CatBoostClassifier(iterations=20, early_stopping_rounds=3)
    evaluated(autotune(estimator, X, CAME, encode="auto", **SMALL), CAME)


@pytest.mark.parametrize(
    "estimator",
    [
        XGBClassifier(n_estimators=3),
        XGBRFClassifier(n_estimators=3),
        LGBMClassifier(n_estimators=3, min_child_samples=1, verbose=-1),
        HistGradientBoostingClassifier(max_iter=3, min_samples_leaf=1),
    ],
    ids=by_name,
)
def test_a_category_that_a_fold_was_not_fitted_on_is_missing(estimator):
    table = pd.DataFrame({"ward": np.resize(["eye", "heart", "surgery"], 30), "age": range(30)})
    came = np.resize(["yes", "no", "no"], 30)
    pipeline = make_objective(
        autotune(estimator, table, came, encode="auto", **SMALL), {"X": table, "y": came}, None
    ).prepare({}, 0)
    seen = pipeline.fit(table, came)
    new, gone = (table.assign(ward=ward) for ward in (["attic"] * 30, [None] * 30))
    assert (seen.predict_proba(new) == seen.predict_proba(gone)).all()
    assert set(seen.predict(table[table.ward == "eye"])) == {"yes"}
