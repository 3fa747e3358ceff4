"""One seed, one list of trials, with one worker and with many.

The record says where that cannot be.
"""

import random
import time

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier, StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autotune import AutotuneError, Choice, Float, Int, Job, autotune
from autotune.objective.cross_validation import CrossValidation
from autotune.workers.seeds import SAMPLER, trial_seed
from tests.jobs import plan, quick

X, Y = load_iris(return_X_y=True)
MIXED = {"x": Float(0, 4), "k": Int(1, 3, also=[None]), "c": Choice(["a", "b"])}


def uneven(x=1.0, k=3, c="a"):
    """Take a time unrelated to the settings, so that trials end in another order each time."""
    time.sleep(random.SystemRandom().random() * 0.05)
    return -((x - 2) ** 2) - (k or 0) + (c == "b")


def listed(job):
    """Return what must be the same in two runs."""
    return [(t.number, t.status, dict(t.params), t.value) for t in job.all_trials()]


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["bayesian", "random", "sobol"])
@pytest.mark.parametrize("workers", [1, 3])
def test_a_deterministic_job_gives_the_same_trials_run_after_run(strategy, workers):
    made = autotune(
        uneven,
        ranges=MIXED,
        max_trials=24,
        max_parallel=workers,
        strategy=strategy,
        deterministic=True,
        seed=5,
    )
    jobs = [made.run() for _ in range(3)]
    assert listed(jobs[0]) == listed(jobs[1]) == listed(jobs[2])
    assert jobs[0].describe()["repeatable"] == {"value": True, "why": []}


@pytest.mark.slow
@pytest.mark.parametrize("criteria", [{"target": -3.5}, {"no_improvement": 6}])
def test_a_deterministic_job_completes_at_the_same_trial(criteria):
    made = autotune(
        uneven, ranges=MIXED, max_trials=60, max_parallel=3, deterministic=True, completion=criteria
    )
    jobs = [made.run() for _ in range(3)]
    assert listed(jobs[0]) == listed(jobs[1]) == listed(jobs[2]) and len(listed(jobs[0])) < 60


def test_another_seed_gives_other_trials():
    runs = [listed(plan(quick, max_parallel=1, max_trials=5, seed=seed).run()) for seed in (1, 2)]
    assert runs[0] != runs[1]


@pytest.mark.slow
def test_each_trials_seed_reaches_the_estimator_and_the_best_is_fitted_with_it():
    made = autotune(
        RandomForestClassifier(n_estimators=2), X, Y, max_trials=4, max_parallel=1, seed=3
    )
    runs = [made.run(X, Y) for _ in range(2)]
    assert listed(runs[0]) == listed(runs[1])
    best = runs[0].best_estimator
    assert best.random_state == trial_seed(3, runs[0].best.number)
    assert (best.predict_proba(X) == runs[1].best_estimator.predict_proba(X)).all()


@pytest.mark.slow
def test_a_seed_of_the_users_own_stays():
    made = autotune(RandomForestClassifier(n_estimators=2, random_state=77), X, Y, max_trials=1)
    assert made.run(X, Y).best_estimator.random_state == 77


def test_seeds_reach_functions_and_the_generators_they_draw_from():
    def draws(x=0.5, seed=None):
        return {"value": x, "seed": seed, "python": random.random(), "numpy": np.random.rand()}

    runs = [
        autotune(draws, ranges={"x": Float(0, 1)}, max_trials=3, max_parallel=1).run()
        for _ in range(2)
    ]
    metrics = [[t.metrics for t in run.all_trials()] for run in runs]
    assert metrics[0] == metrics[1] and len({m["seed"] for m in metrics[0]}) == 3
    assert metrics[0][1]["seed"] == trial_seed(0, 1)


def test_seeds_differ_by_trial_and_purpose():
    assert len({trial_seed(0, n, p) for n in range(500) for p in ("estimator", SAMPLER)}) == 1000


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"strategy": "bayesian"}, "deterministic=True"),
        ({"strategy": "random"}, None),
        ({"deterministic": True}, None),
        ({"max_runtime": 0.2}, "ended by the clock"),
        ({"trial_timeout": 0.15}, "timed out"),
    ],
)
def test_the_record_says_when_a_run_is_not_repeatable_and_why(settings, words):
    from tests.jobs import ended, slow

    slowly = slow if "max_runtime" in settings or "trial_timeout" in settings else quick
    told = ended(plan(slowly, max_trials=12, **settings).run).describe()["repeatable"]
    assert told["value"] is (words is None) and (words is None or words in " ".join(told["why"]))


def _threads(estimator, threads=2):
    objective = CrossValidation(
        estimator,
        X,
        Y,
        "accuracy",
        "accuracy",
        3,
        0,
        threads,
        ("n_jobs", "thread_count", "nthread"),
        ("random_state",),
    )
    params = objective.prepare({}, 7).get_params()
    return {n: v for n, v in params.items() if n.rpartition("__")[2] in objective.thread_names}


