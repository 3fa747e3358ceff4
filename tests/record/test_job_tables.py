"""What a job tells of its trials: statistics of each metric, folds, steps, warnings, output."""

import logging
import os
import sys
import time
import warnings

import pytest
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, Perceptron

from autotune import Float, Job, autotune, report
from autotune.errors import StoreError
from autotune.objective.bounded_log import END
from autotune.reports.job import job_tables
from autotune.reports.tables import render

LR = {"lr": Float(0.1, 0.5)}
STATISTICS = ("min", "max", "mean", "std", "last", "count")


def run(function, name="job", **settings):
    settings = {"max_trials": 2, "max_parallel": 1, "ranges": LR, "completion": {}} | settings
    return autotune(function, **settings).run(name=name, progress=False)


def yields(lr=0.2):
    for epoch in (1, 2, 4):
        yield {"loss": lr / epoch, "accuracy": epoch / 4}


def reports(lr=0.2):
    for epoch in (1, 2, 4):
        report(loss=lr / epoch, step=epoch)
    return {"loss": lr / 8, "size": 7}


def returns(lr=0.2):
    return {"loss": lr, "accuracy": 0.5}


def row(job, metric, number=0):
    table = job.trials()
    return [table[f"{metric} {name}"][number] for name in STATISTICS]


def test_each_metric_has_statistics_over_what_the_trial_yielded():
    job = run(yields, metric="loss", early_stopping=None)
    low, high, mean, spread, last, count = row(job, "loss")
    assert (low, high, last, count) == (0.05, 0.2, 0.05, 3)
    assert mean == pytest.approx(0.35 / 3) and spread == pytest.approx(0.0624, abs=1e-4)
    assert row(job, "accuracy")[:3] == [0.25, 1.0, pytest.approx(1.75 / 3)]


def test_what_is_returned_after_reports_counts_as_one_more_value():
    job = run(reports, metric="loss", early_stopping=None)
    assert row(job, "loss")[-2:] == [0.025, 4] and row(job, "size") == [7, 7, 7, 0, 7, 1]


def test_a_metric_that_is_only_returned_is_its_own_statistics():
    job = run(returns, metric="loss")
    assert row(job, "loss") == [0.2, 0.2, 0.2, 0, 0.2, 1] and row(job, "accuracy")[3:] == [
        0,
        0.5,
        1,
    ]
    assert job.steps().empty


@pytest.mark.slow
def test_folds_have_columns_and_make_up_the_statistics():
    X, y = load_iris(return_X_y=True)
    plan = autotune(LogisticRegression(), X, y, max_trials=2, max_parallel=1, cv=3)
    table = plan.run(X, y, progress=False).trials()
    metric = plan.metric_name
    folds = [table[f"{metric} fold {fold}"][0] for fold in range(3)]
    assert table[f"{metric} count"][0] == 3 and table[f"{metric} min"][0] == min(folds)
    assert table[f"{metric} mean"][0] == pytest.approx(table["value"][0])
    assert not {"std", "fold_0"} & set(table)


def test_steps_are_a_long_table_of_every_metric():
    steps = run(yields, metric="loss", early_stopping=None).steps()
    assert list(steps) == ["number", "step", "metric", "value", "time"]
    first = steps[(steps["number"] == 0) & (steps["metric"] == "accuracy")]
    assert first["step"].tolist() == [1, 2, 3] and first["value"].tolist() == [0.25, 0.5, 1.0]
    assert first["time"].is_monotonic_increasing and len(steps) == 12
    given = run(reports, "given", metric="loss", early_stopping=None).steps()
    assert given["step"][:3].tolist() == [1, 2, 4]


def hopeless(lr=0.2):
    for step in range(8):
        report(loss=lr + 1 / (step + 1), step=step + 1)


def test_a_stopped_trial_has_the_last_value_that_it_reported():
    stop = {"rule": "truncation", "truncation_percentage": 50, "evaluation_interval": 1}
    job = run(hopeless, metric="loss", max_trials=12, early_stopping=stop)
    table = job.trials()
    stopped = table[table["status"] == "stopped"]
    assert len(stopped) and stopped["value"].notna().all()
    steps = job.steps()
    number = stopped["number"].iloc[0]
    assert stopped["value"].iloc[0] == steps[steps["number"] == number]["value"].iloc[-1]
    assert job.best.number not in set(stopped["number"])


