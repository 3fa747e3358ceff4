"""What happens where a job's name is taken: an error, the job back, resumed, or replaced."""

import pytest
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

from autotune import AutotuneError, Float, Job, autotune
from autotune.cli import main
from tests.jobs import plan, quick

X, y = load_iris(return_X_y=True)


def numbers(job):
    return [trial.number for trial in job.all_trials()]


def test_a_taken_name_is_an_error_unless_said_otherwise():
    plan(quick, max_trials=2).run(name="a")
    with pytest.raises(AutotuneError, match="must be new, got 'a'"):
        plan(quick, max_trials=2).run(name="a")


def test_return_gives_the_same_job_back_without_a_trial():
    first = plan(quick, max_trials=2).run(name="a", exists="return")
    started = [trial.started for trial in first.all_trials()]
    again = plan(quick, max_trials=2).run(name="a", exists="return")
    assert [trial.started for trial in again.all_trials()] == started


def test_resume_completes_what_was_interrupted_and_returns_what_is_complete():
    made = plan(quick, max_trials=4)
    job = made.run(name="a", exists="resume")
    assert numbers(made.run(name="a", exists="resume")) == numbers(job) == [0, 1, 2, 3]


def test_replace_begins_again_with_any_plan():
    old = plan(quick, max_trials=2).run(name="a")
    identifier = old.record["id"]
    new = plan(quick, max_trials=3).run(name="a", exists="replace")
    assert numbers(new) == [0, 1, 2]
    assert Job.load("a").record["id"] != identifier


@pytest.mark.slow
@pytest.mark.parametrize("exists", ["return", "resume"])
def test_another_plan_or_other_data_under_the_name_is_refused(exists):
    made = autotune(DecisionTreeClassifier(), X, y, max_trials=2)
    made.run(X, y, name="a")
    with pytest.raises(AutotuneError, match="another plan \\(see max_trials"):
        autotune(DecisionTreeClassifier(), X, y, max_trials=3).run(X, y, name="a", exists=exists)
    with pytest.raises(AutotuneError, match="other data"):
        made.run(X + 1, y, name="a", exists=exists)
    assert made.run(X, y, name="a", exists=exists).best_score > 0.5


def test_a_plan_that_cannot_run_replaces_nothing():
    plan(quick, max_trials=2).run(name="a")
    with pytest.raises(AutotuneError):
        autotune(DecisionTreeClassifier(), max_trials=2).run(name="a", exists="replace")
    assert numbers(Job.load("a")) == [0, 1]


def test_a_warm_started_job_comes_back_too():
    plan(quick, max_trials=3).run(name="parent")
    child = plan(quick, max_trials=2, warm_start=["parent"]).run(name="child", exists="return")
    again = plan(quick, max_trials=2, warm_start=["parent"]).run(name="child", exists="return")
    assert numbers(again) == numbers(child)


def test_another_word_is_refused_with_the_nearest():
    with pytest.raises(AutotuneError, match="error, return, resume, replace"):
        plan(quick, max_trials=2).run(name="a", exists="resum")


@pytest.mark.slow
def test_the_command_line_knows_it(tmp_path, capsys):
    table = "\n".join(["a,y", *(f"{i % 7},{i % 2}" for i in range(40))])
    (tmp_path / "t.csv").write_text(table + "\n")
    arguments = ["run", "sklearn.tree.DecisionTreeClassifier", "--data", str(tmp_path / "t.csv")]
    arguments += ["--target", "y", "--name", "tree", "--set", "max_trials=1", "--quiet"]
    arguments += ["--no-preflight"]
    assert code_of(arguments) == 0
    assert code_of(arguments) == 2
    assert code_of([*arguments, "--exists", "replace"]) == 0


def code_of(arguments):
    with pytest.raises(SystemExit) as exit:
        main(arguments)
    return exit.value.code


def test_programs_that_begin_unnamed_jobs_in_one_second_get_names_of_their_own(monkeypatch):
    from autotune.record.store import Store

    monkeypatch.setattr(Store, "names", lambda self: [])  # as each program saw it before the others
    made = autotune(quick, ranges={"x": Float(0, 1)}, max_trials=1, max_parallel=1)
    names = {made.run().name for _ in range(3)}
    assert len(names) == 3
