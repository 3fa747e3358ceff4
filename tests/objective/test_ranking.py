"""Rankers are tuned over groups of rows, or refused with what they lack."""

import numpy as np
import pytest
from catboost import CatBoostRanker
from lightgbm import LGBMRanker
from sklearn.metrics import ndcg_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost import XGBRanker

from autotune import autotune
from autotune.errors import AutotuneError
from autotune.objective.ranking import fit
from autotune.plan.spec import PlanSpec
from autotune.plan.trial_setup import GroupArgument

generator = np.random.default_rng(5)
X = generator.normal(size=(120, 4))
Y = np.clip(np.round(X[:, 0] + 1), 0, 3).astype(int)
QUERIES = generator.permutation(np.repeat([f"q{i}" for i in range(12)], 10))
CATBOOST = {"iterations": 4, "verbose": False, "allow_writing_files": False}
RANKERS = {
    "xgboost": XGBRanker(n_estimators=3),
    "lightgbm": LGBMRanker(n_estimators=3, verbose=-1),
    "catboost": CatBoostRanker(**CATBOOST),
    "pipeline": make_pipeline(StandardScaler(), XGBRanker(n_estimators=3)),
}
FEW = {"max_trials": 1, "max_parallel": 1, "cv": 3}


@pytest.mark.parametrize("name", RANKERS)
def test_rankers_are_tuned_for_the_order_within_groups(name, tmp_path):
    plan = autotune(RANKERS[name], X, Y, **FEW)
    assert (plan["metric"], plan["mode"]) == ("ndcg", "max")
    plan.save(tmp_path / "plan.yaml")
    assert PlanSpec.load(tmp_path / "plan.yaml").trial_setup.groups == plan.trial_setup.groups
    job = plan.run(X, Y, groups=QUERIES, progress=False)
    assert 0 < job.best_score <= 1
    assert len(job.best_estimator.predict(X)) == len(Y)


@pytest.mark.parametrize(
    ("ranker", "argument"),
    [
        (XGBRanker(n_estimators=3, random_state=0, n_jobs=1), GroupArgument("qid", "ids")),
        (
            LGBMRanker(n_estimators=3, verbose=-1, random_state=0, n_jobs=1),
            GroupArgument("group", "sizes"),
        ),
    ],
)
def test_a_trials_value_is_the_mean_over_the_groups_of_test_rows(ranker, argument):
    plan = autotune(ranker, X, Y, metric_params={"k": 5}, **FEW)
    job = plan.run(X, Y, groups=QUERIES, progress=False)
    by_hand = []
    for train, test in GroupKFold(3).split(X, Y, QUERIES):
        model = fit(ranker, X[train], Y[train], QUERIES[train], argument)
        by_hand.append(
            np.mean(
                [
                    ndcg_score([Y[rows]], [model.predict(X[rows])], k=5)
                    for query in np.unique(QUERIES[test])
                    for rows in [test[QUERIES[test] == query]]
                ]
            )
        )
    assert job.all_trials()[0].value == pytest.approx(np.mean(by_hand))


def test_several_rankers_each_get_their_groups():
    plan = autotune([RANKERS["xgboost"], RANKERS["lightgbm"]], X, Y, max_trials=2, max_parallel=1)
    assert {argument.name for argument in plan.trial_setup.groups.values()} == {"qid", "group"}
    job = plan.run(X, Y, groups=QUERIES, progress=False)
    assert all(trial.value for trial in job.all_trials())


def test_a_metric_of_ones_own_sees_one_group_at_a_time():
    def first_is_best(model, X, y):
        return float(y[np.argmax(model.predict(X))] == y.max())

    job = autotune(RANKERS["xgboost"], X, Y, metric=first_is_best, **FEW).run(
        X, Y, groups=QUERIES, progress=False
    )
    assert 0 < job.best_score <= 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "groups must be given"),
        ({"groups": QUERIES, "sample_weight": np.ones(120)}, "sample_weight must be left out"),
    ],
)
def test_what_a_ranker_lacks_is_told_before_any_trial(data, words):
    plan = autotune(RANKERS["lightgbm"], X, Y, **FEW)
    with pytest.raises(AutotuneError, match=words):
        plan.run(X, Y, progress=False, **data)
    with pytest.raises(AutotuneError, match="ranker"):
        plan.export("optuna")


@pytest.mark.parametrize(
    ("ranker", "settings", "words"),
    [
        (XGBRanker(early_stopping_rounds=3), {}, "early_stopping_rounds"),
        (RANKERS["lightgbm"], {"fidelity": "n_estimators"}, "fidelity"),
        (RANKERS["catboost"], {"metric": "r2"}, "ndcg"),
    ],
)
def test_what_a_ranker_cannot_do_is_refused_when_planned(ranker, settings, words):
    with pytest.raises(AutotuneError, match=words):
        autotune(ranker, X, Y, **settings)
