"""The quality benchmark: rows that can be gone on with, from any method, space and problem."""

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

from autotune import autotune, knowledge
from benchmarks.quality.__main__ import main
from benchmarks.quality.held_out import relatives, unseen
from benchmarks.quality.limits import Worker
from benchmarks.quality.methods import AUTOTUNE, methods
from benchmarks.quality.problems import Problem, problems, reference
from benchmarks.quality.rows import read
from benchmarks.quality.running import run, wanted
from benchmarks.quality.spaces import Parameter, on_log_scale, parse, peers, sagemaker
from benchmarks.quality.values import constraints, fitted

NAMES = frozenset({"max_depth", "min_samples_leaf", "ccp_alpha"})
PEER = {
    "peer": "P",
    "space": "s",
    "estimator": "sklearn.tree.DecisionTreeClassifier",
    "budget": "5 trials",
}
LEAF = {"type": "int", "low": 1, "high": 100, "log": True}
CP = {"type": "float", "low": 0.1, "high": 1, "canonical": "ccp_alpha", "unit": "cp of another"}


def score(params):
    depth = params.get("max_depth") or 30
    if depth == 1:
        raise ValueError("no stumps")
    return -abs(depth - 7) / 10 - abs(np.log10(params.get("min_samples_leaf", 1)) - 1), 0.5


def problem(evaluate=score, default=None):
    domain = (
        Parameter("max_depth", "int", 1, 30),
        Parameter("min_samples_leaf", "int", 1, 100, log=True),
    )

    def plan(**settings):
        return autotune(
            "sklearn.tree.DecisionTreeClassifier",
            tune=["max_depth", "min_samples_leaf"],
            **settings,
        )

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
    params = {
        "depth": {"type": "int", "low": 1, "high": 9, "canonical": "max_depth"},
        "min_samples_leaf": LEAF,
        "cp": CP,
    }
    (tmp_path / "peers.json").write_text(
        json.dumps([{**PEER, "params": params, "fixed": {"ntrees": 9}}])
    )
    (tmp_path / "sagemaker_ranges.yaml").write_text("{}")
    return tmp_path


def quiet(line):
    pass


def test_every_method_makes_a_row_and_a_second_run_makes_none(facts):
    out = facts / "rows"
    assert run([problem(default={})], facts, out, seeds=2, trials=4, say=quiet)
    rows, parts = read(out), list(out.iterdir())
    assert {*AUTOTUNE, "default", "peer:P/s", "hand:typical", "random:widest"} == set(
        rows["method"]
    )
    assert len(rows) == 2 * rows["method"].nunique() and set(rows["seed"]) == {0, 1}
    assert all(
        len(b) == (1 if m == "default" else 4)
        for m, b in zip(rows["method"], rows["best"], strict=True)
    )
    assert (
        run([problem(default={})], facts, out, seeds=2, trials=4, say=quiet)
        and list(out.iterdir()) == parts
    )


def test_the_same_seed_gives_the_same_row(facts):
    for folder in ("a", "b"):
        run(
            [problem()],
            facts,
            facts / folder,
            seeds=1,
            trials=12,
            only=lambda family: ("autotune", "peer:*"),
            say=quiet,
        )
    a, b = (read(facts / folder)["scores"].map(list).tolist() for folder in ("a", "b"))
    assert len(a) == 2 and np.array_equal(a, b, equal_nan=True)


def test_a_run_ends_at_its_minutes_and_goes_on_later(facts):
    assert not run([problem()], facts, facts / "rows", seeds=1, trials=3, minutes=0, say=quiet)
    assert read(facts / "rows").empty
    assert run([problem()], facts, facts / "rows", seeds=1, trials=3, say=quiet)


def test_failed_trials_and_broken_methods_are_rows(facts):
    def broken(params):
        raise RuntimeError("never")

    run([problem(broken)], facts, facts / "rows", seeds=1, trials=3, say=quiet)
    rows = read(facts / "rows")
    assert (rows["failed"] == 3).all() and rows["error"].str.startswith("RuntimeError").all()
    assert run([problem()], facts, facts / "rows", seeds=1, trials=3, retry=True, say=quiet)
    assert (read(facts / "rows")["failed"] < 3).all()


def test_a_plan_that_cannot_be_made_is_a_row(facts):
    made = problem()
    object.__setattr__(made, "plan", lambda **settings: 1 / 0)
    run(
        [made],
        facts,
        facts / "rows",
        seeds=1,
        trials=3,
        only=lambda family: ("autotune",),
        say=quiet,
    )
    assert read(facts / "rows")["error"].tolist() == ["ZeroDivisionError: division by zero"]


def test_a_peers_space_takes_canonical_names_and_tells_what_it_leaves_out(facts):
    (space,) = peers(facts / "peers.json", problem())
    assert [p.name for p in space.parameters] == [
        "max_depth",
        "min_samples_leaf",
    ] and space.parameters[1].log
    assert (
        space.notes == ("cp: another unit (cp of another)",)
        and space.budget == "5 trials"
        and not space.fixed
    )


def test_a_value_in_the_problems_own_unit_is_converted(facts):
    made = problem()
    object.__setattr__(made, "units", {"cp of another": 2.0})
    (space,) = peers(facts / "peers.json", made)
    assert space.parameters[-1] == Parameter("ccp_alpha", "float", 0.05, 0.5)


