"""What users of other tools type is answered with what to write here, wherever they type it."""

import json

import pytest
from optuna.pruners import MedianPruner
from optuna.samplers import TPESampler
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import SGDClassifier
from sklearn.svm import SVC

from autotune import autotune
from autotune.cli.job_file import read_job
from autotune.errors import KnowledgeError, SettingError
from autotune.knowledge import table
from autotune.plan.other_names import advice_on_value, refusal
from autotune.plan.settings import CHECKS, SETTINGS
from autotune.recommend.planner import make_plan
from autotune.serialization import documents


def refused(estimator, **keywords):
    with pytest.raises(SettingError) as error:
        autotune(estimator, **keywords)
    return error.value


KEYWORDS = [
    ("n_trials", 100, "Write max_trials=100."),
    ("num_samples", 20, "Write max_trials=20."),
    ("n_iter", 30, "Write max_trials=30."),
    ("max_evals", 7, "Write max_trials=7."),
    ("max_total_runs", 7, "Write max_trials=7."),
    ("maxTrialCount", 7, "Write max_trials=7."),
    ("n_calls", 7, "Write max_trials=7."),
    ("n_jobs", -1, "Write max_parallel=-1."),
    ("max_concurrent_runs", 4, "Write max_parallel=4."),
    ("max_concurrent_trials", 4, "Write max_parallel=4."),
    ("timeout", 600, "Write max_runtime=600."),
    ("time_budget_s", 600, "Write max_runtime=600."),
    ("max_duration_minutes", 30, "Write max_runtime=1800."),
    ("scoring", "roc_auc", "Write metric='roc_auc'."),
    ("primary_metric", "roc_auc", "Write metric='roc_auc'."),
    ("direction", "maximize", "Write mode='max'."),
    ("objective_type", "Minimize", "Write mode='min'."),
    ("greater_is_better", False, "Write mode='min'."),
    ("search_alg", "tpe", "Write strategy='bayesian', sampler='tpe'."),
    ("search_alg", "hyperband", "Write strategy='hyperband'."),
    ("scheduler", "ASHAScheduler", "Write early_stopping='asha'."),
    ("pruner", MedianPruner(), "Write early_stopping='median'."),
    ("pruner", None, "Write early_stopping=None."),
    ("param_grid", {"C": [1, 10]}, "Write ranges={'C': [1, 10]}."),
    ("param_distributions", {"C": [1]}, "Write ranges={'C': [1]}."),
    ("hyperparameter_ranges", {"C": [1]}, "Write ranges={'C': [1]}."),
    ("target_objective_metric_value", 0.9, "Write completion={'target': 0.9}."),
    ("refit", True, "Drop it: job.best_estimator is fitted on all rows."),
    ("storage", "x.db", "Write plan.run(…, storage='my-folder')."),
]


@pytest.mark.parametrize(("name", "value", "hint"), KEYWORDS)
def test_a_keyword_of_another_tool_is_answered_with_ours(name, value, hint):
    error = refused("sklearn.svm.SVC", **{name: value})
    assert (error.name, error.hint, error.where) == (name, hint, "keyword")
    assert str(error).startswith(f"'{name}' is ")


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("n_trials: 100", "Write max_trials: 100."),
        ("max_duration_minutes: 30", "Write max_runtime: 1800."),
        ("direction: maximize", "Write mode: max."),
        ("search_alg: optuna", "Write strategy: bayesian, sampler: tpe."),
        ("search_space: {C: [1, 2]}", 'Write ranges: {"C": [1, 2]}.'),
    ],
)
def test_a_name_of_another_tool_in_a_file_is_answered_with_its_line(tmp_path, line, hint):
    path = tmp_path / "mine.yaml"
    path.write_text(f"# mine\nmax_parallel: 2\n{line}\n")
    error = refused("sklearn.svm.SVC", overrides=path)
    assert (error.hint, error.where) == (hint, f"{path}:3")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("n_trials=100", "Write --set max_trials=100."),
        ("timeout=60", "Write --set max_runtime=60."),
        ("scoring=f1", "Write --set metric=f1."),
        ("search_alg=tpe", "Write --set strategy=bayesian --set sampler=tpe."),
    ],
)
def test_a_name_of_another_tool_after_set_is_answered_with_set(text, hint):
    with pytest.raises(SettingError) as error:
        make_plan(
            "sklearn.svm.SVC", None, None, overrides=None, facts=None, keywords={}, sets=[text]
        )
    assert (error.value.hint, error.value.where) == (hint, "--set")


