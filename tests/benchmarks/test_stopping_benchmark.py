"""The benchmark of stopping rules: nothing is judged on what it was calibrated on."""

import numpy as np
import pytest

from benchmarks.stopping_rules import calibrate, torch_mlp
from benchmarks.stopping_rules.replay import documented, replay, replays, summary

TASKS = [*calibrate.CHALLENGE, *map(str, range(1, 15))]
CURVES = np.linspace(0.3, 1, 20)[::-1, None] * (1 - np.exp(-np.arange(1, 31) / 4)) * 100


def test_each_task_is_in_one_third_and_those_of_one_source_in_the_same():
    parts = calibrate.thirds(TASKS)
    assert sorted(task for part in parts for task in part) == sorted(TASKS)
    assert [bool(calibrate.CHALLENGE & set(part)) for part in parts] == [True, False, False]


def test_a_promise_is_chosen_by_the_runs_of_the_tasks_that_have_a_network(tmp_path, monkeypatch):
    asked = []
    for order in calibrate.ORDERS:
        np.savez(tmp_path / f"{order}.npz", **{f"{task}/0": CURVES for task in ("3", "5")})
    monkeypatch.setattr(
        calibrate,
        "_promise",
        lambda runs, networks: asked.append({task for (task, _), _ in runs}) or 0.5,
    )
    assert calibrate.promises(tmp_path, {"5": {}}) == {"promise": 0.5, "promise_after_starts": 0.5}
    assert asked == [{"5"}, {"5"}]


def test_a_promise_that_loses_too_much_is_not_chosen():
    zero = {"hidden": [[0.0] * 10], "output": [-20.0, 0.0]}  # promises nothing, whatever it reads
    network = {"means": [0.0] * 9, "spreads": [1.0] * 9, "networks": [zero]}
    late = np.vstack([CURVES[5:9], np.r_[np.full(29, 1.0), 99.0]])
    assert calibrate._promise([(("5", 0), CURVES)], {"5": network}) == max(calibrate.PROMISES)
    assert calibrate._promise([(("5", 0), late)], {"5": network}) == 0


def test_what_a_rule_saves_and_loses_is_counted_by_epochs_and_by_the_trial_it_leaves():
    late = np.array([[10.0] * 10, [50.0] * 10, [1.0] * 9 + [99.0]])
    assert replay(documented("median"), late, late) == pytest.approx((5 / 30, 49))
    found = summary(
        replays([(("5", 0), late), (("5", 1), late[:2])], 0.0, lambda _: documented("median"))
    )
    assert (found["losing"], found["lost"], found["runs"]) == (0.5, 24.5, 2)


def test_the_torch_perceptron_is_a_funnel_that_learns():
    torch = pytest.importorskip("torch")
    settings = {
        "max_units": 64,
        "num_layers": 3,
        "max_dropout": 0.2,
        "learning_rate": 0.1,
        "momentum": 0.9,
        "weight_decay": 1e-4,
    }
    layers = [
        m.out_features for m in torch_mlp.network(5, 2, settings) if isinstance(m, torch.nn.Linear)
    ]
    assert layers == sorted(layers, reverse=True) and (layers[0], layers[-1]) == (64, 2)
    X = np.random.default_rng(0).normal(size=(200, 5))
    found = torch_mlp.curve(
        [X, X, (X[:, 0] > 0).astype(int), (X[:, 0] > 0).astype(int)],
        {**settings, "batch_size": 16},
        0,
        5,
    )
    assert len(found) == 5 and found[-1] > 90
