"""Ranges as users of other libraries have them are read as what they mean, or refused."""

import numpy as np
import optuna
import pandas as pd
import pytest
from ray import tune
from scipy import stats
from sklearn.neighbors import KernelDensity
from sklearn.preprocessing import MinMaxScaler

from autotune import Choice, Fixed, Float, Hint, Int, LogNormal, Normal
from autotune.errors import SettingError
from autotune.space.forbidden_rules import MAX_LENGTH, ForbiddenRule
from autotune.space.user_ranges import read_range

SCALED = Float(1e-4, 1, log=True)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (range(3), Int(0, 2)),
        (range(10, 41, 10), Int(10, 40, step=10)),
        (range(5, 1, -2), Int(3, 5, step=2)),
        (range(7, 8), Int(7, 7)),
        (np.geomspace(1, 100, 3), Choice([1.0, 10.0, 100.0])),
        (np.array(["a", "b"]), Choice(["a", "b"])),
        (np.array(3), Fixed(3)),
        (pd.Series([0.5, 1.0]), Choice([0.5, 1.0])),
        (pd.Index(["x", "y"]), Choice(["x", "y"])),
        (frozenset({3, 1, "auto"}), Choice([1, 3, "auto"])),
        ((np.float32(0.5), np.int64(2)), Float(0.5, 2)),
        (stats.uniform(2, 3), Float(2, 5)),
        (stats.uniform(loc=-1, scale=2), Float(-1, 1)),
        (stats.randint(2, 9), Int(2, 8)),
        (stats.reciprocal(0.1, 10), Float(0.1, 10, log=True)),
        (stats.norm(1, 0.5), Normal(1, 0.5)),
        (stats.lognorm(2, scale=1), LogNormal(0.0, 2)),
        (optuna.distributions.IntDistribution(1, 9, step=2), Int(1, 9, step=2)),
        (optuna.distributions.CategoricalDistribution(("a", None)), Choice(["a", None])),
        (tune.uniform(0, 2), Float(0, 2)),
        (tune.quniform(0, 2, 0.5), Float(0, 2, q=0.5)),
        (tune.loguniform(0.01, 1), Float(0.01, 1, log=True)),
        (tune.lograndint(1, 65), Int(1, 64, log=True)),
        (tune.randn(0, 3), Normal(0, 3)),
        (tune.choice([1, 2]), Choice([1, 2])),
        ("2..9", Int(2, 9)),
        ({"low": 0.0, "high": 0.5}, Float(0, 0.5)),
        ({"hint": 3}, Hint(3)),
        ({0: 1, 1: 5}, Fixed({0: 1, 1: 5})),
        ([{0: 1}, None], Choice([{0: 1}, None])),
        (MinMaxScaler(), Fixed(MinMaxScaler())),
    ],
)
def test_a_form_is_read_as_what_it_means(given, meant):
    read = read_range("x", given, None)
    assert (type(read), str(read)) == (type(meant), str(meant))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (stats.beta(2, 3), "scipy's rv_continuous_frozen has no equal here"),
        (stats.expon(), "Use Float"),
        (tune.sample_from(lambda _: 1), "ray's Function has no equal here"),
        (np.zeros((2, 3)), "must have one dimension, got 2"),
        (np.array([1, 1, 2]), "numpy.unique"),
        (range(3, 3), "must hold a number"),
        ({"min": 1, "max": 3}, "must spell a range"),
        (set(), "at least one value"),
    ],
)
def test_what_has_no_equal_is_refused_with_the_way_out(given, words):
    with pytest.raises(SettingError, match=r"ranges\.x") as error:
        read_range("x", given, None)
    assert words in str(error.value)


def test_an_estimator_that_samples_is_a_value_and_no_distribution():
    model = KernelDensity()
    assert read_range("x", model, None) == Fixed(model)


@pytest.mark.parametrize(
    ("given", "inferred", "log"),
    [
        (Float(0.1, 0.2, log="auto"), SCALED, True),
        (Float(0.0, 0.2, log="auto"), SCALED, False),
        (Float(1, 2000, log="auto"), None, True),
        (Float(1, 20, log="auto"), None, False),
        (Int(1, 5000, log="auto"), None, True),
        (Int(1, 5001, step=5, log="auto"), None, False),
        (Float(0.5, 0.99, log="auto"), Float(0.5, 0.999, log="reverse"), "reverse"),
    ],
)
def test_auto_takes_the_scale_that_is_known_else_one_by_the_ends(given, inferred, log):
    assert read_range("x", given, inferred).log == log


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("5", Fixed(5)),
        (("1e-3", "1e-1"), Float(1e-3, 1e-1, log=True)),
        (["2", "4", None], Choice([2, 4, None])),
        (Hint("0.5"), Hint(0.5)),
        ([1, "1"], Choice([1, "1"])),
        ("sqrt", Fixed("sqrt")),
    ],
)
def test_texts_that_are_numbers_are_numbers_where_the_hyperparameter_is_one(given, meant):
    assert read_range("x", given, SCALED) == meant


def test_texts_stay_texts_where_nothing_says_that_they_are_numbers():
    assert read_range("x", ["1", "2"], Choice(["1", "2"])) == Choice(["1", "2"])


def test_a_forbidden_combination_is_short():
    with pytest.raises(SettingError, match=r"at most 2,000 characters, got 100,000"):
        ForbiddenRule("x" * 100_000)
    assert MAX_LENGTH == 2_000
