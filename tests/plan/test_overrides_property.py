"""Whatever a person sets gives either a valid plan or one AutotuneError.

Every plan keeps the rules of the merge.
"""

import json
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from autotune import Choice, Fixed, Float, Hint, Int, Normal, Plan, autotune
from autotune.errors import AutotuneError
from autotune.plan.settings import SETTINGS
from autotune.serialization.documents import Document
from autotune.space.shorthand import domain_from_plain, domain_to_plain

ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.just(object())
    | st.binary(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = [
    "max_depth",
    "max_features",
    "min_samples_leaf",
    "bootstrap",
    "max_samples",
    "criterion",
    "n_jobs",
    "nosuch",
    "n_estimators",
]


def _built(kind, *arguments, **named):
    try:
        return kind(*arguments, **named)
    except AutotuneError:
        return None


DOMAINS = st.one_of(
    st.builds(
        lambda a, b, g: _built(Float, a, b, log=g),
        st.floats(-10, 10),
        st.floats(-10, 10),
        st.sampled_from([True, False, "reverse"]),
    ),
    st.builds(lambda a, b: _built(Int, a, b), st.integers(-5, 50), st.integers(-5, 50)),
    st.builds(lambda c: _built(Choice, c), st.lists(ANY, max_size=4)),
    st.builds(Fixed, ANY),
    st.builds(Hint, ANY),
    st.builds(lambda a, b: _built(Normal, a, b), st.floats(-1, 1), st.floats(-1, 1)),
)
RANGES = st.dictionaries(
    st.sampled_from(NAMES),
    ANY | DOMAINS | st.tuples(st.integers(1, 9), st.integers(1, 9)),
    max_size=3,
)
OVERRIDES = st.dictionaries(
    st.sampled_from([*SETTINGS, "max_trails", "max_depth"]), ANY, max_size=4
)
KNOBS = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
MODELS = [RandomForestClassifier(), make_pipeline(StandardScaler(), SVC())]


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=["forest", "pipeline"])
@given(overrides=OVERRIDES, ranges=RANGES)
@KNOBS
def test_any_overrides_give_a_valid_plan_or_one_error(model, overrides, ranges):
    try:
        plan = autotune(model, **{**overrides, "ranges": overrides.get("ranges", ranges)})
    except AutotuneError as error:
        assert str(error) and "\n" not in str(error)
        return
    json.dumps(plan.describe(), allow_nan=False)
    assert plan["max_trials"] >= 1 and all(
        s.source and s.reason for s in [*plan.ranges.values(), *plan.settings.values()]
    )
    assert not any(plan.space.outside(point) for point in plan["initial_trials"])
    assert str(plan)


@given(
    overrides=st.dictionaries(st.text(max_size=10), ANY, max_size=3),
    facts=st.none() | st.dictionaries(st.text(max_size=8), ANY, max_size=2),
)
@KNOBS
def test_any_names_and_facts_give_a_plan_or_one_error(overrides, facts):
    try:
        autotune(RandomForestClassifier(), overrides=MappingProxyType(overrides), facts=facts)
    except AutotuneError as error:
        assert "\n" not in str(error)


@pytest.mark.slow
@given(low=st.floats(0.01, 1), width=st.floats(0, 10), trials=st.integers(1, 500))
@KNOBS
def test_what_the_user_set_stands_in_the_plan_unchanged(low, width, trials):
    mine = Float(low, low + width)
    plan = autotune(SVC(), ranges={"C": mine}, max_trials=trials)
    assert plan.ranges["C"].value == mine and plan["max_trials"] == trials
    assert plan.ranges["C"].source == plan.settings["max_trials"].source == "you"


@pytest.mark.slow
@given(DOMAINS.filter(lambda d: isinstance(d, Float | Int | Normal)))
@KNOBS
def test_a_domain_is_the_same_after_a_round_trip(domain):
    assert domain_from_plain(json.loads(json.dumps(domain_to_plain(domain)))) == domain


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from([*autotune(SVC()).describe(), "x"]), ANY, max_size=10))
@KNOBS
def test_any_mapping_is_a_plan_file_or_one_error(data):
    try:
        Plan.from_document(Document({**autotune(SVC()).describe(), **data}, "plan.yaml", {}))
    except AutotuneError as error:
        assert "\n" not in str(error)
