"""A user's ranges against autotune's.

Both have the same budget and folds, neither sees the test rows, and the verdict is plain.
"""

import dataclasses
import json
import signal
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import Ridge
from sklearn.model_selection import TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from autotune import Comparison, compare
from autotune.comparison.arms import AUTOTUNE, YOURS, make_round, split
from autotune.comparison.compare import best_so_far
from autotune.comparison.held_out_scores import score_winners
from autotune.comparison.result import Arm, Run
from autotune.errors import AutotuneError, JobError
from autotune.plan.mode import Mode
from autotune.plan.overrides import collect
from autotune.record.best import Best
from autotune.record.job_list import list_jobs
from tests.jobs import start, until

X, Y = load_iris(return_X_y=True)
TREE = {"max_depth": (2, 6), "criterion": ["gini", "entropy"]}
QUICK = {"seeds": 2, "max_trials": 3, "max_parallel": 1}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Compare once for several tests; the jobs are kept."""
    store = tmp_path_factory.mktemp("compared")
    return compare(
        DecisionTreeClassifier(max_depth=3), X, Y, TREE, storage=store, keep=True, **QUICK
    ), store


@pytest.mark.slow
def test_both_arms_have_the_same_budget_folds_and_first_trial(found):
    result, store = found
    jobs = {j["name"]: j for j in list_jobs(store)}
    assert len(jobs) == 4 and all(j["trials"] == 3 for j in jobs.values())
    assert result.yours.tuned == ("max_depth", "criterion") and set(result.autotune.tuned) != {
        "max_depth",
        "criterion",
    }
    assert result.yours.at(1) == result.autotune.at(1) and result.search.each[0] == pytest.approx(
        result.autotune.at(3)[0] - result.yours.at(3)[0]
    )


@pytest.mark.slow
def test_the_winners_are_scored_on_rows_that_no_trial_saw(found):
    result, _ = found
    assert result.rows + result.held_rows == len(X) and all(
        0.5 < s <= 1 for s in result.yours.held_out
    )


@pytest.mark.slow
def test_a_comparison_is_json_and_reads_as_a_small_table(found):
    result, _ = found
    told = json.loads(json.dumps(result.describe(), allow_nan=False))
    assert (
        told["verdict"] == result.verdict
        and len(told["yours"]["runs"]) == 2
        and told["seeds"] == [0, 1]
    )
    text = " ".join(str(result).split())
    assert (
        "after 1 trial" in text
        and "after 3 trials" in text
        and "on rows held out" in text
        and "Jobs kept: compare-" in text
    )


def _round(estimator=None, **settings):
    asked = collect({"ranges": TREE, **settings})
    data = {"X": X, "y": Y}
    rows = split(data, "multiclass", 5, 0.25, 7)
    estimator = estimator or DecisionTreeClassifier()
    return make_round(estimator, data, asked, None, seed=7, rows=rows, baseline="random")


def test_the_arms_differ_in_nothing_but_what_is_compared():
    plans = _round(max_trials=30, trial_timeout=9).plans
    differing = {n for n in plans[YOURS].diff(plans[AUTOTUNE]) if not n.startswith("ranges.")}
    assert (
        differing == {"strategy", "initial_trials", "tune", "sampler", "portfolio"}
        and plans[YOURS]["trial_timeout"] == 9
    )
    assert (
        plans[YOURS]["strategy"] == "random"
        and plans[YOURS]["completion"] == {} == plans[AUTOTUNE]["completion"]
    )


def test_your_arm_tries_your_configuration_first_and_none_of_autotune_s():
    plans = _round(
        SVC(gamma=0.1), ranges={"C": (0.1, 1000), "gamma": (0.001, 1)}, max_trials=20
    ).plans
    assert (
        len(plans[YOURS]["initial_trials"]) == 1
        and plans[YOURS]["portfolio"] == ()
        and plans[AUTOTUNE]["portfolio"]
    )
    assert _round(DecisionTreeClassifier(max_depth=9)).plans[YOURS]["initial_trials"] == ()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"ranges": {"max_dept": (2, 3)}}, "Did you mean 'max_depth'"),
        ({"ranges": None}, "ranges must hold your own ranges"),
        ({"seeds": 1}, "seeds must be a whole number 2..16, got 1"),
        ({"held_out": 1}, "held_out must be a share"),
        ({"tune": ["max_depth"]}, "tune must be left out"),
        ({"cv": [([0, 1], [2, 3])]}, "cv must be a number of folds or a splitter"),
        ({"baseline_strategy": "bayes"}, "'baseline_strategy' must be one of"),
        (
            {
                "estimator": lambda max_depth=1: 1.0,
                "ranges": {"max_depth": (1, 3)},
                "X": None,
                "y": None,
            },
            "must have an installed estimator",
        ),
        ({"y": None}, "y must be given"),
    ],
)
def test_what_cannot_be_compared_is_refused_before_any_trial(wrong, words):
    asked = {"estimator": DecisionTreeClassifier(), "X": X, "y": Y, "ranges": TREE} | wrong
    with pytest.raises(AutotuneError, match=words.replace("(", r"\(")):
        compare(**asked)
    assert list_jobs() == []


def test_no_group_is_split_and_time_is_held_out_at_the_end():
    groups = np.arange(150) // 10
    tuned, held = split({"X": X, "y": Y, "groups": groups}, "multiclass", 5, 0.25, 0)
    assert not set(groups[tuned]) & set(groups[held]) and len(tuned) + len(held) == 150
    tuned, held = split({"X": X, "y": Y}, "multiclass", TimeSeriesSplit(3), 0.2, 0)
    assert (tuned[-1], held[0], held[-1]) == (119, 120, 149)


@pytest.mark.slow
def test_a_pipeline_on_a_frame_with_groups_weights_and_a_metric_to_minimize():
    data = load_diabetes(as_frame=True).frame
    weights, groups = pd.Series(1.0, data.index), pd.Series(data.index // 20)
    result = compare(
        make_pipeline(StandardScaler(), Ridge()),
        data.drop(columns="target"),
        data["target"],
        {"ridge__alpha": (0.1, 10)},
        metric=mean_error,
        mode="min",
        groups=groups,
        sample_weight=weights,
        progress=False,
        **QUICK,
    )
    assert result.metric == "mean_error" and all(
        a >= b for run in result.yours.runs for a, b in pairwise(run.curve)
    )
    assert all(30 < s < 60 for s in result.autotune.held_out) and list_jobs() == []


def mean_error(estimator, X, y):
    """Return the mean absolute error: less is better."""
    return float(abs(estimator.predict(X) - y).mean())


@pytest.mark.slow
def test_a_winner_that_cannot_be_scored_on_the_rows_held_out_does_not_lose_the_searches():
    one, winner = _round(metric=_refusing, trial_timeout=60), Best(0, 1.0, {})
    (score, error), other = score_winners([winner, winner], one.plans[YOURS], one, {"X": X, "y": Y})
    assert score is None and "refuses these rows" in error and other == (score, error)
    arm = Arm(
        (), "random", True, tuple(Run("", (1.0,), 1.0, winner, None, error) for _ in range(5))
    )
    result = Comparison("tree", "accuracy", Mode.MAX, 1, 75, 25, tuple(range(5)), arm, arm)
    assert (
        result.held_out is None
        and "could not be scored" in result.verdict
        and "refuses these rows" in str(result)
    )


def _refusing(estimator, X, y):
    raise ValueError("refuses these rows")


@pytest.mark.slow
def test_a_job_that_is_stopped_ends_the_comparison(monkeypatch):
    from autotune import api

    run = api.Plan.run

    def stopped(self, *args, **options):
        job = run(self, *args, **options)
        job.study.set_user_attr(
            "autotune:state",
            {"status": "stopped", "criterion": "stop", "reason": "stopped by hand"},
        )
        return job

    monkeypatch.setattr(api.Plan, "run", stopped)
    with pytest.raises(JobError, match="stopped by hand"):
        compare(DecisionTreeClassifier(), X, Y, TREE, **QUICK)
    assert list_jobs() == []


@given(st.lists(st.none() | st.floats(-9, 9), max_size=20))
def test_the_best_so_far_never_gets_worse(values):
    curve = best_so_far(values, Mode.MIN)
    known = [v for v in values if v is not None]
    assert len(curve) == len(values) and (not known or curve[-1] == min(known))
    assert all(a is None or b <= a for a, b in pairwise(curve))


def _comparison(search, held, mode=Mode.MAX, seeds=5):
    def arm(end, held_out):
        runs = [Run(f"j{i}", (0.5, end), 1.0, Best(1, end, {}), held_out) for i in range(seeds)]
        return Arm(("C",), "bayesian", True, tuple(runs))

    return Comparison(
        "sklearn.svm.SVC",
        "accuracy",
        Mode(mode),
        2,
        75,
        25,
        tuple(range(seeds)),
        arm(0.8, 0.7),
        arm(0.8 + search, 0.7 + held),
    )


@pytest.mark.parametrize(
    ("search", "held", "winner", "words"),
    [
        (0.05, 0.04, "autotune", "Autotune's ranges found better configurations: by 0.05 accuracy"),
        (-0.05, -0.04, "yours", "Your ranges found better configurations: by 0.05 accuracy"),
        (-0.05, 0.0, "yours", "Keep your ranges if the search's score is what counts"),
        (0.0, 0.0, None, "Keep your ranges or take autotune's"),
        (0.0, -0.03, "yours", "Keep your ranges: the difference shows on rows neither saw"),
        (0.05, -0.04, None, "contradict each other"),
    ],
)
def test_the_verdict_is_as_plain_when_ours_loses(search, held, winner, words):
    result = _comparison(search, held)
    assert (
        result.winner == winner
        and words in result.verdict
        and words in " ".join(str(result).split())
    )


def test_jobs_that_ended_early_are_told():
    assert "ended before" not in str(_comparison(0.05, 0.04))
    early = dataclasses.replace(_comparison(0.05, 0.04), max_trials=30)
    assert "5 jobs of yours and 5 of autotune's ended before 30 trials" in " ".join(
        str(early).split()
    )
    assert early.yours.at(30) == early.yours.at(2) == [0.8] * 5


def test_the_title_names_every_algorithm():
    several = dataclasses.replace(
        _comparison(0.05, 0.04), estimator="sklearn.svm.SVC, xgboost.XGBClassifier"
    )
    assert "autotune's: SVC, XGBClassifier, 2 trials" in str(several)


def test_less_is_better_where_the_metric_is_minimized():
    assert _comparison(0.05, 0.04, mode=Mode.MIN).winner == "yours"


def test_too_few_seeds_say_so_instead_of_naming_a_winner():
    result = _comparison(0.05, 0.04, seeds=3)
    assert result.winner is None and "3 seeds are too few to tell" in result.verdict


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Work in a folder with data and a file of ranges."""
    load_iris(as_frame=True).frame.rename(columns={"target": "y"}).to_csv(
        tmp_path / "train.csv", index=False
    )
    (tmp_path / "mine.yaml").write_text("ranges:\n  max_depth: 2..6\nmax_parallel: 1\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _command(*words):
    from autotune.cli import main

    with pytest.raises(SystemExit) as left:
        main(
            [
                "compare",
                "sklearn.tree.DecisionTreeClassifier",
                "--data",
                "train.csv",
                "--target",
                "y",
                *words,
            ]
        )
    return left.value.code


@pytest.mark.slow
def test_the_command_takes_ranges_from_a_file_and_from_set(folder, capsys):
    words = (
        "--mine",
        "mine.yaml",
        "--set",
        "ranges.min_samples_leaf=1..9",
        "--seeds",
        "2",
        "--trials",
        "2",
        "--quiet",
        "--json",
    )
    assert _command(*words) == 0
    told = json.loads(capsys.readouterr().out)
    assert (
        set(told["yours"]["tuned"]) == {"max_depth", "min_samples_leaf"} and told["max_trials"] == 2
    )


def test_the_command_names_the_line_of_a_mistake(folder, capsys):
    (folder / "mine.yaml").write_text("ranges:\n  max_dept: 2..6\n")
    assert _command("--mine", "mine.yaml") == 2
    assert "mine.yaml:2" in capsys.readouterr().err and list_jobs() == []


@pytest.mark.slow
def test_ctrl_c_ends_the_whole_comparison_and_leaves_no_job(folder):
    words = [
        "compare",
        "sklearn.tree.DecisionTreeClassifier",
        "--data",
        str(folder / "train.csv"),
        "--target",
        "y",
    ]
    arguments = [*words, "--set", "ranges.max_depth=2..60", "--trials", "3000"]
    code = f"from autotune.cli import main\nmain({arguments})"
    process = start(code)
    until(lambda: any(j["trials"] > 2 for j in list_jobs()))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "interrupted" in err and list_jobs() == []
