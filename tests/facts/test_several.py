"""Several algorithms in one job: one space with a choice among them.

Each one's own configuration comes first, and one is best of all.
"""

import json

import optuna
import pytest
from catboost import CatBoostClassifier
from lightgbm import LGBMRegressor
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris, make_classification
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multiclass import OutputCodeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from autotune import Job, Plan, autotune
from autotune.cli import main
from autotune.errors import AutotuneError, DataError, SettingError
from autotune.facts import read_subject
from autotune.objective.factory import make_objective
from autotune.record.best import Best
from tests.jobs import ended

X, Y = load_iris(return_X_y=True)
BINARY = make_classification(569, 30, weights=[0.37], random_state=0)
KEYS = ("randomforestclassifier", "xgbclassifier", "pipeline")
QUICK = {"max_trials": 6, "max_parallel": 1, "cv": 2}


def three():
    """Return a forest, a booster and a pipeline, the first two with settings of the user's."""
    boosted = XGBClassifier(max_depth=3, n_estimators=10)
    return [
        RandomForestClassifier(n_estimators=10),
        boosted,
        make_pipeline(StandardScaler(), SVC()),
    ]


def train(a=1):
    """Return a number."""
    return a


def test_each_hyperparameter_is_used_with_its_algorithm_only():
    plan = autotune(three())
    assert plan.ranges["algorithm"].value.choices == KEYS
    for name, chosen in plan.ranges.items():
        assert name == "algorithm" or chosen.when["algorithm"] == (name.partition("__")[0],)
    assert "pipeline__svc__C" in plan.ranges and "algorithm is pipeline" in plan.explain(
        "pipeline__svc__C"
    )


def test_conditions_within_an_algorithm_are_kept():
    when = autotune(three()).ranges["randomforestclassifier__max_samples"].when
    assert when == {
        "algorithm": ("randomforestclassifier",),
        "randomforestclassifier__bootstrap": (True,),
    }


def test_names_that_repeat_are_numbered_as_make_pipeline_does():
    plan = autotune([SVC(), GaussianNB(), SVC(kernel="linear")])
    assert plan.ranges["algorithm"].value.choices == ("svc-1", "gaussiannb", "svc-2")
    assert "svc-1__gamma" in plan.ranges and "svc-2__gamma" not in plan.ranges


def test_ones_own_configuration_of_each_comes_first_and_the_search_knows_good_ones_of_all():
    plan = autotune(three(), X, Y)
    points = plan["initial_trials"]
    assert [p["algorithm"] for p in points] == list(KEYS)
    assert {k["params"]["algorithm"] for k in plan["portfolio"]} == set(KEYS)


def test_without_a_sampler_that_knows_scores_known_configurations_come_in_turn():
    plan = autotune(three(), X, Y, strategy="random")
    points = plan["initial_trials"]
    assert [p["algorithm"] for p in points[:6]] == [*KEYS, *KEYS]
    assert points[1]["xgbclassifier__max_depth"] == 3 and points[2]["pipeline__svc__C"] == 1.0
    assert all(not plan.space.outside(p) and plan.space.complete(p) == p for p in points)
    assert "trials 0 to 2" in plan.settings["initial_trials"].reason


def test_max_trials_are_what_each_alone_is_worth_together():
    plan = autotune(three(), X, Y)
    assert plan["max_trials"] == sum(autotune(e, X, Y)["max_trials"] for e in three())
    assert (
        plan.settings["max_trials"].source.row == "several"
        and "algorithms=3" in plan.settings["max_trials"].changes
    )


def test_max_trials_are_capped():
    assert autotune([XGBClassifier() for _ in range(10)], X, Y, effort="all")["max_trials"] == 200


@pytest.mark.parametrize(
    ("estimators", "metric"),
    [([SVC(), XGBClassifier()], "roc_auc"), ([SVC(), OutputCodeClassifier(SVC())], "accuracy")],
)
def test_the_metric_suits_all(estimators, metric):
    assert autotune(estimators, *BINARY)["metric"] == metric


