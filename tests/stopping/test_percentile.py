"""The rule "percentile": Optuna's PercentilePruner, report by report, wherever a plan runs."""

import math

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotune import Float, autotune
from autotune.stopping.factory import make_rule
from autotune.stopping.parameters import check_rule
from autotune.testing.driving import search_over
from tests.programs import outcomes, outcomes_in, run_alone, stepwise

VALUES = st.one_of(
    st.sampled_from([0.25, 0.5, 0.75]),  # ties
    st.floats(-1e6, 1e6),
    st.sampled_from([math.nan, math.inf, -math.inf]),
)
CURVES = st.lists(
    st.dictionaries(st.integers(0, 12), VALUES, min_size=1, max_size=8), min_size=1, max_size=9
)
PARAMETERS = st.fixed_dictionaries(
    {
        "percentile": st.one_of(st.floats(0, 100), st.sampled_from([0, 25, 50, 75, 100])),
        "n_startup_trials": st.integers(0, 3),
        "n_warmup_steps": st.integers(0, 4),
        "interval_steps": st.integers(1, 4),
        "n_min_trials": st.integers(1, 3),
    }
)


def steps_where_the_rule_stops(rule, curves):
    stopped = []
    for number, curve in enumerate(curves):
        step = next((s for s in sorted(curve) if rule.stops(number, s, curve[s])), None)
        rule.ends(number, finished=step is None)
        stopped.append(step)
    return stopped


def steps_where_optuna_prunes(pruner, mode, curves):
    direction = "maximize" if mode == "max" else "minimize"
    study = optuna.create_study(direction=direction, pruner=pruner)
    stopped = []
    for curve in curves:
        trial = study.ask()
        step = None
        for s in sorted(curve):
            trial.report(curve[s], s)
            if trial.should_prune():
                step = s
                break
        state = optuna.trial.TrialState.COMPLETE if step is None else None
        study.tell(trial, 0.0 if state else None, state=state or optuna.trial.TrialState.PRUNED)
        stopped.append(step)
    return stopped


@given(CURVES, PARAMETERS, st.sampled_from(["max", "min"]))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's, of infinities and of NaN alone
def test_it_stops_what_optunas_percentile_pruner_prunes(curves, parameters, mode):
    rule = make_rule(check_rule("early_stopping", {"rule": "percentile", **parameters}), mode)
    optunas = optuna.pruners.PercentilePruner(**parameters)
    assert steps_where_the_rule_stops(rule, curves) == steps_where_optuna_prunes(
        optunas, mode, curves
    )


def test_by_name_it_has_optunas_defaults():
    assert check_rule("early_stopping", "percentile") == {
        "rule": "percentile",
        "percentile": 25,
        "n_startup_trials": 5,
        "n_warmup_steps": 0,
        "interval_steps": 1,
        "n_min_trials": 1,
    }


def plan():
    options = {"early_stopping": "percentile", "max_trials": 16, "max_parallel": 1, "seed": 0}
    return autotune(stepwise, ranges={"x": Float(0.0, 4.0)}, metric="score", mode="max", **options)


def test_a_job_stops_by_it_and_a_program_tries_the_same(tmp_path):
    job = plan().run(storage=str(tmp_path), progress=False)
    stopped = [t for t in job.all_trials() if t.status == "stopped"]
    assert stopped and all("worse than" in t.reason for t in stopped)
    program = tmp_path / "tune.py"
    plan().export("optuna", program)
    got = run_alone([program, "--storage", tmp_path / "s.journal", "--study", "s"])
    assert got.returncode == 0, got.stderr
    assert outcomes_in(tmp_path / "s.journal") == outcomes(job.study.trials)


@pytest.mark.parametrize("engine", ["optuna", "ray"])
def test_a_search_that_is_resumed_stops_the_same_trials(engine):
    pytest.importorskip(engine)
    whole = steps_where_a_search_stops(engine, optuna.create_study(direction="maximize"), 16)
    study = optuna.create_study(direction="maximize")
    halves = [steps_where_a_search_stops(engine, study, 8) for _ in range(2)]
    assert halves[0] + halves[1] == whole
    assert any(whole) and not all(whole)


def steps_where_a_search_stops(engine, study, count):
    search, stopped = search_over(engine, plan(), study), []
    for _ in range(count):
        number, settings = search.ask()
        values = [report["score"] for report in stepwise(**settings)]
        step = next((s for s, v in enumerate(values, 1) if search.report(number, s, v)), None)
        status = "finished" if step is None else "stopped"
        search.tell(number, status, values[-1] if step is None else None, {})
        stopped.append(step)
    return stopped
