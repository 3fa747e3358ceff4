"""Exported programs run without autotune and try what the job tries; what cannot be written is refused."""

import ast
import subprocess
import sys
import venv

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from scipy import stats
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.datasets import load_iris
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.model_selection import ParameterSampler, RandomizedSearchCV, ShuffleSplit
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from autotune import AutotuneError, Choice, Float, Int, Job, LogNormal, Normal, Plan, autotune, files
from autotune.errors import EngineError
from tests.programs import ROOT, drawing, failing, filled, run_alone, scored, stepwise, table, told, tried, uneven, worst_recall

IRIS, SPECIES = load_iris(return_X_y=True, as_frame=True)
IRIS = IRIS.set_axis(["a", "b", "c", "d"], axis=1)[::3]
SPECIES = SPECIES[::3]
DOMAINS = {
    "float": Float(-1, 3), "log": Float(1e-4, 1, log=True), "reverse": Float(0.5, 0.999, log="reverse"), "step": Float(0.1, 0.7, step=0.2),
    "int": Int(-3, 9), "log int": Int(1, 1000, log=True), "step int": Int(1, 13, step=4), "normal": Normal(2, 0.5),
    "lognormal": LogNormal(0, 1), "mixed": Int(1, 5, also=[None, "auto"]), "fixed": 7,
    "odd": Choice([None, True, 1, 1.0, (1, 2), "1", 'a"\\\n', float("inf"), ["x", {"k": 0.5}], LogisticRegression(C=2.0)]),
}  # fmt: skip
OWN = {
    "random": {"strategy": "random", "ranges": DOMAINS}, "gp": {"sampler": "gp", "ranges": DOMAINS},
    "tpe": {"sampler": "tpe", "ranges": DOMAINS, "max_trials": 13}, "sobol": {"strategy": "sobol", "ranges": ["float", "log", "int", "odd"]},
    "grid": {"strategy": "grid", "ranges": ["step", "step int", "mixed"], "max_trials": 20},
    "finite": {"sampler": "gp", "ranges": ["step int", "odd"], "max_trials": 16},
}  # fmt: skip
FUNCTIONS = {
    "function": (uneven, {"ranges": {"x": Float(0, 4), "k": Int(1, 3, also=[None]), "c": Choice(["a", "b"])}, "completion": {"target": 0.5}}),
    "failures": (failing, {"ranges": {"x": Float(0, 4)}, "completion": {}}),
    "steps, stopped early": (stepwise, {"ranges": {"x": Float(0, 4)}, "metric": "score", "mode": "max", "early_stopping": "median", "completion": {}}),
    "seeds": (drawing, {"ranges": {"x": Float(0, 4)}, "completion": {"no_improvement": 4, "tolerance": 0.01}}),
}  # fmt: skip
COLUMNS = ColumnTransformer([("n", StandardScaler(), make_column_selector("a|b")), ("f", FunctionTransformer(abs), ["c"])])
SCALED = make_pipeline(StandardScaler(), SVC(class_weight="balanced"))
ESTIMATORS = {
    "columns": (Pipeline([("prep", COLUMNS), ("rf", RandomForestClassifier(n_estimators=3))]), {"strategy": "random"}),
    "conditions, known configurations": (SCALED, {"ranges": {"svc__kernel": ["rbf", "poly", "linear"]}, "effort": "all", "max_trials": 6}),
    "forbidden rows": (LinearSVC(), {"effort": "all", "strategy": "random", "max_trials": 6}),
    "stops early": (XGBClassifier(n_estimators=20, early_stopping_rounds=3), {}),
    "several": ([RandomForestClassifier(n_estimators=2), SCALED], {"max_trials": 4}),
    "parts as values": (BaggingClassifier(n_estimators=2), {"ranges": {"estimator": [None, DecisionTreeClassifier(), SVC()]}, "completion": {}}),
    "metric and folds of one's own": (RidgeClassifier(), {"metric": worst_recall, "mode": "max", "cv": ShuffleSplit(2, random_state=4)}),
    "clusters": (KMeans(n_init=1), {}),
}  # fmt: skip


def own_plan(settings):
    """Return a plan of hyperparameters alone, which one's own evaluation needs."""
    ranges = settings["ranges"] if isinstance(settings["ranges"], dict) else {n: DOMAINS[n] for n in settings["ranges"]}
    settings = {"max_trials": 8, **settings, "ranges": ranges}
    return autotune("torch-training-loop", tune=list(ranges), completion={}, seed=3, mode="max", max_parallel=1, **settings)


def assert_the_same(plans, folder, export, data=None):
    """Run each plan and its program; both must try the same, with the same results."""
    jobs, runs = {}, []
    for name, plan in plans.items():
        X, y = data(plan)[1:] if data else (None, None)
        objective = scored if plan.target is None else None
        jobs[name] = plan.run(X, y, objective=objective, name=f"job-{len(runs)}", storage=str(folder), progress=False)
        program, study = folder / f"{len(runs)}.py", folder / f"{len(runs)}.journal"
        text = export(plan)
        program.write_text(filled(text) if objective else text)
        arguments = ["--data", data(plan)[0], *([] if y is None else ["--target", "target"])] if data else []
        runs.append([program, *arguments, "--storage", study, "--study", "s"])
    got = run_alone(*runs)
    assert got.returncode == 0, got.stderr
    for run, (name, job) in zip(runs, jobs.items(), strict=True):
        assert tried(run[-3]) == told(job.study.trials), name
    assert got.stdout.count("best ") == len(plans)


def optuna_text(plan):
    return plan.export("optuna")


def test_programs_with_ones_own_evaluation_try_what_the_job_tries(tmp_path):
    assert_the_same({name: own_plan(settings) for name, settings in OWN.items()}, tmp_path, optuna_text)


def test_programs_of_functions_try_what_the_job_tries(tmp_path):
    plans = {name: autotune(f, max_trials=10, max_parallel=1, **settings) for name, (f, settings) in FUNCTIONS.items()}
    assert_the_same(plans, tmp_path, optuna_text)


def estimator_plans():
    """Return plans of estimators, made from the data but for those without a target."""
    plans = {}
    for name, (estimator, settings) in ESTIMATORS.items():
        given = (IRIS,) if isinstance(estimator, KMeans) else (IRIS, SPECIES)
        plans[name] = autotune(estimator, *given, **{"max_trials": 3, "max_parallel": 1, "cv": 2} | settings)
    return plans


def data_in(folder):
    """Return what gives a plan its data, as they are read from a file."""
    for sub in ("with", "without"):
        (folder / sub).mkdir()
    tables = {True: table(folder / "without", IRIS), False: table(folder / "with", IRIS, SPECIES)}
    return lambda plan: tables[plan.estimator.endswith("KMeans")]


@pytest.mark.slow
def test_programs_of_estimators_try_what_the_job_tries(tmp_path):
    assert_the_same(estimator_plans(), tmp_path, optuna_text, data_in(tmp_path))
