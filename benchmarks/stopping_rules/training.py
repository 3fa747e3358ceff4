"""Curves of real training on tabular data.

Run it with ``python -m benchmarks.stopping_rules.training DATA CACHE [LEARNER ORDER ...]``.

LEARNER is mlp, scikit-learn's multilayer perceptron, or torch, PyTorch's (pip install torch; its
portfolio's networks are large and take an hour). Accuracy in percent on held-out rows after each of
30 epochs. A dataset's portfolio is the one learned without it. CACHE keeps one file for each
learner and order.
"""

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import optuna
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from autotune import autotune
from benchmarks.quality.held_out import relatives, unseen
from benchmarks.stopping_rules import curves, torch_mlp

DATASETS = ("letter", "magic_telescope", "phoneme", "satimage", "spambase", "electricity")
TWINS = {
    "phoneme": "167190"
}  # among LCBench's tasks, from which the torch learner's portfolio and the rule are learned
EPOCHS, TRIALS, ROWS, SEEDS = 30, 30, 2000, 1
ORDERS: dict[str, dict[str, Any]] = {
    "random": {"strategy": "random", "portfolio": [], "initial_trials": []},
    "portfolio": {},
}
Parts = list[np.ndarray]


def split(path: Path, seed: int, share: float) -> Parts:
    """Return scaled columns of a training share and of the rest, then their classes.

    They are of at most so many rows.
    """
    frame = pd.read_parquet(path).dropna()
    frame = frame.sample(min(ROWS, len(frame)), random_state=seed)
    X = pd.get_dummies(frame.drop(columns="target")).to_numpy(dtype=float)
    y = pd.factorize(frame["target"])[0]
    train, test, y_train, y_test = train_test_split(
        X, y, train_size=share, random_state=seed, stratify=y
    )
    scaler = StandardScaler().fit(train)
    return [scaler.transform(train), scaler.transform(test), y_train, y_test]


def mlp_curve(parts: Parts, params: dict[str, Any], seed: int) -> list[float]:
    """Return the accuracy of scikit-learn's perceptron after each epoch."""
    train, test, y_train, y_test = parts
    estimator, found = MLPClassifier(**params), []
    for epoch in range(EPOCHS):
        estimator.set_params(random_state=seed + epoch).partial_fit(
            train, y_train, classes=np.unique(y_train)
        )
        found.append(100 * float(estimator.score(test, y_test)))
    return found


def mlp_search(parts: Parts, name: str, order: str, seed: int) -> tuple[Any, Any]:
    """Return the plan for scikit-learn's perceptron, and a study.

    The plan has what was learned without the dataset.
    """
    with unseen("mlp", relatives(name)):
        plan = autotune(
            MLPClassifier(),
            parts[0],
            parts[2],
            max_trials=TRIALS,
            max_parallel=1,
            seed=seed,
            **ORDERS[order],
        )
    native = plan.compile("optuna").native
    study = optuna.create_study(direction="maximize", sampler=native.sampler)
    for point in native.enqueued if order == "portfolio" else []:
        study.enqueue_trial(point)
    return native, study


def torch_search(parts: Parts, name: str, order: str, seed: int) -> tuple[Any, Any]:
    """Return the plan for the entry of a training loop, and a study.

    The plan has what was learned without the dataset.
    """
    return curves.search(TWINS.get(name, name), order, seed, TRIALS)


def torch_curve(parts: Parts, params: dict[str, Any], seed: int) -> list[float]:
    """Return the accuracy of PyTorch's perceptron after each epoch."""
    return torch_mlp.curve(parts, params, seed, EPOCHS)


class Learner(NamedTuple):
    """What is trained: on which share of the rows, and how."""

    share: float
    search: Callable[..., tuple[Any, Any]]
    curve: Callable[[Parts, dict[str, Any], int], list[float]]


LEARNERS = {
    "mlp": Learner(0.6, mlp_search, mlp_curve),
    "torch": Learner(0.3, torch_search, torch_curve),
}


def sequence(learner: Learner, folder: Path, name: str, order: str, seed: int) -> np.ndarray:
    """Return the curves of a search's trials, none stopped."""
    parts = split(folder / f"{name}.parquet", seed, learner.share)
    native, study = learner.search(parts, name, order, seed)
    rows = []
    for _ in range(TRIALS):
        trial = study.ask()
        rows.append(learner.curve(parts, native.define(trial), seed))
        study.tell(trial, rows[-1][-1])
    return np.array(rows)


def main(folder: str, cache: str, *chosen: str) -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    for learner, order in (
        zip(chosen[::2], chosen[1::2], strict=True)
        if chosen
        else [(n, o) for n in LEARNERS for o in ORDERS]
    ):
        found = {
            f"{n}/{s}": sequence(LEARNERS[learner], Path(folder), n, order, s)
            for s in range(SEEDS)
            for n in DATASETS
        }
        np.savez_compressed(
            Path(cache) / f"{learner}_{order}.npz",
            **{n: c.astype(np.float32) for n, c in found.items()},
        )
        print(learner, order, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
