"""What a prompt and a debugger show: one line of at most 120 characters for each object."""

from dataclasses import replace

import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.svm import SVC

from autotune import Job, Script, autotune
from autotune.comparison.compare import Comparison
from autotune.comparison.result import Arm
from autotune.plan.mode import Mode
from autotune.record.best import Best
from autotune.record.store import open_store
from autotune.run.forecast import Estimate

PLAN = autotune(SVC(), max_trials=30, strategy="random", metric="accuracy")
MANY = {f"hyperparameter_{i}": i for i in range(100)}
ARM = Arm(("C",), "random", True, ())
OBJECTS = {
    "plan": (PLAN, "Plan(SVC: 2 hyperparameters, 30 trials, random, accuracy max)"),
    "plan of several": (autotune([SVC(), RandomForestClassifier()]), "Plan(SVC or RandomForestC"),
    "plan with a long name": (replace(PLAN, estimator="a." + "Long" * 100), "Plan(Long"),
    "job": (Job("tree", open_store("jobs")), "Job('tree' in "),
    "script": (
        Script("train.py", hyperparameters=MANY, metrics={"f1": "f1: {number}"}),
        "Script(train.py: 100 hyperparameters, f1)",
    ),
    "best": (Best(3, 0.91234567, MANY), "Best(trial 3: 0.9123, {'hyperparameter_0': 0"),
    "estimate": (
        Estimate((60.0, None), (1.0, 2.0), (5, 30), None, ()),
        "Estimate(more than 60 s, 5 to 30 trials)",
    ),
    "comparison": (
        Comparison("sklearn.svm.SVC", "f1", Mode.MAX, 1, 90, 30, (0, 1), ARM, ARM),
        "Comparison(SVC: your ranges and autotune's, 2 seeds of 1 trial, f1)",
    ),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_a_repr_is_one_short_line(name):
    value, beginning = OBJECTS[name]
    assert repr(value).startswith(beginning)
    assert len(repr(value)) <= 120
    assert repr(value).endswith(")")
    assert "\n" not in repr(value)


def test_the_repr_of_a_job_hides_the_password_of_its_store():
    job = Job("tree", open_store("postgresql://me:secret@host/jobs"))
    assert repr(job) == "Job('tree' in postgresql://me:***@host/jobs)"
