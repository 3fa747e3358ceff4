"""Training code of one's own: what a function may tell and ask of the trial that runs it."""

import os
import threading
from pathlib import Path

import pytest

import autotune as package
from autotune import Float, Job, autotune, report, trial
from autotune.errors import TrialError
from autotune.facts.reporting import reports
from tests.jobs import ended, has_finished, kill, left_by, start, until

X = {"x": Float(0, 1)}


def curve(x=0.5):
    """Report five steps."""
    for step in range(1, 6):
        report(accuracy=x * step, loss=1 / step)


def run(function, **settings):
    plan = autotune(
        function, **{"ranges": X, "max_trials": 3, "max_parallel": 1, "completion": {}} | settings
    )
    return ended(plan.run)


def test_a_function_may_report_steps_and_return_nothing():
    job = run(curve, metric="accuracy")
    first = job.all_trials()[0]
    assert (
        first.value == 2.5
        and first.metrics == {"loss": 0.2}
        and len(job.study.trials[0].intermediate_values) == 5
    )


def test_what_a_function_returns_beats_what_it_reported():
    def final(x=0.5):
        report(x)
        return {"value": x + 1, "seconds": 2}

    first = run(final).all_trials()[0]
    assert first.value == 1.5 and first.metrics == {"seconds": 2.0}


def test_steps_may_be_numbered():
    def every_tenth(x=0.5):
        for epoch in range(10, 40, 10):
            report(x, step=epoch)

    assert list(run(every_tenth).study.trials[0].intermediate_values) == [10, 20, 30]


def test_numbers_of_other_libraries_are_numbers_and_arrays_are_left_out():
    def train(x=0.5):
        import numpy as np

        report(np.float64(x), loss=np.float32(0.5), count=np.int64(3), curve=np.zeros(3), name="a")

    assert run(train).all_trials()[0].metrics == {"loss": 0.5, "count": 3.0}


def test_a_bare_number_is_the_tuned_metric():
    assert run(lambda x=0.5: report(x), metric="f1").all_trials()[0].value == 0.5


def test_any_thread_of_a_trial_may_report():
    def threaded(x=0.5):
        thread = threading.Thread(target=report, args=(x,))
        thread.start()
        thread.join()

    assert run(threaded).best_score <= 1


def test_outside_of_a_trial_reporting_does_nothing():
    assert curve() is None and trial.number is None and trial.checkpoint_dir is None


def test_a_plan_knows_that_a_function_reports():
    def imports(x=0.5):
        from autotune import report

        report(x)

    def other(x=0.5, report=print):
        report(x)

    assert [reports(f) for f in (curve, imports, other)] == [True, True, False]
    assert (
        autotune(curve, max_trials=12)["early_stopping"]
        and not autotune(other, max_trials=12)["early_stopping"]
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "much"])
def test_a_report_that_is_no_finite_number_fails_the_trial(value):
    def bad(x=0.5):
        report(value)

    with pytest.raises(TrialError, match="the metric 'value' must be"):
        _ = run(bad).best


def test_a_function_that_never_tells_the_metric_is_told_which_it_told():
    def other(x=0.5):
        report(accuracy=x)

    with pytest.raises(
        TrialError, match=r"must tell the metric 'f1' at least once, got \['accuracy'\]"
    ):
        _ = run(other, metric="f1").best
    with pytest.raises(TrialError, match="Say which is tuned: metric='accuracy'"):
        _ = run(other).best


def test_a_stopped_function_ends_at_its_next_report_also_where_it_catches_everything():
    def stubborn(x=0.5):
        for step in range(10):
            try:
                report(x * (step + 1))
            except Exception:
                pass
        return x

    job = run(stubborn, max_trials=14, early_stopping="median")
    stopped = [t.number for t in job.all_trials() if t.status == "stopped"]
    assert stopped and all(len(job.study.trials[n].intermediate_values) < 10 for n in stopped)


def test_a_stopped_function_that_goes_on_is_killed(monkeypatch):
    import time

    def deaf(x=0.5):
        for step in range(10):
            try:
                report(x * (step + 1))
            except BaseException:
                time.sleep(1000)

    monkeypatch.setattr("autotune.run.loop.GRACE", 0.3)
    job = run(deaf, max_trials=14, early_stopping="median")
    stopped = [t for t in job.all_trials() if t.status == "stopped"]
    assert stopped and all("ran on for 0.3 s after it was stopped" in t.error for t in stopped)


def test_static_hyperparameters_given_beside_a_function_reach_it():
    def train(x=0.5, epochs=10):
        return {"value": x, "epochs": epochs}

    assert run(train, epochs=3).all_trials()[0].metrics["epochs"] == 3


def test_a_retry_finds_the_trials_checkpoint():
    def crash(x=0.5):
        path = trial.checkpoint_dir / "n"
        if not path.exists():
            path.write_text(str(trial.number))
            os._exit(1)
        return int(path.read_text())

    assert [t.value for t in run(crash).all_trials()] == [0, 1, 2]


@pytest.mark.slow
def test_a_trial_cut_short_finds_its_checkpoint_when_the_job_goes_on():
    code = """
from autotune import trial
def train(x=0.5):
    path = trial.checkpoint_dir / "epoch"
    first = int(path.read_text()) if path.exists() else 0
    for epoch in range(first, 4):
        time.sleep(0.3 if trial.number == 1 and first == 0 else 0)
        path.write_text(str(epoch + 1))
    return first
ranges = {"x": Float(0, 1)}
autotune(train, ranges=ranges, max_trials=2, max_parallel=1, completion={}).run(name="cut")"""
    process = start(code)
    until(
        lambda: (
            has_finished("cut", 1) and (Job.load("cut").trials_path / "1/checkpoint/epoch").exists()
        )
    )
    kill(process)
    until(lambda: left_by(process.pid) == 0)
    assert Job.load("cut").resume().all_trials()[1].value >= 1


def test_a_new_job_finds_no_checkpoints_of_an_old_one_with_its_name():
    def train(x=0.5):
        path = trial.checkpoint_dir / "n"
        found, _ = path.exists(), path.touch()
        return float(found)

    plan = autotune(train, ranges=X, max_trials=1)
    job = plan.run(name="same")
    Path(job.store._path("same")).unlink()
    assert plan.run(name="same").best_score == 0


def test_no_module_hides_a_public_name():
    names = {p.stem if p.suffix else p.name for p in Path(package.__file__).parent.iterdir()}
    assert not names & (set(package.__all__) - {"autotune"})
