"""Exported programs encode class labels around an estimator as the job does."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost import XGBClassifier, XGBRFClassifier

from autotune import autotune
from tests.programs import assert_the_same, table

generator = np.random.default_rng(1)
X = pd.DataFrame(generator.normal(size=(90, 3)).round(3), columns=["a", "b", "c"])
KIND = np.array(["late", "in time", "never"])[(X["a"] > 0).to_numpy() + 0 + (X["b"] > 1)]
FEW = {"max_trials": 3, "max_parallel": 1, "cv": 3}
BOOSTER = XGBClassifier(n_estimators=3)
PLANS = {
    "single": lambda X, y: autotune(BOOSTER, X, y, **FEW),
    "made without data": lambda X, y: autotune(BOOSTER, metric="f1_macro", **FEW),
    "in a pipeline": lambda X, y: autotune(
        make_pipeline(StandardScaler(), XGBRFClassifier(n_estimators=3)), X, y, **FEW
    ),
    "several": lambda X, y: autotune([BOOSTER, LogisticRegression()], X, y, **FEW),
    "stops early": lambda X, y: autotune(
        XGBClassifier(n_estimators=8, early_stopping_rounds=3), X, y, **FEW
    ),
}


@pytest.mark.slow
def test_programs_have_the_jobs_values(tmp_path):
    data = table(tmp_path, X, pd.Series(KIND))
    plans = {name: make(*data[1:]) for name, make in PLANS.items()}
    assert_the_same(plans, tmp_path, lambda plan: plan.export("optuna"), lambda plan: data)


def test_a_program_encodes_where_labels_are_others_or_unknown():
    numbers = (X["a"] > 0).astype(int)
    plans = [
        autotune(BOOSTER, X, KIND, **FEW),
        autotune(BOOSTER, **FEW),
        autotune(BOOSTER, X, numbers, **FEW),
        autotune(BOOSTER, X, numbers * 2 - 1, **FEW),
        autotune(LogisticRegression(), X, KIND, **FEW),
    ]
    texts = [plan.export("optuna") for plan in plans]
    assert ["EncodedLabels(" in text for text in texts] == [True, True, False, True, False]
