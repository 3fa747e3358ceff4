"""Jobs with constraints: what is beyond one is recorded, told, and never the best."""

import json
from itertools import count

import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from autotune import Float, Job, autotune
from autotune.errors import TrialError
from autotune.record.status import JobStatus, TrialStatus
from autotune.reports.job import job_tables, trials_table
from autotune.reports.tables import render
from autotune.run.loop import _judged
from autotune.run.outcomes import Tally
from autotune.workers.events import Done

RANGES = {"x": Float(0, 4), "y": Float(0, 4)}


def far(x=1.0, y=2.0):
    """Return a score that is best beyond a circle, whose best within is 2."""
    return {"score": x + y, "reach": x * x + y * y}


def forgetful(x=1.0, y=2.0):
    """Report the reach in some trials only."""
    return {"score": x, "reach": 1.0} if x > 2 else {"score": x}


def plan(function=far, **settings):
    given = {
        "ranges": RANGES,
        "metric": "score",
        "mode": "max",
        "max_trials": 14,
        "max_parallel": 1,
        "completion": {},
        "constraints": {"reach": "<= 2"},
    }
    return autotune(function, **{**given, **settings})


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    return plan().run(name="far", storage=str(tmp_path_factory.mktemp("far")), progress=False)


def test_the_best_is_the_best_feasible_trial_and_the_search_finds_it(job):
    assert job.status is JobStatus.COMPLETED
    best = job.all_trials()[job.best.number]
    assert best.feasible and best.metrics["reach"] <= 2
    assert job.best_score == max(t.value for t in job.all_trials() if t.metrics["reach"] <= 2)
    assert 1.9 < job.best_score <= 2.0
    assert [trial.feasible for trial in job.top(99)] == [True] * len(job.top(99))


def test_an_infeasible_trial_is_finished_and_says_by_how_much(job):
    first = job.all_trials()[0]  # x=1, y=2: one's own
    assert (first.status, first.feasible, first.constraints) == ("finished", False, {"reach": 3.0})
    assert first.reason == "infeasible: reach must be <= 2, got 5 (3 beyond)"
    frame = job.trials()
    assert list(frame["feasible"]) == [trial.feasible for trial in job.all_trials()]
    assert frame["reason"][0] == first.reason


def test_the_record_and_what_is_printed_tell_how_many_are_feasible(job):
    record = json.loads(json.dumps(job.describe()))
    feasible = sum(trial.feasible for trial in job.all_trials())
    limits = {"reach": {"limit": "<= 2", "violated": 14 - feasible}}
    assert record["constraints"] == {"feasible": feasible, "limits": limits}
    assert record["best"]["constraints"]["reach"] <= 0
    text = render(job_tables(job), 200)
    assert f"{feasible} feasible trial" in text
    assert "your own configuration (3) is infeasible" in text
    assert record["verdict"]["answer"] == "tuned"
    assert "got 5 (3 beyond)" in render([trials_table(job)], 200)


def test_a_job_is_loaded_with_what_it_judged(job):
    again = Job.load("far", job.store.text)
    assert again.best == job.best
    assert [t.constraints for t in again.all_trials()] == [t.constraints for t in job.all_trials()]


def test_without_a_feasible_trial_there_is_no_best_and_the_job_is_complete(tmp_path):
    limits = {"reach": "<= -1", "score": "> 100"}
    job = plan(constraints=limits, max_trials=3).run(storage=str(tmp_path), progress=False)
    assert job.status is JobStatus.COMPLETED
    assert job.state["reason"].endswith("no trial is feasible")
    assert job.describe()["best"] is None
    with pytest.raises(TrialError, match="must have a feasible trial, got none of 3 finished ones"):
        _ = job.best
    assert "no feasible trial" in str(job)


