"""A sampler's random numbers are made late, and travel with a program's sampler."""

import pickle

import cloudpickle

from autotune_optuna.samplers import random_numbers
from autotune_optuna.samplers.random_numbers import RandomNumbers


def test_a_seed_gives_the_same_numbers_and_one_generator():
    first, second = RandomNumbers(7), RandomNumbers(7)
    assert first.rng is first.rng
    assert first.rng.rand() == second.rng.rand()


def test_the_class_travels_by_value_as_in_a_program():
    cloudpickle.register_pickle_by_value(random_numbers)
    try:
        copy = pickle.loads(cloudpickle.dumps(RandomNumbers(7)))
    finally:
        cloudpickle.unregister_pickle_by_value(random_numbers)
    assert copy.rng.rand() == RandomNumbers(7).rng.rand()
