"""Exported programs run without autotune and try what the job tries."""

import ast
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from xgboost import XGBClassifier

from autotune import (
    Int,
    Job,
    autotune,
)
from tests.export.plans import (
    FUNCTIONS,
    IRIS,
    OWN,
    SCALED,
    SPECIES,
    estimator_plans,
    own_plan,
)
from tests.programs import (
    assert_the_same,
    outcomes,
    outcomes_in,
    run_alone,
    table,
    uneven,
)


def optuna_text(plan):
    return plan.export("optuna")


def ray_text(plan):
    return plan.export("ray")


def data_in(folder):
    """Return what gives a plan its data, as they are read from a file."""
    for sub in ("with", "without"):
        (folder / sub).mkdir()
    tables = {True: table(folder / "without", IRIS), False: table(folder / "with", IRIS, SPECIES)}
    return lambda plan: tables[plan.estimator.endswith("KMeans")]


@pytest.mark.slow
def test_programs_with_ones_own_evaluation_try_what_the_job_tries(tmp_path):
    assert_the_same(
        {name: own_plan(settings) for name, settings in OWN.items()}, tmp_path, optuna_text
    )


@pytest.mark.slow
def test_programs_of_functions_try_what_the_job_tries(tmp_path):
    plans = {
        name: autotune(f, **{"max_trials": 10, "max_parallel": 1, **settings})
        for name, (f, settings) in FUNCTIONS.items()
    }
    assert_the_same(plans, tmp_path, optuna_text)


@pytest.mark.slow
def test_programs_of_estimators_try_what_the_job_tries(tmp_path):
    assert_the_same(estimator_plans(), tmp_path, optuna_text, data_in(tmp_path))


@pytest.mark.slow
def test_ray_programs_try_what_the_job_tries_with_one_trial_at_a_time(tmp_path):
    wanted = ("function", "steps, stopped early", "constraints, stopped early")
    plans = {
        n: autotune(FUNCTIONS[n][0], **{**FUNCTIONS[n][1], "max_trials": 6, "max_parallel": 1})
        for n in wanted
    }
    assert_the_same(plans, tmp_path, ray_text)


@pytest.mark.slow
def test_a_ray_program_of_an_estimator_tries_what_the_job_tries(tmp_path):
    plans = {"pipeline": autotune(SCALED, IRIS, SPECIES, max_trials=4, max_parallel=1, cv=2)}
    assert_the_same(plans, tmp_path, ray_text, data_in(tmp_path))


@pytest.mark.slow
def test_a_ray_program_knows_conditions_forbidden_combinations_and_aliases(tmp_path):
    plan = autotune(
        XGBClassifier(n_estimators=3, eta=0.2, tree_method="hist"),
        IRIS,
        SPECIES,
        tune=["eta", "max_depth", "grow_policy", "max_leaves"],
        ranges={
            "eta": (0.1, 0.5),
            "max_depth": (2, 6),
            "grow_policy": ["depthwise", "lossguide"],
            "max_leaves": Int(2, 8, when={"grow_policy": ["lossguide"]}),
        },
        forbidden=["learning_rate > 0.3 and max_depth > 4", {"max_depth": [3]}],
        max_trials=8,
        max_parallel=1,
        cv=2,
    )
    assert_the_same({"all three": plan}, tmp_path, ray_text, data_in(tmp_path))


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Return the Python of a new environment that has the libraries, but no autotune."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False, symlinks=True)
    place = next((folder / "lib").glob("python*/site-packages"))
    for path in map(Path, sys.path):
        if path.name == "site-packages":
            for entry in path.iterdir():
                if (
                    "autotune" not in entry.name
                    and entry.suffix != ".pth"
                    and not (place / entry.name).exists()
                ):
                    (place / entry.name).symlink_to(entry)
    return folder / "bin" / "python"


def alone(python, *words, folder):
    """Run Python without this checkout on its path."""
    return subprocess.run(
        [python, *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=200,
        env={},
        check=False,
    )


@pytest.mark.slow
def test_a_program_runs_in_an_environment_that_lacks_autotune(bare, tmp_path):
    assert (
        "No module named 'autotune'" in alone(bare, "-c", "import autotune", folder=tmp_path).stderr
    )
    path, X, y = table(tmp_path, IRIS, SPECIES)
    plan = autotune(SCALED, X, y, max_trials=5, max_parallel=1, cv=2)
    job = plan.run(X, y, storage=str(tmp_path), progress=False)
    plan.export("optuna", tmp_path / "tune.py")
    got = alone(
        bare,
        "tune.py",
        "--data",
        path,
        "--target",
        "target",
        "--storage",
        "s.journal",
        "--study",
        "s",
        folder=tmp_path,
    )
    assert got.returncode == 0, got.stderr
    assert outcomes_in(tmp_path / "s.journal") == outcomes(job.study.trials)
    assert ast.literal_eval(got.stdout.partition("with\n")[2]) == job.best_params


@pytest.mark.slow
def test_a_program_goes_on_with_its_study_and_with_the_jobs_own(tmp_path):
    made = autotune(
        uneven,
        ranges=FUNCTIONS["function"][1]["ranges"],
        max_trials=9,
        max_parallel=1,
        completion={},
    )
    whole = made.run(storage=str(tmp_path / "a"), name="whole", progress=False)
    url = f"sqlite:///{tmp_path}/b.db"
    begun = autotune(
        uneven,
        ranges=FUNCTIONS["function"][1]["ranges"],
        max_trials=3,
        max_parallel=1,
        completion={},
    )
    begun.run(storage=url, name="whole", progress=False)
    program = tmp_path / "tune.py"
    made.export("optuna", program)
    got = run_alone(
        [program, "--storage", url, "--study", "whole", "--trials", 6],
        [program, "--storage", url, "--study", "whole"],
    )
    assert got.returncode == 0, got.stderr
    assert outcomes(Job.load("whole", url).study.trials) == outcomes(whole.study.trials)
