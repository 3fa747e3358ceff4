"""A trial's value: the last, the best or the mean of its reports, for whatever reports them."""

import json
import runpy

import pytest
from sklearn.linear_model import Ridge

from autotune import AutotuneError, Job, Plan, Script, autotune, report

LOSSES = [0.9, 0.3, 0.6]
EXPECTED = {"last": 0.6, "best": 0.3, "mean": 0.6}
SETTINGS = {"ranges": {"lr": [0.1]}, "max_trials": 1, "max_parallel": 1, "metric": "loss"}


def yields(lr=0.1):
    yield from ({"loss": loss, "epoch": 1} for loss in LOSSES)


def gives(lr=0.1):
    return (loss for loss in LOSSES)


def tells(lr=0.1):
    for loss in LOSSES:
        report(loss=loss)


def tells_and_returns(lr=0.1):
    for loss in LOSSES:
        report(loss)
    return LOSSES[-1]


def returns(lr=0.1):
    return 0.6


@pytest.fixture
def script(tmp_path):
    lines = "".join(f"echo loss={loss}\n" for loss in LOSSES)
    (tmp_path / "train.sh").write_text(f"#!/bin/sh\n{lines}")
    (tmp_path / "train.sh").chmod(0o755)
    return Script(str(tmp_path / "train.sh"), {"lr": 0.1}, {"loss": "loss={number}"})


@pytest.mark.parametrize("value", EXPECTED)
@pytest.mark.parametrize("function", [yields, gives, tells, tells_and_returns])
def test_a_functions_trial_has_the_value_that_was_asked_for(function, value):
    job = autotune(function, value=value, **SETTINGS).run(progress=False)
    assert job.all_trials()[0].value == pytest.approx(EXPECTED[value])


@pytest.mark.parametrize("value", EXPECTED)
@pytest.mark.parametrize("steps", [None, False])
def test_so_has_a_scripts(script, value, steps):
    script = Script(script.command, script.hyperparameters, script.metrics, steps=steps)
    job = autotune(script, value=value, **SETTINGS).run(progress=False)
    assert job.all_trials()[0].value == pytest.approx(EXPECTED[value])


@pytest.mark.parametrize("value", EXPECTED)
def test_what_reports_nothing_has_what_it_returns(value):
    job = autotune(returns, value=value, **SETTINGS).run(progress=False)
    assert job.all_trials()[0].value == 0.6


def test_the_best_of_a_score_is_the_highest():
    job = autotune(yields, value="best", mode="max", **SETTINGS).run(progress=False)
    assert job.all_trials()[0].value == 0.9


def test_an_objective_given_to_run_is_valued_alike():
    plan = autotune(returns, value="best", **SETTINGS)
    job = plan.run(objective=lambda params: iter(LOSSES), progress=False)
    assert job.all_trials()[0].value == 0.3


def test_a_saved_plan_and_a_record_hold_it_and_plans_without_it_take_the_last(tmp_path):
    plan = autotune(yields, value="mean", **SETTINGS)
    plan.save(tmp_path / "plan.yaml")
    assert Plan.load(tmp_path / "plan.yaml").trial_value == "mean"
    job = plan.run(name="kept", progress=False)
    assert json.loads(json.dumps(job.describe()))["settings"]["value"]["value"] == "mean"
    assert Job.load("kept").plan.trial_value == "mean"
    assert autotune(yields, **SETTINGS).trial_value == "last"


@pytest.mark.parametrize("value", EXPECTED)
@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("engine", ["optuna", "ray"])
def test_an_exported_program_gives_a_trial_the_same_value(value, mode, engine, tmp_path):
    plan = autotune(yields, value=value, mode=mode, **SETTINGS)
    program = tmp_path / "program.py"
    program.write_text(plan.export(engine))
    evaluate = runpy.run_path(str(program))["evaluate"]
    evaluate.__globals__["call_objective"] = lambda params, seed: iter(LOSSES)
    expected = 0.9 if (value, mode) == ("best", "max") else EXPECTED[value]
    seen = []
    found = evaluate({"lr": 0.1}, 0, lambda step, loss: seen.append((step, loss)))
    assert found == pytest.approx(expected) and seen == list(enumerate(LOSSES, start=1))


def test_an_estimator_has_its_last_report():
    with pytest.raises(AutotuneError, match="must be 'last' for an estimator"):
        autotune(Ridge(), value="best")
    with pytest.raises(AutotuneError, match="must be one of"):
        autotune(yields, value="median", **SETTINGS)
