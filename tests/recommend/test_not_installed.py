"""A plan by name without the library installed says so, and is of that class alone."""

import inspect

import pytest

from autotune import AutotuneError, autotune, knowledge
from autotune.cli import main
from autotune.facts import subject
from autotune.serialization.values import load_dotted


@pytest.fixture
def nothing_installed(monkeypatch):
    monkeypatch.setattr(subject, "_importable", lambda name: False)


def classes():
    """Return each class of the entries that can be imported, with its signature's parameters."""
    for entry in knowledge.entries():
        for name in entry.content.estimators:
            try:
                parameters = inspect.signature(load_dotted(name)).parameters
            except (AutotuneError, TypeError, ValueError):
                continue
            if not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
                yield entry.content, name, set(parameters)


def test_entries_say_which_hyperparameters_each_class_lacks():
    wrong = {
        (entry.name, name, hyperparameter)
        for entry, name, parameters in classes()
        for hyperparameter in entry.hyperparameters
        if hyperparameter not in parameters and not entry.lacks(name, hyperparameter)
    }
    assert wrong == set()


@pytest.mark.parametrize(
    ("name", "has", "others"),
    [
        ("sklearn.svm.LinearSVR", "epsilon", {"class_weight", "loss"}),
        ("sklearn.svm.SVC", "gamma", {"epsilon"}),
        ("sklearn.ensemble.RandomForestRegressor", "max_features", {"class_weight"}),
        ("sklearn.cluster.KMeans", "n_clusters", {"batch_size", "reassignment_ratio"}),
        ("sklearn.feature_extraction.text.CountVectorizer", "min_df", {"norm", "use_idf"}),
    ],
)
def test_no_other_class_s_hyperparameters_are_offered(nothing_installed, name, has, others):
    plan = autotune(name, effort="all")
    assert has in plan.ranges and not others & set(plan.ranges)
    for other in others:
        with pytest.raises(AutotuneError, match=other):
            autotune(name, **{other: "x"})


@pytest.mark.parametrize(
    ("name", "library"),
    [("sklearn.svm.SVC", "scikit-learn"), ("xgboost.XGBRegressor", "xgboost"), ("catboost",) * 2],
)
def test_the_plan_says_that_the_library_is_not_installed(nothing_installed, name, library):
    plan = autotune(name)
    assert plan.facts["not_installed"] == library
    assert f"{library} is not installed here" in " ".join(str(plan).split())
    with pytest.raises(AutotuneError, match=f"{library} was not installed when the plan was made"):
        plan.run([[0.0]], [0])


def test_it_is_said_on_the_command_line(nothing_installed, capsys):
    with pytest.raises(SystemExit) as left:
        main(["plan", "lightgbm.LGBMClassifier"])
    out = " ".join(capsys.readouterr().out.split())
    assert left.value.code == 0 and "lightgbm is not installed here" in out


@pytest.mark.parametrize("name", ["sklearn.svm.SVC", "torch-training-loop"])
def test_nothing_is_said_where_it_is_installed_or_none_is_needed(name):
    plan = autotune(name)
    assert "not_installed" not in plan.facts and "not installed" not in str(plan)
