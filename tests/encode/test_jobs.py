"""Jobs on tables: short names, a best estimator that is the whole pipeline, programs alike."""

import json
import subprocess
import sys

import pytest
from catboost import CatBoostClassifier
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from xgboost import XGBClassifier

from autotune import autotune
from tests.encode.tables import NEW_ROWS, visits
from tests.export.test_same_trials import assert_the_same, optuna_text, ray_text

X, CAME = visits()
SMALL = {"encode": "auto", "max_parallel": 1, "cv": 2, "max_trials": 3}


@pytest.mark.slow
def test_names_stay_short_and_the_best_estimator_is_the_whole_pipeline(tmp_path):
    plan = autotune(RandomForestClassifier(5), X, CAME, ranges={"max_depth": (2, 6)}, **SMALL)
    job = plan.run(X, CAME, name="visits", storage=str(tmp_path), progress=False)
    assert "max_depth" in job.best_params and not any("__" in name for name in job.best_params)
    assert "max_depth" in str(list(job.trials().columns))
    best = job.best_estimator
    assert isinstance(best, Pipeline) and best[-1].max_depth == job.best_params["max_depth"]
    assert set(best.predict(NEW_ROWS)) <= {"yes", "no"} and list(best.classes_) == ["no", "yes"]


@pytest.mark.slow
def test_a_saved_plan_runs_in_another_process(tmp_path):
    X.assign(**{"came back": CAME}).to_csv(tmp_path / "visits.csv", index=False)
    plan = autotune(LogisticRegression(), X, CAME, **SMALL)
    plan.save(tmp_path / "plan.yaml")
    data = ["--data", "visits.csv", "--target", "came back", "--storage", "store", "--json"]
    command = [sys.executable, "-m", "autotune", "run", "plan.yaml", *data]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["best"]["params"].keys() == plan.ranges.keys()


def plans():
    """Return plans whose programs are made of each kind of template."""
    stopping = CatBoostClassifier(iterations=30, early_stopping_rounds=3)
    forest = RandomForestClassifier(3)
    metrics = {"roc_auc": "roc_auc", "f1": "f1", "own": "score"}
    return {
        **{
            name: autotune(
                HistGradientBoostingClassifier(max_iter=5), X, CAME, metric=metric, **SMALL
            )
            for name, metric in metrics.items()
        },
        "early stopping": autotune(stopping, X, CAME, tune=["depth"], **SMALL),
        "several": autotune([forest, LogisticRegression()], X, CAME, **SMALL),
        "categories": autotune(XGBClassifier(n_estimators=5), X, CAME, tune=["max_depth"], **SMALL),
    }


def data_in(folder):
    path = folder / "visits.csv"
    X.assign(target=CAME).to_csv(path, index=False)
    return lambda plan: (path, X, CAME)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("export", [optuna_text, ray_text], ids=["optuna", "ray"])
def test_programs_encode_and_try_what_the_job_tries(tmp_path, export):
    chosen = plans() if export is optuna_text else {"several": plans()["several"]}
    assert_the_same(chosen, tmp_path, export, data_in(tmp_path))
