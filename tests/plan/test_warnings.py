"""What a plan warns of, in one line of its screen and in full in its notes."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from autotune import autotune

X, Y = load_breast_cancer(return_X_y=True)
DATA = {"rows": 5000, "columns": 20, "task": "binary", "classes": 2, "minority": 0.4}


def rare(rows):
    labels = np.zeros(300)
    labels[:rows] = 1
    return np.random.default_rng(0).normal(size=(300, 4)), labels


@pytest.mark.parametrize(
    "estimator", [SVC(), KNeighborsClassifier(), MLPClassifier(), LogisticRegression()]
)
def test_unscaled_columns_are_warned_of_where_the_estimator_needs_scales(estimator):
    (warning,) = autotune(estimator, X, Y).notes
    assert "StandardScaler" in warning
    assert not autotune(estimator, StandardScaler().fit_transform(X), Y).notes
    assert not autotune(estimator, facts=DATA).notes


@pytest.mark.parametrize(
    "estimator",
    [
        RandomForestClassifier(),
        make_pipeline(StandardScaler(), SVC()),
        [make_pipeline(StandardScaler(), SVC()), RandomForestClassifier()],
    ],
)
def test_trees_and_scaled_pipelines_are_not_warned_of_scales(estimator):
    assert not autotune(estimator, X, Y).notes


def test_an_encoder_that_scales_needs_no_warning():
    assert not autotune(SVC(), pd.DataFrame(X), Y, encode="auto").notes


def test_pixels_of_one_unit_are_no_unscaled_columns():
    assert not autotune(SVC(), *load_digits(return_X_y=True)).notes


@pytest.mark.parametrize("largest", [1e300, np.inf, np.nan])
def test_columns_are_compared_whatever_numbers_they_hold(largest):
    from autotune.facts.spread import spread_facts

    rows = np.array([[1.0, 1.0], [2.0, -1e300], [3.0, largest]])
    assert spread_facts(rows) == spread_facts(pd.DataFrame(rows)) == {"unscaled": True}


def test_a_class_with_fewer_rows_than_folds_is_warned_of_first():
    first, second = autotune(LogisticRegression(), *rare(3), cv=5).notes
    assert "fewer rows than there are folds" in first and "fewer than 10 rows" in second
    assert len(autotune(LogisticRegression(), *rare(3)).notes) == 1
    assert not autotune(LogisticRegression(), *rare(30), cv=5).notes


def test_accuracy_is_warned_of_where_one_class_fills_the_rows():
    data = {**DATA, "minority": 0.05}
    assert (
        "always predicts it"
        in autotune(LogisticRegression(), facts=data, metric="accuracy").notes[0]
    )
    assert not autotune(LogisticRegression(), facts=data).notes


def test_many_rows_for_a_kernel_svm_are_one_line_of_the_screen_and_of_a_notebook():
    plan = autotune(SVC(), facts={**DATA, "rows": 5_000_000})
    lines = [line for line in str(plan).splitlines() if line.startswith("warning")]
    assert len(lines) == 1 and "Kernel SVMs" in lines[0]
    assert plan.notes[0] in " ".join(plan.details().split())
    assert plan._repr_html_().count("Kernel SVMs take time") == 2  # on the screen, and in full
    assert plan.describe()["notes"] == list(plan.notes)


def test_further_warnings_are_counted_on_the_screen():
    text = " ".join(str(autotune(LogisticRegression(), *rare(3), cv=5)).split())
    assert "And 1 more: plan.notes." in text and "fewer than 10 rows" not in text
    assert "fewer than 10 rows" in " ".join(
        autotune(LogisticRegression(), *rare(3), cv=5).details().split()
    )


def test_the_first_trials_name_the_value_that_the_range_excludes():
    plan = autotune(SVC(C=50.0), facts=DATA, ranges={"C": (0.1, 1.0)})
    reason = plan.settings["initial_trials"].reason
    assert reason.startswith("Your own configuration is not tried: C=50.0 is outside")


def test_the_first_trials_count_only_what_max_trials_has_room_for():
    for trials in (1, 2, 4):
        plan = autotune(SVC(), facts=DATA, strategy="random", max_trials=trials)
        reason = plan.settings["initial_trials"].reason
        assert len(plan["initial_trials"]) == trials
        assert ("Then" in reason) == (trials > 1)
        assert trials == 1 or f"Then {trials - 1} good configuration" in reason
