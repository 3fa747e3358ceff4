"""YAML and rules: YAML 1.2's words and numbers, bounded, with the line of every value."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotune import expressions
from autotune.errors import AutotuneError, KnowledgeError
from autotune.serialization import documents

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("no", "no"),
        ("010", 10),
        ("null", None),
        ("true", True),
        ("yes", "yes"),
        ("1_000", "1_000"),
        (".inf", math.inf),
        ("0x1f", 31),
        ("12:30", "12:30"),
        ("2026-01-01", "2026-01-01"),
        ("1.", 1.0),
        ("+5", 5),
    ],
)
def test_scalars_are_read_by_yaml_1_2(text, value):
    got = documents.parse(f"a: {text}").data["a"]
    assert got == value and type(got) is type(value)


@given(PLAIN)
def test_whatever_is_written_is_read_back_equal(data):
    assert documents.parse(documents.to_yaml(data)).data == data


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [1", "<text>:2:1: must be YAML"),
        ("a: 1\na: 2", "<text>:2:1: a key must stand once"),
        ("1: 2", "a key must be text"),
        ("a: &x 1\nb: *x", "aliases are not part"),
        ("a: !!python/object:os.system 1", "tags such as"),
        ("[" * 100 + "]" * 100, "nested at most"),
        ("a: '" + "x" * 3_000_000 + "'", "at most 2,000,000 bytes"),
        ("a: \x00", "must be YAML"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_place(text, words):
    with pytest.raises(KnowledgeError) as caught:
        documents.parse(text)
    assert words in str(caught.value) and "\n" not in str(caught.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_data_or_one_clear_error(data):
    try:
        documents.parse(data)
    except KnowledgeError as error:
        assert "\n" not in str(error)


def test_every_value_knows_its_line():
    assert documents.parse("a:\n  b: 1\n  c: [2, 3]\n").at(("a", "c", 1)) == "<text>:3:10"


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("clip(rows / 20, 5, 100)", 50.0),
        ("rows > 10 and not sparse", True),
        ("3 if columns == 4 else 5", 3),
        ("min(2, sqrt(16))", 2),
        ("task in ['binary', 'multiclass']", True),
        ("-columns ** 2", -16.0),
        ("1 < columns <= 4", True),
    ],
)
def test_rules_compute_over_facts(rule, value):
    assert (
        expressions.evaluate(rule, {"rows": 1000, "columns": 4, "sparse": False, "task": "binary"})
        == value
    )


@pytest.mark.parametrize(
    "rule",
    [
        "__import__('os')",
        "rows.real",
        "[r for r in rows]",
        "lambda: 1",
        "open('x')",
        "rows +",
        "(" * 200,
        "f'{rows}'",
        "1 if",
    ],
)
def test_rules_hold_nothing_but_arithmetic(rule):
    with pytest.raises(KnowledgeError):
        expressions.parse(rule)


def test_a_rule_over_an_unknown_fact_says_nothing():
    with pytest.raises(expressions.Unknown):
        expressions.evaluate("rows / 2", {"rows": None})


@given(st.text(max_size=40))
def test_any_text_is_a_rule_or_one_error(text):
    try:
        expressions.evaluate(text, {"rows": 3})
    except (AutotuneError, expressions.Unknown):
        pass
