"""Rules of early stopping: each as its documents define it, in both directions.

They are the same on every way to use them.
"""

import math

import numpy as np
import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autotune import Float, Plan, autotune, knowledge
from autotune.errors import SettingError
from autotune.stopping.catalog import RULES
from autotune.stopping.factory import make_rule, stopping_rule
from autotune.stopping.parameters import check_rule
from autotune_optuna.pruner import RulePruner

ALWAYS = {"evaluation_interval": 1, "delay_evaluation": 0}


def stopped(rule, curves):
    """Give a rule trials one after another; return at which report each was stopped.

    It is None where the trial finished.
    """
    found = []
    for number, values in enumerate(curves):
        step = next((s for s, v in enumerate(values, 1) if rule.stops(number, s, v)), None)
        rule.ends(number, finished=step is None)
        found.append(step)
    return found


def rule(name, mode="max", **parameters):
    return make_rule(check_rule("early_stopping", {"rule": name, **parameters}), mode)


@pytest.mark.parametrize(
    ("parameters", "below", "above"),
    [
        ({"slack_factor": 0.2}, 0.666, 0.667),  # HyperDrive's examples: best 0.8
        ({"slack_amount": 0.2}, 0.599, 0.601),
        ({"slack_factor": 0.1}, 0.8 * 0.909, 0.8 * 0.9091),  # 91 % of the best
    ],
)
def test_the_bandit_stops_below_the_documents_limits(parameters, below, above):
    curves = [[0.8], [above, 0.7], [below]]
    assert stopped(rule("bandit", **ALWAYS, **parameters), curves) == [None, None, 1]


def test_the_bandit_for_a_loss_is_the_same_upside_down():
    assert stopped(rule("bandit", "min", slack_factor=0.2, **ALWAYS), [[0.5], [0.6], [0.601]]) == [
        None,
        None,
        1,
    ]
    assert stopped(rule("bandit", "min", slack_amount=0.2, **ALWAYS), [[0.5], [0.69], [0.71]]) == [
        None,
        None,
        1,
    ]


@pytest.mark.parametrize(
    ("mode", "best", "passes", "stops"),
    [("max", -0.5, -0.59, -0.61), ("max", -40.0, -47.9, -48.1), ("min", -0.6, -0.51, -0.49)],
)
def test_a_slack_factor_of_a_negative_best_is_that_of_the_loss_it_negates(
    mode, best, passes, stops
):
    bandit = rule("bandit", mode, slack_factor=0.2, **ALWAYS)
    assert stopped(bandit, [[best], [passes], [stops]]) == [None, None, 1]


@pytest.mark.parametrize("mode", ["max", "min"])
def test_a_slack_factor_of_a_best_of_zero_stops_nothing(mode):
    curves = [[0.0], [-0.5 if mode == "max" else 0.5]]
    assert stopped(rule("bandit", mode, slack_factor=0.2, **ALWAYS), curves) == [None, None]


@pytest.mark.parametrize(
    ("mode", "curves"),
    [
        ("max", [[0.3, 0.6, 0.9], [0.28, 0.58, 0.88], [0.3, 0.5, 0.9]]),
        ("min", [[2.0, 1.0, 0.5], [2.1, 1.05, 0.52], [2.0, 1.3, 0.4]]),
        ("max", [[-2.0, -1.0, -0.5], [-2.1, -1.05, -0.52], [-2.0, -1.3, -0.4]]),
    ],
)
def test_the_bandit_compares_a_young_trial_with_the_others_at_its_own_report(mode, curves):
    bandit = rule("bandit", mode, slack_factor=0.1, **ALWAYS)
    assert stopped(bandit, curves) == [None, None, 2]


