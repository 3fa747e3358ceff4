"""A choice of mappings is a nested space: HyperDrive's form, on every strategy."""

import json

import pytest

from autotune import Choice, Float, Int, autotune
from autotune.errors import AutotuneError


def train(**hyperparameters):
    return float(len(hyperparameters))


BRANCHES = [
    {"optimizer": "sgd", "momentum": Float(0, 0.9), "lr": Float(0.01, 1, log=True)},
    {"optimizer": "adam", "beta": (0.9, 0.99), "lr": Float(0.01, 1, log=True)},
    {"optimizer": "none"},
]


@pytest.mark.parametrize("given", [BRANCHES, Choice(BRANCHES)])
@pytest.mark.parametrize("strategy", ["random", "bayesian"])
def test_each_mapping_is_a_branch_with_its_own_hyperparameters(given, strategy):
    plan = autotune(
        train, ranges={"how": given}, metric="n", strategy=strategy, max_trials=12, max_parallel=1
    )
    assert set(plan.ranges) == {"optimizer", "momentum", "lr", "beta"}
    names = {"sgd": {"momentum", "lr"}, "adam": {"beta", "lr"}, "none": set()}
    for trial in plan.run(progress=False).all_trials():
        assert set(trial.params) == {"optimizer"} | names[trial.params["optimizer"]]


def test_the_selector_may_be_the_outer_name_itself_and_shared_names_have_no_condition():
    branches = [{"layers": n, "width": Int(1, 9), **more} for n, more in _LAYERS]
    plan = autotune(train, ranges={"layers": branches}, metric="n")
    assert plan.ranges["width"].when == {}
    assert plan.ranges["second"].when == {"layers": (2, 3)}


_LAYERS = ((1, {}), (2, {"second": [4, 8]}), (3, {"second": [4, 8]}))


def test_files_spell_it_too(tmp_path):
    branches = [
        {"kind": "a", "rate": "1e-3..1e-1 log"},
        {"kind": "b", "depth": {"low": 1, "high": 3}},
    ]
    (tmp_path / "mine.json").write_text(json.dumps({"ranges": {"model": branches}}))
    plan = autotune(train, overrides=tmp_path / "mine.json", metric="n")
    assert plan.ranges["rate"].value == Float(1e-3, 1e-1, log=True)
    assert plan.ranges["depth"].when == {"kind": ("b",)}


def test_mappings_without_ranges_are_values():
    plan = autotune(train, ranges={"config": [{"lr": 0.1}, {"lr": 0.2}]}, metric="n")
    assert plan.ranges["config"].value == Choice([{"lr": 0.1}, {"lr": 0.2}])


@pytest.mark.parametrize(
    ("ranges", "words"),
    [
        ({"m": [{"a": Float(0, 1)}, {"b": Float(0, 1)}]}, "a name with another value in each"),
        ({"m": [{"k": 1, "a": Float(0, 1)}, {"k": 1}]}, "a name with another value in each"),
        (
            {"m": [{"k": 1, "a": Float(0, 1)}, {"k": 2, "a": Float(0, 2)}]},
            "the same range in each mapping",
        ),
        ({"m": [{"k": 1, "a": Float(0, 1)}, {"k": 2}], "a": (0, 1)}, "must have one range"),
    ],
)
def test_what_cannot_be_nested_is_refused(ranges, words):
    with pytest.raises(AutotuneError) as error:
        autotune(train, ranges=ranges, metric="n")
    assert words in str(error.value)
