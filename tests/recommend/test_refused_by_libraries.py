"""What a library refuses is refused when planned: single values, and values together."""

import warnings

import numpy as np
import pytest
from catboost import CatBoostClassifier, CatBoostRegressor
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.base import clone, is_regressor
from sklearn.decomposition import NMF, PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import BaggingClassifier, ExtraTreesRegressor, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC, LinearSVR
from xgboost import XGBClassifier, XGBRFRegressor

from autotune import Float, autotune
from autotune.errors import SettingError

X = np.random.default_rng(0).random((40, 4))
Y = (X[:, 0] > 0.5).astype(int)
CAT = {"iterations": 2, "verbose": 0, "allow_writing_files": False}
RF = {"boosting_type": "rf", "n_estimators": 2, "verbose": -1}
LOGISTIC = LogisticRegression


def _line(action, *arguments, **keywords):
    with pytest.raises(SettingError) as caught:
        action(*arguments, **keywords)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("estimator", "name", "bad"),
    [
        (XGBClassifier, "booster", "gbforest"),
        (XGBClassifier, "grow_policy", "leafwise"),
        (XGBRFRegressor, "sampling_method", "weighted"),
        (LGBMClassifier, "boosting_type", "GBDT"),
        (LGBMRegressor, "boosting", "xgb"),
        (LGBMRegressor, "data_sample_strategy", "none"),
        (CatBoostClassifier, "bootstrap_type", "bayesian"),
        (CatBoostRegressor, "grow_policy", "Symmetric"),
        (MLPClassifier, "solver", "adamw"),
        (SVC, "kernel", "gauss"),
    ],
)
def test_a_word_that_the_library_does_not_have_is_refused(estimator, name, bad):
    static = _line(autotune, estimator(**{name: bad}))
    assert static.startswith(f"{name} must be ") and f"got {bad}" in static
    assert f"ranges.{name} must be" in _line(autotune, estimator(), ranges={name: [bad]})


@pytest.mark.parametrize(
    ("estimator", "ranges"),
    [
        (LGBMClassifier(), {"boosting_type": ["gbdt", "gbrt", "dart"]}),
        (XGBClassifier(), {"tree_method": ["hist", "exact"]}),
        (CatBoostClassifier(), {"bootstrap_type": ["MVS", "No"]}),
    ],
)
def test_words_that_the_library_has_are_taken(estimator, ranges):
    assert set(ranges) <= set(autotune(estimator, ranges=ranges).ranges)


def test_an_alias_of_a_value_decides_as_the_value_does():
    plan = autotune(LGBMClassifier(boosting="gbrt"))
    assert set(plan.ranges) == set(autotune(LGBMClassifier()).ranges)
    forest = autotune(LGBMClassifier(boosting="random_forest", bagging_freq=1, subsample=0.5))
    assert "learning_rate" not in forest.ranges


@pytest.mark.parametrize(
    ("estimator", "name", "domain"),
    [
        (LGBMClassifier(), "max_depth", Float(2, 9)),
        (XGBClassifier(), "max_depth", Float(2, 9)),
        (XGBClassifier(), "subsample", Float(0.5, 2)),
        (CatBoostClassifier(), "depth", Float(2, 6)),
        (RandomForestClassifier(), "max_depth", Float(2, 9)),
    ],
)
def test_a_range_of_a_wrong_type_or_size_is_refused(estimator, name, domain):
    assert f"ranges.{name} must be" in _line(autotune, estimator, ranges={name: domain})


REFUSED = [
    LGBMClassifier(**RF),
    LGBMClassifier(**RF, subsample_freq=1),
    LGBMRegressor(**RF, bagging_fraction=0.5),
    LGBMClassifier(boosting_type="goss", subsample_freq=1, subsample=0.8, verbose=-1),
    LGBMClassifier(data_sample_strategy="goss", bagging_freq=2, subsample=0.8, verbose=-1),
    LGBMClassifier(is_unbalance=True, scale_pos_weight=2.0, verbose=-1),
    XGBClassifier(tree_method="exact", colsample_bynode=0.5, n_estimators=2),
    CatBoostClassifier(bootstrap_type="Bayesian", subsample=0.5, **CAT),
    CatBoostClassifier(bootstrap_type="Bernoulli", bagging_temperature=1.0, **CAT),
    CatBoostClassifier(num_leaves=12, grow_policy="Depthwise", **CAT),
    CatBoostClassifier(boosting_type="Ordered", grow_policy="Lossguide", **CAT),
    RandomForestClassifier(bootstrap=False, oob_score=True),
    RandomForestClassifier(bootstrap=False, max_samples=0.5),
    ExtraTreesRegressor(oob_score=True),
    BaggingClassifier(bootstrap=False, oob_score=True),
    BaggingClassifier(warm_start=True, oob_score=True),
    LOGISTIC(l1_ratio=0.5),
    LOGISTIC(l1_ratio=1.0),
    LOGISTIC(solver="liblinear", l1_ratio=0.5),
    LOGISTIC(solver="liblinear", C=np.inf),
    LOGISTIC(dual=True),
    LOGISTIC(solver="liblinear", l1_ratio=1.0, dual=True),
    LinearSVC(penalty="l1", loss="hinge"),
    LinearSVC(penalty="l1", dual=True),
    LinearSVC(loss="hinge", dual=False),
    LinearSVR(dual=False),
    LinearDiscriminantAnalysis(shrinkage=0.3),
    Ridge(positive=True, solver="svd"),
    Ridge(solver="lbfgs"),
    NMF(beta_loss="kullback-leibler"),
    PCA(svd_solver="arpack", n_components=0.5),
    KNeighborsClassifier(algorithm="kd_tree", metric="cosine"),
]
TAKEN = [
    LGBMClassifier(**RF, subsample_freq=1, subsample=0.8),
    LGBMClassifier(**RF, colsample_bytree=0.5),
    LGBMClassifier(boosting_type="goss", subsample=0.8, verbose=-1, n_estimators=2),
    XGBClassifier(tree_method="exact", grow_policy="lossguide", n_estimators=2),
    CatBoostClassifier(bootstrap_type="Bernoulli", subsample=0.5, **CAT),
    CatBoostClassifier(num_leaves=12, grow_policy="Lossguide", **CAT),
    LOGISTIC(solver="liblinear", l1_ratio=1.0),
    LOGISTIC(solver="saga", l1_ratio=0.5),
    LOGISTIC(C=np.inf),
    LinearSVC(multi_class="crammer_singer", penalty="l1", loss="hinge"),
    LinearSVC(penalty="l1", dual="auto"),
    LinearSVR(dual=False, loss="squared_epsilon_insensitive"),
    LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"),
    Ridge(positive=True),
    PCA(n_components="mle", svd_solver="full"),
]


