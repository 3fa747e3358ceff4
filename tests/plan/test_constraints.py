"""Constraints on what a trial records: how they are read, and which are refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression, Ridge

from autotune import Plan, Script, autotune
from autotune.errors import AutotuneError, EngineError, SettingError
from autotune.plan.constraints import violated, violation
from autotune.recommend.planner import make_plan


def measured(x=1.0):
    return {"score": x, "latency": 2 * x}


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ("<= 5", "<= 5"),
        (" <5e0 ", "< 5.0"),
        (">= 0.80", ">= 0.8"),
        (("<=", 5), "<= 5"),
        ([">", -1.5], "> -1.5"),
    ],
)
def test_a_limit_has_one_form(limit, text):
    assert autotune(measured, constraints={"latency": limit})["constraints"] == {"latency": text}


@pytest.mark.parametrize(
    "limit", ["5", 5, "<= nan", "<= inf", "<= 5 MB", "== 5", ("<=", math.nan), ("<=", 1, 2), None]
)
def test_a_bad_limit_is_told_in_one_line_by_its_name(limit):
    with pytest.raises(SettingError, match=r"latency' must be <=, <, >= or >") as told:
        autotune(measured, constraints={"latency": limit})
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("value", ["latency <= 5", ["<= 5"], {3: "<= 5"}, {"": "<= 5"}])
def test_constraints_are_a_mapping_from_names(value):
    with pytest.raises(SettingError, match="'constraints' must be a mapping from metrics"):
        autotune(measured, constraints=value)


def test_they_are_set_by_keyword_file_and_option_and_the_later_wins(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text('constraints: {latency: "<= 5", size: "< 9"}\n')
    options = {"overrides": file, "facts": None}
    plan = make_plan(measured, None, None, keywords={}, sets=["constraints.size=> 1"], **options)
    assert plan["constraints"] == {"latency": "<= 5", "size": "> 1"}
    assert plan.settings["constraints"].source.location == "--set"
    keywords = {"constraints": {"size": "< 2"}}
    sets = ["constraints={latency: '< 3'}"]
    plan = make_plan(measured, None, None, keywords=keywords, sets=sets, **options)
    assert plan["constraints"] == {"size": "< 2"}


def test_a_plan_file_keeps_them_and_an_edited_one_is_checked(tmp_path):
    plan = autotune(measured, constraints={"latency": "<= 5"})
    plan.save(tmp_path / "plan.yaml")
    assert Plan.load(tmp_path / "plan.yaml") == plan
    text = (tmp_path / "plan.yaml").read_text()
    (tmp_path / "plan.yaml").write_text(text.replace("<= 5", "about 5"))
    with pytest.raises(AutotuneError, match=r"constraints\.latency' must be"):
        Plan.load(tmp_path / "plan.yaml")


def test_with_settings_changes_and_drops_them_and_keeps_what_it_does_not_name():
    plan = autotune(measured, constraints={"latency": "<= 5"}, max_trials=5)
    assert plan.with_settings(max_trials=7)["constraints"] == {"latency": "<= 5"}
    assert plan.with_settings(constraints=None)["constraints"] == {}
    assert plan.with_settings(constraints={"score": "> 1"}).diff(plan).lines() == [
        "constraints: score > 1 → latency <= 5"
    ]
    assert "latency <= 5" in str(plan)
    assert "You said so" in plan.explain("constraints")
    assert "by the metric alone" in autotune(measured).explain("constraints")


@pytest.mark.parametrize(
    ("estimator", "settings", "name"),
    [
        (LogisticRegression(), {}, "roc_auc"),
        (Ridge(), {"metrics": ["r2", "neg_max_error"]}, "max_error"),
        (LogisticRegression(), {}, "fit_second"),
        (Script("true", {"lr": 0.1}, {"loss": "loss: {number}"}), {"metric": "loss"}, "latency"),
    ],
)
def test_a_constraint_on_what_is_not_recorded_is_refused(estimator, settings, name):
    with pytest.raises(SettingError, match=rf"constraints must be on what .* got '{name}'"):
        autotune(estimator, constraints={name: "<= 5"}, **settings)


@pytest.mark.parametrize(
    ("estimator", "settings", "name"),
    [
        (LogisticRegression(), {"metrics": ["accuracy", "neg_log_loss"]}, "neg_log_loss"),
        (LogisticRegression(), {}, "accuracy"),
        (Ridge(), {}, "fit_seconds"),
        (Ridge(), {}, "std"),
        (Ridge(), {}, "seconds"),
        (Script("true", {"lr": 0.1}, {"loss": "loss: {number}"}), {"metric": "loss"}, "loss"),
        ("sklearn.linear_model.Ridge", {}, "latency"),  # one's own evaluation may report it
    ],
)
def test_a_constraint_on_what_is_recorded_is_taken(estimator, settings, name):
    limits = {name: ">= -0.4"}
    assert autotune(estimator, constraints=limits, **settings)["constraints"] == limits


finite = st.floats(-1e200, 1e200)


@given(finite, finite)
def test_violation_says_whether_the_comparison_holds(value, limit):
    for sign, holds in (
        ("<=", value <= limit),
        ("<", value < limit),
        (">=", value >= limit),
        (">", value > limit),
    ):
        assert (violation(f"{sign} {limit!r}", value) <= 0) == holds


@pytest.mark.parametrize("figure", [None, math.nan, "fast", [1]])
def test_a_figure_that_is_missing_or_no_number_is_beyond_by_any_amount(figure):
    assert violation("<= 5", figure) == math.inf == violation(">= 5", figure)


def test_the_words_tell_each_limit_and_by_how_much():
    assert violated({"a": "<= 1", "b": "> 2"}, {"a": 1, "b": 3}) == ""
    assert violated({"a": "<= 1", "b": "> 2", "c": "< 0"}, {"a": 1.5, "b": 2}) == (
        "infeasible: a must be <= 1, got 1.5 (0.5 beyond); b must be > 2, got 2;"
        " c must be < 0, got none"
    )


def test_an_engine_that_cannot_learn_of_them_refuses():
    from dataclasses import replace

    from autotune.engines.capabilities import declared_gaps
    from autotune_optuna.adapter import CAPABILITIES

    plan = autotune(measured, constraints={"latency": "<= 5"})
    assert list(declared_gaps(plan, CAPABILITIES)) == []
    assert list(declared_gaps(plan, replace(CAPABILITIES, constraints=False))) == ["constraints"]


def test_a_program_of_an_estimator_refuses_a_constraint_on_what_it_does_not_record():
    plan = autotune(Ridge(), constraints={"fit_seconds": "<= 5"}, max_trials=3)
    for engine in ("optuna", "ray"):
        with pytest.raises(EngineError, match=r"constraints on its metric .* got fit_seconds"):
            plan.export(engine)
