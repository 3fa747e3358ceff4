"""The same plan with other settings: what follows is chosen again, everything else is kept."""

import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from autotune import AutotuneError, Float, Hint, Int, Plan, Script, autotune

FACTS = {"rows": 500, "columns": 8, "classes": 2}


def train(lr=0.1, momentum=0.9, epochs=3):
    return lr + momentum


MADE = {
    "estimator": lambda: autotune(RandomForestClassifier(max_depth=4), facts=FACTS, max_trials=9),
    "pipeline": lambda: autotune(make_pipeline(StandardScaler(), SVC()), facts=FACTS),
    "several": lambda: autotune([SVC(), RandomForestClassifier()], facts=FACTS),
    "function": lambda: autotune(train, metric="loss", epochs=5),
    "script": lambda: autotune(Script("x.py", {"lr": 0.1}, {"loss": "l {number}"})),
    "entry": lambda: autotune("torch-training-loop"),
    "hinted": lambda: autotune(SVC(), ranges={"C": Hint(3.0)}, initial_trials=[{"C": 2.0}]),
}


@pytest.mark.parametrize("kind", MADE)
def test_nothing_changes_where_nothing_is_set(kind):
    plan = MADE[kind]()
    assert plan.with_settings() == plan and not plan.with_settings(seed=plan["seed"]).diff(plan)


@pytest.mark.parametrize("kind", MADE)
def test_a_cap_is_changed_and_marked_as_the_user_s(kind):
    plan = MADE[kind]()
    changed = plan.with_settings(max_runtime=60, max_retries=7)
    assert set(changed.diff(plan)) == {"max_runtime", "max_retries"}
    assert str(changed.settings["max_runtime"].source) == "you"
    assert changed.settings["metric"] == plan.settings["metric"]
    assert isinstance(changed, Plan) and changed.target is plan.target


@pytest.mark.parametrize(
    ("kind", "name", "given"),
    [
        ("estimator", "max_features", Float(0.1, 0.9)),
        ("pipeline", "svc__C", (0.1, 10)),
        ("several", "svc__C", (0.1, 10)),
        ("function", "momentum", Float(0.5, 0.8)),
        ("script", "lr", (0.01, 0.2)),
        ("hinted", "gamma", (0.1, 1)),
    ],
)
def test_a_range_is_changed_and_the_others_are_kept(kind, name, given):
    plan = MADE[kind]()
    changed = plan.with_settings(ranges={name: given})
    assert f"ranges.{name}" in changed.diff(plan)
    assert str(changed.ranges[name].source) == "you"
    others = set(plan.ranges) - {name}
    assert all(changed.ranges[other] == plan.ranges[other] for other in others)
    assert (
        changed.ranges[name].value
        == autotune(plan.target, facts=plan.facts, ranges={name: given}).ranges[name].value
    )


def test_what_follows_from_a_setting_follows():
    plan = autotune(SVC(), facts=FACTS)
    fewer = plan.with_settings(keep_static=["C"])
    assert "C" not in fewer.ranges and "C" in fewer.left_out
    grid = plan.with_settings(strategy="grid", max_trials=30)
    assert grid["sampler"] is None and grid == autotune(
        SVC(), facts=FACTS, strategy="grid", max_trials=30
    )
    twice = plan.with_settings(max_trials=80).with_settings(mode="max", metric="f1_macro")
    assert (twice["max_trials"], twice["metric"]) == (80, "f1_macro")


def test_what_the_user_set_before_stays_and_can_be_replaced():
    plan = autotune(SVC(), facts=FACTS, ranges={"C": (1, 10)}, max_trials=12, cv=3)
    changed = plan.with_settings(ranges={"C": (1, 100)}, effort="all")
    assert changed.ranges["C"].value.high == 100 and changed["max_trials"] == 12
    assert "C" not in changed.with_settings(keep_static="C").ranges


def test_a_loaded_plan_keeps_what_knowledge_now_says_otherwise(tmp_path):
    plan = autotune(SVC(), facts=FACTS)
    plan.save(tmp_path / "plan.yaml")
    text = (tmp_path / "plan.yaml").read_text().replace("high: 8.0", "high: 5.0")
    (tmp_path / "plan.yaml").write_text(text)
    edited = Plan.load(tmp_path / "plan.yaml")
    assert edited.ranges["gamma"].value.high == 5.0
    changed = edited.with_settings(max_trials=7, ranges={"C": (1, 2)})
    assert changed.ranges["gamma"] == edited.ranges["gamma"] and changed["max_trials"] == 7


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"max_trails": 3}, "'max_trails' must be a setting that a plan can change.*'max_trials'"),
        ({"gamma": 3}, "'gamma' must be a setting.*autotune"),
        ({"facts": {"rows": 3}}, "'facts' must be a setting.*autotune"),
        ({"max_trials": 0}, "'max_trials' must be a whole number"),
        ({"ranges": {"Cc": (1, 2)}}, "'Cc' must be a hyperparameter"),
        ({"strategy": "hyperbandit"}, "'strategy' must be one of"),
    ],
)
def test_a_change_that_cannot_be_is_refused(given, words):
    with pytest.raises(AutotuneError, match=words):
        autotune(SVC(), facts=FACTS).with_settings(**given)


def test_a_plan_loaded_without_its_function_says_what_to_do(tmp_path):
    autotune(lambda lr=0.1: lr, ranges={"lr": Float(0, 1)}).save(tmp_path / "plan.yaml")
    with pytest.raises(AutotuneError, match=r"must hold what it tunes.*Make it again"):
        Plan.load(tmp_path / "plan.yaml").with_settings(max_trials=3)


def test_settings_come_from_a_file_too(tmp_path):
    (tmp_path / "more.yaml").write_text("max_trials: 33\nranges:\n  C: 1..9\n")
    plan = autotune(SVC(), facts=FACTS).with_settings(overrides=tmp_path / "more.yaml", seed=4)
    assert (plan["max_trials"], plan["seed"], plan.ranges["C"].value.high) == (33, 4, 9)
    assert "more.yaml:1" in plan.explain("max_trials")


def test_the_plan_itself_is_not_changed():
    plan = autotune(SVC(), facts=FACTS)
    before = plan.describe()
    plan.with_settings(ranges={"C": Float(1, 2)}, max_trials=3, tune=["C"])
    assert plan.describe() == before and Int(1, 2) == Int(1, 2)
