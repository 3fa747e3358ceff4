"""The quality benchmark: rows that can be gone on with, and figures that are known for rows made by hand."""

import json
import os
import time

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("scipy")

from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from autotune import autotune
from benchmarks.quality.__main__ import main
from benchmarks.quality.curves import first_at_least, padded
from benchmarks.quality.figures import family
from benchmarks.quality.limits import Worker
from benchmarks.quality.methods import AUTOTUNE, methods
from benchmarks.quality.problems import Problem, problems, reference
from benchmarks.quality.rows import SCHEMA, read, write
from benchmarks.quality.running import run, wanted
from benchmarks.quality.spaces import Parameter, on_log_scale, parse, peers, sagemaker
from benchmarks.quality.stats import critical_difference, friedman, interval, paired, ranks
from benchmarks.quality.values import constraints, fitted

NAMES = frozenset({"max_depth", "min_samples_leaf", "ccp_alpha"})
PEER = {"peer": "P", "space": "s", "estimator": "sklearn.tree.DecisionTreeClassifier", "budget": "5 trials"}
LEAF = {"type": "int", "low": 1, "high": 100, "log": True}
CP = {"type": "float", "low": 0.1, "high": 1, "canonical": "ccp_alpha", "unit": "cp of another"}


def score(settings):
    depth = settings.get("max_depth") or 30
    if depth == 1:
        raise ValueError("no stumps")
    return -abs(depth - 7) / 10 - abs(np.log10(settings.get("min_samples_leaf", 1)) - 1), 0.5


def problem(evaluate=score, default=None):
    domain = (Parameter("max_depth", "int", 1, 30), Parameter("min_samples_leaf", "int", 1, 100, log=True))

    def plan(**settings):
        return autotune("sklearn.tree.DecisionTreeClassifier", tune=["max_depth", "min_samples_leaf"], **settings)

    return Problem(
        "decision-tree",
        "made",
        "surrogate",
        PEER["estimator"],
        NAMES,
        evaluate,
        plan,
        domain=domain,
        default=default,
        group="g",
    )


@pytest.fixture
def facts(tmp_path):
    params = {"depth": {"type": "int", "low": 1, "high": 9, "canonical": "max_depth"}, "min_samples_leaf": LEAF, "cp": CP}
    (tmp_path / "peers.json").write_text(json.dumps([{**PEER, "params": params, "fixed": {"ntrees": 9}}]))
    (tmp_path / "sagemaker_ranges.yaml").write_text("{}")
    return tmp_path


def quiet(line):
    pass


def test_every_method_makes_a_row_and_a_second_run_makes_none(facts):
    out = facts / "rows"
    assert run([problem(default={})], facts, out, seeds=2, trials=4, say=quiet)
    rows, parts = read(out), list(out.iterdir())
    assert {*AUTOTUNE, "default", "peer:P/s", "hand:typical", "random:widest"} == set(rows["method"])
    assert len(rows) == 2 * rows["method"].nunique() and set(rows["seed"]) == {0, 1}
    assert all(len(b) == (1 if m == "default" else 4) for m, b in zip(rows["method"], rows["best"], strict=True))
    assert run([problem(default={})], facts, out, seeds=2, trials=4, say=quiet) and list(out.iterdir()) == parts


def test_the_same_seed_gives_the_same_row(facts):
    for folder in ("a", "b"):
        run([problem()], facts, facts / folder, seeds=1, trials=12, only=("autotune", "peer:*"), say=quiet)
    a, b = (read(facts / folder)["scores"].map(list).tolist() for folder in ("a", "b"))
    assert len(a) == 2 and np.array_equal(a, b, equal_nan=True)


def test_a_run_ends_at_its_minutes_and_goes_on_later(facts):
    assert not run([problem()], facts, facts / "rows", seeds=1, trials=3, minutes=0, say=quiet)
    assert read(facts / "rows").empty
    assert run([problem()], facts, facts / "rows", seeds=1, trials=3, say=quiet)


def test_failed_trials_and_broken_methods_are_rows(facts):
    def broken(settings):
        raise RuntimeError("never")

    run([problem(broken)], facts, facts / "rows", seeds=1, trials=3, say=quiet)
    rows = read(facts / "rows")
    assert (rows["failed"] == 3).all() and rows["error"].str.startswith("RuntimeError").all()
    assert run([problem()], facts, facts / "rows", seeds=1, trials=3, retry=True, say=quiet)
    assert (read(facts / "rows")["failed"] < 3).all()