def test_a_task_and_its_relatives_are_planned_as_never_seen():
    held = relatives("vehicle")
    assert {"vehicle", "rbv2_xgboost-54"} <= held == relatives("54") - {
        "54"
    } and "rbv2_rpart-16" in relatives("12")
    with unseen("xgboost", relatives("54")):
        entry = knowledge.find_entry("xgboost").content
        assert not set(entry.measured.tasks.split()) & held and entry.starts
        plan = autotune("xgboost.XGBClassifier")
    assert set(knowledge.find_entry("xgboost").content.measured.tasks.split()) & held
    assert {len(p["scores"].split()) for p in plan["portfolio"]} == {
        len(entry.measured.tasks.split())
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (LEAF, Parameter("n", "int", 1, 100, True)),
        (
            {"type": "float", "low": 0, "high": 5, "log": True},
            Parameter("n", "float", 1e-3, 5, True),
        ),
        ({"type": "int", "low": 1, "high": "p"}, Parameter("n", "int", 1, 20)),
        ({"type": "int", "low": 1, "high": "cptable"}, None),
        ({"type": "constant", "default": 1}, None),
        (
            {"type": "categorical", "choices": [None, {}, LEAF]},
            Parameter("n", "choice", choices=(None, {}, Parameter("n#2", "int", 1, 100, True))),
        ),
    ],
)
def test_ranges_of_the_facts_are_read(given, expected):
    assert parse("n", given, {"p": 20}) == expected


def test_documented_ranges_stand_as_they_are_and_on_log_scales(tmp_path):
    path = tmp_path / "sagemaker_ranges.yaml"
    path.write_text(
        "knn: {hyperparameters: {k: {type: integer, min: 1, max: 1024}, "
        "sample_size: {type: integer, min: 1, max: 2}}}"
    )
    made = problem()
    object.__setattr__(made, "family", "k-nearest-neighbours")
    object.__setattr__(made, "names", frozenset({"n_neighbors"}))
    linear, log = sagemaker(path, made)
    assert not linear.parameters[0].log and log.parameters[0].log and linear.notes
    assert not on_log_scale(Parameter("eta", "float", 0.1, 0.5)).log


def test_the_reference_finds_the_best_of_a_smooth_function():
    median, best = reference(
        lambda points: (np.array([-abs(p["x"] - 0.3) for p in points]), None),
        [Parameter("x", "float", 0, 1)],
    )
    assert best > -1e-3 and median < -0.1


def test_a_peers_values_are_put_in_the_estimators_words():
    legal = constraints(SVC())
    kernels = fitted(
        Parameter("kernel", "choice", choices=("radial", "rbf", "polynomial", "anova")), legal
    )
    assert (
        kernels.choices == ("rbf", "poly")
        and fitted(Parameter("shrinking", "choice", choices=("x",)), legal) is None
    )
    split = fitted(
        Parameter("min_samples_split", "int", 1, 60), constraints(DecisionTreeClassifier())
    )
    assert split.low == 2 and fitted(Parameter("C", "float", 1, 2), legal) == Parameter(
        "C", "float", 1, 2
    )


def test_an_evaluation_is_ended_at_its_limit_and_the_next_is_not():
    acts = {
        "add": lambda: 2,
        "wait": lambda: time.sleep(60),
        "fail": lambda: 1 / 0,
        "die": lambda: os._exit(1),
    }
    worker = Worker()

    def opening():
        return lambda params: acts[params["act"]]()

    for act, words in (
        ("wait", r"within 0\.5 s"),
        ("fail", "ZeroDivisionError"),
        ("die", "its process died"),
    ):
        with pytest.raises((TimeoutError, RuntimeError), match=words):
            worker.evaluate(opening, {"act": act}, 0.5 if act == "wait" else 60)
        assert worker.evaluate(opening, {"act": "add"}, 60) == 2
    worker.end()


def test_real_data_is_trained_on_the_same_folds(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.random(60), "b": rng.random(60)})
    frame["target"] = (frame["a"] > 0.5).map({True: "yes", False: "no"})
    frame.to_parquet(tmp_path / "d.parquet")
    (tmp_path / "index.json").write_text(
        json.dumps({"datasets": [{"name": "d", "task": "binary", "file": "d.parquet"}]})
    )
    (made,) = problems(None, tmp_path, ["decision-tree"])
    assert (
        made.evaluate({"max_depth": 1})[0]
        == made.evaluate({"max_depth": 1})[0]
        > made.evaluate({"ccp_alpha": 1.0})[0]
    )
    run(
        [made],
        None,
        tmp_path / "rows",
        seeds=1,
        trials=2,
        only=lambda family: ("autotune", "default"),
        say=quiet,
    )
    assert read(tmp_path / "rows")["error"].tolist() == ["", ""]


def test_methods_are_asked_for_by_name_or_beginning(facts):
    names = [m.name for m in methods(problem(), facts)]
    assert names[0] == "autotune" and [n for n in names if wanted(n, ("autotune", "peer:*"))] == [
        "autotune",
        "peer:P/s",
    ]


def test_wrong_input_ends_with_two(tmp_path, capsys):
    for arguments in (
        ["report", str(tmp_path / "none"), "-o", "x"],
        ["run", "-o", str(tmp_path / "rows")],
    ):
        with pytest.raises(SystemExit, match="2"):
            main(arguments)
    assert "holds no rows" in capsys.readouterr().err
