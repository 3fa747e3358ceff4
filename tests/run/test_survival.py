"""Jobs that are killed, stopped, interrupted, or lose their disk.

Nothing finished is lost, and they can be resumed.
"""

import os
import signal
import subprocess
import time
from collections import Counter

import pytest

from autotune import AutotuneError, Job
from autotune.errors import StoreError
from autotune.record.job_list import list_jobs
from autotune.record.store import open_store
from autotune.workers.pickling import pickled, read_file, write_file
from benchmarks import chaos_job
from benchmarks.chaos import Victim, check, torture
from tests.jobs import command, ended, has_finished, kill, left_by, plan, quick, start, until


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["journal", "sqlite"])
def test_kills_at_random_moments_lose_nothing(kind, tmp_path):
    storage = str(tmp_path / "jobs") if kind == "journal" else f"sqlite:///{tmp_path / 'jobs.db'}"
    counts = torture(storage, kills=5, seed=11)
    assert counts.pop("kills") == 5 and counts.pop("jobs") and counts.pop("trials")
    assert not any(counts.values()), counts


@pytest.mark.slow
def test_the_count_of_what_kills_lose_notices_a_loss(tmp_path):
    plan(chaos_job.fit, max_trials=6, max_parallel=1, ranges=chaos_job.RANGES).run(
        name="robbed", storage=str(tmp_path)
    )
    victim = Victim(str(tmp_path), "robbed", "random", tmp_path / "notes", Counter())
    victim.seen = {t.number: t.value for t in Job.load("robbed", str(tmp_path)).all_trials()}
    path = tmp_path / "robbed.journal"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if '"trial_id":4' not in line))
    check(victim, time.time())
    assert victim.counts["finished trials lost"] == 1


@pytest.mark.slow
def test_a_killed_job_is_interrupted_and_goes_on_to_the_same_end():
    process = start("plan(deterministic=True, max_trials=16).run(name='cut')")
    until(lambda: has_finished("cut", 4))
    kill(process)
    before = Job.load("cut")
    assert before.status == "interrupted" and list_jobs()[0]["status"] == "interrupted"
    kept = {t.number: (t.params, t.value) for t in before.all_trials() if t.status == "finished"}
    until(lambda: not left_by(process.pid))
    job = Job.load("cut").resume()
    trials = job.all_trials()
    assert (
        job.status == "completed"
        and len(trials) == 16
        and all(t.status == "finished" for t in trials)
    )
    assert all((trials[n].params, trials[n].value) == was for n, was in kept.items())
    calm = plan(deterministic=True, max_trials=16).run(name="calm")
    assert [t.params for t in trials] == [t.params for t in calm.all_trials()]
    assert job.describe()["consumed"]["sessions"] == 2


@pytest.mark.slow
def test_what_is_resumed_by_the_command_needs_nothing_but_the_name():
    process = start("plan(max_trials=10).run(name='cut')")
    until(lambda: has_finished("cut", 2))
    kill(process)
    done = command("resume", "cut")
    assert done.returncode == 0 and "10 finished" in done.stdout, done.stderr
    assert not Job.load("cut").objective_path.exists()
    again = command("resume", "cut")
    assert again.returncode == 0 and "nothing left to do" in again.stderr


@pytest.mark.slow
def test_the_estimators_data_are_kept_until_the_job_completes_and_other_data_are_refused():
    code = """
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier
autotune(DecisionTreeClassifier(), max_trials=90, ranges={"max_depth": (1, 90)}).run(
    *load_iris(return_X_y=True), name="cut")"""
    process = start(code)
    until(lambda: has_finished("cut", 1))
    kill(process)
    from sklearn.datasets import load_iris

    X, y = load_iris(return_X_y=True)
    with pytest.raises(StoreError, match="got other data"):
        Job.load("cut").resume(X + 1, y)
    job = Job.load("cut").resume()
    assert job.best_estimator.predict(X).shape == y.shape


@pytest.mark.slow
def test_the_caps_count_over_sessions():
    process = start("plan(max_trials=500, max_runtime=4).run(name='cut')")
    until(lambda: has_finished("cut", 1))
    time.sleep(1.5)
    kill(process)
    job = Job.load("cut").resume()
    record = job.describe()
    assert record["completion"]["criterion"] == "max_runtime"
    assert record["consumed"]["seconds"] >= 4