def test_the_bandits_best_is_the_best_up_to_the_report_also_of_a_trial_that_fell_since():
    assert stopped(rule("bandit", slack_amount=0.1, **ALWAYS), [[0.9, 0.5], [0.85, 0.7]]) == [
        None,
        None,
    ]
    assert stopped(rule("bandit", slack_amount=0.1, **ALWAYS), [[0.9], [0.85, 0.7, 0.7]]) == [
        None,
        None,
    ]


@pytest.mark.parametrize("percentage", [10, 20, 50])
@pytest.mark.parametrize("value", [0.0, 0.7, -3.0])
def test_truncation_spares_trials_that_are_equal_at_its_edge(percentage, value):
    truncation = rule("truncation", truncation_percentage=percentage, **ALWAYS)
    assert stopped(truncation, [[value] * 4] * 12) == [None] * 12


def test_truncation_stops_the_tied_where_all_of_them_lie_within_the_percentage():
    curves = [[1.0], [1.0], [1.0], [1.0], [1.0], [0.5], [1.0], [1.0], [1.0], [0.5]]
    truncation = rule("truncation", truncation_percentage=20, **ALWAYS)
    assert stopped(truncation, curves) == [None] * 5 + [1] + [None] * 3 + [1]


def test_hyperdrives_median_looks_at_the_best_so_far_and_sagemakers_at_the_current_value():
    curves = [
        [0.5, 0.6, 0.7],
        [0.5, 0.6, 0.7],
        [0.7, 0.7, 0.4],
    ]  # averages after three reports: 0.6
    assert stopped(rule("median", **ALWAYS), curves) == [None, None, None]
    assert stopped(rule("median_current", **ALWAYS), curves) == [None, None, 3]


def test_the_median_is_over_running_averages_of_trials_that_came_as_far():
    curves = [[0.2, 0.8], [0.2, 0.8], [0.45, 0.49], [0.1]]  # 0.5 after two reports, 0.2 after one
    assert stopped(rule("median", **ALWAYS), curves) == [None, None, 2, 1]


def test_truncation_stops_the_lowest_percentage_of_those_at_the_same_interval():
    curves = [[0.5], [0.6], [0.7], [0.8], [0.4], [0.55]]
    assert stopped(rule("truncation", truncation_percentage=20, **ALWAYS), curves) == [
        None,
        None,
        None,
        None,
        1,
        None,
    ]


@pytest.mark.parametrize(
    ("interval", "delay", "at"), [(1, 0, 1), (1, 5, 5), (3, 0, 3), (3, 4, 6), (2, 5, 6)]
)
def test_a_policy_applies_at_multiples_of_the_interval_from_the_delay_on(interval, delay, at):
    bandit = rule("bandit", slack_amount=0.1, evaluation_interval=interval, delay_evaluation=delay)
    assert stopped(bandit, [[0.9] * 9, [0.1] * 9]) == [None, at]


@pytest.mark.parametrize("name", ["median", "median_current", "bandit", "truncation", "asha"])
@given(st.lists(st.lists(st.floats(0.01, 1), min_size=1, max_size=9), min_size=1, max_size=9))
@settings(max_examples=30)
def test_every_rule_for_a_loss_stops_what_it_stops_for_the_score(name, curves):
    parameters = (
        {"slack_amount": 0.1}
        if name == "bandit"
        else {"min_resource": 1}
        if name == "asha"
        else ALWAYS
    )
    negative = [[-v for v in c] for c in curves]
    assert stopped(rule(name, "max", **parameters), curves) == stopped(
        rule(name, "min", **parameters), negative
    )


def test_a_report_that_is_not_a_number_is_the_worst():
    assert stopped(rule("bandit", slack_amount=5, **ALWAYS), [[0.5], [math.nan]]) == [None, 1]


def test_a_trial_that_is_tried_again_begins_anew():
    bandit = rule("bandit", slack_amount=0.1, **ALWAYS)
    bandit.stops(0, 1, 0.5)
    assert bandit.stops(1, 1, 0.9) is None and bandit.stops(0, 2, 0.5)
    assert bandit.stops(1, 1, 0.45) is None and bandit.values[1] == [0.45]