def test_a_name_of_another_tool_in_a_job_file_is_answered_with_its_line():
    document = documents.parse("estimator: sklearn.svm.SVC\nn_trials: 100\n", "job.yaml")
    with pytest.raises(KnowledgeError) as error:
        read_job(document)
    assert str(error.value) == (
        "job.yaml:2:1: 'n_trials' is no name of a job file. Write max_trials: 100."
    )


@pytest.mark.parametrize(
    ("setting", "value", "hint"),
    [
        ("strategy", "bayes", "Write strategy='bayesian'."),
        ("strategy", "tpe", "Write strategy='bayesian', sampler='tpe'."),
        ("strategy", "Quasi-Random", "Write strategy='sobol'."),
        ("sampler", "TPESampler", "Write strategy='bayesian', sampler='tpe'."),
        ("sampler", TPESampler(), "Write strategy='bayesian', sampler='tpe'."),
        ("sampler", "random", "Write strategy='random'."),
        ("mode", "maximize", "Write mode='max'."),
        ("early_stopping", "ASHAScheduler", "Write early_stopping='asha'."),
        ("early_stopping", MedianPruner, "Write early_stopping='median'."),
    ],
)
def test_a_value_of_another_tool_is_answered_with_ours(setting, value, hint):
    error = refused("sklearn.svm.SVC", **{setting: value})
    assert (error.name, error.hint) == (setting, hint)


def test_what_the_estimator_itself_has_stays_its_own():
    plan = autotune(RandomForestClassifier(), n_jobs=2, random_state=3)
    assert (plan.static["n_jobs"], plan.static["random_state"]) == (2, 3)
    plan = autotune(SGDClassifier(), n_iter_no_change=7)
    assert plan.static["n_iter_no_change"] == 7


def test_what_a_function_itself_has_stays_its_own():
    def train(lr=0.1, n_trials=3, timeout=5):
        return lr

    assert autotune(train, timeout=9).static["timeout"] == 9


class Anything:
    """An estimator that accepts any name, as boosters with ``**kwargs`` do."""

    def __init__(self, depth=3, **others):
        self.depth = depth
        self.others = others

    def get_params(self, deep=True):
        return {"depth": self.depth, **self.others}

    def set_params(self, **params):
        self.depth = params.pop("depth", self.depth)
        self.others |= params
        return self

    def fit(self, X, y):
        return self

    def predict(self, X):
        return [0] * len(X)


def test_an_estimator_that_accepts_any_name_does_not_take_one_of_another_tool():
    assert refused(Anything(), n_trials=100).hint == "Write max_trials=100."
    assert autotune(Anything(), shrink=0.5).static["shrink"] == 0.5


def test_a_range_by_that_name_says_that_it_is_a_hyperparameter():
    plan = autotune(Anything(), ranges={"timeout": (1, 5)})
    assert "timeout" in plan.ranges


def test_a_booster_keeps_the_names_that_its_entry_lists():
    plan = autotune("xgboost.XGBClassifier", n_jobs=2)
    assert plan.static["n_jobs"] == 2
    assert refused("xgboost.XGBClassifier", n_trials=9).hint == "Write max_trials=9."


def test_a_list_of_estimators_answers_too():
    assert refused([SVC(), RandomForestClassifier()], n_trials=9).hint == "Write max_trials=9."


def test_every_row_names_settings_of_ours_and_no_setting_is_a_foreign_name():
    tools = table("other-tools").content
    assert {other.setting for other in tools.names.values()} - {""} <= set(SETTINGS)
    assert not set(tools.names) & set(SETTINGS)


def test_what_is_advised_is_accepted():
    tools = table("other-tools").content
    rows = [row for group in tools.values.values() for row in group]
    assert len(rows) > 10
    for row in rows:
        for name, value in row.write.items():
            CHECKS[name](name, value)


def test_a_name_of_no_tool_has_no_answer():
    assert refusal("depht", 3) is None
    assert advice_on_value("strategy", "clever") == ""


def test_a_long_value_is_shortened_in_the_advice():
    error = refused("sklearn.svm.SVC", param_grid={"C": list(range(1000))})
    assert len(str(error)) < 200


def test_the_advice_is_in_the_json_of_the_command_line(capsys):
    from autotune.cli import main

    with pytest.raises(SystemExit):
        main(["plan", "sklearn.svm.SVC", "--set", "n_trials=100", "--json"])
    assert json.loads(capsys.readouterr().out)["hint"] == "Write --set max_trials=100."
