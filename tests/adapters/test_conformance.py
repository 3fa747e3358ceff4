"""Both adapters pass the checks that authors of others run.

Many draws of each domain lie in it and reach its ends.
"""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotune import Float, LogNormal, Normal
from autotune.space.parameters import Labels, ParameterDecoder, encode, primitives
from autotune.space.search_space import Space, draw
from autotune.space.shorthand import domain_from_plain, domain_to_plain
from autotune.testing import CHECKS, DOMAINS, check_values

MANY, SOME = 200_000, 20_000  # what is drawn in one go, and one by one in Python
DRAWS = [c for c in CHECKS if not c.runs_a_job]


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_optuna_conforms(check):
    check("optuna")


@pytest.mark.parametrize("check", DRAWS, ids=str)
def test_what_ray_draws_conforms(check):
    pytest.importorskip("ray")
    check("ray")


@pytest.mark.parametrize("check", [c for c in CHECKS if c not in DRAWS], ids=str)
@pytest.mark.slow
def test_jobs_on_ray_conform(check, ray_session):
    check("ray")


def _random(primitive, rng):
    """Return a parameter's values as Optuna's random sampler makes them of uniform positions.

    Both ends are among them.
    """
    from optuna._transform import _SearchSpaceTransform, _untransform_numerical_param

    from autotune.record.distributions import distribution

    made = distribution(primitive)
    if isinstance(primitive, Labels):
        return rng.choice(primitive.labels, SOME).tolist()
    low, high = _SearchSpaceTransform({"x": made}).bounds[0]
    drawn = rng.uniform(low, high, SOME)
    drawn[:2] = low, high
    return [
        made.to_external_repr(float(_untransform_numerical_param(x, made, True))) for x in drawn
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", DOMAINS)
def test_draws_of_a_domain_on_optuna_lie_in_it_and_reach_its_ends(name):
    space = Space({"x": DOMAINS[name]}, {})
    asked, rng = ParameterDecoder(space), np.random.default_rng(0)
    columns = {p: iter(_random(k, rng)) for p, k in primitives("x", DOMAINS[name]).items()}
    check_values(
        DOMAINS[name], (asked.params(lambda p, _: next(columns[p]))["x"] for _ in range(SOME))
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", DOMAINS)
def test_many_draws_of_ray_s_own_domains_lie_in_it_and_reach_its_ends(name):
    pytest.importorskip("ray")
    from ray.tune.search.sample import Function

    from autotune_ray.native import _domain

    drawn = _domain(Space({"x": DOMAINS[name]}, {}), "x")
    if isinstance(drawn, Function):
        values = (drawn.func(None) for _ in range(SOME))
    else:
        found = drawn.sample(size=MANY, random_state=np.random.RandomState(0))
        values = found if isinstance(found, list) else found.tolist()
    check_values(DOMAINS[name], values)


@given(st.data())
@pytest.mark.parametrize("name", DOMAINS)
def test_a_value_comes_back_from_an_engine_s_parameters(name, data):
    space = Space({"x": DOMAINS[name]}, {})
    value = space.sample(random.Random(data.draw(st.integers())))["x"]
    back = ParameterDecoder(space).decode(encode(space, {"x": value}))["x"]
    assert DOMAINS[name].contains(value) and (
        back == value or back == pytest.approx(value, rel=1e-9)
    )
    assert type(back) is type(value)


@pytest.mark.parametrize("name", DOMAINS)
def test_a_domain_comes_back_from_plain_data(name):
    assert domain_from_plain(domain_to_plain(DOMAINS[name])) == DOMAINS[name]


@pytest.mark.parametrize(
    ("domain", "values"),
    [
        (Float(1, 10, q=4), {0.0, 4.0, 8.0}),
        (Float(0.5, 5, log=True, q=2), {0.0, 2.0, 4.0}),
        (Normal(10, 1, q=2.5), {7.5, 10.0, 12.5}),
        (LogNormal(0, 0.5, q=1), {0.0, 1.0, 2.0, 3.0, 4.0, 5.0}),
    ],
    ids=str,
)
def test_quantised_forms_are_hyperdrive_s(domain, values):
    """The forms round uniform, exp(uniform), normal and exp(normal) draws to steps from zero.

    As formulas: round(uniform / q) * q, round(exp(uniform) / q) * q, round(normal / q) * q,
    round(exp(normal) / q) * q.
    """
    random_ = random.Random(0)
    drawn = {draw(domain, random_) for _ in range(5000)}
    assert drawn == values and all(domain.contains(v) for v in values) and not domain.contains(1.3)
