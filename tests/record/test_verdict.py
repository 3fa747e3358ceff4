"""Whether tuning was worth it: the paired tests, and the verdict in a job's record and text."""

import json
from datetime import UTC, datetime
from itertools import product

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as students_t
from sklearn.datasets import make_classification
from sklearn.model_selection import ShuffleSplit
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from autotune import Float, Job, autotune
from autotune.record.paired_tests import (
    ALPHA,
    compare_pairs,
    corrected_t,
    least_p,
    sign_flip,
    student,
)
from autotune.record.status import TrialStatus
from autotune.record.trial import Trial
from autotune.record.verdict import judge
from tests.record.made import made_job

PAIRS = st.lists(st.integers(-50, 50), min_size=2, max_size=9)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@given(PAIRS)
def test_sign_flips_count_as_they_are_defined(pairs):
    flipped = [
        abs(sum(s * d for s, d in zip(signs, pairs, strict=True)))
        for signs in product((1, -1), repeat=len(pairs))
    ]
    assert sign_flip(pairs) == sum(f >= abs(sum(pairs)) for f in flipped) / len(flipped)


@given(PAIRS)
def test_a_comparison_does_not_depend_on_which_side_is_which(pairs):
    here, there = compare_pairs(pairs), compare_pairs([-d for d in pairs])
    assert (here.p, here.mean, here.low, here.sign) == (
        there.p,
        -there.mean,
        -there.high,
        -there.sign,
    )


@given(PAIRS, st.randoms())
def test_the_order_of_the_pairs_does_not_matter(pairs, generator):
    other = list(pairs)
    generator.shuffle(other)
    assert sign_flip(other) == sign_flip(pairs)


@given(st.lists(st.integers(-50, 50), min_size=5, max_size=9))
def test_the_interval_excludes_zero_where_the_test_refuses_it(pairs):
    found = compare_pairs(pairs)
    assert (found.low > 0 or found.high < 0) <= (
        found.p <= ALPHA
    ) and found.low <= found.mean <= found.high


def test_pairs_that_all_agree_reach_the_least_p():
    assert all(sign_flip([1.0] * n) == least_p(n) for n in range(2, 10)) and least_p(
        5
    ) <= ALPHA < least_p(4)


@given(st.floats(-40, 40), st.integers(1, 60))
def test_students_t_is_scipys(t, freedom):
    assert student(t, freedom) == pytest.approx(
        2 * students_t.sf(abs(t), freedom), abs=1e-9
    )  # scipy rounds near t = 0


def test_folds_that_share_rows_are_tested_more_strictly_than_independent_ones():
    gains = [0.01, 0.02, 0.015, 0.03, 0.012]
    mean, k = sum(gains) / 5, 5
    plain = student(mean / (sum((g - mean) ** 2 for g in gains) / (k - 1) / k) ** 0.5, k - 1)
    assert plain < 0.02 < corrected_t(gains) < 0.1 and corrected_t(
        [0.5, 0.5]
    ) is None is corrected_t([0.0, 0.0])


def _trial(number, folds, params):
    metrics = {f"fold_{i}": s for i, s in enumerate(folds)}
    value = sum(folds) / len(folds)
    return Trial(number, TrialStatus.FINISHED, value, params, NOW, NOW, 1.0, metrics=metrics)


def _judged(own, best, **settings):
    plan = autotune(SVC(), facts={"rows": 500, "columns": 4, "classes": 2}, tune=["C"], **settings)
    trials = [_trial(0, own, {"C": 1.0}), _trial(1, best, {"C": 2.0})]
    return judge(
        plan,
        trials,
        max(trials, key=lambda t: (t.value if plan["mode"] == "max" else -t.value, -t.number)),
    )


