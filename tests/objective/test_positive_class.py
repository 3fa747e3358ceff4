"""The positive class of a binary metric is the rarer one, wherever the metric is computed."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import fbeta_score, jaccard_score, make_scorer, recall_score
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from autotune import autotune, compare
from autotune.errors import AutotuneError
from autotune.facts.classes import rarer_class
from autotune.plan.spec import PlanSpec

generator = np.random.default_rng(0)
X = generator.normal(size=(120, 3))
RARE = X[:, 0] + 0.2 * generator.normal(size=120) > 1.2
TARGETS = {
    "text": np.where(RARE, "churned", "stayed"),
    "text, rare class last": np.where(RARE, "yes", "no"),
    "one and two": np.where(RARE, 1, 2),
    "common ones": np.where(RARE, 0, 1),
    "truths": ~RARE,
    "category": pd.Categorical(np.where(RARE, "a", "b")),
}
RUN = {"max_trials": 2, "max_parallel": 1}


def quiet(plan, X, y):
    return plan.run(X, y, progress=False, storage=None)


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("metric", ["jaccard", "recall", "average_precision", "neg_brier_score"])
def test_metrics_by_name_look_at_the_rarer_class(name, metric):
    y = TARGETS[name]
    plan = autotune(GaussianNB(), X, y, metric=metric, **RUN)
    label = rarer_class(y)
    assert plan.metric_params == {"pos_label": label}
    assert np.mean(np.asarray(y) == label) == np.mean(RARE)
    assert repr(label) in plan.settings["metric"].changes


@pytest.mark.slow
def test_a_trial_has_the_score_of_the_rarer_class():
    y = TARGETS["common ones"]
    job = quiet(autotune(GaussianNB(), X, y, metric="recall", cv=4, **RUN), X, y)
    folds = StratifiedKFold(4, shuffle=True, random_state=0)
    by_hand = cross_val_score(
        GaussianNB(), X, y, cv=folds, scoring=make_scorer(recall_score, pos_label=0)
    )
    assert job.all_trials()[0].value == pytest.approx(by_hand.mean())
    assert by_hand.mean() != pytest.approx(
        cross_val_score(GaussianNB(), X, y, cv=folds, scoring="recall").mean()
    )


def test_the_metric_that_autotune_chooses_fits_text_labels():
    y = TARGETS["text"]
    plan = autotune([GaussianNB(), LogisticRegression()], X, y, max_trials=3, max_parallel=1)
    assert plan["metric"] == "average_precision"
    assert plan.metric_params == {"pos_label": "churned"}
    assert quiet(plan, X, y).status == "completed"


@pytest.mark.slow
def test_a_plan_without_data_takes_the_class_of_the_data_it_runs_on():
    y = TARGETS["text"]
    plan = autotune(DecisionTreeClassifier(random_state=0), metric="jaccard", cv=5, **RUN)
    assert plan.metric_params == {}
    with_data = autotune(DecisionTreeClassifier(random_state=0), X, y, metric="jaccard", cv=5)
    job = quiet(plan, X, y)
    assert job.plan.metric_params == with_data.metric_params == {"pos_label": "churned"}
    assert "churned" in job.plan.settings["metric"].changes
    assert job.all_trials()[0].value == pytest.approx(
        np.mean(
            cross_val_score(
                DecisionTreeClassifier(random_state=0),
                X,
                y,
                cv=StratifiedKFold(5, shuffle=True, random_state=0),
                scoring=make_scorer(jaccard_score, pos_label="churned"),
            )
        )
    )


def test_the_positive_class_can_be_set(tmp_path):
    y = TARGETS["text"]
    params = {"pos_label": "stayed"}
    plan = autotune(GaussianNB(), X, y, metric="f1", metric_params=params, **RUN)
    assert plan.metric_params == params
    assert plan.settings["metric_params"].source.by_user
    plan.save(tmp_path / "plan.yaml")
    loaded = PlanSpec.load(tmp_path / "plan.yaml")
    assert loaded == plan
    assert loaded.metric_params == params


@pytest.mark.slow
def test_what_an_average_looks_at_has_no_positive_class():
    y = TARGETS["text"]
    for metric in ("f1_macro", "roc_auc", "accuracy", "matthews_corrcoef"):
        assert autotune(GaussianNB(), X, y, metric=metric).metric_params == {}
    plan = autotune(GaussianNB(), X, y, metric="precision", metric_params={"average": "macro"})
    assert plan.metric_params == {"average": "macro"}
    assert quiet(autotune(plan.target, X, y, metric="f1_macro", **RUN), X, y).best_score > 0.5


@pytest.mark.parametrize(
    ("metric", "params", "words"),
    [
        ("f1", {"pos_lable": "yes"}, "pos_label"),
        ("accuracy", {"pos_label": "yes"}, "pos_label"),
        ("roc_auc", {"average": "macro", "pos": 1}, "'pos'"),
    ],
)
def test_arguments_that_the_metric_does_not_take_are_refused(metric, params, words):
    with pytest.raises(AutotuneError, match=words):
        autotune(GaussianNB(), X, TARGETS["text"], metric=metric, metric_params=params)


def test_a_class_that_the_data_lack_is_refused_before_any_trial():
    y = TARGETS["text"]
    plan = autotune(GaussianNB(), X, y, metric="f1", metric_params={"pos_label": "gone"})
    with pytest.raises(AutotuneError, match="'churned', 'stayed'"):
        plan.run(X, y, progress=False)


def test_set_options_name_one_argument_each():
    from autotune.plan.overrides import collect

    collected = collect({}, None, ["metric_params.pos_label=yes", "metric_params.zero_division=0"])
    assert collected.value("metric_params") == {"pos_label": "yes", "zero_division": 0}


def test_equally_frequent_classes_have_the_last_one_as_scikit_learn():
    assert rarer_class(["b", "a", "a", "b"]) == "b"
    assert rarer_class(np.array([True, False])) is True
    assert rarer_class(pd.Series([1.5, 2.5, 2.5])) == 1.5
    assert rarer_class([1, 2, 3]) is None


@pytest.mark.slow
def test_a_comparison_looks_at_one_class_in_all_rounds():
    y = np.where(X[:, 0] > np.median(X[:, 0]), "up", "down")
    y[:2] = "up"  # two rows more of one class: a round's rows may have fewer of it
    result = compare(
        SGDClassifier(random_state=0),
        X,
        y,
        ranges={"alpha": (1e-5, 1e-1)},
        metric="precision",
        seeds=3,
        max_trials=2,
        max_parallel=1,
        progress=False,
        keep=True,
    )
    from autotune.record.job import JobRecord
    from autotune.record.store import open_store

    labels = {
        JobRecord(run.job, open_store(None)).plan.metric_params["pos_label"]
        for arm in (result.yours, result.autotune)
        for run in arm.runs
    }
    assert labels == {rarer_class(y)}
    assert all(score is not None for score in result.autotune.held_out)


@pytest.mark.slow
def test_fbeta_needs_its_beta_for_a_scorer_of_ones_own():
    scorer = make_scorer(fbeta_score, beta=2, pos_label="churned")
    y = TARGETS["text"]
    assert quiet(autotune(GaussianNB(), X, y, metric=scorer, **RUN), X, y).status == "completed"
