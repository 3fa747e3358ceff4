"""The grid: every combination counts, and of a grid too large a part that is spread over it."""

import collections
import runpy

import pytest
from sklearn.tree import DecisionTreeClassifier

from autotune import AutotuneError, Choice, Float, Int, autotune
from autotune_optuna.grid import first_of_grid

NOTHING: dict = {}


def area(width=1, height=1, depth=1.0):
    return width * height * depth


GRIDS = {
    "lists": ({"width": [1, *range(3, 12)], "height": list(range(1, 8))}, 70),
    "steps": ({"width": Int(1, 9), "depth": Float(0.5, 5, step=0.5)}, 90),
    "three": ({"width": [1, 2, 4, 8], "height": [1, 3, 9, 27, 81], "depth": [1.0, 2.0, 5.0]}, 60),
    "mixed": ({"width": Choice([1, "wide", None]), "height": Int(1, 64, log=True)}, 192),
}


@pytest.mark.parametrize("kind", GRIDS)
def test_a_grid_has_as_many_trials_as_combinations(kind):
    ranges, count = GRIDS[kind]
    plan = autotune(area, ranges=ranges, strategy="grid")
    assert plan["max_trials"] == count
    enqueued = plan.compile("optuna").native.enqueued
    assert len(enqueued) == count == len({repr(sorted(params.items())) for params in enqueued})


@pytest.mark.parametrize("kind", GRIDS)
@pytest.mark.parametrize("count", [9, 23, 50])
def test_a_capped_grid_is_spread_over_every_dimension_and_says_so(kind, count):
    ranges, whole = GRIDS[kind]
    plan = autotune(area, ranges=ranges, strategy="grid", max_trials=count)
    assert f"{whole} combinations; {count} spread" in plan.explain("max_trials")
    enqueued = plan.compile("optuna").native.enqueued
    assert len(enqueued) == count
    for name in ranges:
        values = collections.Counter(params[name] for params in enqueued)
        levels = {
            params[name]
            for params in autotune(area, ranges=ranges, strategy="grid")
            .compile("optuna")
            .native.enqueued
        }
        assert len(values) >= min(len(levels), count) / 2
        assert max(values.values()) <= max(4, 3 * count / len(levels))


def test_a_grid_of_inferred_ranges_counts_its_levels():
    plan = autotune(DecisionTreeClassifier(), strategy="grid", tune=["max_depth", "max_features"])
    assert plan["max_trials"] == len(plan.compile("optuna").native.enqueued)


def test_a_grid_that_cannot_be_listed_is_refused_when_planned():
    ranges = {name: list(range(1, 40)) for name in ("width", "height", "depth")}
    with pytest.raises(AutotuneError, match="at most 10,000 combinations"):
        autotune(area, ranges=ranges, strategy="grid")


@pytest.mark.parametrize(("size", "count"), [(1, 1), (7, 3), (100, 99), (64, 10), (6, 6), (5, 0)])
def test_each_configuration_of_a_part_is_another_one(size, count):
    part = first_of_grid(range(size), count)
    assert len(part) == count == len(set(part))


def test_an_exported_program_tries_the_same_part(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plan = autotune(
        "lightgbm.LGBMRegressor",
        ranges={"num_leaves": [7, 15, 31, 63], "max_depth": [3, 4, 5, 6, -1]},
        strategy="grid",
        max_trials=7,
        tune=["num_leaves", "max_depth"],
    )
    program = tmp_path / "program.py"
    program.write_text(plan.export("optuna"))
    count, points = runpy.run_path(str(program))["planned_trials"](7)
    assert count == 7 and points == plan.compile("optuna").native.enqueued