@pytest.mark.slow
def test_of_two_that_resume_one_job_one_wins_and_the_other_names_it():
    process = start("plan(max_trials=100).run(name='cut')")
    until(lambda: has_finished("cut", 1))
    kill(process)
    both = [start("Job.load('cut').resume()") for _ in range(2)]
    until(lambda: any(p.poll() is not None for p in both))
    loser = next(p for p in both if p.poll() is not None)
    winner = next(p for p in both if p is not loser)
    assert f"process {winner.pid} on" in loser.communicate()[1]
    assert Job.load("cut").status == "running" and winner.poll() is None
    kill(winner)


@pytest.mark.slow
def test_a_job_is_stopped_from_another_process():
    process = start("plan().run(name='far')")
    until(lambda: has_finished("far", 1))
    assert [j["status"] for j in list_jobs()] == ["running"]
    status = Job.load("far").stop()
    assert status == "stopped"
    process.communicate(timeout=60)
    record = Job.load("far").describe()
    assert "stopped by process" in record["completion"]["reason"] and record["counters"]["finished"]
    assert "not running: stopped" in command("stop", "far").stdout
    assert Job.load("far").resume().describe()["counters"]["finished"] == 60


@pytest.mark.slow
def test_the_stop_command_tells_how_to_go_on():
    process = _begun("far")
    told = command("stop", "far")
    assert told.returncode == 0 and "To go on: autotune resume far" in told.stdout
    process.communicate(timeout=60)


@pytest.mark.slow
def test_what_was_stopped_from_elsewhere_is_not_told_as_an_interruption():
    kill(_begun("far"))
    resumed = start("from autotune.cli import main; main(['resume', 'far'])")
    until(lambda: Job.load("far").status == "running")
    command("stop", "far")
    _, err = resumed.communicate(timeout=60)
    assert (
        resumed.returncode == 130
        and "To go on: autotune resume far" in err
        and "autotune: interrupted" not in err
    )


def _begun(name):
    """Begin a job that does not end by itself before a command has come."""
    process = start(f"plan(max_trials=1000).run(name={name!r})")
    until(lambda: has_finished(name, 1))
    return process


@pytest.mark.slow
@pytest.mark.parametrize(("presses", "cut"), [(1, 0), (2, 2)])
def test_ctrl_c_once_ends_when_the_running_trials_have_and_twice_now(presses, cut, tmp_path):
    go = tmp_path / "go"
    process = start(
        f"def wait(x=0.5):\n    while not Path({str(go)!r}).exists():\n        time.sleep(0.01)\n"
        "    return x\n"
        "autotune(wait, ranges={'x': [0.5, 0.6, 0.7, 0.8]}, "
        "max_parallel=2, strategy='random').run(name='cut')\nprint('never')"
    )
    until(lambda: len(list_jobs()) == 1 and len(Job.load("cut").all_trials()) == 2)
    os.killpg(process.pid, signal.SIGINT)
    while "Ctrl-C again" not in (told := process.stderr.readline()):
        assert told, "the first one was not heard"
    if presses == 2:
        os.killpg(process.pid, signal.SIGINT)
    else:
        go.touch()
    out, err = process.communicate(timeout=60)
    go.touch()
    statuses = [t.status for t in Job.load("cut").all_trials()]
    assert statuses == ["interrupted"] * cut + ["finished"] * (2 - cut), (statuses, err)
    assert (
        out.strip() == ""
        and process.returncode == -signal.SIGINT
        and "KeyboardInterrupt" in err
        and "autotune resume cut" in told + err
        and not left_by(process.pid)
    )
    assert Job.load("cut").resume().describe()["counters"]["finished"] == 4


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_closed_terminal_and_a_polite_end_leave_a_stopped_job(number):
    process = start("plan().run(name='cut')")
    until(lambda: has_finished("cut", 1))
    os.killpg(process.pid, number)
    process.communicate(timeout=60)
    assert process.returncode == 128 + number
    record = Job.load("cut").describe()
    assert (
        record["status"] == "stopped"
        and signal.Signals(number).name in record["completion"]["reason"]
    )
    assert Job.load("cut").resume().status == "completed"