def _name(estimator):
    return " ".join(repr(estimator).split()) if "object at" not in repr(estimator) else "catboost"


def _fit(estimator):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clone(estimator).fit(X, X[:, 1] if is_regressor(estimator) else Y)


@pytest.mark.parametrize("estimator", REFUSED, ids=_name)
def test_values_that_the_library_refuses_together_are_refused_when_planned(estimator):
    with pytest.raises(Exception, match=r".+"):  # each library has its own class of error
        _fit(estimator)
    line = _line(autotune, estimator)
    assert "must not go together" in line and line.endswith("Change one of them.")


@pytest.mark.parametrize("estimator", TAKEN, ids=_name)
def test_values_that_the_library_takes_together_are_planned(estimator):
    _fit(estimator)
    assert autotune(estimator).estimator


def test_a_step_of_a_pipeline_is_named():
    line = _line(autotune, make_pipeline(StandardScaler(), LinearSVC(penalty="l1", dual=True)))
    assert "linearsvc__penalty='l1' and linearsvc__dual=True" in line


@pytest.mark.parametrize(
    ("estimator", "name", "values"),
    [
        (LinearSVC(dual=False), "loss", ["hinge", "squared_hinge"]),
        (RandomForestClassifier(max_samples=0.5), "bootstrap", [True, False]),
        (CatBoostClassifier(subsample=0.5), "bootstrap_type", ["Bayesian", "MVS"]),
        (LGBMClassifier(subsample=0.8, subsample_freq=1), "boosting_type", ["gbdt", "goss"]),
        (XGBClassifier(colsample_bynode=0.5), "tree_method", ["exact", "hist"]),
    ],
)
def test_a_choice_that_a_static_value_rules_out_is_refused(estimator, name, values):
    line = _line(autotune, estimator, ranges={name: values})
    assert line.startswith(f"ranges.{name} must not hold") and "change or tune" in line


def test_an_inferred_choice_that_a_static_value_rules_out_is_not_tuned():
    plan = autotune(LinearSVC(dual=False), effort="all")
    assert "loss" not in plan.ranges and "dual=False" in plan.left_out["loss"]
    assert plan.ranges["penalty"].value.size == 2
    bootstrap = autotune(CatBoostClassifier(subsample=0.5)).ranges["bootstrap_type"].value
    assert "Bayesian" not in bootstrap.choices and "MVS" in bootstrap.choices


def test_ranges_that_the_library_refuses_in_full_are_refused():
    ranges = {"solver": ["lbfgs", "liblinear"], "l1_ratio": Float(0, 1)}
    assert "ranges must hold combinations" in _line(autotune, LOGISTIC(), ranges=ranges)


def test_a_choice_with_bagging_and_without_is_searched_without_what_is_refused():
    plan = autotune(LGBMClassifier(), ranges={"boosting_type": ["gbdt", "rf"]})
    forest = {"boosting_type": "rf", "subsample_freq": 0, "colsample_bytree": 1.0}
    assert not plan.space.allows(forest)
    assert plan.space.allows({**forest, "colsample_bytree": 0.5})
    assert "rf" not in plan.ranges["learning_rate"].when["boosting_type"]


@pytest.mark.parametrize("estimator", [LOGISTIC(C=np.inf), LOGISTIC(penalty=None)], ids=_name)
def test_no_penalty_has_no_strength_to_tune(estimator):
    plan = autotune(estimator, effort="all")
    assert "C" not in plan.ranges and "l1_ratio" not in plan.ranges
    assert plan.left_out["C"]


def test_a_plan_holds_no_rule_that_never_applies():
    for estimator in (RandomForestClassifier(), LGBMClassifier(), CatBoostClassifier(), LOGISTIC()):
        plan = autotune(estimator, effort="all")
        assert not plan.forbidden and not plan.rules
