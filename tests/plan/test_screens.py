"""The one screen of a plan, as a person sees it at 80 columns."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest

from autotune import autotune
from tests.plan.screens import FOLDER, PLANS, screen

LOCK = (Path(__file__).parents[1] / "versions/locked.txt").read_text()
LOCKED = dict(re.findall(r"^([\w.-]+)==([\w.]+)", LOCK, re.M))
SHOWN = ("scikit-learn", "lightgbm", "xgboost-cpu")


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_is_one_screen_of_80_columns(name):
    lines = screen(name).splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("judged by") for line in lines)


@pytest.mark.skipif(
    any(version(name) != LOCKED[name] for name in SHOWN),
    reason="the plans are of the locked versions of the libraries",
)
@pytest.mark.parametrize("name", PLANS)
def test_a_reviewed_plan_reads_as_before(name):
    """`python -m tests.plan.screens` writes the files; review what changed in them."""
    assert screen(name) == (FOLDER / f"{name}.txt").read_text()


def test_every_hyperparameter_and_setting_is_explained():
    for make in PLANS.values():
        plan = make()
        names = [*plan.ranges, *plan.settings, *plan.left_out, *plan.fixed, *plan.static]
        for name in names:
            assert plan.explain(name).startswith(name) and "Instead: " in plan.explain(name)


def test_a_forest_explains_its_number_of_trees_and_names_nothing_it_lacks():
    from sklearn.ensemble import RandomForestRegressor

    forest = RandomForestRegressor(n_estimators=300)
    plan = autotune(forest)
    assert "300" in plan.explain("n_estimators") and "not tuned" in plan.explain("n_estimators")
    shown = {*plan.ranges, *plan.left_out, *plan.fixed}
    assert shown == set(forest.get_params())