@pytest.mark.slow
def test_a_program_with_a_handler_of_its_own_decides_what_follows_its_job():
    process = start(
        "heard = []\nsignal.signal(signal.SIGTERM, lambda *_: heard.append('term'))\n"
        "job = plan().run(name='cut')\nprint(job.status, heard)"
    )
    until(lambda: has_finished("cut", 1))
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=60)
    assert out.strip() == "stopped ['term']" and process.returncode == 0


@pytest.mark.slow
def test_a_worker_killed_by_the_kernel_is_replaced_and_its_trial_tried_again():
    process = start("plan(max_trials=12).run(name='hurt')")
    until(lambda: has_finished("hurt", 2))
    found = subprocess.run(
        ["pgrep", "-f", f"autotune.workers.worker [0-9]+ {process.pid} "],
        capture_output=True,
        text=True,
    )
    for pid in found.stdout.split():
        os.kill(int(pid), signal.SIGKILL)
    process.communicate(timeout=60)
    assert Job.load("hurt").describe()["counters"]["finished"] == 12


@pytest.mark.slow
def test_a_full_disk_ends_the_job_with_one_clear_line_and_it_goes_on_once_there_is_room():
    code = """
import resource
from autotune.record import writer
from autotune import AutotuneError
writer.PATIENCE = 1.0
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, resource.RLIM_INFINITY))
try:
    plan(quick, max_trials=400, max_parallel=1, strategy="random").run(name="full")
except AutotuneError as error:
    print(error)"""
    out, err = start(code.format(limit=40_000)).communicate(timeout=60)
    assert (
        "could not be written for 1 s" in out
        and "autotune resume full" in out
        and "\n" not in out.strip()
    ), err
    cut = Job.load("full")
    finished = cut.describe()["counters"]["finished"]
    path = open_store()._path("full")
    assert (
        cut.status == "interrupted"
        and finished > 20
        and path.read_bytes().endswith(b"\n")
        and path.stat().st_size <= 40_000
    )
    job = cut.resume()
    assert job.status == "completed" and job.describe()["counters"]["finished"] == 400


@pytest.mark.slow
def test_a_disk_that_has_room_again_in_time_is_waited_for():
    code = """
import resource, threading
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, resource.RLIM_INFINITY))
unlimited = (resource.RLIM_INFINITY,) * 2
threading.Timer(3, resource.setrlimit, (resource.RLIMIT_FSIZE, unlimited)).start()
print(plan(quick, max_trials=200, max_parallel=1, strategy="random").run(name="full").status)"""
    out, err = start(code).communicate(timeout=60)
    assert out.strip() == "completed" and len(Job.load("full").all_trials()) == 200, err


@pytest.mark.slow
def test_a_locked_database_is_waited_for(tmp_path):
    import sqlite3

    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    process = start(f"print(plan(max_trials=20).run(name='held', storage={url!r}).status)")
    until(lambda: has_finished("held", 2, url))
    with sqlite3.connect(tmp_path / "jobs.db") as other:
        other.execute("BEGIN EXCLUSIVE")
        time.sleep(8)
        other.rollback()
    other.close()
    out, err = process.communicate(timeout=60)
    assert out.strip() == "completed" and len(Job.load("held", url).all_trials()) == 20, err


@pytest.mark.slow
def test_a_torn_last_line_and_a_stale_lock_do_not_matter():
    process = start("plan(max_trials=14).run(name='torn')")
    until(lambda: has_finished("torn", 3))
    kill(process)
    path = open_store()._path("torn")
    with path.open("ab") as file:
        file.write(b'{"op_code": 4, "worker_id": "x", "stu')
    path.with_name(path.name + ".lock").touch()
    assert Job.load("torn").status == "interrupted"
    job = Job.load("torn").resume()
    assert job.describe()["counters"]["finished"] == 14
    assert Job.load("torn").describe() == job.describe()


