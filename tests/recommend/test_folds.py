"""Folds: one set of them for all trials, whatever splitter is given; and none that mix up time."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.model_selection import (
    BaseCrossValidator,
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    LeaveOneGroupOut,
    RepeatedStratifiedKFold,
    StratifiedShuffleSplit,
    TimeSeriesSplit,
)
from sklearn.neighbors import KNeighborsRegressor

from autotune import AutotuneError, Plan, autotune
from autotune.objective.factory import make_objective
from autotune.objective.rows import drawn_once

RNG = np.random.default_rng(3)
X = RNG.random((48, 2))
Y = RNG.random(48)
LABELS = np.arange(48) % 2
GROUPS = np.arange(48) // 4
RANDOM = {
    "an object": (
        RidgeClassifier(),
        LABELS,
        RepeatedStratifiedKFold(n_splits=2, n_repeats=2, random_state=np.random.RandomState(5)),
    ),
    "none": (Ridge(), Y, GroupShuffleSplit(3)),
    "none, shuffled": (Ridge(), Y, KFold(4, shuffle=True)),
    "none, stratified": (RidgeClassifier(), LABELS, StratifiedShuffleSplit(3)),
}


def _splits(plan, y):
    groups = GROUPS if isinstance(plan["cv"], GroupShuffleSplit) else None
    cv = make_objective(plan, {"X": X, "y": y, "groups": groups}, None).cv
    return [(train.tolist(), test.tolist()) for train, test in cv.split(X, y, groups)]


@pytest.mark.parametrize("kind", RANDOM)
def test_a_splitter_that_draws_anew_gets_a_seed_that_the_plan_keeps(kind, tmp_path):
    estimator, y, cv = RANDOM[kind]
    plan = autotune(estimator, X, y, cv=cv)
    assert _splits(plan, y) == _splits(plan, y)
    assert "same folds" in plan.explain("cv")
    plan.save(tmp_path / "plan.yaml")
    assert _splits(Plan.load(tmp_path / "plan.yaml"), y) == _splits(plan, y)
    code = plan.export("optuna")
    assert f"{type(cv).__name__}(" in code and f"random_state={plan['cv'].random_state}" in code


def test_the_users_own_splitter_is_not_changed():
    cv = KFold(3, shuffle=True, random_state=np.random.RandomState(0))
    before = cv.random_state.get_state()[1].tolist()
    autotune(Ridge(), X, Y, cv=cv)
    assert cv.random_state.get_state()[1].tolist() == before


class Drawing(BaseCrossValidator):
    """A splitter with random numbers of its own, whose class says nothing of them."""

    def __init__(self):
        self.rng = np.random.default_rng(0)

    def get_n_splits(self, X=None, y=None, groups=None):
        return 2

    def _iter_test_indices(self, X=None, y=None, groups=None):
        for _ in range(2):
            yield self.rng.permutation(len(X))[:10]


def test_equal_configurations_have_equal_values_under_a_splitter_with_state():
    plan = autotune(
        KNeighborsRegressor(), X, Y, cv=Drawing(), ranges={"n_neighbors": [3]}, tune=["n_neighbors"]
    )
    evaluate = make_objective(plan, {"X": X, "y": Y}, None)
    values = {evaluate({"n_neighbors": 3}, lambda *_: None, 0)["r2"] for _ in range(4)}
    assert len(values) == 1


@pytest.mark.parametrize(
    "cv", [KFold(3), TimeSeriesSplit(4), KFold(3, shuffle=True, random_state=1)]
)
def test_a_splitter_that_splits_the_same_each_time_stays_as_it_is(cv):
    assert drawn_once(cv, {"X": X, "y": Y}) is cv
    assert autotune(Ridge(), X, Y, cv=cv)["cv"] is cv


def test_a_generator_of_splits_is_listed_once_and_an_empty_one_refused():
    generator = KFold(4).split(X)
    plan = autotune(Ridge(), X, Y, cv=generator, max_trials=2, max_parallel=1)
    assert len(plan["cv"]) == 4
    assert plan.run(X, Y).status == plan.run(X, Y).status == "completed"
    with pytest.raises(AutotuneError, match="used once is empty"):
        autotune(Ridge(), X, Y, cv=generator)


FRAME = pd.DataFrame(X, columns=["load", "wind"])
DAYS = pd.date_range("2023-03-01", periods=48)


@pytest.mark.parametrize(
    ("frame", "order"),
    [
        (FRAME.set_axis(DAYS), "index"),
        (FRAME.set_axis(pd.period_range("2001", periods=48, freq="Q")), "index"),
        (FRAME.set_axis(pd.to_timedelta(np.arange(48), unit="h")), "index"),
        (FRAME.assign(day=DAYS), "column"),
        (FRAME.assign(month=pd.period_range("2001", periods=48, freq="M")), "column"),
        (FRAME.rename(columns={"wind": "load_lag7"}), "lags"),
        (FRAME.rename(columns={"wind": "load(t-2)"}), "lags"),
        (FRAME.rename(columns={"wind": "shift_1"}), "lags"),
        (FRAME.set_axis(DAYS[RNG.permutation(48)]), None),
        (FRAME.assign(day=DAYS[0]), None),
        (FRAME.rename(columns={"wind": "flag_1", "load": "lagoon"}), None),
        (X, None),
    ],
)
def test_rows_in_order_of_time_are_split_by_time_or_the_plan_says_so(frame, order):
    plan = autotune(Ridge(), frame, Y)
    assert plan.facts.get("time") == order
    assert isinstance(plan["cv"], TimeSeriesSplit) == (order in ("index", "column"))
    assert ("TimeSeriesSplit(5)" in plan.settings["cv"].changes) == (order == "lags")
    of_classes = autotune(RidgeClassifier(), frame, LABELS)
    assert ("TimeSeriesSplit(5)" in of_classes.settings["cv"].changes) == (order is not None)
    assert autotune(Ridge(), frame, Y, cv=4)["cv"] == 4


def test_a_plan_by_time_is_saved_run_and_written_as_code(tmp_path):
    frame = FRAME.set_axis(DAYS)
    plan = autotune(Ridge(), frame, Y, max_trials=2, max_parallel=1)
    plan.save(tmp_path / "plan.json")
    loaded = Plan.load(tmp_path / "plan.json")
    assert loaded == plan and loaded.run(frame, Y).status == "completed"
    assert "TimeSeriesSplit(" in plan.export("optuna")


@pytest.mark.parametrize(("rows", "folds"), [(4, 2), (7, 3), (12, 6), (19, 9), (20, 10)])
def test_few_rows_have_folds_of_two_at_least(rows, folds):
    plan = autotune(Ridge(), X[:rows], Y[:rows])
    assert plan["cv"] == folds
    score = make_objective(plan, {"X": X[:rows], "y": Y[:rows]}, None)({}, lambda *_: None, 0)
    assert np.isfinite(score[plan.metric_name])


@pytest.mark.parametrize("splitter", [GroupKFold(3), GroupShuffleSplit(3), LeaveOneGroupOut()])
def test_a_splitter_that_wants_groups_says_how_they_are_given(splitter):
    plan = autotune(Ridge(), X, Y, cv=splitter)
    with pytest.raises(AutotuneError, match="Pass groups="):
        make_objective(plan, {"X": X, "y": Y}, None)
