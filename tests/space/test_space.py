"""Spaces: what a hyperparameter may be, and what is refused where it is built."""

import inspect
import math
import pickle
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotune import Choice, Fixed, Float, Int, LogNormal, Normal
from autotune.errors import SettingError
from autotune.space.adjust import include
from autotune.space.parameters import ParameterDecoder, encode, primitives
from autotune.space.search_space import Space, draw

DOMAINS = [
    Float(0.1, 0.9),
    Float(1e-6, 10, log=True),
    Float(0.5, 0.999, log="reverse"),
    Float(0, 1, step=0.25),
    Float(0, 0),
    Int(1, 10),
    Int(1, 1000, log=True),
    Int(1, 9, step=4),
    Int(1, 5, also=(None, "sqrt")),
    Choice([True, 1, 1.0, "1", None, (1, 2)]),
    Fixed("x"),
    Normal(0, 1),
    LogNormal(0, 1),
    Float(1, 2, also=("number", True)),
]


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_every_draw_lies_in_its_domain(domain):
    generator = random.Random(0)
    assert all(domain.contains(draw(domain, generator)) for _ in range(500))


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_values_survive_the_engines_parameters(domain):
    space, generator = Space({"x": domain}, {}), random.Random(1)
    for _ in range(100):
        params = {"x": draw(domain, generator)}
        back = ParameterDecoder(space).decode(encode(space, params))
        assert type(back["x"]) is type(params["x"])
        assert (
            back["x"] == pytest.approx(params["x"])
            if isinstance(back["x"], float)
            else back == params
        )


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Float(2, 1), "low <= high must hold"),
        (lambda: Float(0, 1, log=True), "low > 0 must hold on a log scale"),
        (lambda: Float(0, 1, log="reverse"), "0 <= low <= high < 1"),
        (lambda: Float(0, 1, step=0.3), "step must divide high - low"),
        (lambda: Float(0, 1, step=0), "step > 0 must hold"),
        (lambda: Float(0, 1e299, step=1e-20), "step must divide high - low"),
        (lambda: Int(0, 10**17 + 1, step=2), "step must divide high - low"),
        (lambda: Float(0.1, 1, log=True, step=0.1), "step must go with log=False"),
        (lambda: Float(0, math.inf), "must be a finite number"),
        (lambda: Float("a", 1), "must be a finite number"),
        (lambda: Int(1, 2.5), "must be an integer"),
        (lambda: Int(1, 10, step=4), "divide high - low"),
        (lambda: Int(1, 8, log=True, step=7), "must be 1 on a log scale"),
        (lambda: Choice([]), "at least one value"),
        (lambda: Choice([1, 1]), "must differ"),
        (lambda: Choice("abc"), "must be a list"),
        (lambda: Normal(0, 0), "std > 0"),
    ],
)
def test_an_illegal_range_is_refused_where_it_is_built(build, words):
    with pytest.raises(SettingError, match=words):
        build()


@pytest.mark.parametrize(
    ("build", "form"),
    [
        (lambda: Float(1, 10, True), "Float(low, high, log=False"),
        (lambda: Int(1, 10, True), "Int(low, high, log=False"),
        (lambda: Float(1), "Float(low, high, log=False"),
        (lambda: Int(1, 10, scale="log"), "Int(low, high, log=False"),
        (lambda: Choice("a", "b"), "Choice([a, b, c]"),
        (lambda: Normal(0, 1, 2), "Normal(mean, std, q=None"),
        (lambda: LogNormal(0, 1, 2), "LogNormal(mean, std, q=None"),
    ],
)
def test_a_wrong_call_is_answered_with_the_form(build, form):
    with pytest.raises(SettingError) as error:
        build()
    assert f"must be called as {form}" in str(error.value)


@pytest.mark.parametrize(
    ("build", "name", "value"),
    [
        (lambda: Float(2, 1), "low", 2),
        (lambda: Float(0, 1, log=True), "low", 0),
        (lambda: Int(1, 10, step=4), "step", 4),
        (lambda: Normal(0, -1), "std", -1),
        (lambda: Choice([1, 1]), "choices", ["1", "1"]),
    ],
)
def test_a_refused_range_says_which_part_and_value(build, name, value):
    with pytest.raises(SettingError) as error:
        build()
    assert (error.value.name, error.value.value) == (name, value)


def test_a_call_shows_its_options_to_editors():
    assert [*inspect.signature(Float).parameters] == [
        "low",
        "high",
        "log",
        "step",
        "also",
        "q",
        "when",
    ]


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_domains_cross_processes(domain):
    assert pickle.loads(pickle.dumps(domain)) == domain


def test_choices_that_read_the_same_keep_apart():
    assert Choice([True, 1, 1.0, "1", "True"]).labels == ("True", "1", "1.0", "'1'", "'True'")


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.floats(1e-9, 1e9))
def test_a_widened_range_holds_both_the_old_ends_and_the_value(a, b, value):
    domain = Float(min(a, b), max(a, b), log=True)
    wide = include(domain, value)
    assert wide.contains(value) and wide.contains(domain.low) and wide.contains(domain.high)


@given(st.integers(-100, 100), st.integers(0, 60), st.integers(2, 12))
def test_levels_are_legal_distinct_and_hold_both_ends(low, width, count):
    levels = Int(low, low + width).levels(count)
    assert (
        levels[0] == low
        and levels[-1] == low + width
        and len(set(levels)) == len(levels) <= max(count, 1)
    )


def test_a_condition_decides_what_is_used():
    space = Space({"a": Choice(["x", "y"]), "b": Int(1, 3)}, {"b": {"a": ("x",)}})
    assert space.complete({"a": "y", "b": 2}) == {"a": "y"}
    assert space.grid(10) == [
        {"a": "x", "b": 1},
        {"a": "x", "b": 2},
        {"a": "x", "b": 3},
        {"a": "y"},
    ]


def test_forbidden_combinations_are_never_drawn():
    space = Space({"a": Choice([1, 2]), "b": Choice([1, 2])}, {}, ({"a": (1,), "b": (2,)},))
    assert {"a": 1, "b": 2} not in [space.sample(random.Random(i)) for i in range(50)]
    assert len(space.grid(10)) == 3


def test_conditions_in_a_circle_are_refused():
    space = Space({"a": Int(1, 2), "b": Int(1, 2)}, {"a": {"b": (1,)}, "b": {"a": (1,)}})
    with pytest.raises(SettingError, match="must not go in a circle"):
        _ = space.order


def test_a_number_with_other_kinds_travels_as_two_parameters():
    assert list(primitives("max_depth", Int(1, 9, also=(None,)))) == ["max_depth:kind", "max_depth"]