def test_threads_go_to_the_innermost_estimators_so_that_they_do_not_multiply():
    nested = StackingClassifier(
        [
            ("forest", RandomForestClassifier(n_jobs=-1)),
            ("bag", BaggingClassifier(RandomForestClassifier(), n_jobs=4)),
        ],
        final_estimator=LogisticRegression(),
        n_jobs=3,
    )
    got = _threads(make_pipeline(StandardScaler(), nested))
    inner = {n: v for n, v in got.items() if v != 1}
    assert set(inner) == {
        "stackingclassifier__forest__n_jobs",
        "stackingclassifier__bag__estimator__n_jobs",
    } or set(inner) == {
        "stackingclassifier__forest__n_jobs",
        "stackingclassifier__bag__estimator__n_jobs",
        "stackingclassifier__final_estimator__n_jobs",
    }
    assert (
        set(inner.values()) == {2}
        and got["stackingclassifier__n_jobs"] == got["stackingclassifier__bag__n_jobs"] == 1
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["xgboost.XGBClassifier", "lightgbm.LGBMClassifier", "catboost.CatBoostClassifier"]
)
def test_boosters_in_a_pipeline_are_capped_and_the_record_says_so(name):
    from autotune.objective.factory import make_objective

    made = autotune(
        make_pipeline(StandardScaler(), _made(name)),
        X,
        Y,
        max_trials=2,
        max_parallel=1,
        threads_per_trial=1,
        cv=2,
    )
    prepared = make_objective(made, {"X": X, "y": Y}, None).prepare({}, 7).get_params()
    threads = {
        v
        for n, v in prepared.items()
        if n.rpartition("__")[2] in ("n_jobs", "thread_count", "nthread")
    }
    assert threads == {1}
    assert made.run(X, Y).describe()["settings"]["threads_per_trial"]["value"] == 1


def _made(name):
    from importlib import import_module

    module, _, cls = name.rpartition(".")
    return getattr(import_module(module), cls)(
        **{"catboost": {"iterations": 2, "verbose": 0}}.get(module, {"n_estimators": 2})
    )


@pytest.mark.slow
def test_a_plan_tells_beforehand_what_its_job_will_take():
    made = autotune(RandomForestClassifier(n_estimators=20), X, Y, max_trials=10, max_parallel=2)
    told = made.estimate(X, Y)
    low, high = told.seconds
    assert (
        0 < low < high and told.trials == (10, 10) and 10e6 < told.memory[0] < told.memory[1] < 5e9
    )
    assert (
        2 <= len(told.probes) <= 8
        and "The job will take" in str(told)
        and told.describe()["seconds"] == [low, high]
    )


@pytest.mark.slow
def test_what_fits_into_the_cap_is_told_and_a_fit_cut_short_gives_a_lower_bound():
    def takes(x=0.5):
        time.sleep(0.5)
        return x

    made = autotune(takes, ranges={"x": Float(0, 1)}, max_trials=100, max_parallel=1, max_runtime=5)
    told = made.estimate()
    assert 1 <= told.trials[0] < 10 <= told.trials[1] < 100 and told.seconds == (5.0, 5.0)
    short = made.estimate(limit=0.2)
    assert short.trial_seconds[1] is None and short.trials[0] == 0 and "more than" in str(short)


def test_a_fit_that_fails_is_told_when_it_is_timed():
    from autotune.errors import TrialError

    def broken(x=0.5):
        raise ValueError("no data")

    with pytest.raises(TrialError, match="ValueError: no data"):
        autotune(broken, ranges={"x": Float(0, 1)}).estimate()


def test_the_record_holds_what_was_predicted_and_what_came_out():
    record = plan(quick, max_trials=10).run(name="told").describe()
    assert len(record["forecast"]["probes"]) == 2 and record["forecast"]["seconds"][0] > 0
    assert record["consumed"]["seconds"] > 0 and record["consumed"]["memory"] > 5e6
    assert "predicted" in str(Job.load("told"))


@pytest.mark.parametrize("limit", [0, -1, 1e-9, "x", None, float("inf"), float("nan"), True])
def test_a_limit_of_the_timing_that_is_none_is_refused(limit):
    with pytest.raises(AutotuneError, match="limit must be a number of seconds"):
        plan(quick).estimate(limit=limit)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"y": np.arange(len(Y))}, "several rows of a class"),
        ({"y": np.arange(len(Y)) // 2}, "cv must fit the data"),
        ({"sample_weight": np.ones(3)}, "one value for each of the 150 rows"),
        ({"sample_weight": "heavy"}, "one value for each"),
        ({"groups": np.arange(20)}, "one value for each"),
    ],
)
def test_folds_and_weights_that_do_not_fit_the_data_are_refused_before_any_trial(given, words):
    from sklearn.tree import DecisionTreeClassifier

    data = {"X": X, "y": Y} | given
    made = autotune(DecisionTreeClassifier(), max_trials=2)
    for act in (made.run, made.estimate):
        with pytest.raises(AutotuneError, match=words):
            act(**data)
