"""Listing, deleting and comparing jobs on the command line."""

import json

import pytest

from autotune import Float, Job, autotune
from autotune.record.job_list import in_order, list_jobs
from tests.record.made import made_job


def train(x=0.5, y=0.5):
    return x + y


def plan(mode="max", **settings):
    ranges = {"x": Float(0, 1), "y": Float(0, 1)}
    return autotune(
        train, mode=mode, **{"ranges": ranges, "metric": "m", "max_trials": 5} | settings
    )


def job(name, value, mode="max", **options):
    trials = [] if value is None else [({"x": 0.1, "y": 0.2}, value)]
    return made_job(plan(mode), trials, name, **options)


@pytest.mark.parametrize(
    ("values", "order"),
    [
        ({"a": (0.2, "max"), "b": (0.9, "max"), "c": (0.5, "max")}, "bca"),
        ({"a": (0.2, "min"), "b": (0.9, "min"), "c": (0.5, "min")}, "acb"),
        ({"a": (None, "min"), "b": (-3.0, "min"), "c": (-5.0, "min")}, "cba"),
        ({"a": (1.0, "min"), "b": (2.0, "min"), "c": (1.0, "max"), "d": (2.0, "max")}, "dcab"),
    ],
)
def test_jobs_are_sorted_by_what_is_best_in_their_mode(values, order, run):
    for name, (value, mode) in values.items():
        job(name, value, mode)
    listed = json.loads(run("list", "--sort", "best", "--json")[1])
    assert "".join(entry["name"] for entry in listed) == order
    assert [e["name"] for e in in_order(list_jobs(), "name")] == sorted(values)


def test_jobs_are_filtered_by_status_estimator_and_time(run):
    job("old", 0.1, created="2020-05-01T10:00:00+00:00")
    job("new", 0.2, status="failed")
    made_job(autotune("sklearn.svm.SVC"), [], "svc", created="2021-01-01T00:00:00+00:00")

    def names(*options):
        return {entry["name"] for entry in json.loads(run("list", *options, "--json")[1])}

    assert names("--since", "2020-12-31") == {"new", "svc"} and names("--since", "2d") == {"new"}
    assert names("--estimator", "TRAIN") == {"old", "new"} and names("--estimator", "svm") == {
        "svc"
    }
    assert names("--status", "completed", "--estimator", "train") == {"old"}
    assert "No job matches" in run("list", "--status", "stopped")[1]
    code, _, err = run("list", "--since", "yesterday")
    assert code == 2 and "--since must be a date or a time ago, got 'yesterday'" in err


def test_delete_removes_the_job_s_files_and_no_others(run, home):
    for name in ("a", "a.b", "other"):
        found = job(name, 0.5)
        (found.trials_path / "0").mkdir(parents=True)
        (found.trials_path / "0" / "log.txt").write_text("printed")
        found.objective_path.write_text("pickled")
    folder = home / "jobs"
    (folder / "a.notes").write_text("mine")
    (folder / "a.csv").write_text("mine")
    code, out, _ = run("delete", "a", "--yes")
    assert (code, out) == (0, "Deleted a.\n")
    left = {path.name for path in folder.iterdir() if path.name.startswith("a.")}
    assert left == {"a.notes", "a.csv"} | {n for n in left if n.startswith("a.b.")}
    assert Job.load("a.b").log(0) == "printed" and Job.load("other").objective_path.exists()
    assert json.loads(run("delete", "a.b", "other", "--yes", "--json")[1])["deleted"]
    assert list_jobs() == [] and {p.name for p in folder.iterdir()} == {"a.notes", "a.csv"}


def test_a_link_to_where_trials_were_moved_is_removed_and_not_what_it_points_to(run, tmp_path):
    found = job("linked", 0.5)
    elsewhere = tmp_path / "disk"
    elsewhere.mkdir()
    (elsewhere / "data.csv").write_text("mine")
    found.trials_path.symlink_to(elsewhere)
    assert run("delete", "linked", "--yes")[0] == 0
    assert (elsewhere / "data.csv").exists() and not found.trials_path.is_symlink()


