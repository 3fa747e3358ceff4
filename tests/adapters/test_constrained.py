"""Samplers and stopping rules where trials are infeasible, on both majors of Optuna."""

import subprocess
import sys

import numpy as np
import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.trial import TrialState, create_trial

from autotune.stopping.asha import Asha
from autotune.stopping.bandit import Bandit
from autotune.stopping.hyperband import Hyperband
from autotune.stopping.median_current import MedianCurrent
from autotune.stopping.percentile import Percentile
from autotune.stopping.truncation import Truncation
from autotune_optuna.private import (
    NAMES_CONSTRAINTS,
    constraint_attributes,
    constraints_of,
    is_feasible,
    set_constraints,
)
from autotune_optuna.pruner import RulePruner
from autotune_optuna.samplers.constrained_sampler import ConstrainedKnowledgeSampler, bilog
from tests.adapters.test_private_parts import OLDEST, ROOT

SPACE = {"x": FloatDistribution(0.0, 4.0), "y": FloatDistribution(0.0, 4.0)}


def study_of(rows, sampler=None):
    """Return a study of trials: x, y, a value, and by how much it is beyond each constraint."""
    study = optuna.create_study(direction="maximize", sampler=sampler)
    for x, y, value, *beyond in rows:
        amounts = {str(i): amount for i, amount in enumerate(beyond)}
        study.add_trial(
            create_trial(
                params={"x": x, "y": y},
                distributions=SPACE,
                value=value,
                system_attrs=constraint_attributes(amounts),
            )
        )
    return study


def drawn(rows, seed=0):
    sampler = ConstrainedKnowledgeSampler(SPACE, seed=seed, candidates=200)
    study = study_of(rows, sampler)
    return sampler.sample_relative(study, study.ask(), SPACE)


GRID = [(float(x), float(y)) for x in range(5) for y in range(5)]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_draws_where_it_is_likely_feasible_though_values_are_better_beyond(seed):
    params = drawn([(x, y, x + y, x + y - 4.5) for x, y in GRID], seed)
    assert 3.5 < params["x"] + params["y"] <= 5


@pytest.mark.parametrize("missing", [False, True])
def test_without_a_feasible_trial_it_draws_towards_the_least_infeasible(missing):
    rows = [(x, y, x + y, x + y + 0.5) for x, y in GRID if x + y > 1.5]
    rows += [(4.0, 3.5, 7.5, np.inf)] if missing else []
    params = drawn(rows)
    assert params["x"] + params["y"] < 1.5


def test_several_constraints_hold_together():
    params = drawn([(x, y, x + y, x - 1.5, y - 2.5) for x, y in GRID])
    assert params["x"] < 2 and params["y"] < 3 and params["x"] + params["y"] > 2.5


def test_without_constraints_in_the_study_it_draws_as_the_other_sampler():
    from autotune_optuna.samplers.knowledge_sampler import KnowledgeSampler

    rows = [(x, y, -((x - 1) ** 2) - y) for x, y in GRID]
    study = study_of(rows)
    trial = study.ask()
    plain = KnowledgeSampler(SPACE, seed=3, candidates=200)
    limited = ConstrainedKnowledgeSampler(SPACE, seed=3, candidates=200)
    both = [s.sample_relative(study, trial, SPACE) for s in (plain, limited)]
    assert both[0] == both[1]


def test_the_scale_of_amounts_keeps_their_order_and_sign():
    amounts = [-1e6, -1.0, 0.0, 1e-9, 2.0, 1e9, np.inf]
    scaled = bilog(amounts)
    assert np.all(np.diff(scaled) >= 0) and np.isfinite(scaled).all()
    assert np.array_equal(np.sign(scaled), np.sign(amounts))
    assert np.array_equal(bilog([np.inf, np.inf]), bilog([1.0, 1.0]))


RULES = [
    Percentile("max", n_startup_trials=1),
    MedianCurrent("max"),
    Truncation("max", 50),
    Bandit("max", slack_factor=0.1),
    Asha("max", min_resource=1, reduction_factor=2),
    Hyperband("max", max_resource=4, reduction_factor=2),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_no_trial_is_stopped_for_being_worse_than_infeasible_ones(rule):
    study, pruner = optuna.create_study(direction="maximize"), RulePruner(rule)
    for number in range(12):
        trial = study.ask()
        value = 1.0 if number == 11 else 100.0 + number
        for step in (1, 2, 3, 4):
            trial.report(value, step)
            frozen = study.get_trials()[number]
            stopped = pruner.prune(study, frozen)
            assert not (number == 11 and stopped), pruner.reason
        if number < 11:
            set_constraints(trial, {"size": 1.0})
        study.tell(trial, value)
    assert [is_feasible(t) for t in study.trials] == [False] * 11 + [True]


def test_a_trial_keeps_constraints_as_optunas_own_do():
    amounts = {"size": 1.5, "latency": -2.0}
    study = optuna.create_study()
    trial = study.ask()
    set_constraints(trial, amounts)
    study.tell(trial, 0.0)
    kept = create_trial(value=0.0, system_attrs=constraint_attributes(amounts))
    assert kept.system_attrs == study.trials[0].system_attrs
    assert constraints_of(kept) == [1.5, -2.0]
    if NAMES_CONSTRAINTS:
        assert create_trial(value=0.0, constraints=amounts).system_attrs == kept.system_attrs


def test_a_failed_trial_and_one_without_constraints_are_not_infeasible():
    failed = create_trial(state=TrialState.FAIL)
    assert is_feasible(failed) and is_feasible(create_trial(value=0.0))


ON_ANY_MAJOR = """
import warnings
warnings.simplefilter("error")
import sys, tempfile
import optuna
from tests.run.test_infeasible import plan
def own_study(native, limited):
    study = optuna.create_study(sampler=native.sampler, direction="maximize")
    for params in native.enqueued:
        study.enqueue_trial(params)
    def objective(trial):
        params = native.define(trial)
        if limited:
            native.constrain(trial, {"reach": params["x"] ** 2 + params["y"] ** 2})
        return params["x"] + params["y"]
    study.optimize(objective, 16)
    return study
for sampler in ("gp", "tpe"):
    made = plan(sampler=sampler, max_trials=16)
    job = made.run(storage=tempfile.mkdtemp(), progress=False)
    study, free = (own_study(made.compile().native, limited) for limited in (True, False))
    assert study.best_params == job.best_params, (study.best_params, job.best_params)
    assert [t.params for t in study.trials] == [dict(t.params) for t in job.all_trials()]
    assert free.trials[-1].params != study.trials[-1].params
    feasible = sum(trial.feasible for trial in job.all_trials())
    assert feasible >= 4, feasible  # at random it is one of ten
    assert sampler == "tpe" or job.best_score > 1.8, job.best_score
print(optuna.__version__.partition(".")[0])
"""


@pytest.mark.slow
@pytest.mark.parametrize(("path", "major"), [(None, "5"), (OLDEST, "4")], ids=["newest", "oldest"])
def test_both_samplers_learn_of_them_in_a_job_and_in_ones_own_study(path, major):
    if path and not path.exists():
        pytest.skip("make installs the oldest Optuna beside the environment")
    paths = ":".join(map(str, (*([path] if path else []), ROOT)))
    process = subprocess.run(
        [sys.executable, "-c", ON_ANY_MAJOR],
        capture_output=True,
        text=True,
        timeout=200,
        env={"PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "PATH": ""},
        check=False,
    )
    assert process.stdout.endswith(f"{major}\n"), process.stderr
