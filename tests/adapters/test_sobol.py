"""A Sobol sequence is one from its first trial on, choices and conditions included."""

import logging

import numpy as np
import optuna
import pytest

from autotune import Choice, Float, Int, autotune

RATES = {"rate": Float(0, 1)}
MIXED = {
    "rate": Float(0, 1),
    "units": Int(1, 64),
    "kind": Choice(["a", "b", "c", "d"]),
    "decay": Float(1e-4, 1, log=True),
}


def train(rate=0.5, units=8, kind="a", decay=0.01):
    return rate


def _drawn(ranges, count, waiting=0, **settings):
    """Return what a study draws, ``waiting`` trials at a time unfinished, without the first one."""
    plan = autotune(train, ranges=ranges, strategy="sobol", max_trials=count + 1, **settings)
    native = plan.compile("optuna").native
    study = optuna.create_study(sampler=native.sampler)
    trials, drawn = [], []
    for number in range(count):
        trials.append(study.ask())
        drawn.append(native.define(trials[-1]))
        if number >= waiting:
            study.tell(trials.pop(0), 0.0)
    return drawn


@pytest.mark.parametrize("waiting", [0, 3, 15])
@pytest.mark.parametrize("count", [8, 16])
@pytest.mark.parametrize("seed", [0, 9])
def test_the_first_points_lie_one_in_each_part_of_a_range(waiting, count, seed):
    values = [params["rate"] for params in _drawn(RATES, count, waiting, seed=seed)]
    assert sorted(int(value * count) for value in values) == list(range(count))


@pytest.mark.parametrize("waiting", [0, 15])
def test_choices_and_whole_numbers_are_of_the_sequence_too(waiting):
    drawn = _drawn(MIXED, 16, waiting)
    kinds = [params["kind"] for params in drawn]
    assert [kinds.count(kind) for kind in "abcd"] == [4, 4, 4, 4]
    eighths = np.bincount([(params["units"] - 1) // 8 for params in drawn], minlength=8)
    assert eighths.min() >= 1 and eighths.max() <= 3
    decades = np.bincount([int(np.log10(params["decay"]) + 4) for params in drawn], minlength=4)
    assert decades.min() >= 3


def test_a_condition_makes_no_trial_random_and_nothing_is_warned_of(caplog):
    ranges = MIXED | {"decay": Float(0, 1, when={"kind": ["a", "b"]})}
    optuna.logging.enable_propagation()
    try:
        with caplog.at_level(logging.WARNING, "optuna"):
            drawn = _drawn(ranges, 13)
    finally:
        optuna.logging.disable_propagation()
    assert not caplog.records
    assert all(("decay" in params) == (params["kind"] in "ab") for params in drawn)
    assert sorted(int(params["rate"] * 8) for params in drawn[:8]) == list(range(8))
