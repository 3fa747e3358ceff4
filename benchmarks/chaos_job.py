"""A job to be killed: starts it, or resumes it where it exists.

Its trials leave a note as they end.
"""

import json
import os
import random
import sys
import time
from pathlib import Path

from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeClassifier

from autotune import AutotuneError, Float, Int, Job, autotune

RANGES = {"depth": Int(1, 12), "fraction": Float(1e-4, 0.1, log=True)}
X, Y = load_iris(return_X_y=True)


def fit(depth: int = 3, fraction: float = 0.01, pace: float = 0.05) -> float:
    """Cross-validate a small tree, take a while, and note value and time beside the store."""
    time.sleep(pace * random.random())
    value = float(
        cross_val_score(
            DecisionTreeClassifier(max_depth=depth, ccp_alpha=fraction, random_state=0), X, Y
        ).mean()
    )
    note = json.dumps({"depth": depth, "fraction": fraction, "value": value, "time": time.time()})
    if "CHAOS_NOTES" in os.environ:
        with Path(os.environ["CHAOS_NOTES"]).open("a") as file:
            file.write(note + "\n")
    return value


def main(storage: str, name: str, strategy: str) -> None:
    try:
        Job.load(name, storage).resume(progress=False)
    except AutotuneError as error:
        if "got none" not in str(error):
            raise
        plan = autotune(
            fit,
            ranges=RANGES,
            max_trials=40,
            max_parallel=2,
            strategy=strategy,
            deterministic=True,
            completion={},
        )
        plan.run(name=name, storage=storage, progress=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
