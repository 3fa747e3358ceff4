"""Exported programs: they run without autotune, and try what the job tries."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.datasets import load_iris, make_regression
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold, ShuffleSplit
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from autotune import AutotuneError, Choice, Float, Int, LogNormal, Normal, autotune
from tests import programs
from tests.programs import drawing, failing, run_alone, scored, stepwise, table, told, tried, uneven

IRIS, SPECIES = load_iris(return_X_y=True, as_frame=True)
ROWS = slice(None, None, 3)
DOMAINS = {
    "float": Float(-1, 3), "log": Float(1e-4, 1, log=True), "reverse": Float(0.5, 0.999, log="reverse"), "step": Float(0.1, 0.7, step=0.2),
    "int": Int(-3, 9), "log int": Int(1, 1000, log=True), "step int": Int(1, 13, step=4), "normal": Normal(2, 0.5), "lognormal": LogNormal(0, 1),
    "mixed": Int(1, 5, also=[None, "auto"]), "odd": Choice([None, True, 1, 1.0, (1, 2), "1", 'a"\\\n', {"k": [0.5]}]), "fixed": 7,
}  # fmt: skip


def names(*wanted):
    """Return a function with these hyperparameters, which must all be ranges."""
    return {n: DOMAINS[n] for n in wanted}


BY_SETTINGS = {
    "every domain, random": {"strategy": "random", "ranges": DOMAINS},
    "every domain, gp": {"strategy": "bayesian", "sampler": "gp", "ranges": DOMAINS},
    "every domain, tpe": {"strategy": "bayesian", "sampler": "tpe", "ranges": DOMAINS, "max_trials": 14},
    "sobol": {"strategy": "sobol", "ranges": names("float", "log", "int", "odd")},
    "grid": {"strategy": "grid", "ranges": names("step", "step int", "mixed"), "max_trials": 20},
    "finite": {"strategy": "random", "ranges": names("step int", "odd"), "max_trials": 24},
}


@pytest.mark.parametrize("settings", BY_SETTINGS.values(), ids=BY_SETTINGS)
def test_a_program_with_ones_own_evaluation_tries_what_the_job_tries(settings, tmp_path):
    plan = autotune(
        "torch-training-loop",
        **{"max_trials": 9, "tune": list(settings["ranges"]), "completion": {}, "seed": 3, "mode": "max", "max_parallel": 1}
        | settings,
    )
    assert_same(plan, tmp_path, objective=scored)


def assert_same(plan, folder, data=(), objective=None, name="job", **options):
    """Run a plan and its program; both must try the same, with the same results."""
    X, y = (data[1], data[2]) if data else (None, None)
    job = plan.run(X, y, objective=objective, name=name, storage=str(folder))
    program, study = folder / "tune.py", folder / "study.journal"
    text = plan.export("optuna", program)
    if objective is not None:
        program.write_text(filled(text))
    arguments = ["--data", data[0], *(["--target", "target"] if y is not None else [])] if data else []
    got = run_alone(
        program, *arguments, "--storage", study, "--study", "s", cwd=programs.__file__.rpartition("/tests/")[0], **options
    )
    assert got.returncode == 0, got.stderr
    assert tried(study, "s") == told(job.study.trials), got.stderr
    assert f"with\n{{" in got.stdout or "with\n{" in got.stdout
    return job, got


def filled(text):
    """Fill in one's own evaluation where the program has a place for it."""
    start, end = text.index("# Put your evaluation"), text.index("def evaluate(")
    return f"{text[:start]}from tests.programs import scored as objective\n\n\n{text[end:]}"
