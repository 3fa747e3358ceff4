"""Jobs on Ray: the same trials, caps and record as anywhere; nodes and drivers that are lost."""

import json
import os
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest

from autotune import AutotuneError, Job, autotune
from autotune.record.job_list import list_jobs
from autotune.testing.driving import drawn
from benchmarks.stubborn import KINDS, forked_children_eat_memory
from tests.cluster import Cluster
from tests.jobs import RANGES, command, ended, has_finished, kill, plan, quick, start, until

ray = pytest.importorskip("ray")
pytestmark = pytest.mark.slow
X = {"x": RANGES["x"]}
ON_CLUSTER = "plan(slow, max_trials=25).run(engine='ray', address={!r}, name='lost')"


@pytest.fixture(scope="module")
def cluster():
    """A head and two nodes of one CPU."""
    with Cluster() as cluster:
        yield cluster


def _trials(job):
    return [(t.number, t.status, t.params, t.value) for t in job.all_trials()]


def test_a_job_tries_what_it_would_on_optuna(ray_session):
    settings = {"max_parallel": 1, "max_trials": 15, "seed": 3}
    jobs = [plan(quick, **settings).run(engine=engine, name=engine) for engine in ("ray", "optuna")]
    assert _trials(jobs[0]) == _trials(jobs[1])
    assert Job.load("ray").status == "completed" and Job.load("ray").record["engine"] == "ray"


@pytest.mark.parametrize("kind", [*KINDS[:4], forked_children_eat_memory], ids=lambda k: k.__name__)
def test_whatever_a_trial_does_it_ends_at_its_timeout(ray_session, kind):
    caps = {"max_parallel": 1, "max_trials": 2, "trial_timeout": 0.5}
    job = ended(autotune(kind, ranges=X, completion={}, **caps).run, engine="ray")
    assert [t.status for t in job.all_trials()] == ["timed out"] * 2
    assert all(t.seconds < 1.5 for t in job.all_trials())


def test_max_runtime_ends_a_job_whatever_its_trials_do(ray_session):
    caps = {"max_parallel": 2, "max_trials": 4, "max_runtime": 4}
    job = ended(autotune(KINDS[2], ranges=X, completion={}, **caps).run, engine="ray")
    assert {t.status for t in job.all_trials()} == {"interrupted"} and job.describe()["consumed"][
        "seconds"
    ] < 5
    assert job.describe()["completion"]["criterion"] == "max_runtime"


def test_a_trial_over_its_memory_is_killed_and_the_job_goes_on(ray_session):
    limits = {"max_parallel": 1, "max_trials": 2, "memory_limit": "300 MB"}
    greedy = autotune(forked_children_eat_memory, ranges=X, completion={}, **limits)
    job = ended(greedy.run, engine="ray")
    assert [t.status for t in job.all_trials()] == ["out of memory"] * 2


def test_reports_reach_the_pruner_and_a_crash_is_tried_again(ray_session, tmp_path):
    def train(x=0.5):
        if not (tmp_path / "tried").exists():
            (tmp_path / "tried").touch()
            os._exit(7)
        for step in range(6):
            yield x * step

    job = autotune(
        train, ranges={"x": (0.0, 1.0)}, early_stopping="median", max_trials=20, completion={}
    ).run(engine="ray")
    counters = job.describe()["counters"]
    assert counters["stopped"] > 0 and counters["failed"] == 0 and counters["total"] == 20


def test_a_draw_that_takes_long_is_no_training_in_the_wrong_place(monkeypatch):
    monkeypatch.setattr("ray.tune.search.optuna.optuna_search.DEFINE_BY_RUN_WARN_THRESHOLD_S", -1.0)
    made = plan(quick)
    assert made.compile("ray").native.tune_config.search_alg.suggest("0") is not None
    assert drawn("ray", made, 1)


@pytest.mark.parametrize("killed", [False, True])
def test_data_reach_a_node_without_the_file_and_are_removed_with_the_actors(
    killed, ray_session, tmp_path, monkeypatch
):
    from autotune.objective.factory import make_objective
    from autotune.workers.pickling import pickled, write_file
    from autotune_ray.workers import RayWorkers

    x = np.arange(1_000_000.0)
    made = plan(quick)
    write_file(
        pickled(make_objective(made, {}, lambda params: float(x.sum())), made),
        tmp_path / "objective",
    )
    # To the actors theirs is another file, as on a node that lacks it.
    monkeypatch.setattr("autotune_ray.workers.stamp_of", lambda file: (0, 0))
    with RayWorkers(2, tmp_path / "objective") as workers:
        until(lambda: workers.free == 2 or workers.wait(0.2), seconds=200)  # actors start slowly
        workers.submit(0, {"x": 1.0}, 0)
        workers.submit(1, {"x": 1.0}, 0)
        events = []
        until(lambda: events.extend(workers.wait(0.2)) or len(events) == 2, seconds=100)
        assert workers._ref is not None
        assert kept(workers)
        for slot in workers._slots if killed else ():
            ray_session.kill(slot.host)
    assert [list(event.metrics.values()) for event in events] == [[x.sum()], [x.sum()]]
    until(lambda: not kept(workers))