def chatty(lr=0.2):
    print("printed", lr)
    print("to stderr", file=sys.stderr)
    logging.getLogger("mine").info("an epoch")
    os.system("echo by a child")
    for _ in range(3):
        warnings.warn("careful", UserWarning, stacklevel=1)
    warnings.warn("later", FutureWarning, stacklevel=1)
    if lr > 0.45:
        os._exit(3)
    return lr


def test_what_a_function_prints_and_logs_is_kept_per_trial_also_of_one_that_died():
    initial = [{"lr": 0.3}, {"lr": 0.49}]
    job = run(chatty, metric="loss", max_trials=3, max_retries=0, initial_trials=initial)
    logs = {trial.number: job.log(trial.number) for trial in job.all_trials()}
    died = next(trial for trial in job.all_trials() if trial.status == "failed")
    for number, text in logs.items():
        assert text.count("printed") == 1, number
        for words in ("to stderr", "an epoch", "by a child", "UserWarning: careful"):
            assert words in text, (number, words)
        assert text.count("careful\n") == 1  # each kind once; the record counts them
    assert "exit status 3" in died.error
    assert job.describe()["warnings"] == {"UserWarning": 6, "FutureWarning": 2}
    assert "UserWarning ×6, FutureWarning ×2" in " ".join(str(job).split())
    assert job.trials()["warnings"].tolist().count(4) == 2


def flood(lr=0.2):
    print("begins")
    for _ in range(60):
        print("x" * 50_000)
    print("ends")
    return lr


def quiet(lr=0.2):
    return lr


def test_endless_output_is_cut_in_the_middle_and_silence_is_an_empty_log():
    text = run(flood, metric="loss", max_trials=1).log(0)
    assert text.startswith("begins") and text.rstrip().endswith("ends")
    assert "bytes left out]" in text and len(text) < 3 * END
    silent = run(quiet, "silent", metric="loss")
    assert silent.log(0) == "" and not silent.trials_path.exists()
    with pytest.raises(StoreError, match=r"number must be that of a trial.*0 to 1"):
        silent.log(7)


@pytest.mark.slow
def test_warnings_of_fits_are_counted_for_each_trial():
    X, y = load_iris(return_X_y=True)
    estimator = Perceptron(max_iter=1, tol=1e-9)
    plan = autotune(estimator, X, y, max_trials=2, max_parallel=1, cv=3, tune=["alpha", "penalty"])
    job = plan.run(X, y, progress=False)
    assert [trial.warnings for trial in job.all_trials()] == [{"ConvergenceWarning": 3}] * 2
    assert "ConvergenceWarning ×6" in str(job) and "ConvergenceWarning" in job.log(0)
    assert Job.load(job.name).describe()["warnings"] == {"ConvergenceWarning": 6}


class Old(DummyClassifier):
    """Uses what its library will change, and warns of its fit."""

    def fit(self, X, y, sample_weight=None):
        warnings.warn("changes in 9.0", FutureWarning, stacklevel=1)
        warnings.warn("poor", RuntimeWarning, stacklevel=1)
        return super().fit(X, y)


@pytest.mark.slow
def test_warnings_of_code_are_not_those_of_fits():
    X, y = load_iris(return_X_y=True)
    plan = autotune(Old(), X, y, ranges={"strategy": ["prior", "uniform"]}, max_trials=1, cv=2)
    job = plan.run(X, y, progress=False)
    assert job.describe()["warnings"] == {"RuntimeWarning": 2}


def slow_to_load(lr=0.2):
    return lr


def test_the_prediction_holds_the_start_of_the_processes():
    started_at = time.monotonic()
    job = run(slow_to_load, metric="loss", max_trials=3)
    forecast = job.describe()["forecast"]
    assert 0 < forecast["start"] < time.monotonic() - started_at
    assert forecast["seconds"][0] >= forecast["start"] * 0.99
    assert "; predicted " in render(job_tables(job), width=200)
