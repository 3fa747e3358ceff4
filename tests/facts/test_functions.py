"""Functions as people have them: data bound, arguments by name only, names given by ranges."""

import functools

import pytest

from autotune import Script, autotune
from autotune.errors import AutotuneError


def with_data(data, lr=0.1):
    return lr * len(data)


def by_name(*, lr, depth=3):
    return lr * depth


def any_names(**hyperparameters):
    return hyperparameters["lr"]


def in_a_dict(config={"lr": 0.1, "inner": {"depth": 3}}, batch_size=32):  # noqa: B006
    return config["lr"] * batch_size


class Trainer:
    def __init__(self, data):
        self.data = data

    def __call__(self, lr=0.1):
        return lr * len(self.data)

    def train(self, lr, momentum=0.9):
        return lr * momentum


RANGES = {"lr": (0.01, 1.0)}


@pytest.mark.parametrize(
    ("function", "tuned"),
    [
        (functools.partial(with_data, [1, 2]), {"lr"}),
        (functools.partial(with_data, data=[1, 2]), {"lr"}),
        (functools.partial(functools.partial(with_data), data=[1, 2], lr=0.5), {"lr"}),
        (Trainer([1, 2]), {"lr"}),
        (Trainer([1, 2]).train, {"lr", "momentum"}),
        (by_name, {"lr"}),
        (any_names, {"lr"}),
    ],
)
def test_a_function_is_tuned_by_the_arguments_that_are_not_data(function, tuned):
    plan = autotune(function, metric="loss", ranges=RANGES, max_trials=2, max_parallel=1)
    assert set(plan.ranges) - {"depth"} == tuned
    job = plan.run(progress=False)
    assert job.status == "completed"
    assert 0.01 <= job.best_params["lr"] <= 1


def test_bound_data_is_no_hyperparameter():
    plan = autotune(functools.partial(with_data, data=[1], lr=0.5), metric="loss")
    assert (plan.ranges, plan.static) == ({}, {})


@pytest.mark.parametrize(
    ("function", "settings", "words"),
    [
        (by_name, {}, "a default or a range for each of its hyperparameters, got none for lr"),
        (by_name, {"ranges": RANGES, "optimizer": "adam"}, "'optimizer'"),
        (by_name, {"ranges": {**RANGES, "wd": (0, 1)}}, "'wd' must be a hyperparameter"),
        (any_names, {"ranges": RANGES, "n_trials": 3}, "n_trials"),
        (lambda x, /, lr=0.1: lr, {}, "must take its hyperparameters by name"),
        (in_a_dict, {"ranges": {"config.lr": (0, 1)}}, "config is a mapping"),
    ],
)
def test_what_a_function_cannot_take_is_refused(function, settings, words):
    with pytest.raises(AutotuneError) as error:
        autotune(function, metric="loss", **settings)
    assert words in str(error.value)


def test_what_a_mapping_holds_is_said_not_to_be_tuned():
    plan = autotune(in_a_dict, metric="loss")
    assert "batch_size" in plan.ranges
    assert "whose values are no hyperparameters" in plan.left_out["config"]


def script(**arguments):
    return Script("t.py", metrics={"loss": "{number}"}, **arguments)


def test_a_name_in_ranges_only_is_an_argument_of_a_script():
    plan = autotune(script(), ranges={"lr": (0.001, 0.1), "--size": [1, 2]})
    assert set(plan.ranges) == {"lr", "size"}


@pytest.mark.parametrize(
    ("arguments", "ranges", "words"),
    [
        (["--lr={lr}"], {}, "'lr' must be a hyperparameter"),
        (["--lr={lr}"], {"lr": (0, 1), "wd": (0, 1)}, "got none for wd"),
    ],
)
def test_a_scripts_words_and_its_ranges_name_the_same(arguments, ranges, words):
    with pytest.raises(AutotuneError) as error:
        autotune(script(arguments=arguments), ranges=ranges)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("name", "value", "like"),
    [
        ("optimizer.lr", 0.1, "lr"),
        ("+trainer.weight_decay", 0.01, "weight_decay"),
        ("module__dropout", 0.1, "dropout"),
        ("train.batch-size", 64, "batch_size"),
        ("lr_head", 0.1, "lr"),
        ("encoder_learning_rate", 0.1, "learning_rate"),
        ("dropout2", 0.1, "dropout"),
        ("critic_lr_2", 0.01, "lr"),
    ],
)
def test_a_name_means_what_its_last_part_means(name, value, like):
    ranges = autotune(script(hyperparameters={name: value, like: value}), effort="all").ranges
    assert ranges[name].value == ranges[like].value


@pytest.mark.parametrize("name", ["trainer.num_workers", "data.root", "model.name", "eval.lr_file"])
def test_what_is_never_tuned_is_not_by_a_longer_name_either(name):
    assert name not in autotune(script(hyperparameters={name: 4}), effort="all").ranges


@pytest.mark.parametrize("names", [{"optimizer.kind": "adam"}, {"note": "x"}, {}])
def test_a_plan_with_nothing_to_tune_says_so(names):
    plan = autotune(script(hyperparameters=names))
    assert "Nothing is tuned" in str(plan)
    assert "nothing to tune" in repr(plan)


@pytest.mark.parametrize(
    ("flags", "values", "words"),
    [
        ("amp", {"amp": True, "lr": 1}, ["--amp", "--lr", "1"]),
        ("amp", {"amp": False}, []),
        (["bn/no-bn"], {"bn": False}, ["--no-bn"]),
        (["bn/no-bn"], {"bn": None}, []),
    ],
)
def test_a_flag_is_written_without_a_value(flags, values, words):
    assert script(flags=flags).arguments_for(values) == words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"flags": 3}, "flags must be names"),
        ({"flags": ["amp"], "arguments": ["{amp}"]}, "flags must go with arguments as a text"),
        ({"flags": ["amp"], "hyperparameters": {"amp": "yes"}}, "must be True, False or None"),
    ],
)
def test_a_flag_that_cannot_be_is_refused(arguments, words):
    with pytest.raises(AutotuneError, match=words):
        script(**arguments)


def test_a_flags_range_holds_true_and_false_only():
    with pytest.raises(AutotuneError, match="a flag must be True or False"):
        autotune(script(flags=["amp"]), ranges={"amp": [1, 2]})


def test_variables_and_a_variable_of_all_hold_the_hyperparameters(tmp_path):
    code = "import json, os\nhp = json.loads(os.environ['AUTOTUNE_HYPERPARAMETERS'])\n"
    code += "print('loss:', float(os.environ['RATE']) + hp['wd'])\n"
    (tmp_path / "t.py").write_text(code)
    tried = Script(
        str(tmp_path / "t.py"),
        {"lr": 0.5, "wd": 0.25},
        {"loss": "loss: {number}"},
        env={"RATE": "{lr}", "OTHER": "{unknown}"},
        arguments=["{wd}"],
    ).try_once()
    assert tried.metrics["loss"] == 0.75
