"""A plan's ranges for RandomizedSearchCV."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import ParameterSampler, RandomizedSearchCV
from sklearn.svm import SVC

from autotune import (
    Float,
    Int,
    autotune,
)
from autotune.errors import EngineError
from tests.export.plans import DOMAINS, IRIS, SPECIES, own_plan


def test_scikit_learns_distributions_stay_in_the_ranges_and_say_conditions():
    plan = autotune(
        SVC(),
        ranges={"kernel": ["rbf", "poly", "linear"], "shrinking": [True, False]},
        effort="all",
    )
    drawn = list(ParameterSampler(plan.export("sklearn"), 60, random_state=0))
    assert all(
        plan.space.outside(plain(point)) == [] and plan.space.complete(plain(point)) == plain(point)
        for point in drawn
    )
    assert {point["kernel"] for point in drawn} == {"rbf", "poly", "linear"}


def plain(point):
    return {n: v.item() if hasattr(v, "item") else v for n, v in point.items()}


@profile(max_examples=25)
@given(st.sets(st.sampled_from(sorted(DOMAINS)), min_size=1))
def test_scikit_learns_distributions_of_every_domain_stay_in_it(names):
    plan = own_plan({"ranges": {n: DOMAINS[n] for n in names}, "strategy": "random"})
    for seed in range(5):
        (point,) = ParameterSampler(plan.export("sklearn"), 1, random_state=seed)
        lognormal = {"lognormal"}  # scipy has none that ends
        assert set(plan.space.outside(plain(point))) <= lognormal and set(point) == names


def test_scikit_learns_distributions_as_code_are_the_same(tmp_path):
    plan = autotune(RandomForestClassifier(n_estimators=2), IRIS, SPECIES)
    plan.export("sklearn", tmp_path / "ranges.py")
    names = {}
    exec((tmp_path / "ranges.py").read_text(), names)
    mine, theirs = (
        list(ParameterSampler(d, 20, random_state=0))
        for d in (plan.export("sklearn"), names["PARAM_DISTRIBUTIONS"])
    )
    assert mine == theirs
    forest = RandomForestClassifier(n_estimators=2, random_state=0)
    search = RandomizedSearchCV(
        forest, names["PARAM_DISTRIBUTIONS"], n_iter=2, cv=2, random_state=0
    ).fit(IRIS, SPECIES)
    assert set(search.best_params_) <= set(plan.ranges)


def test_what_scikit_learn_cannot_say_is_refused_at_once():
    ranges = {"x": Int(1, 3), "y": Float(0, 1)}
    plan = own_plan({"ranges": ranges, "strategy": "random"})
    plan = replace(
        plan, ranges={"x": plan.ranges["x"], "y": replace(plan.ranges["y"], when={"x": (1,)})}
    )
    with pytest.raises(EngineError, match="cannot express a condition on the number 'x'"):
        plan.export("sklearn")
