"""The sampler that repeats nothing.

It tries the same trials in a job, in one's own Optuna study, and after a study is resumed.
"""

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from sklearn.svm import SVC

from autotune import Choice, Float, Int, autotune
from autotune_optuna import DistinctSampler

SPACE = {
    "kernel": CategoricalDistribution(["rbf", "linear"]),
    "gamma": IntDistribution(1, 4),
    "only": FloatDistribution(2, 2),
}


def define(suggest):
    if suggest("kernel") == "rbf":
        suggest("gamma")
    suggest("only")


def asked(trial):
    def suggest(name):
        match SPACE[name]:
            case CategoricalDistribution(choices=choices):
                return trial.suggest_categorical(name, choices)
            case IntDistribution(low=low, high=high):
                return trial.suggest_int(name, low, high)
            case FloatDistribution(low=low, high=high):
                return trial.suggest_float(name, low, high)

    define(suggest)
    return trial.number


def study_of(sampler, trials):
    study = optuna.create_study(sampler=sampler)
    study.optimize(asked, n_trials=trials)
    return [t.params for t in study.trials]


@pytest.mark.parametrize("inner", [optuna.samplers.RandomSampler, optuna.samplers.TPESampler])
def test_every_configuration_of_a_small_space_comes_once(inner):
    every = [
        {"kernel": "linear", "only": 2.0},
        *({"kernel": "rbf", "gamma": g, "only": 2.0} for g in range(1, 5)),
    ]
    found = study_of(DistinctSampler(inner(seed=0), SPACE, define, grid=every, seed=0), 5)
    assert sorted(map(str, found)) == sorted(str(dict(p)) for p in every)


def test_what_is_forbidden_is_not_drawn():
    sampler = DistinctSampler(
        optuna.samplers.RandomSampler(), SPACE, define, allows=lambda p: p.get("gamma") != 2, seed=1
    )
    assert all(p.get("gamma") != 2 for p in study_of(sampler, 12))


def test_a_study_gone_on_with_draws_what_it_would_have_drawn():
    def sampler():
        return DistinctSampler(
            optuna.samplers.TPESampler(n_startup_trials=2), SPACE, define, seed=3
        )

    whole = study_of(sampler(), 5)
    study = optuna.create_study(sampler=sampler())
    study.optimize(asked, n_trials=2)
    study.sampler = sampler()
    study.optimize(asked, n_trials=3)
    assert [t.params for t in study.trials] == whole


def test_one_sampler_serves_two_studies():
    sampler = DistinctSampler(optuna.samplers.RandomSampler(), SPACE, define, seed=4)
    assert study_of(sampler, 4) == study_of(sampler, 4)


PLANS = {
    "bayesian": {"max_trials": 14},
    "tpe": {"max_trials": 14, "sampler": "tpe"},
    "random": {"max_trials": 8, "strategy": "random"},
    "sobol": {"max_trials": 8, "strategy": "sobol"},
    "grid": {
        "max_trials": 12,
        "strategy": "grid",
        "ranges": {"C": [0.1, 1.0, 10.0], "kernel": ["rbf", "linear"]},
        "tune": ["C", "kernel"],
    },
    "finite": {
        "max_trials": 12,
        "ranges": {"C": Choice([0.5, 1, 2.0]), "tol": Int(1, 3)},
        "tune": ["C", "tol"],
    },
    "kinds": {
        "max_trials": 10,
        "ranges": {"gamma": Float(0.1, 1, also=["scale", "auto"])},
        "tune": ["gamma"],
    },
}


def score(params):
    return sum(len(str(v)) * (i + 1) for i, v in enumerate(params.values())) + float(
        params.get("tol") or 0
    )


@pytest.mark.parametrize("settings", PLANS.values(), ids=PLANS)
def test_a_program_of_ones_own_tries_what_the_job_tries(settings, tmp_path):
    plan = autotune(
        SVC(),
        facts={"rows": 500, "classes": 2},
        seed=5,
        mode="max",
        max_parallel=1,
        completion={},
        **settings,
    )
    job = plan.run(objective=score, storage=str(tmp_path))
    native = plan.compile("optuna").native
    study = optuna.create_study(direction=native.direction, sampler=native.sampler)
    for point in native.enqueued:
        study.enqueue_trial(point)
    study.optimize(
        lambda trial: score(native.define(trial)), n_trials=job.describe()["counters"]["finished"]
    )
    assert [t.params for t in study.trials] == [t.params for t in job.study.trials]


class JustOutside(optuna.samplers.RandomSampler):
    """Draws what Optuna before 5 may draw at the end of a logarithmic range."""

    def sample_independent(self, study, trial, param_name, param_distribution):
        return 9.999999999999997e-06


def test_a_draw_just_outside_its_range_is_brought_to_the_end():
    space = {"x": FloatDistribution(1e-5, 1.0, log=True)}
    sampler = DistinctSampler(JustOutside(), space, lambda suggest: {"x": suggest("x")}, seed=0)
    study = optuna.create_study(sampler=sampler)
    assert study.ask(space).params == {"x": 1e-5}
