"""Checks beside the learning.

They are the weights of similar tasks, ranges against bests, the default budget, and equal
wall-clock time.
"""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("scipy")

from autotune.space.domains import Float, Int
from benchmarks.learn import left, ranges
from benchmarks.learn.neighbours import weights
from benchmarks.quality import wall_clock
from benchmarks.quality.budget import counts, figures, share_lost

SIZES = {
    "a": (True, np.zeros(2)),
    "near": (True, np.full(2, 0.1)),
    "far": (True, np.full(2, 3.0)),
    "other": (False, np.zeros(2)),
}


@pytest.mark.parametrize(
    ("arm", "order"),
    [
        ("even", ["near", "far", "other"]),
        ("size", ["other", "near", "far"]),
        ("kind", ["near", "far", "other"]),
    ],
)
def test_like_tasks_weigh_more_and_an_unknown_size_weighs_the_mean(arm, order):
    found = dict(
        zip([*order, "unknown"], weights(arm, "a", [*order, "unknown"], SIZES), strict=True)
    )
    assert list(found.values())[:3] == sorted(list(found.values())[:3], reverse=True)
    assert found["unknown"] == pytest.approx(1) == pytest.approx(np.mean(list(found.values())))


@pytest.mark.parametrize(
    ("domain", "value", "expected"),
    [
        (Float(1, 100, log=True), 10, 0.5),
        (Int(0, 4), 1, 0.25),
        (Float(0, 1), 9, 1),
        (Float(2, 2.0), 2, 0.5),
    ],
)
def test_a_place_in_a_range_is_between_0_and_1(domain, value, expected):
    assert ranges.place(domain, value) == pytest.approx(expected)


def test_bests_at_an_end_are_told_unless_the_end_is_the_librarys_own():
    rows = [(str(i), p) for i, p in enumerate([0.0] * 4 + [1.0] * 4 + [0.5] * 2)]
    facts = {str(i): {"rows": 10 + i, "columns": 5 + i * i} for i in range(10)}
    found = ranges._figures(rows, facts, {"low": 1, "high": 9}, [1, None])
    assert (
        found["at_end"] == {"high": 0.4}
        and found["correlation"]["rows"] == found["correlation"]["columns"] > 0
    )
    assert ranges.corrected({"e": {"n": found}}).keys() == {"e n rows", "e n columns"}


@pytest.mark.parametrize(
    ("curve", "lost"),
    [([0, 5, 9, 10], 0.1), ([0, 5, 10, 10], 0), ([3, 3, 3, 3], 0), ([-np.inf, 0, 9, 10], 0.1)],
)
def test_what_a_smaller_budget_loses_is_a_share_of_the_gain(curve, lost):
    assert share_lost(np.array(curve, dtype=float), 3) == pytest.approx(lost)


def test_the_default_budget_is_compared_with_the_rule_on_long_searches_alone():
    default, rule = counts("k-nearest-neighbours")
    row = {"kind": "real", "family": "k-nearest-neighbours", "group": "a", "trials": rule}
    late = [*np.zeros(default), *np.ones(rule - default)]
    rows = pd.DataFrame(
        [
            row | {"best": np.ones(rule)},
            row | {"best": late, "group": "b"},
            row | {"best": [1.0], "trials": 9},
        ]
    )
    found = figures(rows)["real k-nearest-neighbours"]
    assert (
        found["tasks"] == 2
        and found["lost"][default] == 0.5 == found["within_1_percent"]
        and default < found["rule"] == rule
    )


def test_runs_of_equal_time_are_counted_ahead_equal_and_behind():
    def run(task, ours, theirs):
        key = {"family": "f", "task": task, "seconds": 10.0, "seed": 0, "trials": 5}
        return [
            key | {"method": m, "score": s}
            for m, s in (("default", -1.0), ("autotune", ours), ("flaml", theirs))
        ]

    found = wall_clock.figures(
        run("a", -0.5, -0.6) + run("b", -0.7, -0.6) + run("c", -0.5, -0.5) + run("d", 0, 0)[:2]
    )
    assert {k: found["f, 10 s"][k] for k in ("runs", "ahead", "behind", "median_gap")} == {
        "runs": 3,
        "ahead": 1,
        "behind": 1,
        "median_gap": 0.0,
    }


def test_what_is_left_open_is_the_mean_regret_of_the_longest_runs():
    def row(task, method, best):
        key = {
            "problem": task,
            "method": method,
            "trials": len(best),
            "random_median": 0.0,
            "best_known": 1.0,
        }
        return key | {"best": np.array(best), "scores": np.array(best)}

    rows = [row(str(t), "autotune", b) for t in range(5) for b in ([0.9, 0.9], [0.0, 0.5, 1.0])]
    assert left.left(pd.DataFrame([*rows, row("5", "peer:a", [0.1])])) == {
        "1": 1.0,
        "2": 0.5,
        "3": 0.0,
    }
    assert left.left(pd.DataFrame(rows[:8])) == {}
