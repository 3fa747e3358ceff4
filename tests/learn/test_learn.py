"""Learning from recorded jobs: scores, the greedy choice, the entry's text, and the command."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.datasets import load_iris, make_classification
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from autotune import Script, autotune, knowledge
from autotune.cli import main
from autotune.errors import KnowledgeError, StoreError
from autotune.learn import (
    Scored,
    Surface,
    effects_of,
    histories_of,
    learned_files,
    space_of,
    surface_of,
)
from autotune.learn.folder import learn_folder
from autotune.learn.portfolio import CITED, DEFAULTS
from benchmarks.learn.__main__ import SIZE, TABLES, load

X, Y = load_iris(return_X_y=True)
MEASURED = sorted(p.stem for p in TABLES.glob("*.parquet"))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("jobs")
    for name, data in (("iris", (X, Y)), ("made", make_classification(178, 13, random_state=0))):
        autotune(KNeighborsClassifier(), *data, max_trials=14, max_parallel=1, cv=3).run(
            *data, name=name, storage=folder, progress=False
        )
    few = autotune(DecisionTreeClassifier(), X, Y, max_trials=3, max_parallel=1)
    few.run(X, Y, name="few", storage=folder, progress=False)
    return folder


def run(*arguments):
    with pytest.raises(SystemExit) as left:
        main([str(a) for a in arguments])
    return left.value.code


def table(scores, origins=None):
    count, tasks = scores.shape
    names = tuple(f"t{i}" for i in range(tasks))
    return Scored(
        tuple({"k": i} for i in range(count)),
        tuple(origins or [CITED] * count),
        names,
        scores,
        (None,) * tasks,
    )


def test_the_first_chosen_is_best_on_average_and_the_next_adds_most():
    chosen = table(np.array([[0.9, 0.1], [0.6, 0.6], [0.0, 1.0], [0.95, 0.0]])).chosen(2)
    assert [p["k"] for p in chosen.points] == [1, 2]


@settings(max_examples=50, deadline=None)
@given(
    arrays(float, st.tuples(st.integers(1, 8), st.integers(1, 6)), elements=st.floats(-1, 1)),
    st.integers(1, 8),
)
def test_no_configuration_is_chosen_twice_and_each_adds_something(scores, size):
    chosen = table(scores).chosen(size)
    assert len({p["k"] for p in chosen.points}) == len(chosen.points) <= size
    reached = np.maximum.accumulate(chosen.scores, axis=0).mean(1)
    assert (np.diff(reached) > 0).all()


def test_what_a_task_gave_is_gone_when_it_is_left_out():
    left = table(np.ones((3, 2)), origins=["t0", "t1", DEFAULTS]).without({"t0"})
    assert (
        left.origins == ("t1", DEFAULTS) and left.tasks == ("t1",) and left.scores.shape == (2, 1)
    )


def test_the_library_s_defaults_are_always_there_to_compare_with():
    chosen = table(np.array([[1.0, 1.0], [0.1, 0.1]]), origins=["t0", DEFAULTS]).chosen(5)
    assert chosen.origins == ("t0", DEFAULTS)


@pytest.mark.parametrize("name", MEASURED)
def test_a_shipped_entry_holds_what_its_table_of_scores_gives(name):
    entry, chosen = knowledge.find_entry(name).content, load(name).chosen(SIZE)
    assert [dict(s.params) for s in entry.starts] == [dict(p) for p in chosen.points]
    assert entry.measured.tasks.split() == list(chosen.tasks)
    written = [[float(s) for s in start.scores.split()] for start in entry.starts]
    assert np.allclose(written, 100 * chosen.scores, atol=0.51)


@pytest.mark.parametrize("name", MEASURED)
def test_writing_an_entry_again_changes_nothing(name):
    known = knowledge.find_entry(name)
    again = learned_files(
        known,
        load(name).chosen(SIZE),
        source=known.content.sources["learned"],
        command=known.content.measured.command,
        remaining_gain=known.content.measured.left,
    )
    folder = Path(known.document.path).parent
    for path, text in again.items():
        lines = (folder / path).read_text().splitlines()
        assert sorted(text.splitlines()) == sorted(lines), path


@pytest.mark.slow
def test_a_surface_is_high_where_the_trials_were_good(store):
    from autotune import Job

    (history,) = histories_of(Job.load("iris", storage=store))
    assert history.entry == "k-nearest-neighbours" and len(history.finished) == 14
    entry = knowledge.find_entry(history.entry).content
    surface = surface_of(history, space_of(entry, [history]))
    finished = sorted(history.finished, key=lambda pair: pair[1])
    worst, best = surface.scores([finished[0][0], finished[-1][0]])
    assert best > worst and best <= 1 and len(surface.tops) == 3


@pytest.mark.slow
def test_a_pipeline_s_parts_are_learned_in_their_entries_own_names(tmp_path):
    plan = autotune(
        make_pipeline(StandardScaler(), KNeighborsClassifier(p=1)),
        X,
        Y,
        max_trials=3,
        max_parallel=1,
        cv=3,
    )
    job = plan.run(X, Y, name="piped", storage=tmp_path, progress=False)
    history = next(h for h in histories_of(job) if h.entry == "k-nearest-neighbours")
    assert history.params[0] == {"n_neighbors": 5, "weights": "uniform", "p": 1} | {
        n: history.params[0][n] for n in set(history.params[0]) - {"n_neighbors", "weights", "p"}
    }


def test_a_folder_learned_from_jobs_is_used_by_later_plans_and_says_so(
    store, tmp_path, monkeypatch
):
    rows, skipped = learn_folder(str(store), str(tmp_path), [])
    assert [(r["entry"], r["jobs"]) for r in rows] == [
        ("k-nearest-neighbours", 2)
    ] and "decision-tree" in skipped
    monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", str(tmp_path))
    portfolio = autotune(KNeighborsClassifier(), X, Y).settings["portfolio"]
    assert str(tmp_path.name) in str(portfolio.source)
    assert "Own jobs iris, made" in portfolio.evidence
    own = knowledge.find_entry("k-nearest-neighbours").content
    assert own.measured.tasks.split()[:2] == ["iris", "made"] and own.starts[0].source == "own_jobs"


def test_learning_again_from_the_same_jobs_gives_the_same_entry(store, tmp_path, monkeypatch):
    learn_folder(str(store), str(tmp_path), [])
    monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", str(tmp_path))
    first = knowledge.find_entry("k-nearest-neighbours").content
    learn_folder(str(store), str(tmp_path), [])
    again = knowledge.find_entry("k-nearest-neighbours").content
    assert again.measured.tasks == first.measured.tasks and again.starts == first.starts


def test_the_command_says_what_was_learned_and_what_was_not(store, tmp_path, capsys):
    assert run("knowledge", "learn", "--from", str(store), "-o", str(tmp_path), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (
        told["entries"][0]["starts"] >= 1
        and "must have 8 trials" in told["skipped"]["decision-tree"]
    )
    assert run("knowledge", "check", tmp_path / "k-nearest-neighbours.yaml") == 0


def test_jobs_that_tuned_what_no_entry_is_for_are_named(tmp_path):
    script = Script(["sh", "-c", "echo m: 1"], {"x": 0.5}, {"m": "m: {number}"})
    autotune(script, max_trials=1).run(name="script", storage=tmp_path, progress=False)
    with pytest.raises(KnowledgeError, match="script: it tuned nothing that an entry is for"):
        learn_folder(str(tmp_path), str(tmp_path / "mine"), [])


def test_nothing_to_learn_from_is_one_line(store, tmp_path, capsys):
    with pytest.raises(StoreError, match="Did you mean 'iris'"):
        learn_folder(str(store), str(tmp_path), ["irs"])
    with pytest.raises(KnowledgeError, match="must hold jobs to learn from"):
        learn_folder(str(tmp_path / "empty"), str(tmp_path), [])
    assert run("knowledge", "learn", "--from", str(store), "-o", str(tmp_path), "few") == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not any(tmp_path.iterdir())


def test_a_hyperparameter_that_decides_matters_more_than_one_that_does_not():
    entry = knowledge.find_entry("k-nearest-neighbours").content
    space = space_of(entry)

    def scores(points):
        return np.array([1 - abs(p["n_neighbors"] - 7) / 10 for p in points])

    found = effects_of(
        [Surface("one", ({"n_neighbors": 7, "weights": "uniform", "p": 1.5},), scores)] * 5, space
    )
    assert (
        found.importance["n_neighbors"] > 0.9
        and found.importance["weights"] == found.importance["p"] == 0
    )
    assert found.bests["n_neighbors"] == [7, 7]


def test_evidence_of_a_range_says_what_was_measured():
    measured = knowledge.find_entry("xgboost").content.measured
    share = f"{measured.importance['learning_rate']:.0%} of the score's variance"
    assert share in autotune("xgboost.XGBClassifier").ranges["learning_rate"].evidence