def test_a_plan_that_cannot_be_made_is_a_row(facts):
    made = problem()
    object.__setattr__(made, "plan", lambda **settings: 1 / 0)
    run([made], facts, facts / "rows", seeds=1, trials=3, only=("autotune",), say=quiet)
    assert read(facts / "rows")["error"].tolist() == ["ZeroDivisionError: division by zero"]


def test_a_peers_space_takes_canonical_names_and_tells_what_it_leaves_out(facts):
    (space,) = peers(facts / "peers.json", problem())
    assert [p.name for p in space.parameters] == ["max_depth", "min_samples_leaf"] and space.parameters[1].log
    assert space.notes == ("cp: another unit (cp of another)",) and space.budget == "5 trials" and not space.fixed


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (LEAF, Parameter("n", "int", 1, 100, True)),
        ({"type": "float", "low": 0, "high": 5, "log": True}, Parameter("n", "float", 1e-3, 5, True)),
        ({"type": "int", "low": 1, "high": "p"}, Parameter("n", "int", 1, 20)),
        ({"type": "int", "low": 1, "high": "cptable"}, None),
        ({"type": "constant", "default": 1}, None),
        ({"type": "categorical", "choices": [None, {}, LEAF]},
         Parameter("n", "choice", choices=(None, {}, Parameter("n#2", "int", 1, 100, True)))),
    ],
)  # fmt: skip
def test_ranges_of_the_facts_are_read(given, expected):
    assert parse("n", given, {"p": 20}) == expected


def test_documented_ranges_stand_as_they_are_and_on_log_scales(tmp_path):
    path = tmp_path / "sagemaker_ranges.yaml"
    path.write_text(
        "knn: {hyperparameters: {k: {type: integer, min: 1, max: 1024}, sample_size: {type: integer, min: 1, max: 2}}}"
    )
    made = problem()
    object.__setattr__(made, "family", "k-nearest-neighbours")
    object.__setattr__(made, "names", frozenset({"n_neighbors"}))
    linear, log = sagemaker(path, made)
    assert not linear.parameters[0].log and log.parameters[0].log and linear.notes
    assert not on_log_scale(Parameter("eta", "float", 0.1, 0.5)).log


def test_the_reference_finds_the_best_of_a_smooth_function():
    median, best = reference(
        lambda points: (np.array([-abs(p["x"] - 0.3) for p in points]), None), [Parameter("x", "float", 0, 1)]
    )
    assert best > -1e-3 and median < -0.1


def test_a_peers_values_are_put_in_the_estimators_words():
    legal = constraints(SVC())
    kernels = fitted(Parameter("kernel", "choice", choices=("radial", "rbf", "polynomial", "anova")), legal)
    assert kernels.choices == ("rbf", "poly") and fitted(Parameter("shrinking", "choice", choices=("x",)), legal) is None
    split = fitted(Parameter("min_samples_split", "int", 1, 60), constraints(DecisionTreeClassifier()))
    assert split.low == 2 and fitted(Parameter("C", "float", 1, 2), legal) == Parameter("C", "float", 1, 2)


def test_an_evaluation_is_ended_at_its_limit_and_the_next_is_not():
    acts = {"add": lambda: 2, "wait": lambda: time.sleep(60), "fail": lambda: 1 / 0, "die": lambda: os._exit(1)}
    worker = Worker()

    def opening():
        return lambda settings: acts[settings["act"]]()

    for act, words in (("wait", r"within 0\.5 s"), ("fail", "ZeroDivisionError"), ("die", "its process died")):
        with pytest.raises((TimeoutError, RuntimeError), match=words):
            worker.evaluate(opening, {"act": act}, 0.5 if act == "wait" else 60)
        assert worker.evaluate(opening, {"act": "add"}, 60) == 2
    worker.end()


def test_real_data_is_trained_on_the_same_folds(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.random(60), "b": rng.random(60)})
    frame["target"] = (frame["a"] > 0.5).map({True: "yes", False: "no"})
    frame.to_parquet(tmp_path / "d.parquet")
    (tmp_path / "index.json").write_text(json.dumps({"datasets": [{"name": "d", "task": "binary", "file": "d.parquet"}]}))
    (made,) = problems(None, tmp_path, ["decision-tree"])
    assert made.evaluate({"max_depth": 1})[0] == made.evaluate({"max_depth": 1})[0] > made.evaluate({"ccp_alpha": 1.0})[0]
    run([made], None, tmp_path / "rows", seeds=1, trials=2, only=("autotune", "default"), say=quiet)
    assert read(tmp_path / "rows")["error"].tolist() == ["", ""]


def test_methods_are_asked_for_by_name_or_beginning(facts):
    names = [m.name for m in methods(problem(), facts)]
    assert names[0] == "autotune" and [n for n in names if wanted(n, ("autotune", "peer:*"))] == ["autotune", "peer:P/s"]