@pytest.mark.slow
def test_processes_that_trials_started_end_with_the_trial_and_with_a_killed_job(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("STUBBORN_NOTES", str(tmp_path / "pids"))
    code = (
        "from benchmarks.stubborn import forks\n"
        "autotune(forks, ranges={'x': (0.1, 0.9)}, max_parallel=1, max_trials=1"
    )
    timed = start(code + ", trial_timeout=1.0).run()")
    timed.communicate(timeout=60)
    assert len(_pids(tmp_path)) == 3 and not _alive(tmp_path)
    killed = start(code + ").run(name='killed')")
    until(lambda: len(_pids(tmp_path)) == 6)
    kill(killed)
    until(lambda: not _alive(tmp_path))


def _pids(folder):
    path = folder / "pids"
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def _alive(folder):
    import psutil

    return [
        p for p in _pids(folder) if psutil.pid_exists(p) and psutil.Process(p).status() != "zombie"
    ]


@pytest.mark.slow
def test_a_job_begun_with_other_versions_is_refused():
    process = start("plan().run(name='cut')")
    until(lambda: has_finished("cut", 1))
    kill(process)
    job = Job.load("cut")
    job.record["environment"]["libraries"]["optuna"] = "3.1.0"
    with pytest.raises(StoreError, match=r"optuna 3\.1\.0 \(here"):
        job.resume()
    assert job.store.lease(job.study).held() is False


@pytest.mark.slow
def test_a_job_goes_on_elsewhere_with_the_objective_given_again():
    code = "autotune('random-forest', max_trials=40, ranges={'max_depth': (2, 9)})"
    process = start(code + ".run(objective=lambda params: time.sleep(0.2) or 1.0, name='cut')")
    until(lambda: has_finished("cut", 1))
    kill(process)
    Job.load("cut").objective_path.unlink()
    with pytest.raises(StoreError, match="Give X and y, or objective"):
        Job.load("cut").resume()
    assert Job.load("cut").resume(objective=lambda params: 1.0).status == "completed"


def test_an_objective_that_another_user_wrote_is_not_loaded(monkeypatch):
    plan(quick, max_trials=2).run(name="a")
    path = Job.load("a").objective_path
    write_file(pickled(quick, None), path)
    assert read_file(path)[0] is quick and path.stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    os.chown(path, 4712, -1) if os.geteuid() == 0 else monkeypatch.setattr(
        os, "fstat", lambda _: type("S", (), {"st_uid": 4712})
    )
    with pytest.raises(StoreError, match="must be your own file"):
        read_file(path)


@pytest.mark.slow
def test_a_job_whose_objective_cannot_be_written_leaves_no_trace():
    code = """
import resource
from autotune import AutotuneError
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
big = b"x" * 100_000
try:
    plan("random-forest").run(objective=lambda s: len(big), name="big")
except AutotuneError as error:
    print(error)"""
    out, err = start(
        code.replace('plan("random-forest")', 'autotune("random-forest")')
    ).communicate(timeout=60)
    assert "must be writable for what trials evaluate" in out and list_jobs() == [], err


def test_the_lease_of_a_folder_is_free_the_moment_its_process_is_gone(tmp_path):
    store = open_store(tmp_path)
    job = plan(quick, max_trials=2).run(name="a", storage=str(tmp_path))
    first, second = store.lease(job.study), store.lease(job.study)
    assert first.take() and second.held() and not second.take()
    first.release()
    assert not second.held() and second.take()
    second.release()
    code = f"""
from autotune.record.store import open_store
from autotune.workers.pickling import pickled, read_file, write_file
lease = open_store({str(tmp_path)!r}).lease(Job.load('a', {str(tmp_path)!r}).study)
print(lease.take(), flush=True)
time.sleep(60)"""
    process = start(code)
    assert process.stdout.readline().strip() == "True" and first.held()
    kill(process)
    assert not first.held()


def test_an_error_of_a_resume_is_one_line(tmp_path):
    with pytest.raises(AutotuneError, match="got none"):
        Job.load("nobody", str(tmp_path)).resume()
    told = command("resume", "nobody", "--storage", str(tmp_path))
    assert told.returncode == 2 and told.stderr.count("\n") == 1


@pytest.mark.slow
def test_jobs_of_one_name_in_two_databases_keep_their_own_objectives(tmp_path, monkeypatch):
    for folder, offset in (("one", 0), ("two", 1000)):
        (tmp_path / folder).mkdir()
        code = f"""
os.chdir({str(tmp_path / folder)!r})
def f(x=0.5):
    time.sleep(0.1)
    return x + {offset}
autotune(f, ranges={{'x': Float(0, 1)}}, max_trials=30, completion={{}}).run(name='same', storage='sqlite:///jobs.db')"""
        process = start("import os" + code)
        until(
            lambda folder=folder: has_finished("same", 1, f"sqlite:///{tmp_path / folder}/jobs.db")
        )
        kill(process)
    monkeypatch.chdir(tmp_path / "one")
    assert max(t.value for t in Job.load("same", "sqlite:///jobs.db").resume().all_trials()) < 2
    monkeypatch.chdir(tmp_path / "two")
    absolute = f"sqlite:///{tmp_path / 'two' / 'jobs.db'}"
    assert min(t.value for t in Job.load("same", absolute).resume().all_trials()) > 999


@pytest.mark.slow
def test_a_child_that_the_users_program_forked_does_not_keep_a_dead_job_running():
    code = """
import os, threading
threading.Thread(target=lambda: plan().run(name='forked'), daemon=True).start()
until(lambda: has_finished('forked', 1))
pid = os.fork()
if pid == 0:
    time.sleep(30)
    os._exit(0)
print(pid, flush=True)
time.sleep(30)"""
    process = start(code)
    child = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert Job.load("forked").status == "interrupted"
    lease = open_store().take(Job.load("forked").study)
    lease.release()
    os.kill(child, signal.SIGKILL)
    process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("what", ["journal", "lease"])
def test_a_job_whose_files_are_removed_ends_at_once_and_says_so(what):
    process = start("(plan().run(name='gone'))")
    until(lambda: has_finished("gone", 1))
    (open_store().folder / f"gone.{what}").unlink()
    _, err = process.communicate(timeout=60)
    assert "or its files were removed" in err and process.returncode == 1


def test_what_a_trial_writes_to_its_connection_does_not_end_the_job():
    def scribbles(x=0.5):
        for number in range(3, 30):
            try:
                os.write(number, b"\x00\x00\x00\x04junk")
            except OSError:
                continue
        return x

    job = ended(plan(scribbles, ranges={"x": [0.5, 0.6]}, max_trials=2).run)
    assert {t.status for t in job.all_trials()} <= {"failed", "finished"} and job.status in (
        "failed",
        "completed",
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"y": [1]}, "y must go with X"),
        ({"groups": [1]}, "groups must go with X"),
        ({"X": [[1.0]], "y": [1]}, "must not be given"),
    ],
)
def test_what_a_resumed_job_cannot_use_is_refused(given, words):
    job = plan(quick, max_trials=2).run(name="a")
    job.study.set_user_attr("autotune:state", {"status": "stopped", "session": 1})
    with pytest.raises(AutotuneError, match=words):
        Job.load("a").resume(**given)
    assert Job.load("a").status == "stopped"


