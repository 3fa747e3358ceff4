"""The sampler that knows what configurations scored on other tasks.

Its parts are a Gaussian process, and parameters as positions.
"""

import re

import numpy as np
import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from autotune import autotune, knowledge
from autotune.errors import SettingError
from autotune.space.parameters import Labels, Numbers
from autotune.surrogate.features import Columns
from autotune.surrogate.gaussian_process import (
    GaussianProcess,
    Prior,
    ProcessParameters,
    condition,
    expected_improvement,
    fit,
    matern,
)
from autotune_optuna.samplers.knowledge_sampler import KnowledgeSampler

SPACE = {
    "x": FloatDistribution(1e-4, 1.0, log=True),
    "n": IntDistribution(1, 20),
    "c": CategoricalDistribution(["a", "b"]),
}
KNOWN = [
    {"x": 0.01, "n": 5, "c": "a"},
    {"x": 0.5, "n": 15, "c": "b"},
    {"x": 0.02, "n": 6, "c": "a"},
]
# The first and the third do well on the same tasks, the second on the others.
SCORES = [[1.0, 0.9, 1.0, 0.1], [0.0, 0.1, 0.0, 1.0], [0.9, 0.8, 0.9, 0.0]]

numbers = st.builds(
    lambda low, width, log, whole: Numbers(
        float(int(low)) if whole else low,
        float(int(low + width) + 1) if whole else low + width,
        log,
        None,
        whole,
    ),
    st.floats(1, 50),
    st.floats(0.5, 1000),
    st.booleans(),
    st.booleans(),
)
spaces = st.dictionaries(
    st.sampled_from("abcdef"),
    numbers | st.just(Labels(("p", "q", "r"))) | st.just(Numbers(0.0, 1.0, False, 0.25, False)),
    min_size=1,
)


def study_with(sampler, objective, trials, direction="maximize"):
    study = optuna.create_study(direction=direction, sampler=sampler)
    study.optimize(objective, n_trials=trials)
    return study


def peak(trial):
    x, n, c = (
        trial.suggest_float("x", 1e-4, 1.0, log=True),
        trial.suggest_int("n", 1, 20),
        trial.suggest_categorical("c", ["a", "b"]),
    )
    return -((np.log10(x) + 2) ** 2) - (n - 5) ** 2 / 30 - (c == "b")


@settings(max_examples=60, deadline=None)
@given(spaces, st.integers(0, 2**31 - 1))
def test_what_is_drawn_is_legal_and_survives_the_way_there_and_back(space, seed):
    columns, rng = Columns(space), np.random.RandomState(seed)
    drawn = columns.random(5, rng)
    for row in np.vstack([drawn, columns.near(drawn, 10, rng)]):
        params = columns.params(row)
        assert set(params) == set(space)
        for name, value in params.items():
            primitive = space[name]
            if isinstance(primitive, Labels):
                assert value in primitive.labels
            else:
                assert primitive.low <= value <= primitive.high and isinstance(
                    value, int if primitive.is_integer else float
                )
        again = columns.params(columns.positions([params])[0])
        assert all(
            again[n] == pytest.approx(v) if isinstance(v, float) else again[n] == v
            for n, v in params.items()
        )


def test_a_parameter_its_condition_leaves_unused_stands_in_the_middle():
    def used(params):
        return params if params["c"] == "a" else {"c": params["c"]}

    columns = Columns({"c": Labels(("a", "b")), "x": Numbers(0.0, 1.0, False, None, False)}, used)
    drawn = columns.random(50, np.random.RandomState(0))
    assert {frozenset(columns.params(row)) for row in drawn} == {
        frozenset({"c", "x"}),
        frozenset({"c"}),
    }
    assert columns.features(columns.positions([{"c": "b"}]))[0, -1] == 0.5


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 12), st.integers(1, 4), st.integers(0, 1000))
def test_correlations_are_symmetric_and_positive(count, width, seed):
    points = np.random.RandomState(seed).rand(count, width)
    kernel = matern(points, points, np.full(width, 0.5))
    assert np.allclose(kernel, kernel.T) and np.allclose(np.diag(kernel), 1)
    assert np.linalg.eigvalsh(kernel).min() > -1e-8


def test_the_process_goes_through_what_it_was_told_and_is_sure_there():
    X, y = np.array([[0.1], [0.5], [0.9]]), np.array([10.0, 30.0, 20.0])
    posterior = condition(
        GaussianProcess(None, ProcessParameters(np.array([0.3]), 0.5, 0.001, 20.0)), X, y
    )
    mean, spread = posterior.predict(X)
    assert np.allclose((mean + posterior.level) * 20.0, y, atol=0.1) and (spread < 0.01).all()
    assert posterior.predict(np.array([[0.3]]))[1][0] > 0.05