def _pruned(pruner, curves, seed=0):
    study = optuna.create_study(direction="maximize", pruner=pruner, study_name="fixed")
    found = []
    for values in curves:
        trial = study.ask()
        step = None
        for s, value in enumerate(values, 1):
            trial.report(value, s)
            if trial.should_prune():
                step = s
                break
        study.tell(
            trial,
            values[-1] if step is None else None,
            state=None if step is None else optuna.trial.TrialState.PRUNED,
        )
        found.append(step)
    return found


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_asha_stops_what_optunas_successive_halving_stops(factor):
    curves = np.random.default_rng(factor).random((40, 20)).tolist()
    optunas = optuna.pruners.SuccessiveHalvingPruner(min_resource=2, reduction_factor=factor)
    ours = rule("asha", min_resource=2, reduction_factor=factor)
    assert stopped(ours, curves) == _pruned(optunas, curves)


def test_hyperbands_brackets_are_those_of_optuna():
    ours = rule("hyperband", min_resource=1, max_resource=81, reduction_factor=3)
    theirs = optuna.pruners.HyperbandPruner(min_resource=1, max_resource=81, reduction_factor=3)
    study = optuna.create_study(pruner=theirs)
    study.ask().report(0.0, 1)
    theirs.prune(study, study.trials[0])
    assert (
        ours.shares == theirs._trial_allocation_budgets and len(ours.brackets) == theirs._n_brackets
    )
    counts = np.bincount([ours.bracket(n) for n in range(3000)])
    assert np.allclose(counts / 3000, np.array(ours.shares) / sum(ours.shares), atol=0.04)


def test_hyperband_never_stops_below_the_least_resource():
    curves = np.random.default_rng(0).random((60, 27)).tolist()
    steps = stopped(rule("hyperband", min_resource=3, max_resource=27), curves)
    assert {s for s in steps if s} == {3, 9}


@pytest.mark.parametrize("name", RULES)
def test_an_optuna_study_and_the_rule_itself_stop_the_same_trials(name):
    curves = (
        np.random.default_rng(1).random((30, 1)) * (1 - np.exp(-np.arange(1, 21) / 5))
    ).tolist()
    plan = autotune(_yields, ranges={"lr": Float(0, 1)}, early_stopping=name, max_trials=30)
    alone = stopped(stopping_rule(plan), curves)
    assert (
        _pruned(RulePruner(stopping_rule(plan)), curves) == alone and any(alone) and not all(alone)
    )


def test_a_new_session_knows_what_was_reported_before():
    study = optuna.create_study(direction="maximize")
    first = study.ask()
    first.report(0.9, 1)
    study.tell(first, 0.9)
    study.pruner = RulePruner(rule("bandit", slack_amount=0.1, **ALWAYS))
    second = study.ask()
    second.report(0.5, 1)
    assert second.should_prune() and "the best of all, 0.9" in study.pruner.reason


def _yields(lr=0.5, epochs=20):
    for step in range(epochs):
        yield lr * (step + 1)


