"""Curves of real training: scikit-learn's MLP on tabular data: python -m benchmarks.stopping_rules.training DATA CACHE.

Accuracy in percent on the held-out 40 % of at most 2 000 rows, after each of 30 epochs. A dataset's portfolio is the one
learned without it. CACHE keeps one file for each order.
"""

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from autotune import autotune
from benchmarks.quality.held_out import relatives, unseen

DATASETS = ("letter", "magic_telescope", "phoneme", "satimage", "spambase", "electricity")
EPOCHS, TRIALS, ROWS, SEEDS = 30, 30, 2000, 1
ORDERS: dict[str, dict[str, Any]] = {"random": {"strategy": "random", "portfolio": [], "initial_trials": []}, "portfolio": {}}


def split(path: Path, seed: int) -> list[np.ndarray]:
    """Return scaled training and test columns, then training and test classes."""
    frame = pd.read_parquet(path).dropna()
    frame = frame.sample(min(ROWS, len(frame)), random_state=seed)
    X = pd.get_dummies(frame.drop(columns="target")).to_numpy(dtype=float)
    y = pd.factorize(frame["target"])[0]
    train, test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=seed, stratify=y)
    scaler = StandardScaler().fit(train)
    return [scaler.transform(train), scaler.transform(test), y_train, y_test]


def curve(parts: list[np.ndarray], settings: dict[str, Any], seed: int) -> list[float]:
    """Return the accuracy after each epoch."""
    train, test, y_train, y_test = parts
    estimator, found = MLPClassifier(**settings), []
    for epoch in range(EPOCHS):
        estimator.set_params(random_state=seed + epoch).partial_fit(train, y_train, classes=np.unique(y_train))
        found.append(100 * float(estimator.score(test, y_test)))
    return found


def sequence(folder: Path, name: str, order: str, seed: int) -> np.ndarray:
    """Return the curves of a search's trials, none stopped."""
    parts = split(folder / f"{name}.parquet", seed)
    with unseen("mlp", relatives(name)):
        plan = autotune(MLPClassifier(), parts[0], parts[2], max_trials=TRIALS, max_parallel=1, seed=seed, **ORDERS[order])
    native = plan.compile("optuna").native
    study, rows = optuna.create_study(direction="maximize", sampler=native.sampler), []
    for point in native.enqueued if order == "portfolio" else []:
        study.enqueue_trial(point)
    for _ in range(TRIALS):
        trial = study.ask()
        rows.append(curve(parts, native.define(trial), seed))
        study.tell(trial, rows[-1][-1])
    return np.array(rows)


def main(folder: str, cache: str) -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    for order in ORDERS:
        found = {f"{n}/{s}": sequence(Path(folder), n, order, s) for s in range(SEEDS) for n in DATASETS}
        np.savez_compressed(Path(cache) / f"mlp_{order}.npz", **{n: c.astype(np.float32) for n, c in found.items()})
        print(order, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
