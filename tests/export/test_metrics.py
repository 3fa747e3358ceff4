"""Exported programs compute the very metric of their plan: its positive class and arguments."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import make_scorer, recall_score
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from autotune import autotune
from tests.programs import assert_the_same, table

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
    data = table(tmp_path, X, Y)
    plans = {name: make(*data[1:]) for name, make in PLANS.items()}
    assert_the_same(plans, tmp_path, lambda plan: plan.export(engine), lambda plan: data)


def test_a_program_names_the_positive_class_or_finds_it():
    known = autotune(TREE, X, Y, metric="recall", **FEW).export("optuna")
    assert 'make_scorer(recall_score, response_method="predict"' in known
    assert 'pos_label="lost"' in known
    found = autotune(TREE, metric="recall", **FEW).export("optuna")
    assert "MAKE_SCORING(pos_label=rarer_class(y))" in found
    assert "SCORING" not in autotune(TREE, X, Y, metric="roc_auc", **FEW).export("optuna")