def kept(workers):
    return list(Path(tempfile.gettempdir()).glob(f"autotune-*/{workers._name}"))


def test_an_objective_that_cannot_travel_is_named(ray_session):
    lock = threading.Lock()
    with pytest.raises(AutotuneError, match="must travel to worker processes"):
        plan(quick).run(engine="ray", objective=lambda params: lock and 1.0)


def test_a_killed_driver_leaves_nothing_running_and_the_job_is_gone_on_with_on_ray():
    driver = start("plan(slow, max_trials=30).run(engine='ray', name='killed')")
    until(lambda: has_finished("killed", 5))
    kill(driver)
    finished = [t.number for t in Job.load("killed").all_trials() if t.status == "finished"]
    job = Job.load("killed").resume()
    assert job.status == "completed" and {t.status for t in job.all_trials()} == {"finished"}
    assert len(job.all_trials()) == 30 and len(finished) >= 5 and job.record["engine"] == "ray"
    pattern = "autotune.workers.worker"
    until(
        lambda: (
            not subprocess.run(
                ["pgrep", "-f", f"{pattern} [0-9]+ {driver.pid} "], capture_output=True, text=True
            ).stdout
        )
    )


def test_a_node_killed_in_mid_job_loses_no_finished_trial(cluster):
    driver = start(ON_CLUSTER.format(cluster.address))
    until(lambda: has_finished("lost", 6))
    before = {t.number: t.value for t in Job.load("lost").all_trials() if t.status == "finished"}
    cluster.kill(cluster.nodes[0])
    printed, told = driver.communicate(timeout=120)
    job = Job.load("lost")
    after = {t.number: t.value for t in job.all_trials() if t.status == "finished"}
    assert len(after) == 25 and before.items() <= after.items() and job.status == "completed"
    assert "lost a worker or its node" in told and "raylet" not in printed + told


def test_a_job_on_a_cluster_is_stopped_and_resumed_from_elsewhere(cluster):
    driver = start(ON_CLUSTER.format(cluster.address).replace("lost", "stopped"))
    until(lambda: has_finished("stopped", 3))
    assert Job.load("stopped").stop() == "stopped"
    driver.communicate(timeout=60)
    assert (
        Job.load("stopped").status == "stopped"
        and Job.load("stopped").record["address"] == cluster.address
    )
    assert command("resume", "stopped", "--address", "local", "--quiet").returncode == 0
    assert Job.load("stopped").describe()["counters"]["finished"] == 25


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("127.0.0.1:1", "must answer at 127.0.0.1:1"),
        ("nowhere", "must be HOST:PORT"),
        ("ray://127.0.0.1:10001", "Run on a node of the cluster"),
        ("", "something listens there that is no Ray"),
    ],
)
def test_an_address_that_does_not_answer_is_said_before_any_record(address, why):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        asked = start(
            "plan(quick).run(engine='ray', "
            f"address={address or f'127.0.0.1:{silent.getsockname()[1]}'!r}, name='none')"
        )
        _, told = asked.communicate(timeout=60)
    assert why in told.splitlines()[-1] and not list_jobs()


def test_a_cluster_without_room_for_a_trial_is_refused(cluster):
    asked = start(
        f"plan(quick, threads_per_trial=64).run(engine='ray', address={cluster.address!r})"
    )
    _, told = asked.communicate(timeout=60)
    assert "must have the 64 CPUs of one trial, got 1 at most" in told and not list_jobs()


@pytest.mark.parametrize("use", [".run(engine='ray')", ".compile('ray').native"])
def test_without_ray_it_is_said_how_to_install_it(use):
    code = f"import sys; sys.modules['ray'] = None; plan(quick){use}"
    _, told = start(code).communicate(timeout=60)
    assert not list_jobs()
    assert "pip install 'autotune-hpo[ray]'" in told.splitlines()[-1] and "EngineError" in told


def test_the_command_prints_the_record_alone(tmp_path):
    rows = "\n".join(f"{i % 7},{i % 3},{i % 2}" for i in range(60))
    (tmp_path / "train.csv").write_text(f"a,b,y\n{rows}\n")
    words = [
        "--data",
        str(tmp_path / "train.csv"),
        "--target",
        "y",
        "--set",
        "max_trials=3",
        "--engine",
        "ray",
        "--quiet",
        "--json",
    ]
    got = command("run", "sklearn.tree.DecisionTreeClassifier", *words)
    assert json.loads(got.stdout)["counters"]["finished"] == 3 and not got.stderr, got.stderr


def test_an_address_goes_with_ray_only():
    with pytest.raises(
        AutotuneError, match="address must be left out where trials run on this machine"
    ):
        plan(quick).run(address="10.0.0.1:6379")