def test_delete_asks_on_a_terminal_and_is_refused_without(run, monkeypatch):
    job("kept", 0.5)
    code, _, err = run("delete", "kept")
    assert code == 2 and err.startswith("autotune: deleting must be confirmed") and "--yes" in err

    class Terminal:
        def __init__(self, answer):
            self.answer = answer

        def isatty(self):
            return True

        def readline(self):
            return self.answer

    for answer in ("\n", "n\n", ""):
        monkeypatch.setattr("sys.stdin", Terminal(answer))
        code, _, err = run("delete", "kept")
        assert code == 1 and "Delete 1 job for good? [y/N]" in err and "1 trial" in err
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert run("delete", "kept")[0] == 0 and list_jobs() == []


def test_a_running_job_and_an_unknown_one_are_not_deleted_nor_those_named_beside_it(run):
    job("done", 0.5)
    running = job("busy", 0.5, status="running")
    lease = running.store.take(running.study)
    code, _, err = run("delete", "done", "busy", "--yes")
    lease.release()
    assert code == 2 and "must have ended to be deleted" in err and "autotune stop busy" in err
    code, _, err = run("delete", "done", "dome", "--yes")
    assert code == 2 and "'dome'" in err and len(list_jobs()) == 2


def test_delete_works_in_a_database(run, tmp_path):
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    job("a", 0.5, storage=url)
    job("b", 0.5, storage=url)
    assert run("delete", "a", "--storage", url, "--yes")[0] == 0
    assert [entry["name"] for entry in list_jobs(url)] == ["b"]


def test_diff_shows_a_line_for_what_differs_between_a_job_and_a_file(run, tmp_path):
    job("first", 0.5)
    wider = {"x": Float(0, 4), "y": Float(0, 1)}
    plan("min", ranges=wider, max_trials=80).save(tmp_path / "plan.yaml")
    code, out, _ = run("diff", "first", tmp_path / "plan.yaml")
    lines = out.splitlines()
    assert code == 0 and "ranges.x: 0 .. 1 → 0 .. 4" in lines
    assert {"max_trials: 5 → 80", "mode: max → min"} <= set(lines)
    assert not any("ranges.y" in line for line in lines)
    found = json.loads(run("diff", "first", tmp_path / "plan.yaml", "--json")[1])
    assert found["max_trials"] == {"before": 5, "after": 80}
    assert run("diff", "first", "first")[1] == "The plans do not differ.\n"


def test_diff_shows_how_many_configurations_a_search_knows_and_not_which():
    few = autotune("sklearn.ensemble.RandomForestClassifier", tune=["max_features"])
    many = autotune("sklearn.ensemble.RandomForestClassifier")
    text = str(few.diff(many))
    assert "ranges.min_samples_leaf: none → " in text
    line = next(line for line in text.splitlines() if line.startswith("portfolio: "))
    assert line.count("configurations") == 2 and max(map(len, text.splitlines())) < 200


def test_describe_shows_statistics_and_steps_of_a_job(run):
    columns = {
        "step": [1, 2],
        "seconds": [0.5, 1.5],
        "metrics": {"m": [1.0, 3.0], "n": [None, 7.0]},
    }
    statistics = {"m": {"min": 1, "max": 3, "mean": 2, "std": 1, "last": 3, "count": 2}}
    details = {"steps": columns, "statistics": statistics, "warnings": {"UserWarning": 2}}
    found = made_job(plan(), [({"x": 0.1, "y": 0.2}, 3.0, details), ({"x": 0.3, "y": 0.2}, 1.0)])
    table = found.trials()
    assert table["m mean"].tolist() == [2, 1.0] and table["m count"].tolist() == [2, 1]
    record = json.loads(run("describe", "made", "--steps", "--trials", "--json")[1])
    assert [row["metric"] for row in record["steps"]] == ["m", "m", "n"]
    assert record["trials"][0]["warnings"] == {"UserWarning": 2}
    out = run("describe", "made", "--steps")[1]
    assert "Steps" in out and "UserWarning ×2" in out and "1.5 s" in out


@pytest.mark.parametrize("command", ["delete", "diff", "log"])
def test_help_of_the_commands_has_an_example(run, command):
    code, out, _ = run(command, "--help")
    assert code == 0 and f"Example: autotune {command}" in out