def test_a_metric_that_follows_from_static_values_must_follow_from_all():
    mae, plain = LGBMRegressor(objective="mae"), LGBMRegressor()
    assert (
        autotune([mae, clone(mae)])["metric"]
        == autotune(mae)["metric"]
        == "neg_mean_absolute_error"
    )
    assert autotune([mae, plain])["metric"] == "r2"


def test_overrides_go_by_the_prefixed_name():
    ranges = {"xgbclassifier__max_depth": (2, 9), "xgbclassifier__num_parallel_tree": [1, 2]}
    plan = autotune(
        three(), X, Y, ranges=ranges, keep_static=["pipeline__svc__C"], pipeline__svc__tol=0.01
    )
    assert (
        plan.ranges["xgbclassifier__max_depth"].value.high == 9
        and "pipeline__svc__C" not in plan.ranges
    )
    assert plan.ranges["xgbclassifier__num_parallel_tree"].when == {"algorithm": ("xgbclassifier",)}
    assert plan.static["pipeline__svc__tol"] == 0.01


def test_tune_limits_hyperparameters_not_the_choice_of_algorithm():
    assert list(autotune(three(), tune=["pipeline__svc__C"]).ranges) == [
        "algorithm",
        "pipeline__svc__C",
    ]


@pytest.mark.parametrize(
    "settings",
    [
        {"ranges": {"algorithm": "pipeline"}},
        {"ranges": {"algorithm": ["pipeline"]}},
        {"keep_static": ["algorithm"]},
    ],
)
def test_the_algorithm_can_be_fixed(settings):
    plan = autotune([three()[2], *three()[:2]], X, Y, **settings)
    assert {n.partition("__")[0] for n in plan.ranges} - {"algorithm"} == {"pipeline"}
    assert plan["max_trials"] == autotune(three()[2], X, Y)["max_trials"]


def test_a_point_of_ones_own_starts_from_its_algorithms_configuration():
    points = autotune(three(), initial_trials=[{"pipeline__svc__C": 7.0}])["initial_trials"]
    assert points[3] == {
        "algorithm": "pipeline",
        "pipeline__svc__C": 7.0,
        "pipeline__svc__gamma": "scale",
    }


def test_a_list_of_one_is_planned_as_that_one():
    alone, listed = autotune(SVC(), X, Y), autotune([SVC()], X, Y)
    assert listed["max_trials"] == alone["max_trials"] and listed["metric"] == alone["metric"]
    assert [p["svc__C"] for p in listed["initial_trials"]] == [
        p["C"] for p in alone["initial_trials"]
    ]


@pytest.mark.parametrize("file", ["plan.yaml", "plan.json"])
def test_plans_are_files(file, tmp_path):
    plan = autotune(three(), X, Y)
    plan.save(tmp_path / file)
    again = Plan.load(tmp_path / file)
    assert again == plan and not plan.diff(again)
    assert [type(e) for e in again.target.estimators.values()] == [
        RandomForestClassifier,
        XGBClassifier,
        Pipeline,
    ]


def test_what_is_printed_names_the_condition():
    assert "If algorithm is xgbclassifier" in " ".join(str(autotune(three())).split())


