"""A plan is complete: it is carried out the same whatever becomes of the knowledge behind it."""

import json
import sys
from contextlib import suppress
from dataclasses import replace

import pytest
from catboost import CatBoostClassifier
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from xgboost import XGBClassifier

from autotune import Job, Plan, Script, autotune
from autotune.errors import KnowledgeError, SettingError
from autotune.objective.factory import make_objective
from autotune.plan.schema import PlanFile
from autotune.plan.trial_setup import TrialSetup
from autotune.serialization import documents
from autotune.stopping.factory import stopping_rule
from tests.jobs import has_finished, kill, start, until
from tests.plan import changed_knowledge

X, y = make_classification(90, 6, random_state=0)
DATA = {"X": X, "y": y, "groups": None, "sample_weight": None}
SMALL = {"cv": 2, "max_trials": 3, "max_parallel": 1, "completion": {}}
SCRIPT = "import sys; print('loss', float(sys.argv[1].partition('=')[2]) ** 2)"


def train(lr=0.1, epochs=6, seed=None):
    """Yield a curve that depends on the seed."""
    for epoch in range(epochs):
        yield (1 - lr) * (1 - 0.5**epoch) + seed % 7 / 100


def script():
    command = [sys.executable, "-c", SCRIPT]
    hyperparameters = {"lr": 0.1, "seed": None}
    metrics = {"loss": "loss {number}"}
    return Script(command, hyperparameters, metrics, arguments="{name}={value}")


def few_rounds(**params):
    return XGBClassifier(n_estimators=8, early_stopping_rounds=2, **params)


PLANS = {
    "a booster that stops early": lambda: autotune(few_rounds(), X, y, tune=["max_depth"], **SMALL),
    "catboost": lambda: autotune(CatBoostClassifier(iterations=5), X, y, tune=["depth"], **SMALL),
    "a forest with a fidelity": lambda: autotune(
        RandomForestClassifier(9),
        X,
        y,
        fidelity={"name": "n_estimators", "max": 9},
        early_stopping="median",
        **SMALL,
    ),
    "a pipeline": lambda: autotune(
        make_pipeline(StandardScaler(), LogisticRegression()), X, y, **SMALL
    ),
    "a list": lambda: autotune([RandomForestClassifier(5), SVC()], X, y, **SMALL),
    "a function": lambda: autotune(
        train, metric="score", mode="max", **{k: v for k, v in SMALL.items() if k != "cv"}
    ),
    "a script": lambda: autotune(script(), mode="min", max_trials=3, max_parallel=1, completion={}),
    "hyperband": lambda: autotune(
        train,
        metric="score",
        mode="max",
        strategy="hyperband",
        fidelity={"name": "epochs", "max": 6},
        max_trials=3,
        max_parallel=1,
        completion={},
    ),
}


@pytest.fixture
def no_knowledge(monkeypatch, tmp_path):
    """Let each reading of knowledge fail, in this process and those it starts."""

    def withdraw():
        monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", str(tmp_path / "gone"))
        with pytest.raises(KnowledgeError, match="AUTOTUNE_KNOWLEDGE"):
            autotune(SVC())

    return withdraw


@pytest.fixture
def other_knowledge(monkeypatch, tmp_path):
    """Let every entry change, for this process and those it starts."""

    def change():
        changed_knowledge.write(tmp_path / "other")
        monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", str(tmp_path / "other"))

    return change


def data_of(plan):
    return (X, y) if hasattr(plan.target, "get_params") else ()


def trials(job):
    return [(t.status, t.params, t.value) for t in job.all_trials()]


@pytest.mark.slow
@pytest.mark.parametrize("kind", PLANS)
def test_a_loaded_plan_runs_the_same_under_any_knowledge(
    kind, tmp_path, other_knowledge, no_knowledge
):
    plan = PLANS[kind]()
    plan.save(tmp_path / "plan.yaml")
    job = plan.run(*data_of(plan), name="before")
    assert any(t.status == "finished" for t in job.all_trials())
    other_knowledge()
    with suppress(SettingError):  # no entry says any more how a forest's fit goes on
        assert PLANS[kind]() != plan
    changed = Plan.load(tmp_path / "plan.yaml").run(*data_of(plan), name="changed")
    assert trials(changed) == trials(job)
    assert changed.describe()["ranges"] == job.describe()["ranges"]
    no_knowledge()
    loaded = Plan.load(tmp_path / "plan.yaml")
    assert loaded == plan
    assert trials(loaded.run(*data_of(plan), name="without")) == trials(job)