def test_ends_of_a_job_say_why_each_trial_was_stopped():
    bandit = {
        "rule": "bandit",
        "slack_amount": 0.1,
        "evaluation_interval": 1,
        "delay_evaluation": 2,
    }
    job = autotune(
        _yields, ranges={"lr": Float(0, 1)}, early_stopping=bandit, max_trials=8, max_parallel=1
    ).run(progress=False)
    frame = job.trials()
    assert frame.loc[frame["status"] == "stopped", "reason"].str.contains("the best of all").all()
    assert (frame["status"] == "stopped").any() and frame.loc[
        frame["status"] == "finished", "reason"
    ].isna().all()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("medain", "Did you mean 'median'"),
        ({"rule": "bandit", "slack_factor": 0.1, "slack_amount": 0.2}, "got both"),
        ({"rule": "bandit", "slack": 0.1}, "Did you mean 'slack_"),
        ({"rule": "truncation", "truncation_percentage": 100}, "1..99"),
        ({"rule": "median", "evaluation_interval": 0}, ">= 1"),
        ({"rule": "median", "delay_evaluation": 1.5}, "whole number"),
        ({"slack_factor": 0.1}, "must be a rule's name"),
        (3, "must be a rule's name"),
        ({"rule": "asha", "min_resource": 9, "max_resource": 3}, "min_resource < max_resource"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_the_way_out(value, words):
    with pytest.raises(SettingError, match=words.replace("..", r"\.\.")):
        autotune(_yields, ranges={"lr": Float(0, 1)}, early_stopping=value)


def test_a_rule_is_set_by_file_and_on_the_command_line(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("early_stopping: {rule: truncation, truncation_percentage: 30}\n")
    plan = autotune(_yields, overrides=path)
    assert plan["early_stopping"] == {
        "rule": "truncation",
        "truncation_percentage": 30,
        "evaluation_interval": 1,
        "delay_evaluation": 0,
    }
    plan.save(tmp_path / "plan.yaml")
    assert Plan.load(tmp_path / "plan.yaml")["early_stopping"] == plan["early_stopping"]


def test_a_search_that_knows_good_configurations_stops_by_a_promise_of_its_own():
    learned = knowledge.table("stopping").content
    rules = [
        autotune("torch-training-loop", early_stopping={"rule": "curve", **own}, **settings)[
            "early_stopping"
        ]
        for own, settings in (({}, {}), ({}, {"portfolio": []}), ({"promise": 0.5}, {}))
    ]
    assert [rule["promise"] for rule in rules] == [
        learned.promise_after_starts,
        learned.promise,
        0.5,
    ]


class TestCurve:
    """autotune's own rule."""

    CURVES = (np.linspace(0.3, 1, 20)[::-1, None] * (1 - np.exp(-np.arange(1, 31) / 4))).tolist()

    def made(self, mode="max", **parameters):
        plan = autotune(
            _yields,
            ranges={"lr": Float(0, 1)},
            early_stopping={"rule": "curve", **parameters},
            mode=mode,
        )
        return stopping_rule(plan)

    def test_it_stops_what_falls_far_behind_and_says_why(self):
        assert all(stopped(self.made(), self.CURVES)[10:])
        made = self.made()
        stopped(made, self.CURVES[:5])
        reasons = [made.stops(9, s, v) for s, v in enumerate(self.CURVES[-1], 1)]
        assert "the best trial had" in next(filter(None, reasons))

    def test_the_metrics_scale_and_direction_do_not_matter(self):
        expected = stopped(self.made(), self.CURVES)
        moved = [[1000 - 50 * v for v in c] for c in self.CURVES]
        assert stopped(self.made("min"), moved) == expected

    def test_it_never_stops_one_that_is_not_behind_the_best(self):
        assert not any(stopped(self.made(promise=1), self.CURVES[::-1]))

    def test_it_stops_nothing_before_enough_trials_finished(self):
        assert not any(stopped(self.made(protect=20), self.CURVES))

    def test_it_stops_what_diverged(self):
        made = self.made()
        stopped(made, self.CURVES[:4])
        assert [bool(made.stops(9, s, v)) for s, v in ((1, 0.5), (2, 0.6), (3, math.nan))] == [
            False,
            False,
            True,
        ]

    def test_numbers_that_are_none_break_nothing(self):
        odd = (
            [[math.nan, 0.5, math.inf, -math.inf, 0.6, 0.7, 0.8, 0.9]] * 3
            + self.CURVES[:5]
            + [[0.1, math.nan, *[0.2] * 9]]
        )
        assert stopped(self.made(), odd)[:4] == [None] * 4

    def test_curves_without_any_change_stop_nothing_and_break_nothing(self):
        assert not any(stopped(self.made(), [[0.5] * 10] * 12))
