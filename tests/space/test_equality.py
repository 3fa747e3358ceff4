"""One equality of values: what is told apart, through a whole search as in a single comparison."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotune import Choice, Float, Job, autotune
from autotune.space.domains import Fixed
from autotune.space.labels import labels_of, same
from autotune.space.parameters import ParameterDecoder, encode
from autotune.space.search_space import Space, distinct

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from([0.0, -0.0, 1.0, 2.0, math.nan, math.inf]),
    st.sampled_from(["1", "1.0", "True", "None", "nan", "", "(1,)"]),
    st.sampled_from([np.int64(1), np.float64(1.0), np.bool_(True), np.str_("1")]),
)
VALUES = st.recursive(
    SCALARS,
    lambda v: st.one_of(
        st.lists(v, max_size=2),
        st.lists(v, max_size=2).map(tuple),
        st.dictionaries(st.sampled_from("ab"), v, max_size=2),
    ),
    max_leaves=3,
)
# Each pair is equal, or reads the same, and is two values.
PAIRS = [
    (1, True),
    (0, False),
    (1, 1.0),
    (1, "1"),
    (True, "True"),
    (None, "None"),
    (math.nan, "nan"),
    ((1,), [1]),
    ((1,), (True,)),
    ((1,), "(1,)"),
]
CHOICES = [[1, True], [1, 1.0, "sqrt"], [1, "1"], [True, "True"], [None, "None"], [(1,), (True,)]]


@given(VALUES)
def test_every_value_is_the_same_as_itself(value):
    assert same(value, value)


@given(VALUES, VALUES)
def test_which_value_comes_first_does_not_matter(a, b):
    assert same(a, b) == same(b, a)


@given(VALUES, VALUES, VALUES)
def test_two_values_that_are_the_same_as_a_third_are_the_same(a, b, c):
    assert not (same(a, b) and same(b, c)) or same(a, c)


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_values_that_estimators_tell_apart_are_not_the_same(a, b):
    assert not same(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.int64(1), 1),
        (np.float64("nan"), math.nan),
        (np.bool_(True), True),
        (np.str_("x"), "x"),
        ((np.int64(1),), (1,)),
        (np.array([1.0, 2.0]), np.array([1.0, 2.0])),
        (-0.0, 0.0),
    ],
)
def test_a_numpy_value_is_the_plain_one_it_holds(a, b):
    assert same(a, b)


@pytest.mark.parametrize("choices", CHOICES, ids=str)
def test_each_choice_has_a_label_of_its_own(choices):
    assert len(set(labels_of(choices))) == len(choices)


@pytest.mark.parametrize("domain", [Float(2, 3, also=(None, "None")), Float(2, 3, also=(1, "1"))])
def test_values_beside_a_range_come_back_as_they_are(domain):
    space = Space({"x": domain}, {})
    for value in domain.also:
        assert same(ParameterDecoder(space).decode(encode(space, {"x": value}))["x"], value)


def test_configurations_are_told_apart_by_their_values():
    space = Space({"x": Choice([1, True]), "y": Float(0, 2)}, {})
    points = [{"x": 1, "y": 1.0}, {"x": True, "y": 1.0}, {"x": 1, "y": 1}]
    assert distinct(points, space) == points[:2]


def test_a_condition_on_true_does_not_hold_for_the_text():
    space = Space({"x": Choice([True, "True"]), "y": Fixed(1)}, {"y": {"x": (True,)}})
    assert space.active("y", {"x": True}) and not space.active("y", {"x": "True"})


def kind(x=0):
    return float(len(type(x).__name__))


@pytest.mark.parametrize("choices", CHOICES, ids=str)
def test_each_choice_is_tried_recorded_and_read_as_itself(choices, tmp_path):
    plan = autotune(kind, ranges={"x": Choice(choices)}, max_trials=5, completion={})
    job = plan.run(name="job", storage=tmp_path)
    loaded = Job.load("job", tmp_path)
    for trials in (job.all_trials(), loaded.all_trials()):
        values = [t.params["x"] for t in trials]
        assert len(values) == len(choices)
        assert all(any(same(value, choice) for value in values) for choice in choices)
    assert same(loaded.best.params["x"], job.best.params["x"])