@pytest.mark.parametrize(
    ("estimators", "settings", "words"),
    [
        ([], {}, "1 to 10 estimators, got 0"),
        ([SVC()] * 11, {}, "1 to 10 estimators, got 11"),
        ([SVC(), Ridge()], {}, "SVC (classification), Ridge (regression)"),
        ([KMeans(), KMeans()], {}, "classifiers only or regressors only"),
        ([SVC(), train], {}, "got the function"),
        ([SVC(), [GaussianNB()]], {}, "must have get_params"),
        (["sklearn.svm.SVC", "sklearn.svm.SVR"], {}, "classifiers only or regressors only"),
        (
            [SVC(), GaussianNB()],
            {"ranges": {"algorithm": ["svc", "xgb"]}},
            "one of svc, gaussiannb",
        ),
        ([SVC(), GaussianNB()], {"ranges": {"C": (1, 2)}}, "Say which: svc__C"),
        (
            [XGBClassifier(), SVC()],
            {"ranges": {"svc__Cc": (1, 2)}},
            "'svc__Cc' must be a hyperparameter",
        ),
        ([SVC(), GaussianNB()], {"svc__c": 1}, "'svc__C'"),
        ([SVC(), GaussianNB()], {"metric": "neg_log_loss"}, "predict_proba, which SVC lacks"),
        (
            [SVC(), GaussianNB()],
            {"initial_trials": [{"algorithm": "gaussiannb", "svc__C": 1.0}]},
            "of one algorithm",
        ),
        (
            [XGBClassifier(), SVC()],
            {"strategy": "hyperband"},
            "got a list of estimators, which are fitted at once",
        ),
        (
            [XGBClassifier(), SVC()],
            {"fidelity": "xgbclassifier__n_estimators"},
            "fidelity must go with one estimator",
        ),
        (
            [SVC(), GaussianNB()],
            {"ranges": {"svc__C": (-1, 1)}},
            "svc__C must be a float in the range (0.0, inf]",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(estimators, settings, words):
    with pytest.raises(SettingError) as refused:
        autotune(estimators, **settings)
    assert words in str(refused.value) and "\n" not in str(refused.value)


def test_missing_values_are_refused_where_one_of_them_takes_none():
    data = X.copy()
    data[0, 0] = float("nan")
    with pytest.raises(DataError, match="for SVC"):
        autotune([XGBClassifier(), SVC()], data, Y)


def test_a_job_finds_the_best_of_all_and_fits_that_estimator_itself():
    job = autotune(three(), X, Y, **QUICK).run(X, Y, name="several")
    assert job.best_params["algorithm"] in KEYS and job.best_score >= job.own_score()
    assert job.own_score() == max(t.value for t in job.all_trials()[:3])
    model = job.best_estimator
    assert (
        type(model) is type(three()[KEYS.index(job.best_params["algorithm"])])
        and model.predict(X).shape == Y.shape
    )
    assert type(job.best.apply(three())) is type(model) and (
        "better than" in str(job) or "none: your own" in str(job)
    )
    assert Job.load("several").best_params == job.best_params and json.dumps(job.describe())


def test_another_list_than_the_jobs_is_refused():
    best = Best(0, 0.5, {"algorithm": "gaussiannb", "gaussiannb__var_smoothing": 0.1})
    assert best.apply([SVC(), GaussianNB]).var_smoothing == 0.1
    with pytest.raises(AutotuneError, match="algorithm must be one of svc, got 'gaussiannb'"):
        best.apply([SVC()])


def test_ones_own_evaluation_gets_the_algorithm():
    plan = autotune(
        ["sklearn.svm.SVC", XGBClassifier, "random-forest"],
        facts={"rows": 900, "columns": 5, "classes": 2},
        **QUICK,
    )
    worth = {"svc": 1, "xgbclassifier": 3, "randomforestclassifier": 2}
    job = plan.run(objective=lambda params: {plan["metric"]: worth[params["algorithm"]]})
    assert job.best_params["algorithm"] == "xgbclassifier" and job.best_score == 3


def test_regressors_are_tuned_with_weights_in_a_pipeline_too():
    y = X[:, 0]
    several = [RandomForestRegressor(n_estimators=5), make_pipeline(StandardScaler(), Ridge())]
    job = autotune(several, X[:, 1:], y, **QUICK).run(X[:, 1:], y, sample_weight=1.0 + Y)
    assert {t.status for t in job.all_trials()} == {"finished"} and job.best_estimator.predict(
        X[:1, 1:]
    ).shape == (1,)


def test_a_job_that_was_stopped_goes_on():
    plan = autotune(
        [DecisionTreeClassifier(), GaussianNB()],
        X,
        Y,
        max_trials=5,
        max_parallel=1,
        max_failures={"in_a_row": 1},
    )
    failing = [True]

    def objective(params):
        if failing and params["algorithm"] == "gaussiannb":
            raise ValueError("not yet")
        return {plan["metric"]: 0.5}

    job = ended(plan.run, objective=objective, name="goes-on")
    assert job.status == "failed"
    failing.clear()
    assert Job.load("goes-on").resume(objective=objective).status == "completed"


def test_threads_seeds_and_early_stopping_are_each_ones_own():
    booster = XGBClassifier(n_estimators=5, early_stopping_rounds=2)
    plan = autotune(
        [CatBoostClassifier(iterations=5), booster, RandomForestClassifier(n_estimators=5)],
        X,
        Y,
        **QUICK,
    )
    objective = make_objective(plan, {"X": X, "y": Y}, None)
    cat, boosted, forest = (objective.prepare(p, seed=7) for p in plan["initial_trials"][:3])
    assert (
        cat.get_params()["thread_count"] == plan["threads_per_trial"]
        and cat.get_params()["allow_writing_files"] is False
    )
    assert (
        type(boosted).__name__ == "HeldOut"
        and boosted.estimator.n_jobs == plan["threads_per_trial"]
    )
    assert forest.random_state == 7 and forest.n_jobs == plan["threads_per_trial"]
    assert all(objective(p, None, 7) for p in plan["initial_trials"][:3])


def test_what_is_given_is_never_changed():
    given = three()
    plan = autotune(given, X, Y, xgbclassifier__max_depth=9, **QUICK)
    make_objective(plan, {"X": X, "y": Y}, None)(plan["initial_trials"][1], None, 7)
    assert (
        given[1].max_depth == 3
        and given[1].random_state is None
        and not hasattr(given[1], "n_classes_")
    )


def test_the_compiled_plan_has_the_conditions():
    plan = autotune(three(), X, Y)
    native = plan.compile("optuna").native
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(20):
        params = native.define(study.ask())
        assert {n.partition("__")[0] for n in params} <= {"algorithm", params["algorithm"]}
        assert plan.space.complete(params) == params
    assert (
        autotune(three(), X, Y, sampler="tpe").compile("optuna").config()["sampler"]["group"]
        is True
    )


def test_a_plan_is_read_as_it_was_given():
    plan = autotune(three())
    assert list(read_subject(plan.target, {}, None).static) == list(
        read_subject(three(), {}, None).static
    )


@pytest.mark.parametrize("as_file", [True, False])
def test_the_command_line_takes_several(as_file, tmp_path, capsys):
    data = load_iris(as_frame=True).frame
    data.to_csv(tmp_path / "iris.csv", index=False)
    what = "sklearn.naive_bayes.GaussianNB,sklearn.tree.DecisionTreeClassifier"
    if as_file:
        (tmp_path / "job.yaml").write_text(f"estimator: [{what}]\n")
    words = [
        str(tmp_path / "job.yaml") if as_file else what,
        "--data",
        str(tmp_path / "iris.csv"),
        "--target",
        "target",
    ]
    run = ["run", *words, "--name", "cli", "--set", "max_trials=4", "--set", "cv=2", "--quiet"]
    shown = {"run": "algorithm", "describe": "GaussianNB", "list": "cli", "best": "algorithm"}
    for command in (run, ["describe", "cli"], ["list"], ["best", "cli"]):
        with pytest.raises(SystemExit) as left:
            main(command)
        assert left.value.code in (0, None) and shown[command[0]] in capsys.readouterr().out


def test_an_estimators_own_hyperparameter_of_that_name_stays_its_own():
    plan = autotune([KNeighborsClassifier(algorithm="brute"), LogisticRegression()], effort="all")
    assert plan.static["kneighborsclassifier__algorithm"] == "brute"
    assert autotune(
        KNeighborsClassifier(algorithm="brute"), ranges={"algorithm": ["auto", "brute"]}
    ).ranges["algorithm"]