def row(task, method, best, seed=0, seconds=1.0):
    best = list(map(float, best))
    return dict.fromkeys(SCHEMA.names, "") | {
        "problem": task, "kind": "surrogate", "family": "f", "task": task, "group": task, "method": method, "seed": seed,
        "trials": 4, "best": best, "scores": best, "seconds": [seconds] * len(best), "failed": 0, "random_median": 0.0, "best_known": 1.0,
    }  # fmt: skip


@pytest.fixture
def made(tmp_path):
    rows = [row(t, "default", [0.1]) for t in ("1", "2")] + [row(t, "broken", []) for t in ("1", "2")]
    rows += [row(t, "hand:typical", [0.0, 0.2, 0.4, 0.5]) for t in ("1", "2")]
    rows += [row(t, "peer:worse", [-9.0, -9.0, 0.1, 0.2]) for t in ("1", "2")]
    rows += [row("1", "autotune", [0.1, 0.5, 0.5, 0.75], seconds=2.0), row("2", "autotune", [0.1, 0.1, 0.1, 0.25], seconds=2.0)]
    (tmp_path / "rows").mkdir()
    write(tmp_path / "rows" / "a.parquet", rows)
    return tmp_path


def test_the_figures_of_known_rows(made):
    found = family(read(made / "rows"), 4)
    ours = found["methods"]["autotune"]
    assert found["tasks"] == 2 and found["against"] == {"best_hand_set": "hand:typical", "typical": "hand:typical"}
    assert ours["regret"] == {1: 0.9, 4: 0.5} and found["methods"]["hand:typical"]["final"] == 0.5
    assert ours["match"]["typical"]["median"] == 3.5 and ours["match"]["typical"]["share"] == 0.5  # trial 2, and never (5)
    assert ours["match"]["typical"]["speed_up"] == pytest.approx(2**0.5, rel=1e-3)  # 4 / 2, and 1
    assert ours["better_than_default"] == {"median": 3.0, "share": 1.0}
    assert found["methods"]["broken"]["final"] == 2 and found["methods"]["peer:worse"]["regret"][1] == 2
    assert found["losses"]["tasks_behind"] == [{"task": "2", "autotune": 0.75, "hand_set": 0.5}]
    assert found["paired"]["typical"]["better"] == 1 == found["paired"]["typical"]["worse"]
    assert ours["rank"][4] == 1.5 and found["methods"]["broken"]["rank"][4] == 5.0


def test_equal_training_time_counts_only_what_had_ended(made):
    from benchmarks.quality.curves import tasks

    task = next(iter(tasks(read(made / "rows"), 4)))
    assert task.seconds_of("hand:typical", 4) == 4.0
    assert task.regret_at("autotune", 4.0) == 0.5 and task.regret_at("autotune", 1.0) == 2.0
    assert task.regret_at("autotune", 100.0) == 0.25


def test_the_report_is_written_with_its_losses(made):
    assert main(["report", str(made / "rows"), "-o", str(made / "report")]) == 0
    data = json.loads((made / "report.json").read_text(), parse_constant=lambda c: pytest.fail(c))
    text = (made / "report.md").read_text()
    assert data["figures"]["surrogate f"]["tasks"] == 2 and "report" in data["command"] and data["versions"]
    assert "| autotune | 0.900 | 0.500 |" in text and "behind the best hand-set space on 1 tasks: 2" in text


def test_wrong_input_ends_with_two(tmp_path, capsys):
    for arguments in (["report", str(tmp_path / "none"), "-o", "x"], ["run", "-o", str(tmp_path / "rows")]):
        with pytest.raises(SystemExit, match="2"):
            main(arguments)
    assert "holds no rows" in capsys.readouterr().err


def test_curves_keep_their_best_and_know_when_a_target_is_reached():
    assert padded([np.nan, 1.0], 3).tolist() == [-np.inf, 1.0, 1.0] and padded([], 2).tolist() == [-np.inf] * 2
    assert first_at_least([0, 1, 2], 1) == 2 and first_at_least([0.0], 1) is None


def test_the_tests_over_tasks_are_the_textbooks():
    assert ranks([[3, 1, 3]]).tolist() == [[1.5, 3.0, 1.5]]
    assert critical_difference(5, 30) == pytest.approx(1.113, abs=1e-3)  # Demsar (2006): q = 2.728 for five methods
    assert friedman([[1, 2, 3]] * 10) < 0.01 and friedman([[1, 2]]) is None and critical_difference(1, 3) is None
    assert interval([1, 2, 3], ["a", "a", "a"]) == (2.0, 2.0)
    assert paired([1, 1], [1, 1])["p"] is None
