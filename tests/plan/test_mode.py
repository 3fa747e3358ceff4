"""Which values are better: one definition for every place that compares them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.svm import SVC

from autotune import autotune
from autotune.plan.mode import Mode

VALUES = st.lists(st.floats(allow_nan=False), min_size=1)


@given(VALUES, st.sampled_from(Mode))
def test_nothing_is_better_than_the_best(values, mode):
    best = mode.best(values)
    assert best in values
    assert not any(mode.better(value, best) for value in values)


@given(VALUES)
def test_the_best_is_the_largest_or_the_smallest(values):
    assert (Mode.MAX.best(values), Mode.MIN.best(values)) == (max(values), min(values))


def test_there_is_no_best_of_nothing():
    assert Mode.MAX.best([]) is None


@pytest.mark.parametrize("mode", ["max", "min"])
def test_a_mode_is_its_text(mode):
    assert (Mode(mode), repr(Mode(mode)), json.dumps(Mode(mode))) == (mode, repr(mode), f'"{mode}"')


@pytest.mark.parametrize("mode", ["max", "min"])
def test_a_plan_knows_its_mode(mode):
    plan = autotune(SVC(), metric=lambda estimator, X, y: estimator.score(X, y), mode=mode)
    assert plan["mode"] == mode and plan.mode is Mode(mode)