def test_a_result_tells_of_the_configurations_that_went_with_it_on_other_tasks():
    points = np.array([[0.0], [0.5], [1.0]])
    prior = Prior(points, np.array(SCORES), np.full(4, 0.25))
    process = GaussianProcess(prior, ProcessParameters(np.array([0.1]), 0.5, 0.03, 1.0))
    assert np.allclose(
        process.mean(process.prior_kernel(points)), np.array(SCORES).mean(1), atol=0.05
    )
    good, bad = (
        condition(process, points[[0, 1]], np.array(v)).predict(points[[2]])[0][0]
        for v in ([1.0, 0.0], [0.0, 1.0])
    )
    assert good > bad + 0.2


def test_fitting_finds_which_column_matters():
    rng = np.random.RandomState(0)
    X = rng.rand(40, 2)
    start = ProcessParameters(np.array([0.6, 0.6]), 0.5, 0.03, 1.0)
    parameters = fit(None, start, X, np.sin(8 * X[:, 0]))
    assert parameters.lengthscales[0] < 0.6 < parameters.lengthscales[1]


def test_more_uncertain_or_better_means_more_expected_improvement():
    gain = expected_improvement(np.array([0.0, 0.0, 1.0]), np.array([0.1, 1.0, 0.1]), 0.5)
    assert gain[0] < gain[1] and gain[2] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"points": [{"x": 5.0}], "scores": [[1.0]]}, "points must lie in the space, got x=5.0"),
        ({"points": [{"c": "z"}], "scores": [[1.0]]}, "got c='z'"),
        ({"points": [{"y": 1}], "scores": [[1.0]]}, "got y=1"),
        (
            {"points": KNOWN},
            "scores must have a row of as many tasks for each of 3 points, got rows of []",
        ),
        ({"points": KNOWN[:2], "scores": [[1.0], [1.0, 0.5]]}, "got rows of [1, 2]"),
        (
            {"cost": {"c": 1.0}},
            "cost must be of numbers > 0 in the space, got c for CategoricalDistribution",
        ),
        ({"cost": {"y": 1.0}}, "got y for None"),
        (
            {"points": KNOWN, "scores": SCORES, "weights": [1.0]},
            "weights must be one >= 0 for each of 4 tasks, got [1.0]",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused_before_any_trial(given, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        KnowledgeSampler(SPACE, **given)


def test_the_first_trial_is_the_configuration_with_the_best_mean_score():
    assert (
        study_with(KnowledgeSampler(SPACE, KNOWN, SCORES, seed=0), peak, 1).trials[0].params
        == KNOWN[0]
    )


def test_results_turn_to_the_configurations_that_do_well_on_tasks_like_this():
    sampler = KnowledgeSampler(SPACE, KNOWN, SCORES, seed=0)
    near_second = {"x": 0.5, "n": 16, "c": "b"}
    assert sampler.propose([KNOWN[0], near_second], [0.0, 1.0], []) == KNOWN[1]
    assert sampler.propose([KNOWN[0], near_second], [1.0, 0.0], []) == KNOWN[2]


@pytest.mark.parametrize("direction", ["maximize", "minimize"])
def test_it_finds_the_peak_in_far_fewer_trials_than_at_random(direction):
    sign = 1 if direction == "maximize" else -1
    ours = (
        study_with(
            KnowledgeSampler(SPACE, seed=1), lambda t: sign * peak(t), 30, direction
        ).best_value
        * sign
    )
    random = (
        study_with(
            optuna.samplers.RandomSampler(seed=1), lambda t: sign * peak(t), 30, direction
        ).best_value
        * sign
    )
    assert ours > random and ours > -0.1


def test_knowing_good_configurations_is_a_head_start():
    known = study_with(KnowledgeSampler(SPACE, KNOWN, SCORES, seed=0), peak, 3).best_value
    assert known > study_with(KnowledgeSampler(SPACE, seed=0), peak, 3).best_value


def test_what_runs_is_not_given_again():
    study = optuna.create_study(sampler=KnowledgeSampler(SPACE, KNOWN, SCORES, seed=0))
    study.tell(study.ask(SPACE), 0.5)
    params = [tuple(study.ask(SPACE).params.items()) for _ in range(6)]
    assert len(set(params)) == 6


def test_failed_trials_are_avoided():
    def fails(trial):
        value = peak(trial)
        if trial.params["c"] == "a":
            raise ValueError("no")
        return value

    study = optuna.create_study(
        direction="maximize", sampler=KnowledgeSampler(SPACE, KNOWN, SCORES, seed=0)
    )
    study.optimize(fails, n_trials=25, catch=ValueError)
    assert [t.params["c"] for t in study.trials[2:]].count(
        "b"
    ) >= 17  # before them nothing has finished


def test_stopped_trials_are_avoided_where_one_trial_finished():
    study = optuna.create_study(
        direction="maximize", sampler=KnowledgeSampler({"x": SPACE["x"]}, seed=0)
    )
    study.enqueue_trial({"x": 0.01})

    def stops_elsewhere(trial):
        if abs(np.log10(trial.suggest_float("x", 1e-4, 1.0, log=True)) + 2) > 0.5:
            raise optuna.TrialPruned
        return 1.0

    study.optimize(stops_elsewhere, n_trials=14)
    assert sum(t.value is not None for t in study.trials) > 7


def test_the_next_configuration_follows_from_the_results_not_from_how_they_came():
    rows = [{"x": 10 ** -(1 + i / 4), "n": 1 + i, "c": "ab"[i % 2]} for i in range(9)]
    values = [float(i % 5) for i in range(9)]
    stepwise = KnowledgeSampler(SPACE, seed=0)
    for count in range(1, 9):
        stepwise.propose(rows[:count], values[:count], [])
    stepwise._rng.rng.seed(5)
    fresh = KnowledgeSampler(SPACE, seed=0)
    fresh._rng.rng.seed(5)
    assert stepwise.propose(rows, values, []) == fresh.propose(rows, values, [])


def test_values_that_are_all_equal_or_huge_do_no_harm():
    for values in ([1.0] * 6, [1e300, -1e300, 0.0, 1.0, 2.0, 3.0]):
        rows = [{"x": 0.1, "n": i + 1, "c": "a"} for i in range(6)]
        assert set(KnowledgeSampler(SPACE, seed=0).propose(rows, values, [])) == set(SPACE)


def test_a_plan_carries_the_portfolio_to_the_sampler():
    plan = autotune("sklearn.neighbors.KNeighborsClassifier", facts={"rows": 5000}, max_trials=12)
    sampler = plan.compile("optuna").native.sampler.sampler
    assert (
        isinstance(sampler, KnowledgeSampler) and len(sampler.points) == len(plan["portfolio"]) > 5
    )


def test_a_portfolio_of_ones_own_or_none_can_be_given():
    mine = [{"params": {"C": 3.0, "gamma": 0.01}, "scores": "90 80"}]
    assert autotune("sklearn.svm.SVC", portfolio=mine)["portfolio"] == tuple(mine)
    assert autotune("sklearn.svm.SVC", portfolio=[])["portfolio"] == ()


@pytest.mark.parametrize(
    ("portfolio", "words"),
    [
        ([{"C": 1.0}], "must hold mappings such as"),
        ([{"params": {"C": 1.0}, "scores": "good"}], "must hold mappings such as"),
        (
            [{"params": {"C": 1.0}, "scores": "1 2"}, {"params": {"C": 2.0}, "scores": "1"}],
            "as many scores",
        ),
        ([{"params": {"D": 1.0}, "scores": "1 2"}], "'D' must be tuned"),
    ],
)
def test_a_portfolio_that_cannot_be_used_is_refused(portfolio, words):
    with pytest.raises(SettingError, match=words):
        autotune("sklearn.svm.SVC", portfolio=portfolio)


def test_a_sampler_goes_with_the_bayesian_strategy_only():
    with pytest.raises(SettingError, match="sampler must go with strategy='bayesian'"):
        autotune("sklearn.svm.SVC", sampler="tpe", strategy="random")


def test_configurations_outside_the_users_ranges_are_left_out_and_counted():
    plan = autotune("sklearn.svm.SVC", ranges={"C": (0.03, 3.0)})
    assert plan["portfolio"] and all(k["params"]["C"] <= 3 for k in plan["portfolio"])
    assert "outside this search space" in plan.settings["initial_trials"].reason


def test_the_plan_says_what_more_trials_would_gain():
    most = max(map(int, knowledge.find_entry("decision-tree").content.measured.left))
    reasons = [
        autotune("sklearn.tree.DecisionTreeClassifier", max_trials=n).explain("max_trials")
        for n in (10, most, 3 * most)
    ]
    assert (
        "was still open after 10; twice as many would gain" in reasons[0]
        and "the most that more could gain" in reasons[1]
    )
    assert f"was still open after {most}, the most that was measured" in reasons[2]
