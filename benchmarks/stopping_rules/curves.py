"""Curves of trials in the order a search tries them.

Run it with ``python -m benchmarks.stopping_rules.curves SURROGATES CACHE [SEEDS]``.

On the surrogate of LCBench (Zimmer, Lindauer, Hutter 2021), validation accuracy in percent after
each of 52 epochs. A task's portfolio is the one learned without it. CACHE keeps one file for each
order; one that is there stays.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import optuna

from autotune import autotune
from benchmarks.learn.__main__ import load
from benchmarks.learn.leave_out import without
from benchmarks.learn.surrogates import Surrogate

ENTRY, SCENARIO, EPOCHS, TRIALS, SEEDS = "torch-training-loop", "lcbench", 52, 50, 4
ORDERS: dict[str, dict[str, Any]] = {
    "random": {"strategy": "random", "portfolio": []},
    "bayesian": {"portfolio": []},
    "tpe": {"portfolio": [], "sampler": "tpe"},
    "portfolio": {},
}
Curves = dict[tuple[str, int], np.ndarray]  # by task and seed: trials x epochs


def curve(surrogate: Surrogate, task: str, params: Mapping[str, Any]) -> np.ndarray:
    """Return the metric after each epoch."""
    points = [{**params, "epoch": epoch} for epoch in range(1, EPOCHS + 1)]
    return surrogate.evaluate(task, points)[0]


def search(task: str, order: str, seed: int, trials: int = TRIALS) -> tuple[Any, Any]:
    """Return the plan for a task that is new to it, and an Optuna study that begins it."""
    known = (
        {}
        if "portfolio" in ORDERS[order]
        else {"portfolio": without(load(ENTRY), f"{SCENARIO}-{task}", autotune(ENTRY).ranges)}
    )
    plan = autotune(
        ENTRY, max_trials=trials, max_parallel=1, mode="max", seed=seed, **ORDERS[order], **known
    )
    native = plan.compile("optuna").native
    study = optuna.create_study(direction="maximize", sampler=native.sampler)
    for point in native.enqueued if known else []:
        study.enqueue_trial(point)
    return native, study


def sequence(surrogate: Surrogate, task: str, order: str, seed: int) -> np.ndarray:
    """Return the curves of a search's trials, none stopped."""
    native, study = search(task, order, seed)
    rows = []
    for _ in range(TRIALS):
        trial = study.ask()
        rows.append(curve(surrogate, task, native.define(trial)))
        study.tell(trial, float(rows[-1][-1]))
    return np.array(rows)


def read(cache: Path, order: str) -> Curves:
    """Read an order's curves."""
    with np.load(cache / f"{order}.npz") as kept:
        return {(n.split("/")[0], int(n.split("/")[1])): kept[n].astype(float) for n in kept.files}


def noisy(curves: np.ndarray, noise: float, seed: int) -> np.ndarray:
    """Return the curves as they are seen: with noise of so many points on each report."""
    return (
        curves + noise * np.random.default_rng(seed).normal(size=curves.shape) if noise else curves
    )


def main(folder: str, cache: str, seeds: str = str(SEEDS)) -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    surrogate = Surrogate(Path(folder), SCENARIO)
    Path(cache).mkdir(exist_ok=True)
    for order in (o for o in ORDERS if not (Path(cache) / f"{o}.npz").exists()):
        found = {
            f"{t}/{s}": sequence(surrogate, t, order, s)
            for s in range(int(seeds))
            for t in surrogate.tasks
        }
        np.savez_compressed(
            Path(cache) / f"{order}.npz", **{n: c.astype(np.float32) for n, c in found.items()}
        )
        print(order, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
