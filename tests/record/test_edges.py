"""A best value at the end of its range is said, with the wider range that the estimator allows."""

import json

import jsonschema
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from autotune import AutotuneError, Float, Int, Job, autotune
from autotune.knowledge.catalog import entries
from autotune.record.edges import edges
from tests.record.made import made_job

NAMES = [entry.content for entry in entries()]


def train(x=0.5, n=3):
    return x + n


@pytest.mark.parametrize(
    ("domain", "best", "end", "low", "high"),
    [
        (Float(0, 4), 3.99, "upper", 0, 6),
        (Float(1, 4), 1.0, "lower", 0, 4),
        (Float(0, 1), 1.0, "upper", 0, 1.5),
        (Float(0, 0.5), 0.5, "upper", 0, 0.75),
        (Float(-4, 4), -4.0, "lower", -8, 4),
        (Float(1e-4, 1e-2, log=True), 9.9e-3, "upper", 1e-4, 0.1),
        (Float(1e-4, 1e-2, log=True), 1e-4, "lower", 1e-5, 1e-2),
        (Float(0.9, 0.99, log="reverse"), 0.99, "upper", 0.9, 0.9968),
        (Float(0, 10, step=2), 10.0, "upper", 0, 14),
        (Int(4, 12), 12, "upper", 4, 16),
        (Int(8, 512, log=True), 510, "upper", 8, 4100),
        (Int(10, 1000), 990, "upper", 10, 1500),
    ],
)
def test_a_function_s_range_is_widened_by_half_on_its_scale(domain, best, end, low, high):
    plan = autotune(train, ranges={"x": domain} if isinstance(domain, Float) else {"n": domain})
    name = "x" if isinstance(domain, Float) else "n"
    (edge,) = [edge for edge in edges(plan, {name: best}) if edge.name == name]
    assert (edge.end, edge.wider.low, edge.wider.high) == (end, low, pytest.approx(high))
    assert edge.wider.log == domain.log and edge.wider.contains(best) == domain.contains(best)


@pytest.mark.parametrize(
    ("domain", "best"),
    [
        (Float(0, 4), 2.0),
        (Float(0, 4), 0.0),  # 0 is a limit more often than not
        (Int(1, 9), 1),
        (Int(2, 9), 2),
        (Int(1, 9), 8),
        (Int(1, 2), 2),
        (Int(1, 100, log=True), 1),
        (Float(0, 4, also=(None,)), None),
    ],
)
def test_what_is_inside_or_cannot_be_widened_is_not_at_the_edge(domain, best):
    name = "x" if isinstance(domain, Float) else "n"
    assert edges(autotune(train, ranges={name: domain}), {name: best}) == []


@pytest.mark.parametrize(
    ("estimator", "ranges", "best", "expected"),
    [
        (RandomForestClassifier(), {"max_features": Float(0.2, 0.8)}, 0.8, 1.0),
        (RandomForestClassifier(), {"max_features": Float(0.2, 1.0)}, 1.0, None),
        (RandomForestClassifier(), {"min_samples_split": Int(4, 10)}, 4, 2),
        (RandomForestClassifier(), {"ccp_alpha": Float(0.0, 0.1)}, 0.1, 0.15),
        (make_pipeline(StandardScaler(), SVC()), {"svc__C": Float(0.1, 1.0)}, 1.0, 1.4),
        (RandomForestClassifier(), {"min_samples_leaf": Int(1, 50, log=True)}, 1, None),
        (RandomForestClassifier(), {"min_samples_leaf": Int(4, 50, log=True)}, 4, 1),
        (SVC(), {"gamma": Float(0.1, 1.0, log=True)}, 1.0, 3.2),
    ],
)
def test_an_estimator_s_range_stays_within_what_it_declares(estimator, ranges, best, expected):
    plan = autotune(estimator, ranges=ranges)
    (name, domain) = next(iter(ranges.items()))
    found = [edge for edge in edges(plan, {name: best}) if edge.name == name]
    if expected is None:
        assert found == []
    else:
        assert expected in (found[0].wider.low, found[0].wider.high)
        assert plan.with_settings(ranges={name: found[0].wider}).ranges[name]
        assert found[0].wider != domain


def test_the_job_says_it_and_what_to_run_next():
    plan = autotune(train, ranges={"x": Float(0, 4), "n": Int(1, 9)}, max_trials=6)
    trials = [({"x": x, "n": 5}, x) for x in (0.5, 1.0, 2.0, 3.0, 4.0)]
    job = made_job(plan, trials)
    record = job.describe()
    jsonschema.validate(json.loads(json.dumps(record, allow_nan=False)), Job.schema())
    assert [(edge["name"], edge["end"]) for edge in record["edges"]] == [("x", "upper")]
    assert job.wider_ranges() == {"x": Float(0, 6)}
    text = " ".join(str(job).split())
    assert "x 4 is at the upper end of 0 .. 4; try 0 .. 6" in text
    assert "job.continue_with(ranges=job.wider_ranges())" in text


def test_few_trials_say_nothing_of_edges():
    plan = autotune(train, ranges={"x": Float(0, 4), "n": Int(1, 9)}, max_trials=6)
    job = made_job(plan, [({"x": 4.0, "n": 5}, 4.0)])
    assert job.edges() == [] and "at the edge" not in str(job)


def test_the_next_round_widens_the_range_and_knows_the_results():
    plan = autotune(train, ranges={"x": Float(0, 4), "n": Int(1, 9)}, max_trials=2, max_parallel=1)
    job = made_job(plan, [({"x": x, "n": 5}, x) for x in (0.5, 1.0, 2.0, 3.0, 4.0)], "round")
    following = job.continue_with(ranges=job.wider_ranges(), progress=False)
    assert following.name == "round-2" and following.plan.ranges["x"].value == Float(0, 6)
    assert following.plan["warm_start"] == ("round",) and following.plan.parents
    assert following.plan.ranges["n"] == job.plan.ranges["n"]
    assert following.overall_best()["value"] >= 4.0


@pytest.mark.filterwarnings("ignore:Class .* is deprecated:FutureWarning")
@pytest.mark.parametrize("dotted", [e for entry in NAMES for e in entry.estimators])
def test_no_plan_of_knowledge_fails_where_a_value_is_at_either_end(dotted):
    try:
        plan = autotune(dotted, effort="all")
    except AutotuneError:  # it needs an instance, or cannot be imported here
        pytest.skip("not made by its name")
    for name, chosen in plan.ranges.items():
        for value in (getattr(chosen.value, "low", None), getattr(chosen.value, "high", None)):
            for edge in edges(plan, {name: value}):
                assert edge.wider.contains(value)
                plan.with_settings(ranges={name: edge.wider})
