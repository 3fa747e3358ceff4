"""Which functions report on the way: by themselves, by helpers, by what they return."""

import functools

import pytest

import autotune as library
from autotune import Script, autotune, report
from autotune import report as tell
from autotune.facts.reporting import calls_report, reports

history = []


def log_epoch(epoch, loss):
    history.append(epoch)
    tell(loss, step=epoch)


def by_helper(lr=0.1):
    log_epoch(1, lr)
    return lr


def by_helpers_helper(lr=0.1):
    return by_helper(lr)


def fit(callback):
    callback(1.0)


def by_callback(lr=0.1):
    fit(report)
    return lr


def by_module(lr=0.1):
    library.report(lr)
    return lr


class Callback:
    def on_epoch_end(self, loss):
        report(loss)


def by_callback_class(lr=0.1):
    Callback().on_epoch_end(lr)
    return lr


def by_inner_function(lr=0.1):
    def on_epoch_end(loss):
        report(loss)

    on_epoch_end(lr)
    return lr


def steps(lr=0.1):
    for _ in range(3):
        yield lr


def returns_generator(lr=0.1):
    return steps(lr)


def returns_named_generator(lr=0.1):
    losses = steps(lr)
    history.append(lr)
    return losses


def returns_expression(lr=0.1):
    return (lr * epoch for epoch in range(3))


class Trainer:
    def __call__(self, lr=0.1):
        log_epoch(1, lr)
        return lr


def uses_generators_inside(lr=0.1):
    return max(steps(lr)) + sum(lr for _ in range(3))


def has_a_parameter_of_that_name(lr=0.1, report=None):
    return lr if report is None else report


REPORTING = [
    by_helper,
    by_helpers_helper,
    by_callback,
    by_module,
    by_callback_class,
    by_inner_function,
    functools.partial(by_helper, lr=0.2),
    Trainer(),
]
GIVING = [steps, returns_generator, returns_named_generator, returns_expression]


@pytest.mark.parametrize("function", REPORTING)
def test_a_function_that_reports_anywhere_is_one_that_reports(function):
    assert reports(function) and calls_report(function)


@pytest.mark.parametrize("function", GIVING)
def test_a_function_that_gives_steps_is_one_that_reports(function):
    assert reports(function) and not calls_report(function)
    assert autotune(function, metric="loss", max_trials=20)["early_stopping"] is not None


@pytest.mark.parametrize(
    "function", [uses_generators_inside, has_a_parameter_of_that_name, max, dict, fit]
)
def test_others_report_nothing(function):
    assert not reports(function)


@pytest.mark.parametrize("name", ["numepochs", "nb_epoch", "num_epoch", "n_epoch", "maxEpochs"])
def test_the_ways_to_write_epochs_are_the_fidelity(name):
    script = Script("true", {"lr": 0.1, name: 40}, {"loss": "loss={number}"})
    plan = autotune(script, metric="loss")
    assert plan["fidelity"] == {"name": name, "min": 1, "max": 40} and name not in plan.ranges


@pytest.mark.parametrize("name", ["trainer.max_epochs", "fit__epochs", "train/num_train_epochs"])
def test_a_name_with_a_path_means_what_its_last_part_means(name):
    script = Script("true", {"lr": 0.1, name: 12}, {"loss": "loss={number}"})
    assert autotune(script, metric="loss")["fidelity"]["name"] == name


@pytest.mark.parametrize("name", ["epochs", "max_steps", "num_train_epochs"])
def test_a_budget_of_one_step_is_no_fidelity_and_no_error(name):
    script = Script("true", {"lr": 0.1, name: 1}, {"loss": "loss={number}"})
    assert autotune(script, metric="loss")["fidelity"] is None
