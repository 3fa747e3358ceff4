"""A hint gives a range of one logic for each scale, with what made it."""

import pytest
from sklearn.linear_model import Ridge, SGDRegressor
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeClassifier

from autotune import Float, Hint, Int, Script, autotune
from autotune.errors import AutotuneError


def train(momentum=0.9, weight_decay=1e-4, depth=3, **more):
    return 0.0


def hinted(target, name, value):
    metric = {"metric": "loss"} if target is train else {}
    return autotune(target, ranges={name: Hint(value)}, **metric).ranges[name]


@pytest.mark.parametrize(
    ("target", "name", "value", "domain"),
    [
        (SVR(), "C", 0.5, Float(0.05, 5, log=True)),
        (SVR(), "C", 1.0, Float(0.1, 10, log=True)),
        (train, "scale", 0.5, Float(0.05, 5, log=True)),
        (train, "scale", 1.0, Float(0.1, 10, log=True)),
        (train, "shift", -2.0, Float(-4, -1)),
        (train, "offset", -2, Int(-4, -1)),
        (train, "momentum", 0.95, Float(0.5, 0.995, log="reverse")),
        (train, "lr", 0.01, Float(0.001, 0.1, log=True)),
        (SGDRegressor(), "l1_ratio", 0.8, Float(0.4, 1)),
        (SGDRegressor(), "l1_ratio", 1.0, Float(0.5, 1)),
        (SGDRegressor(), "l1_ratio", 0.0, Float(0, 1)),
        (DecisionTreeClassifier(), "max_depth", 1, Int(1, 2)),
        (DecisionTreeClassifier(), "max_depth", 6, Int(3, 12)),
    ],
)
def test_a_hint_gives_a_range_by_the_scale_of_the_hyperparameter(target, name, value, domain):
    chosen = hinted(target, name, value)
    assert chosen.value == domain
    assert repr(value) in chosen.reason


def test_the_evidence_is_that_of_the_rule():
    assert "2 to 8 for the hint 4" in hinted(train, "layers_wide", 5).evidence
    inferred = autotune(SVR()).ranges["C"].evidence
    assert hinted(SVR(), "C", 2.0).evidence.endswith(inferred)


def test_zero_joins_the_range_that_is_known():
    chosen = hinted(train, "weight_decay", 0.0).value
    assert chosen.contains(0.0)
    assert chosen.contains(1e-4)


@pytest.mark.parametrize(
    ("target", "name", "value", "words"),
    [
        (train, "scale", 0.0, "other than 0 where no range is known"),
        (train, "scale", "wide", "must be a number"),
        (train, "lr", -0.1, "a hint must be a number >= 0, got -0.1"),
        (SGDRegressor(), "l1_ratio", 1.5, "a hint must be a number >= 0 and <= 1, got 1.5"),
        (Ridge(), "alpha", -1.0, "ranges.alpha"),
    ],
)
def test_a_hint_that_cannot_be_is_refused_with_itself(target, name, value, words):
    with pytest.raises(AutotuneError, match=r"ranges\.\w+") as error:
        hinted(target, name, value)
    assert words in str(error.value)


def test_a_name_in_ranges_only_has_the_scale_that_its_name_means():
    script = Script("t.py", metrics={"loss": "{number}"})
    ranges = autotune(script, ranges={"lr": (0.001, 0.1), "unheard": (0.001, 0.1)}).ranges
    assert (ranges["lr"].value.log, ranges["unheard"].value.log) == (True, False)
