"""Plans whose programs are run on their own, and what such a run tried."""

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import optuna
import pandas as pd
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

ROOT = Path(__file__).parent.parent
# Each program is a process of its own where autotune cannot be imported; what all of them load is
# loaded once.
ALONE = """
import json, os, runpy, sys
for name in ("autotune", "autotune_optuna", "autotune_ray"):
    sys.modules[name] = None
sys.path.insert(0, os.getcwd())
import optuna, pandas, sklearn.model_selection
for program, *arguments in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        sys.argv = [program, *arguments]
        runpy.run_path(program, run_name="__main__")
        sys.exit()
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{program} failed")
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


def sized(x=1.0, k=2):
    """Return a metric that is best where another one is too large."""
    return {"score": x + k, "size": x * k}


def growing(x=1.0, epochs=4):
    """Yield two metrics for each epoch, the better the larger."""
    for epoch in range(epochs):
        yield {"score": x * (epoch + 1), "size": x + epoch / 10}


def drawing(x=0.5, seed=None):
    """Use the trial's seed, and generators that were seeded by it."""
    return x + (seed % 1000) / 1000 + random.random() + np.random.rand()


def scored(params):
    """Score any hyperparameters, by their texts."""
    return float(
        sum(len(str(v)) * (i + 1) for i, v in enumerate(params.values())) + sum(map(len, params))
    )


def worst_recall(estimator, X, y):
    """Score by the class that is recognised worst."""
    predicted = estimator.predict(X)
    return min(float(np.mean(predicted[y == label] == label)) for label in set(y))


def table(folder, X, y=None):
    """Write data to a CSV file; return its path, and X and y as they are read from it."""
    path = Path(folder) / "train.csv"
    (X if y is None else X.assign(target=y)).to_csv(path, index=False)
    frame = pd.read_csv(path)
    return (
        path,
        frame.drop(columns="target", errors="ignore"),
        None if y is None else frame["target"],
    )


def run_alone(*runs, **options):
    """Run programs, each with its arguments; return the finished process."""
    listed = json.dumps([[str(word) for word in run] for run in runs])
    command = [sys.executable, "-c", ALONE, listed]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=250, check=False, cwd=ROOT, **options
    )


def outcomes_in(storage, name="s"):
    """Return what a study in a journal file tried."""
    return outcomes(
        optuna.load_study(
            study_name=name, storage=JournalStorage(JournalFileBackend(str(storage)))
        ).trials
    )


def outcomes(trials):
    """Return parameters, value where it finished, and state of trials."""
    return [
        (t.params, t.value if t.state.name == "COMPLETE" else None, t.state.name)
        for t in trials
        if t.state.is_finished()
    ]


def filled(text):
    """Fill in one's own evaluation where the program has a place for it."""
    start, end = text.index("# Put your evaluation"), text.index("def call_objective(")
    return f"{text[:start]}from tests.programs import scored as objective\n\n\n{text[end:]}"


def assert_the_same(plans, folder, export, data=None):
    """Run each plan and its program; both must try the same, with the same results."""
    jobs, runs = {}, []
    for name, plan in plans.items():
        X, y = data(plan)[1:] if data else (None, None)
        objective = scored if plan.target is None else None
        jobs[name] = plan.run(
            X, y, objective=objective, name=f"job-{len(runs)}", storage=str(folder), progress=False
        )
        program, study = folder / f"{len(runs)}.py", folder / f"{len(runs)}.journal"
        text = export(plan)
        program.write_text(filled(text) if objective else text)
        arguments = (
            ["--data", data(plan)[0], *([] if y is None else ["--target", "target"])]
            if data
            else []
        )
        runs.append([program, *arguments, "--storage", study, "--study", "s"])
    got = run_alone(*runs)
    assert got.returncode == 0, got.stderr
    for run, (name, job) in zip(runs, jobs.items(), strict=True):
        assert outcomes_in(run[-3]) == outcomes(job.study.trials), name
    assert got.stdout.count("best ") == len(plans)