FITTED = ["a booster that stops early", "catboost", "a pipeline", "a list"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", FITTED)
def test_the_best_estimator_is_fitted_the_same_under_any_knowledge(
    kind, other_knowledge, no_knowledge
):
    job = PLANS[kind]().run(X, y, name="job")
    before = job.best_estimator
    for change in (other_knowledge, no_knowledge):
        change()
        after = job.best_estimator
        assert str(after.get_params()) == str(before.get_params())
        assert (after.predict(X) == before.predict(X)).all()


IN_A_NEW_PROCESS = """
import json, sys
sys.path.insert(0, "tests/plan")
from test_complete import PLANS, Plan, data_of, trials
plan = Plan.load("{path}")
print(json.dumps(trials(plan.run(*data_of(plan), name="new"))))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "knowledge"),
    [
        ("a list", "other_knowledge"),
        ("a function", "other_knowledge"),
        ("a script", "no_knowledge"),
    ],
)
def test_a_saved_plan_runs_the_same_in_a_new_process(kind, knowledge, tmp_path, request):
    plan = PLANS[kind]()
    plan.save(tmp_path / "plan.yaml")
    job = plan.run(*data_of(plan), name="here")
    request.getfixturevalue(knowledge)()
    output, errors = start(IN_A_NEW_PROCESS.format(path=tmp_path / "plan.yaml")).communicate()
    assert json.loads(output or "null") == json.loads(json.dumps(trials(job))), errors


def test_what_evaluates_is_the_same_without_knowledge(tmp_path, no_knowledge):
    names = ("thread_names", "seed_names", "housekeeping", "stops_early", "stepping")
    plans = {k: PLANS[k]() for k in list(PLANS)[:5]}
    before = {k: make_objective(p, DATA, None) for k, p in plans.items()}
    no_knowledge()
    for kind, plan in plans.items():
        after = make_objective(plan, DATA, None)
        assert [getattr(after, n) for n in names] == [getattr(before[kind], n) for n in names]
    assert before["catboost"].housekeeping["thread_count"] == plans["catboost"]["threads_per_trial"]
    assert before["a booster that stops early"].stops_early == {""}
    assert before["a forest with a fidelity"].stepping.continuation.by == "warm_start"


@pytest.mark.parametrize("kind", ["a booster that stops early", "a pipeline", "a list"])
def test_export_and_compile_need_no_knowledge(kind, no_knowledge):
    plan = PLANS[kind]()
    text, config = plan.export("optuna"), plan.compile("optuna").config()
    no_knowledge()
    assert (plan.export("optuna"), plan.compile("optuna").config()) == (text, config)


def test_a_learned_stopping_rule_travels_with_the_plan(tmp_path, no_knowledge):
    plan = autotune(train, metric="score", mode="max")
    assert plan["early_stopping"]["rule"] == "curve"
    plan.save(tmp_path / "plan.yaml")
    network = stopping_rule(plan).network
    no_knowledge()
    loaded = Plan.load(tmp_path / "plan.yaml")
    assert loaded == plan
    assert stopping_rule(loaded).network == network
    assert loaded.compile("optuna").native.pruner is not None


def test_a_learned_stopping_rule_that_the_plan_lacks_is_refused():
    plan = autotune(train, metric="score", mode="max")
    with pytest.raises(SettingError, match="must come with what it learned"):
        stopping_rule(replace(plan, trial_setup=TrialSetup()))


@pytest.mark.slow
def test_a_child_of_a_job_needs_no_knowledge(no_knowledge):
    svc = autotune(SVC(), X, y, **SMALL)
    svc.run(X, y, name="first")
    same = autotune(SVC(), X, y, warm_start="first", **SMALL)
    no_knowledge()
    job = same.run(X, y, name="child")
    assert job.plan["results"]["parents"][0]["kind"] == "identical"


@pytest.mark.slow
def test_a_stopped_job_resumes_without_knowledge_in_a_new_process(no_knowledge):
    functions = start("plan(max_trials=6, max_parallel=1).run(name='job')")
    until(lambda: has_finished("job", 2))
    kill(functions)
    no_knowledge()
    done = start("print(Job.load('job').resume().status)")
    output, errors = done.communicate(timeout=120)
    assert (output.strip(), errors) == ("completed", "")
    assert len(Job.load("job").all_trials()) == 6


def test_changed_settings_reach_the_trials(no_knowledge):
    plan = PLANS["catboost"]()
    no_knowledge()
    threads = replace(plan.settings["threads_per_trial"], value=3)
    changed = replace(plan, settings={**plan.settings, "threads_per_trial": threads})
    assert make_objective(changed, DATA, None).housekeeping["thread_count"] == 3


def test_a_file_of_a_version_without_trial_setups_is_completed(tmp_path):
    for plan in (PLANS["catboost"](), PLANS["a function"](), PLANS["a list"]()):
        plain = json.loads(json.dumps(plan.describe()))
        del plain["trial_setup"]
        documents.write(tmp_path / "plan.yaml", plain)
        assert Plan.load(tmp_path / "plan.yaml").trial_setup == plan.trial_setup


def test_the_trial_setup_is_part_of_what_a_plan_is():
    plan = PLANS["catboost"]()
    other = replace(plan, trial_setup=replace(plan.trial_setup, housekeeping={}))
    assert plan != other
    assert list(plan.diff(other)) == ["trial_setup.housekeeping"]
    assert "thread_count" not in str(plan)
    assert "trial_setup" in PlanFile.model_json_schema()["properties"]
