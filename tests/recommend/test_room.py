"""Ranges hold a value with room on both sides, inside what is legal, with ends people write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotune import Choice, Float, Int
from autotune.recommend.room import rounded, with_room


@pytest.mark.parametrize(
    ("domain", "value", "expected"),
    [
        (Int(1, 10), 5, Int(1, 10)),
        (Int(1, 10), 10, Int(1, 13)),
        (Int(2, 512, log=True), 600, Int(2, 1200, log=True)),
        (Float(0.5, 0.9), 0.2, Float(0.1, 0.9)),
        (Float(1e-3, 0.3, log=True), 0.5, Float(1e-3, 1.5, log=True)),
        (Float(1e-3, 10, log=True), 0.0, Float(1e-3, 10, log=True, also=(0.0,))),
        (Int(32, 512, step=32), 640, Int(32, 672, step=32)),
        (Int(32, 512, step=32), 100, Int(32, 512, step=32, also=(100,))),
        (Choice(["a"]), "b", Choice(["a", "b"])),
        (Int(1, 10), None, Int(1, 10, also=(None,))),
    ],
)
def test_a_value_at_an_end_or_beyond_gets_room(domain, value, expected):
    assert with_room(domain, value) == expected


def test_the_range_never_exceeds_the_legal_ends_except_to_hold_the_value():
    assert with_room(Float(0.3, 1.0), 1.0, (0.0, 1.0)) == Float(0.3, 1.0)
    assert with_room(Int(1, 10), 30, (1, 20)) == Int(1, 30)


@given(
    st.integers(1, 10**6),
    st.integers(1, 10**6),
    st.integers(1, 10**7),
    st.booleans(),
)
def test_a_widened_range_holds_its_old_ends_and_the_value(a, b, value, log):
    old = Int(min(a, b), max(a, b), log=log)
    new = with_room(old, value)
    assert all(new.contains(held) for held in (old.low, old.high, value))


@given(st.floats(1e-9, 1e9))
def test_rounding_is_outward_and_close(value):
    low, high = rounded(value, down=True), rounded(value, down=False)
    slack = 1e-12 * value  # the last bits of a product are no reason to round
    assert low - slack <= value <= high + slack and high - low <= 0.11 * value
