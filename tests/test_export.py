"""Exported programs run without autotune and try what the job tries; what cannot be written is refused."""

import ast
import subprocess
import sys
import venv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.datasets import load_iris
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import ShuffleSplit
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from autotune import Choice, Float, Int, Job, LogNormal, Normal, autotune
from autotune.plan import Range
from tests.programs import drawing, failing, filled, run_alone, scored, stepwise, table, told, tried, uneven, worst_recall

IRIS, SPECIES = load_iris(return_X_y=True, as_frame=True)
IRIS = IRIS.set_axis(["a", "b", "c", "d"], axis=1)[::3]
SPECIES = SPECIES[::3]
DOMAINS = {
    "float": Float(-1, 3), "log": Float(1e-4, 1, log=True), "reverse": Float(0.5, 0.999, log="reverse"), "step": Float(0.1, 0.7, step=0.2),
    "int": Int(-3, 9), "log int": Int(1, 1000, log=True), "step int": Int(1, 13, step=4), "normal": Normal(2, 0.5),
    "lognormal": LogNormal(0, 1), "qloguniform": Float(0.5, 90, log=True, q=2), "qnormal": Normal(9, 3, q=2.5), "fixed": 7,
    "mixed": Int(1, 5, also=[None, "auto"]),
    "odd": Choice([None, True, 1, 1.0, (1, 2), "1", 'a"\\\n', float("inf"), ["x", {"k": 0.5}], LogisticRegression(C=2.0)]),
}  # fmt: skip
OWN = {
    "random": {"strategy": "random", "ranges": DOMAINS}, "gp": {"sampler": "gp", "ranges": DOMAINS},
    "tpe": {"sampler": "tpe", "ranges": DOMAINS, "max_trials": 12}, "sobol": {"strategy": "sobol", "ranges": ["float", "log", "int", "odd"]},
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
    settings = {"max_trials": 6, **settings, "ranges": ranges}
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


@pytest.mark.slow
def test_ray_programs_try_what_the_job_tries_with_one_trial_at_a_time(tmp_path):
    from autotune_ray.program import source

    def text(plan):
        return source(plan.compile("optuna")).text

    functions = {
        n: autotune(FUNCTIONS[n][0], max_trials=6, max_parallel=1, **FUNCTIONS[n][1])
        for n in ("function", "steps, stopped early")
    }
    assert_the_same(functions, tmp_path, text)


@pytest.mark.slow
def test_a_ray_program_of_an_estimator_tries_what_the_job_tries(tmp_path):
    from autotune_ray.program import source

    plans = {"pipeline": autotune(SCALED, IRIS, SPECIES, max_trials=4, max_parallel=1, cv=2)}
    assert_the_same(plans, tmp_path, lambda plan: source(plan.compile("optuna")).text, data_in(tmp_path))


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Return the Python of a new environment that has the libraries, but no autotune."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False, symlinks=True)
    place = next((folder / "lib").glob("python*/site-packages"))
    for path in map(Path, sys.path):
        if path.name == "site-packages":
            for entry in path.iterdir():
                if "autotune" not in entry.name and entry.suffix != ".pth" and not (place / entry.name).exists():
                    (place / entry.name).symlink_to(entry)
    return folder / "bin" / "python"


def alone(python, *words, folder):
    """Run Python without this checkout on its path."""
    return subprocess.run(
        [python, *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=200, env={}, check=False
    )


@pytest.mark.slow
def test_a_program_runs_in_an_environment_that_lacks_autotune(bare, tmp_path):
    assert "No module named 'autotune'" in alone(bare, "-c", "import autotune", folder=tmp_path).stderr
    path, X, y = table(tmp_path, IRIS, SPECIES)
    plan = autotune(SCALED, X, y, max_trials=5, max_parallel=1, cv=2)
    job = plan.run(X, y, storage=str(tmp_path), progress=False)
    plan.export("optuna", tmp_path / "tune.py")
    got = alone(
        bare, "tune.py", "--data", path, "--target", "target", "--storage", "s.journal", "--study", "s", folder=tmp_path
    )
    assert got.returncode == 0, got.stderr
    assert tried(tmp_path / "s.journal") == told(job.study.trials)
    assert ast.literal_eval(got.stdout.partition("with\n")[2]) == job.best_params


@pytest.mark.slow
def test_a_program_goes_on_with_its_study_and_with_the_jobs_own(tmp_path):
    made = autotune(uneven, ranges=FUNCTIONS["function"][1]["ranges"], max_trials=9, max_parallel=1, completion={})
    whole = made.run(storage=str(tmp_path / "a"), name="whole", progress=False)
    url = f"sqlite:///{tmp_path}/b.db"
    begun = autotune(uneven, ranges=FUNCTIONS["function"][1]["ranges"], max_trials=3, max_parallel=1, completion={})
    begun.run(storage=url, name="whole", progress=False)
    program = tmp_path / "tune.py"
    made.export("optuna", program)
    got = run_alone(
        [program, "--storage", url, "--study", "whole", "--trials", 6], [program, "--storage", url, "--study", "whole"]
    )
    assert got.returncode == 0, got.stderr
    assert told(Job.load("whole", url).study.trials) == told(whole.study.trials)


HOSTILE = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12) | st.sampled_from(
    [
        '"',
        "'",
        '"""',
        "\\",
        "a\nimport os",
        "x # y",
        "{0}",
        "%s",
        "settings",
        "a b",
        "class",
        "λ",
        "__import__('os')",
        "\r",
        "\x00",
        "1-x",
        "x:kind",
    ]
)


@profile(max_examples=40)
@given(st.lists(HOSTILE, min_size=1, max_size=4, unique=True), st.lists(HOSTILE, min_size=2, max_size=4, unique=True), HOSTILE)
def test_hostile_names_values_and_reasons_stay_data(names, values, reason):
    domains = [Choice(values), Float(0, 1, also=[values[0]]), Int(1, 3), Float(0.5, 0.9, log="reverse")]
    ranges = dict(zip(names, domains, strict=False))
    plan = hostile_plan(ranges, reason)
    text = plan.export("optuna")
    space, define = run_upper(text)
    native = plan.compile("optuna").native
    assert space == native.distributions
    for params in (native.enqueued, *drawn(native)):
        for point in params if isinstance(params, list) else [params]:
            assert repr(define(point.__getitem__)) == repr(native.define(Fixed(point)))


def hostile_plan(ranges, reason):
    """Return a plan whose every text that reaches the program is hostile."""
    plan = autotune("torch-training-loop", tune=["momentum"], max_trials=4, mode="max", strategy="random")
    settings = {n: replace(s, source=reason, reason=reason) for n, s in plan.settings.items()}
    settings["initial_trials"] = replace(settings["initial_trials"], value=())
    return replace(plan, ranges={n: Range(d, reason, reason) for n, d in ranges.items()}, settings=settings, estimator=reason)


class Fixed:
    """Suggests given parameters."""

    def __init__(self, params):
        self.params = params

    def suggest_categorical(self, name, choices):
        return self.params[name]

    def suggest_int(self, name, *args, **kwargs):
        return self.params[name]

    suggest_float = suggest_int


def drawn(native):
    """Return some configurations' parameters."""
    import optuna

    study = optuna.create_study(sampler=native.sampler)
    for _ in range(3):
        trial = study.ask()
        native.define(trial)
        yield trial.params


def run_upper(text):
    """Run a program's definitions, which must do nothing but define; return its space and its function."""
    tree = ast.parse(text)
    kinds = (ast.Import, ast.ImportFrom, ast.Assign, ast.FunctionDef, ast.ClassDef, ast.If, ast.Expr)
    assert all(isinstance(node, kinds) for node in tree.body)
    assert sum(isinstance(node, ast.Expr) for node in tree.body) == 1  # the docstring
    names = {"__name__": "program"}
    exec(compile(tree, "program", "exec"), names)
    return names["SPACE"], names["define"]
