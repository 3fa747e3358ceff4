"""Jobs: real trials in real worker processes on real Optuna.

They are recorded, found again, and held to their caps.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import optuna
import pytest
from lightgbm import LGBMClassifier
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from autotune import Choice, FailedJobError, Float, Int, Job, autotune
from autotune.errors import AutotuneError, EngineError, StoreError, TrialError
from autotune.record.environment import environment
from autotune.record.job_list import list_jobs
from autotune.record.store import open_store
from autotune.serialization.values import to_plain
from tests.jobs import ended

X, Y = load_iris(return_X_y=True)


def parabola(x=1.0, k=3):
    """Return something whose maximum is known."""
    return -((x - 2) ** 2) - k


SPACE = {"x": Float(0, 4), "k": Int(1, 3)}


@pytest.mark.slow
def test_an_estimator_is_tuned_and_found_again():
    job = autotune(DecisionTreeClassifier(), X, Y, max_trials=8).run(X, Y, name="tree")
    again = Job.load("tree")
    assert (
        again.status == "completed"
        and again.best_params == job.best_params
        and len(again.trials()) == 8
    )
    assert job.best_score >= job.own_score() and job.best_estimator.predict(X).shape == Y.shape
    assert again.plan == job.plan


def test_a_function_is_tuned_by_its_signature():
    job = autotune(parabola, ranges=SPACE, max_trials=15, max_parallel=1).run()
    assert (
        job.best_score > -3
        and set(job.best_params) == {"x", "k"}
        and dict(job.all_trials()[0].params) == {"x": 1.0, "k": 3}
    )


def test_ones_own_evaluation_of_settings():
    plan = autotune(
        "xgboost.XGBClassifier", facts={"rows": 1000, "columns": 10, "classes": 2}, max_trials=5
    )
    job = plan.run(objective=lambda params: {"roc_auc": params["learning_rate"], "seconds": 1})
    assert job.best_score == max(t.params["learning_rate"] for t in job.all_trials())


def test_an_objective_that_yields_is_stopped_early():
    def curves(x=0.5):
        for step in range(10):
            yield x * (step + 1)

    job = autotune(
        curves, ranges={"x": Float(0, 1)}, max_trials=15, max_parallel=1, completion={}
    ).run()
    statuses = [t.status for t in job.all_trials()]
    assert (
        job.plan["early_stopping"]["rule"] == "curve"
        and "stopped" in statuses
        and "finished" in statuses
    )


def test_a_failing_trial_is_recorded_with_its_error_and_the_job_goes_on():
    def picky(x=0.5):
        if x > 0.5:
            raise ValueError("x is too\nlarge")
        return x

    job = autotune(picky, ranges={"x": Float(0, 1)}, max_trials=12, max_parallel=1).run()
    failed = job.trials().query("status == 'failed'")
    assert (
        len(failed)
        and set(failed["error"]) == {"ValueError: x is too large"}
        and job.status == "completed"
    )


def test_a_job_of_which_no_trial_finishes_has_failed_and_says_why():
    def broken(x=0.5):
        raise RuntimeError("no such file")

    with pytest.raises(FailedJobError, match="RuntimeError: no such file") as caught:
        autotune(broken, ranges={"x": Float(0, 1)}, max_trials=3).run(name="broken")
    job = caught.value.job
    assert caught.value.name == "broken" and job.all_trials() == Job.load("broken").all_trials()
    assert (
        job.status == "failed"
        and "RuntimeError: no such file" in job.describe()["completion"]["reason"]
    )
    with pytest.raises(TrialError, match="no such file"):
        _ = job.best


def test_a_trial_whose_process_is_killed_is_retried_and_then_recorded():
    def suicidal(x=0.5):
        os.kill(os.getpid(), signal.SIGKILL)

    plan = autotune(suicidal, ranges={"x": [0.5, 0.7]}, max_trials=1, max_retries=1)
    job = ended(plan.run)
    assert [t.status for t in job.all_trials()] == ["failed"] and "SIGKILL" in job.all_trials()[
        0
    ].error


def test_a_trial_is_killed_at_its_timeout_and_the_job_goes_on():
    def slow(x=0.5):
        time.sleep(60 if x > 0.5 else 0)
        return x

    job = autotune(slow, ranges={"x": [0.5, 0.6]}, trial_timeout=1.0, max_runtime=30).run()
    assert sorted(t.status for t in job.all_trials()) == ["finished", "timed out"]


def test_the_job_ends_at_max_runtime_whatever_a_trial_does():
    def stuck(x=0.5):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(60)

    job = ended(autotune(stuck, ranges={"x": Float(0, 1)}, max_runtime=4).run)
    assert {t.status for t in job.all_trials()} == {"interrupted"}
    assert "max_runtime" in job.describe()["completion"]["reason"]


def test_what_comes_before_the_first_trial_counts_towards_max_runtime(monkeypatch):
    def look(*given):
        time.sleep(0.6)
        return environment(*given)

    monkeypatch.setattr("autotune.run.start.environment", look)
    job = ended(autotune(parabola, ranges=SPACE, max_runtime=0.5).run)
    assert job.describe()["completion"]["criterion"] == "max_runtime" and not job.all_trials()


@pytest.mark.slow
def test_completion_stops_at_a_target_and_without_improvement():
    job = autotune(
        parabola, ranges=SPACE, max_trials=50, max_parallel=1, completion={"target": -5}
    ).run()
    assert "target -5 reached" in job.describe()["completion"]["reason"]
    flat = autotune(
        lambda_free,
        ranges={"x": Float(0, 1)},
        max_trials=50,
        max_parallel=1,
        completion={"no_improvement": 5},
    ).run()
    assert len(flat.all_trials()) == 6


def lambda_free(x=0.5):
    """Return the same for every x."""
    return 1.0


@pytest.mark.slow
def test_no_configuration_of_a_finite_space_is_tried_twice_and_all_are():
    ranges = {"x": Choice([1.0, 2.0, 3.0]), "k": Choice([1, 2])}
    for strategy in ("grid", "bayesian", "random"):
        job = autotune(
            parabola, ranges=ranges, max_trials=20, strategy=strategy, completion={}
        ).run()
        tried = [tuple(t.params.values()) for t in job.all_trials()]
        assert len(tried) == len(set(tried)) == 6, strategy
        assert job.best_params == {"x": 2.0, "k": 1}


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["random", "sobol", "bayesian"])
def test_the_same_seed_gives_the_same_trials(strategy):
    plan = autotune(
        parabola,
        ranges=SPACE,
        max_trials=14,
        max_parallel=1,
        strategy=strategy,
        completion={},
        seed=7,
    )
    runs = [[dict(t.params) for t in plan.run().all_trials()] for _ in range(2)]
    assert runs[0] == runs[1]


def test_choices_of_any_value_arrive_as_they_are():
    seen = [None, (1, 2), {"a": [1]}, "None", 1, 1.0, True, 2.5]

    def kinds(x=None):
        return float(next(i for i, s in enumerate(seen) if type(s) is type(x) and s == x))

    job = autotune(kinds, ranges={"x": Choice([*seen[:-1], np.float64(2.5)])}, completion={}).run()
    assert sorted(t.value for t in job.all_trials()) == list(range(len(seen)))


def test_conditions_are_searched_as_conditions():
    plan = autotune(
        "sklearn.svm.SVC", X, Y, ranges={"kernel": ["rbf", "poly"]}, effort="all", max_trials=25
    )
    assert plan.ranges["degree"].when == {"kernel": ("poly",)}
    job = plan.run(objective=lambda s: len(s))
    assert all(("degree" in t.params) == (t.params["kernel"] == "poly") for t in job.all_trials())


@pytest.mark.slow
def test_pipelines_groups_and_weights_are_cross_validated():
    groups, weights = np.arange(len(Y)) % 10, np.linspace(0.1, 1, len(Y))
    plan = autotune(make_pipeline(StandardScaler(), SVC()), X, Y, max_trials=3)
    job = plan.run(X, Y, groups=groups, sample_weight=weights)
    assert (
        job.status == "completed"
        and job.best_params["svc__C"] == job.best_estimator.named_steps["svc"].C
    )


@pytest.mark.slow
def test_a_clustering_is_scored_without_labels():
    job = autotune(KMeans(n_init=1), X, max_trials=5).run(X)
    assert job.plan["metric"] == "silhouette_score" and 0 < job.best_score <= 1


@pytest.mark.slow
def test_threads_never_exceed_the_cores(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: {0, 1}, raising=False)
    plan = autotune(LGBMClassifier(n_jobs=-1, verbose=-1, n_estimators=3), X, Y, max_trials=2)
    assert plan["max_parallel"] * plan["threads_per_trial"] == plan.facts["cores"] == 2
    assert plan.run(X, Y).status == "completed"


def test_the_estimators_threads_are_capped_in_the_worker():
    seen = autotune(spy, ranges={"x": Float(0, 1)}, max_trials=1, threads_per_trial=1).run()
    assert seen.all_trials()[0].metrics == {"threads": 1.0, "passive": 1.0}


def spy(x=0.5):
    """Return what the environment says of threads."""
    return {
        "value": x,
        "threads": int(os.environ["OMP_NUM_THREADS"]),
        "passive": float(os.environ["OMP_WAIT_POLICY"] == "PASSIVE"),
    }


@pytest.mark.slow
def test_the_record_is_complete_json_and_fits_its_schema():
    import jsonschema

    record = (
        autotune(RandomForestClassifier(n_estimators=5), X, Y, max_trials=3)
        .run(X, Y, name="forest")
        .describe()
    )
    jsonschema.validate(json.loads(json.dumps(record, allow_nan=False)), Job.schema())
    assert (
        record["counters"]["finished"] == 3
        and record["best"]["value"]
        and record["environment"]["libraries"]["optuna"]
    )
    assert record["settings"]["max_runtime"]["value"] == 172800


@pytest.mark.slow
def test_the_trials_frame_has_a_row_per_trial():
    frame = autotune(Ridge(), max_trials=3, ranges={"alpha": (0.1, 10.0)}).run(X, X[:, 0]).trials()
    assert (
        list(frame.columns[:3]) == ["number", "status", "value"]
        and "alpha" in frame
        and (frame["seconds"] > 0).all()
    )


@pytest.mark.slow
def test_the_best_comes_in_every_form():
    job = autotune(DecisionTreeClassifier(), X, Y, max_trials=2).run(X, Y)
    assert job.best.apply(DecisionTreeClassifier()).get_params()[
        "max_depth"
    ] == job.best_params.get("max_depth")
    assert json.loads(job.best.to_json()) == {n: to_plain(v) for n, v in job.best_params.items()}
    assert eval(job.best.to_python()) == job.best_params and "max_depth" in job.best.to_yaml()


def test_a_lambda_and_a_closure_travel_to_workers():
    offset = 3
    job = autotune("random-forest", max_trials=2).run(objective=lambda s: offset + len(s))
    assert job.status == "completed"


def test_the_innermost_part_that_cannot_travel_is_named():
    held = make_pipeline(FunctionTransformer(threading.Lock().acquire), SVC())
    with pytest.raises(EngineError, match="its 'functiontransformer__func' cannot"):
        autotune(held, X, Y, max_trials=2).run(X, Y)


def test_what_cannot_travel_is_named_before_any_trial():
    lock = __import__("threading").Lock()
    with pytest.raises(EngineError, match="must travel to worker processes"):
        autotune("random-forest").run(objective=lambda s: lock)
    assert list_jobs() == []


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a b", "-x", "x" * 200, 3, "a\nb"])
def test_a_name_with_characters_a_file_cannot_have_is_refused(name):
    with pytest.raises(StoreError, match="a job's name must be"):
        autotune(parabola, ranges=SPACE, max_trials=1).run(name=name)


def test_a_taken_and_an_unknown_name_are_told():
    autotune(parabola, ranges=SPACE, max_trials=1).run(name="mine")
    with pytest.raises(StoreError, match="must be new"):
        autotune(parabola, ranges=SPACE, max_trials=1).run(name="mine")
    with pytest.raises(StoreError, match="Did you mean 'mine'"):
        Job.load("mime")


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (lambda: autotune(SVC()).run(), "X must be given"),
        (lambda: autotune(SVC()).run(X, Y[:-1]), "same length"),
        (lambda: autotune(SVC()).run(X, Y, engine="optunna"), "Did you mean 'optuna'"),
        (lambda: autotune(parabola, ranges=SPACE).run(X, Y), "must go with an estimator"),
        (lambda: autotune(SVC(), metric="r2").run(X, np.where(Y, "a", "b")), "metric 'r2'"),
        (lambda: autotune(SVC()).run(objective=3), "must be callable"),
        (lambda: autotune(SVC()).run(X, Y, storage="redis://x"), "storage must be"),
        (
            lambda: autotune(SVC()).run(X, Y, storage="/proc/nothing/here"),
            "must be readable and writable",
        ),
        (
            lambda: autotune(SVC()).run(X, Y, groups=np.zeros(len(Y))),
            "groups must be at least as many",
        ),
        (lambda: autotune(SVC()).run(X, Y, groups=np.zeros(3)), "groups must"),
    ],
)
def test_what_cannot_be_run_is_refused_in_one_line_before_any_trial(run, words):
    with pytest.raises(AutotuneError) as caught:
        run()
    assert words in str(caught.value) and "\n" not in str(caught.value) and list_jobs() == []


def test_a_database_url_holds_jobs_too(tmp_path):
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    autotune(parabola, ranges=SPACE, max_trials=4).run(name="a", storage=url)
    assert [j["name"] for j in list_jobs(url)] == ["a"] and Job.load("a", url).status == "completed"


@pytest.mark.slow
def test_optunas_own_tools_open_the_study():
    autotune(parabola, ranges=SPACE, max_trials=12).run(name="a")
    study = Job.load("a").study
    assert len(study.trials) == 12 and study.best_value == Job.load("a").best_score
    path = open_store()._path("a")
    command = [
        Path(sys.executable).parent / "optuna",
        "trials",
        "--storage",
        path,
        "--storage-class",
        "JournalFileStorage",
        "--study-name",
        "a",
    ]
    listed = subprocess.run(
        [*map(str, command), "-f", "json"], capture_output=True, text=True, timeout=60
    )
    assert listed.returncode == 0 and len(json.loads(listed.stdout)) == 12, listed.stderr


@pytest.mark.slow
def test_a_dead_owner_means_interrupted():
    code = (
        "from tests.run.test_run import parabola, SPACE; import os; "
        "from autotune import autotune; from autotune.run import loop\n"
    )
    code += (
        "loop.run_trials = lambda *a: os._exit(9)\n"
        "autotune(parabola, ranges=SPACE, max_trials=3).run(name='dead')"
    )
    subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent.parent.parent, timeout=60
    )
    assert [j["status"] for j in list_jobs()] == ["interrupted"]


def test_native_parts_work_in_a_program_of_ones_own():
    native = autotune(parabola, ranges=SPACE, max_trials=9).compile("optuna").native
    study = optuna.create_study(
        sampler=native.sampler, pruner=native.pruner, direction=native.direction
    )
    for point in native.enqueued:
        study.enqueue_trial(point)
    study.optimize(
        lambda trial: parabola(**native.define(trial)), n_trials=20, callbacks=native.callbacks
    )
    assert len(study.trials) == 9 and study.trials[0].params == {"x": 1.0, "k": 3}
    assert set(native.distributions) == {"x", "k"}


def test_the_compiled_plan_is_plain_data():
    config = (
        autotune(DecisionTreeClassifier(), *load_iris(return_X_y=True)).compile("optuna").config()
    )
    assert (
        json.dumps(config)
        and config["sampler"]["name"] == "KnowledgeSampler"
        and config["direction"] == "maximize"
    )


@pytest.mark.slow
def test_a_deleted_job_is_gone(tmp_path):
    for storage in (None, f"sqlite:///{tmp_path / 'jobs.db'}"):
        autotune(parabola, ranges=SPACE, max_trials=1).run(name="gone", storage=storage).delete()
        assert list_jobs(storage) == []


@pytest.mark.slow
def test_catboost_writes_no_files(tmp_path, monkeypatch):
    from catboost import CatBoostClassifier

    monkeypatch.chdir(tmp_path)
    job = autotune(CatBoostClassifier(iterations=3), X, Y, max_trials=2, cv=2).run(X, Y)
    assert [t.status for t in job.all_trials()] == ["finished"] * 2 and not (
        tmp_path / "catboost_info"
    ).exists()


@pytest.mark.slow
def test_a_booster_that_is_asked_to_stop_early_does_so_inside_each_fold():
    from catboost import CatBoostClassifier
    from xgboost import XGBClassifier

    boosters = [
        XGBClassifier(n_estimators=20, early_stopping_rounds=2),
        LGBMClassifier(n_estimators=20, early_stopping_round=2, verbose=-1),
        CatBoostClassifier(iterations=20, early_stopping_rounds=2, verbose=False),
    ]
    for booster in boosters:
        job = autotune(booster, X, Y, max_trials=2, cv=3).run(X, Y, sample_weight=np.ones(len(Y)))
        assert [t.status for t in job.all_trials()] == ["finished"] * 2, job.all_trials()


@pytest.mark.slow
def test_ctrl_c_ends_the_job_cleanly_and_leaves_no_process():
    code = (
        "import time; from autotune import autotune, Float\n"
        "def slow(x=0.5):\n    time.sleep(0.2)\n    return x\n"
    )
    code += "autotune(slow, ranges={'x': Float(0, 1)}, max_trials=99).run(name='cut')"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent.parent.parent,
        preexec_fn=_hear_ctrl_c,
    )
    while not any(j["best"] is not None for j in list_jobs()):
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=10)
    record = Job.load("cut").describe()
    assert (
        record["status"] == "stopped"
        and record["counters"]["finished"] == record["counters"]["total"] < 99
    )
    workers = subprocess.run(
        ["pgrep", "-fc", f"autotune.workers.worker [0-9]+ {process.pid} "],
        capture_output=True,
        text=True,
        check=False,
    )
    assert workers.stdout.strip() == "0"


def _hear_ctrl_c():
    """A runner in the background may have been told to ignore Ctrl-C, and its children with it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.slow
def test_the_record_tells_data_apart():
    import pandas as pd
    from scipy.sparse import csr_matrix

    from autotune.record.environment import data_print

    def printed(X, y):
        return data_print({"X": X, "y": y})

    job = autotune(DecisionTreeClassifier(), max_trials=1).run(X, Y)
    assert job.describe()["environment"]["data"] == printed(X, Y)
    assert printed(X, Y) == printed(X.copy(), Y.copy()) != printed(X + 1e-9, Y)
    frame = pd.DataFrame(X, columns=list("abcd"))
    assert (
        printed(frame, Y)
        == printed(frame.copy(), Y)
        != printed(frame.rename(columns={"a": "z"}), Y)
    )
    assert printed(csr_matrix(X), Y) == printed(csr_matrix(X), Y) != printed(csr_matrix(X * 2), Y)
