"""Plans whose programs are run on their own, and what such a run tried."""

import subprocess
import sys
from pathlib import Path

import optuna
import pandas as pd
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

ALONE = """
import runpy, sys
for name in ("autotune", "autotune_optuna", "autotune_ray"):
    sys.modules[name] = None
program, *sys.argv[1:] = sys.argv[1:]
sys.argv[0] = program
runpy.run_path(program, run_name="__main__")
"""


def uneven(x=1.0, k=3, c="a"):
    """Return something whose maximum is known."""
    return -((x - 2) ** 2) - (k or 0) + (c == "b")


def failing(x=1.0):
    """Fail for a part of the range."""
    if x > 2:
        raise ValueError("too large")
    return {"value": x, "seen": 1}


def stepwise(x=1.0, epochs=4):
    """Yield a metric for each epoch."""
    for epoch in range(epochs):
        yield {"score": x * (epoch + 1)}


def drawing(x=0.5, seed=None):
    """Use the trial's seed, and generators that were seeded by it."""
    import random

    import numpy as np

    return x + (seed % 1000) / 1000 + random.random() + np.random.rand()


def scored(settings):
    """Score any settings."""
    return float(sum(len(str(v)) * (i + 1) for i, v in enumerate(settings.values())) + sum(map(len, settings)))


def table(folder, X, y):
    """Write data to a CSV file and return its path and the data as they are read from it."""
    path = Path(folder) / "train.csv"
    X.assign(target=y).to_csv(path, index=False)
    frame = pd.read_csv(path)
    return path, frame.drop(columns="target"), frame["target"]


def run_alone(program, *arguments, python=sys.executable, **options):
    """Run a program where autotune cannot be imported; return the finished process."""
    command = [python, "-c", ALONE, str(program), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=200, check=False, **options)


def tried(storage, name):
    """Return what a study tried: parameters, value and state of each trial."""
    study = optuna.load_study(study_name=name, storage=JournalStorage(JournalFileBackend(str(storage))))
    return told(study.trials)


def told(trials):
    """Return parameters, value where it finished, and state of trials."""
    return [(t.params, t.value if t.state.name == "COMPLETE" else None, t.state.name) for t in trials if t.state.is_finished()]
