"""A variable that keeps code from traveling is named."""

import functools
import sqlite3
import threading

import pytest

from autotune import autotune
from autotune.errors import EngineError
from autotune.record.job_list import list_jobs

GUARD = threading.Lock()
EVENTS = threading.Event()


def guarded(lr=0.1):
    with GUARD:
        return lr


def calls_guarded(lr=0.1):
    return guarded(lr)


class Model:
    def __call__(self, lr=0.1):
        return lr if EVENTS.is_set() else -lr


def by_value(*values):
    """Let cloudpickle take functions of this module by value, as it takes those of a program."""
    for value in values:
        value.__module__ = "__main__"
    return values[0]


def with_database():
    connection = sqlite3.connect(":memory:")
    return lambda lr=0.1: connection.execute("select 1").fetchone()[0] * lr


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("GUARD", lambda: by_value(guarded)),
        ("GUARD", lambda: by_value(calls_guarded, guarded)),
        ("GUARD", lambda: by_value(functools.partial(by_value(guarded), lr=0.2))),
        ("EVENTS", lambda: by_value(Model, Model.__call__)()),
        ("connection", with_database),
    ],
)
def test_the_variable_that_cannot_travel_is_named_before_any_trial(name, function):
    with pytest.raises(EngineError, match=rf"the variable '{name}', which its '\w+' uses, cannot"):
        autotune(function(), metric="loss", ranges={"lr": (0.1, 1.0)}, max_trials=2).run()
    assert list_jobs() == []
