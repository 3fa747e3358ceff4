"""Exported programs compute the very metric of their plan: its positive class and arguments."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import make_scorer, recall_score
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from autotune import autotune
from tests.programs import outcomes, outcomes_in, run_alone, table

generator = np.random.default_rng(1)
X = pd.DataFrame(generator.normal(size=(90, 3)).round(3), columns=["a", "b", "c"])
Y = pd.Series(np.where(X["a"] + 0.5 * X["b"] > 0.8, "lost", "won"))
FEW = {"max_trials": 3, "max_parallel": 1, "cv": 3}
TREE = DecisionTreeClassifier(max_depth=2)
PLANS = {
    "text labels": lambda X, y: autotune(TREE, X, y, metric="precision", **FEW),
    "chosen metric": lambda X, y: autotune(LogisticRegression(), X, y, **FEW),
    "made without data": lambda X, y: autotune(TREE, metric="jaccard", **FEW),
    "set class": lambda X, y: autotune(
        TREE, X, y, metric="f1", metric_params={"pos_label": "won", "zero_division": 0}, **FEW
    ),
    "scorer of one's own": lambda X, y: autotune(
        TREE, X, y, metric=make_scorer(recall_score, pos_label="lost"), **FEW
    ),
    "several": lambda X, y: autotune([TREE, GaussianNB()], X, y, metric="recall", **FEW),
}


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["optuna"])
def test_programs_have_the_jobs_values(tmp_path, engine):
    path, X_read, y_read = table(tmp_path, X, Y)
    jobs, runs = {}, []
    for index, (name, make) in enumerate(PLANS.items()):
        plan = make(X_read, y_read)
        jobs[name] = plan.run(
            X_read, y_read, storage=str(tmp_path), name=str(index), progress=False
        )
        program = tmp_path / f"{index}.py"
        plan.export(engine, program)
        data = ["--data", path, "--target", "target"]
        runs.append([program, *data, "--storage", tmp_path / f"{index}.study", "--study", "s"])
    got = run_alone(*runs)
    assert got.returncode == 0, got.stderr
    for run, (name, job) in zip(runs, jobs.items(), strict=True):
        assert outcomes_in(run[-3]) == outcomes(job.study.trials), name


def test_a_program_names_the_positive_class_or_finds_it():
    known = autotune(TREE, X, Y, metric="recall", **FEW).export("optuna")
    assert 'make_scorer(recall_score, response_method="predict"' in known
    assert 'pos_label="lost"' in known
    found = autotune(TREE, metric="recall", **FEW).export("optuna")
    assert "MAKE_SCORING(pos_label=rarer_class(y))" in found
    assert "SCORING" not in autotune(TREE, X, Y, metric="roc_auc", **FEW).export("optuna")