@pytest.mark.slow
def test_an_objective_is_no_substitute_for_the_data_a_job_was_begun_with():
    from sklearn.datasets import load_iris
    from sklearn.tree import DecisionTreeClassifier

    from autotune import autotune

    X, y = load_iris(return_X_y=True)
    job = autotune(DecisionTreeClassifier(), X, y, max_trials=2).run(X, y, name="a")
    job.study.set_user_attr("autotune:state", {"status": "stopped", "session": 1})
    with pytest.raises(AutotuneError, match="begun with X and y"):
        Job.load("a").resume(objective=lambda params: 99.0)


@pytest.mark.parametrize(
    "storage", [5, True, [], b"x", "", " ", "sqlite:", "sqlite://", "sqlite:///:memory:", os]
)
def test_a_storage_that_is_none_is_refused(storage):
    with pytest.raises(StoreError, match="storage must"):
        list_jobs(storage)


@pytest.mark.slow
def test_a_terminal_of_few_characters_and_an_error_of_odd_ones_are_no_failure():
    def odd(x=0.5):
        raise ValueError("bad \udcff \x1b[2J name")

    job = ended(plan(odd, ranges={"x": [0.5, 0.6]}, max_trials=2).run, name="odd")
    assert job.all_trials()[0].error == "ValueError: bad ? ?[2J name" and len(job.trials()) == 2
    for words in (("describe", "odd"), ("describe", "odd", "--trials"), ("list",)):
        told = command(*words, env={**os.environ, "PYTHONIOENCODING": "latin-1"})
        assert told.returncode == 0 and "Traceback" not in told.stderr, told.stderr