def test_a_trial_that_does_not_report_the_figure_is_infeasible(tmp_path):
    job = plan(forgetful, max_trials=5).run(storage=str(tmp_path), progress=False)
    for trial in job.all_trials():
        told = trial.params["x"] > 2
        assert (trial.feasible, trial.constraints["reach"] is None) == (told, not told)
        assert told or trial.reason == "infeasible: reach must be <= 2, got none"
    assert job.best_params["x"] > 2


def test_an_estimators_further_metric_is_compared_as_it_is_recorded(tmp_path):
    X, y = load_iris(return_X_y=True)
    made = autotune(
        LogisticRegression(max_iter=50),
        X,
        y,
        metrics=["accuracy", "neg_log_loss"],
        constraints={"neg_log_loss": ">= -0.2"},
        max_trials=3,
        max_parallel=1,
        cv=2,
    )
    job = made.run(X, y, storage=str(tmp_path), progress=False)
    for trial in job.all_trials():
        assert trial.feasible == (trial.metrics["neg_log_loss"] >= -0.2)


def done(metrics, seconds=0.5):
    return Done(0, metrics, seconds)


@pytest.mark.parametrize(
    ("metrics", "recorded"),
    [
        ({"score": 1.0}, 0.3),
        ({"score": 1.0, "seconds": 0.1}, -0.1),
        ({"score": 1.0, "seconds": float("nan")}, None),
    ],
)
def test_seconds_are_what_a_trial_took_unless_it_reports_them_itself(metrics, recorded):
    judged = _judged(plan(constraints={"seconds": "<= 0.2"}), done(metrics))
    assert judged["constraints"]["seconds"] == (recorded and pytest.approx(recorded))


def test_an_infinite_figure_is_written_as_json(tmp_path):
    judged = _judged(plan(constraints={"reach": ">= 2"}), done({"reach": float("inf")}))
    assert judged["constraints"]["reach"] < 0 and not judged["reason"]
    json.loads(json.dumps(judged, allow_nan=False))


def test_an_infeasible_value_meets_no_target_and_is_no_failure():
    settings = {"target": 5.0, "no_improvement": 3}
    tally = Tally(plan(completion=settings, max_failures={"in_a_row": 2}), [])
    for amount, value in zip((1.0, None, 0.5, 2.0), count(6.0), strict=False):
        tally.add(TrialStatus.FINISHED, value, {"constraints": {"reach": amount}})
    assert (tally.ending(), tally.best, tally.infeasible) == (None, None, 4)
    tally.add(TrialStatus.FINISHED, 5.5, {"constraints": {"reach": 0.0}})
    assert tally.ending().criterion == "target" and tally.best == 5.5


def test_a_resumed_job_goes_on_as_one_that_was_not_interrupted(job, tmp_path):
    from autotune.testing.driving import new_study, search_over

    made, study = job.plan, new_study(job.plan)
    for trial in job.all_trials():
        search = search_over("optuna", made, study)  # a new process for each trial
        number, params = search.ask()
        assert (number, params) == (trial.number, dict(trial.params))
        search.tell(number, trial.status, trial.value, {"constraints": dict(trial.constraints)})


def test_a_warm_start_judges_the_parents_trials_by_its_own_limits(job):
    limits = {"reach": "<= 1"}
    made = plan(constraints=limits, warm_start="far", same_data=True, max_trials=2)
    child = made.run(name="child", storage=job.store.text, progress=False)
    (parent,) = child.plan.parents
    assert parent["kind"] == "identical"
    assert len(parent["trials"]) == 14
    within = [t for t in job.all_trials() if t.metrics["reach"] <= 1]
    assert parent["best"]["number"] == max(within, key=lambda t: t.value).number
    known = [t["constraints"]["reach"] for t in parent["trials"]]
    assert known == pytest.approx([t.metrics["reach"] - 1 for t in job.all_trials()])
    other = plan(constraints={"weight": "< 1"}, warm_start="far", same_data=True, max_trials=1)
    other = other.run(name="other", storage=job.store.text, progress=False)
    assert other.plan.parents[0]["why"] == "no trial of it recorded weight, which is constrained"