@pytest.mark.parametrize(
    ("best", "answer", "words"),
    [
        (
            [0.9, 0.91, 0.9, 0.92, 0.91],
            "tuned",
            "take the tuned one: 0.108 better, in 5 of 5 folds",
        ),
        ([0.7, 0.95, 0.8, 0.79, 0.85], "unclear", "keeping what you had is fine"),
        ([0.7, 0.7, 0.7, 0.7, 0.7], "yours", "keep what you had: no trial of 2 was better"),
    ],
)
def test_the_verdict_says_what_to_take(best, answer, words):
    got = _judged([0.8, 0.8, 0.79, 0.81, 0.8], best)
    assert (
        got.answer == answer
        and words in got.text
        and ("chosen as the best of 2" in got.text) == (answer != "yours")
    )


def loss(estimator, X, y):
    """Return the share of rows that are predicted wrongly."""
    return 1 - estimator.score(X, y)


def test_less_is_a_gain_where_the_metric_is_minimized():
    got = _judged([0.3, 0.31, 0.3], [0.1, 0.12, 0.1], metric=loss, mode="min", cv=3)
    assert got.answer == "tuned" and got.gain == pytest.approx(0.1967, abs=1e-3) and got.better == 3


def test_folds_that_all_gain_the_same_or_overlap_in_their_tests_give_no_p():
    assert _judged([0.5, 0.5, 0.5], [0.6, 0.6, 0.6]).p is None
    got = _judged([0.5, 0.4, 0.5], [0.9, 0.91, 0.9], cv=ShuffleSplit(3))
    assert got.answer == "unclear" and "untested" in got.text and got.better == 3


@pytest.mark.slow
def test_a_job_gives_its_verdict_in_record_and_text_also_when_loaded():
    X, y = make_classification(569, 30, n_informative=6, random_state=0)
    job = autotune(DecisionTreeClassifier(max_depth=1), X, y, max_trials=4).run(X, y, name="judged")
    record = job.describe()
    jsonschema.validate(json.loads(json.dumps(record, allow_nan=False)), Job.schema())
    verdict = record["verdict"]
    assert (
        verdict["answer"] in ("tuned", "unclear")
        and verdict["folds"] == job.plan["cv"]
        and verdict["of"] == 4
    )
    assert verdict["gain"] == pytest.approx(job.best_score - job.own_score())
    again = Job.load("judged")
    assert again.describe()["verdict"] == verdict and f"of {verdict['folds']} folds" in " ".join(
        str(again).split()
    )


@pytest.mark.parametrize("mode", ["max", "min"])
@pytest.mark.parametrize("values", [(1.0, 1.5, 2.0), (0.0, 0.01, -0.048)])
def test_a_gain_by_one_evaluation_of_a_function_cannot_be_told(mode, values):
    sign = 1 if mode == "max" else -1
    plan = autotune(lambda x=1.0: x, ranges={"x": Float(0, 2)}, max_trials=3, mode=mode)
    trials = [({"x": x}, sign * value) for x, value in zip((1.0, 0.5, 2.0), values, strict=True)]
    job = made_job(plan, trials)
    verdict = job.describe()["verdict"]
    assert (verdict["answer"], verdict["p"], verdict["of"]) == ("unclear", None, 3)
    assert verdict["gain"] == pytest.approx(max(values) - values[0])
    assert verdict["text"].startswith("cannot be told: ") and "by one evaluation" in str(job)


def test_a_function_whose_own_configuration_is_best_keeps_it():
    plan = autotune(lambda x=1.0: x, ranges={"x": Float(0, 2)}, max_trials=2)
    verdict = made_job(plan, [({"x": 1.0}, 3.0), ({"x": 0.5}, 3.0)]).describe()["verdict"]
    assert verdict["answer"] == "yours" and "keep what you had" in verdict["text"]


def test_a_job_without_a_measured_baseline_has_no_verdict():
    plan = autotune(lambda x=1.0: x, ranges={"x": Float(2, 3)}, max_trials=2)
    job = made_job(plan, [({"x": 2.5}, 2.5)])
    assert job.describe()["verdict"] is None and "\n verdict" not in str(job)
