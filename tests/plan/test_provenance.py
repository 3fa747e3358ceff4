"""Provenance is data: whatever a reason, a source or a sentence says, the plan is the same."""

import itertools
import os
import zlib
from dataclasses import replace

import optuna
import pytest
import yaml
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from autotune import AutotuneError, Float, Hint, Job, autotune, knowledge
from autotune.comparison.arms import make_round
from autotune.engines import find
from autotune.knowledge.catalog import files_of, shipped
from autotune.knowledge.parts import read_whole
from autotune.plan.choices import Range, Setting
from autotune.plan.overrides import collect
from autotune.plan.provenance import Source, SourceKind
from autotune.record.environment import environment
from autotune.record.store import open_store
from autotune.record.verdict import judge
from autotune.serialization import documents
from autotune.warm_start.warm_start import warmed
from tests.jobs import quick

X, Y = load_iris(return_X_y=True)
SENTENCES = ("why", "evidence", "title", "command")
TARGETS = {
    "forest": lambda: autotune(RandomForestClassifier(max_depth=5), X, Y, max_trials=8),
    "machine": lambda: autotune(SVC(C=3.0), X, Y, ranges={"gamma": Hint(0.1)}, max_trials=8),
    "pipeline": lambda: autotune(make_pipeline(StandardScaler(), SVC()), X, Y, max_trials=8),
    "network": lambda: autotune(
        MLPClassifier(), facts={"rows": 10**5, "columns": 20, "classes": 2}
    ),
    "list": lambda: autotune([SVC(), LogisticRegression(), DecisionTreeClassifier()], X, Y),
    "function": lambda: autotune(train),
    "costs": lambda: autotune("xgboost.XGBClassifier", cost_aware=True, facts={"rows": 10**6}),
}


def train(lr=0.01, dropout=0.1, epochs=10, n_jobs=1, width=3.5):
    """Stand for a user's training function."""


def sentences_replaced(data, words, under=""):
    """Return the data of a knowledge file with another text for each sentence."""
    if isinstance(data, dict):
        return {
            key: next(words)
            if isinstance(value, str) and (key in SENTENCES or under == "sources")
            else sentences_replaced(value, words, key)
            for key, value in data.items()
        }
    return [sentences_replaced(v, words) for v in data] if isinstance(data, list) else data


@pytest.fixture(scope="module")
def reworded_knowledge(tmp_path_factory):
    """Return a copy of all knowledge in which no sentence is left as it is."""
    folder, words = tmp_path_factory.mktemp("reworded"), (f"Text {n}." for n in itertools.count())
    for path in files_of(shipped()):
        data = sentences_replaced(read_whole(path).data, words)
        text = yaml.dump(
            data, Dumper=documents._Writer, sort_keys=False, default_flow_style=None, width=10**6
        )
        (folder / path.name).write_text(text)
    return folder


@pytest.fixture
def reword(monkeypatch, reworded_knowledge):
    """Return what rewords everything from then on: knowledge, reasons, evidence and sources."""

    def start():
        monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", os.fspath(reworded_knowledge))
        for choice in (Setting, Range):
            monkeypatch.setattr(choice, "__init__", wordless(choice.__init__))
        monkeypatch.setattr(Source, "__str__", lambda source: "another text")

    return start


def wordless(build):
    def built(self, value, source, reason, evidence="", *others, **named):
        build(self, value, source, "Another reason.", "Other figures.", *others, **named)

    return built


def decisions(plan):
    """Return all that a plan decides, without its words."""
    return {
        "ranges": {n: (r.value, dict(r.when), r.source.kind) for n, r in plan.ranges.items()},
        "settings": {n: (s.value, s.source.kind) for n, s in plan.settings.items()},
        "forbidden": plan.forbidden,
        "baselines": plan.baselines,
        "left out": list(plan.left_out),
        "static": dict(plan.static),
    }


def reworded(plan):
    """Return a made plan with other words, and nothing known of its sources but a text."""
    source = Source(SourceKind.OTHER, text="somebody")
    words = {"source": source, "reason": "Another reason.", "evidence": "Other figures."}
    return replace(
        plan,
        ranges={n: replace(r, **words) for n, r in plan.ranges.items()},
        settings={n: replace(s, **words) for n, s in plan.settings.items()},
        left_out=dict.fromkeys(plan.left_out, "another reason"),
    )


def draws(plan, trials=12):
    """Return the first configurations that a plan's search tries on a made-up objective."""
    native = plan.compile("optuna").native
    study = optuna.create_study(
        direction=native.direction, sampler=native.sampler, pruner=native.pruner
    )
    for params in native.enqueued:
        study.enqueue_trial(params)
    tried = []

    def objective(trial):
        tried.append(native.define(trial))
        return zlib.crc32(repr(sorted(tried[-1].items())).encode())

    study.optimize(objective, n_trials=trials)
    return tried


@pytest.mark.parametrize("name", TARGETS)
def test_a_plan_decides_the_same_whatever_any_sentence_says(name, reword):
    before = TARGETS[name]()
    reword()
    after = TARGETS[name]()
    assert decisions(after) == decisions(before)
    reasons = [s.reason for s in [*after.ranges.values(), *after.settings.values()]]
    assert set(reasons) == {"Another reason."}
    assert knowledge.table("names").content.never["machines"].why.startswith("Text ")


@pytest.mark.parametrize("name", TARGETS)
def test_a_search_draws_the_same_whatever_any_sentence_says(name, reword):
    before = TARGETS[name]()
    expected = draws(before)
    assert len(expected) > len(before["initial_trials"])
    reword()
    assert draws(TARGETS[name]()) == expected
    assert draws(reworded(before)) == expected


def test_an_exported_program_differs_in_comments_only():
    plan = TARGETS["machine"]()
    code = [
        [line for line in text.splitlines() if not line.strip().startswith("#")]
        for text in (plan.export("optuna"), type(plan).of(reworded(plan)).export("optuna"))
    ]
    assert [line.partition("  # ")[0] for line in code[0]] == [
        line.partition("  # ")[0] for line in code[1]
    ]


def small(estimator, data=(X, Y), **settings):
    options = {"cv": 3, "max_trials": 6, "max_parallel": 1, "completion": {}} | settings
    return autotune(estimator, *data, **options)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Run a job on the data, and one on other rows."""
    folder = str(tmp_path_factory.mktemp("finished"))
    small(SVC(C=0.01)).run(X, Y, name="same", storage=folder)
    rows = slice(0, 120)
    small(SVC(), data=(X[rows], Y[rows])).run(X[rows], Y[rows], name="other", storage=folder)
    return folder


@pytest.mark.slow
def test_the_verdict_is_the_same_whatever_any_sentence_says(finished, reword):
    job = Job.load("same", finished)
    trials, best = job.all_trials(), job.top(1)[0]
    verdict = judge(job.plan, trials, best)
    assert verdict is not None and job.own_score() is not None
    reword()
    assert judge(reworded(job.plan), trials, best) == verdict
    assert Job.load("same", finished).describe()["verdict"] == verdict.describe()


def test_a_warm_start_gives_the_same_whatever_any_sentence_says(finished, reword):
    def warm():
        plan = small(SVC(verbose=True), warm_start=["same", "other"])
        about = environment(
            plan, {"X": X, "y": Y, "groups": None, "sample_weight": None}, find("optuna")
        )
        made = warmed(plan, about, open_store(finished), "new")
        parents = [(p["kind"], p["taken"], p["weight"]) for p in made.parents]
        return decisions(made) | {"parents": parents}

    before = warm()
    assert [kind for kind, *_ in before["parents"]] == ["identical", "transfer"]
    reword()
    assert warm() == before


def test_both_arms_of_a_comparison_are_the_same_whatever_any_sentence_says(reword):
    def arms():
        data = {"X": X, "y": Y, "groups": None, "sample_weight": None}
        rows = (list(range(100)), list(range(100, 150)))
        overrides = collect({"ranges": {"C": Float(0.1, 10.0)}, "max_trials": 5})
        made = make_round(SVC(), data, overrides, None, seed=0, rows=rows, baseline="bayesian")
        return {arm: decisions(plan) for arm, plan in made.plans.items()}

    before = arms()
    assert len(before["yours"]["baselines"]) == 1
    reword()
    assert arms() == before


def test_what_the_user_keeps_of_their_own_is_data():
    plan = autotune([SVC(), LogisticRegression(C=0.5)], X, Y, max_trials=8)
    assert [point["algorithm"] for point in plan.baselines] == ["svc", "logisticregression"]
    assert plan.baselines == plan["initial_trials"][:2]
    assert autotune(SVC(), X, Y, ranges={"C": Float(10, 20)}).baselines == ()
    assert len(autotune(quick, max_trials=4).baselines) == 1


def test_what_the_user_asked_for_is_refused_whatever_any_sentence_says(reword):
    reword()
    with pytest.raises(AutotuneError, match="cost_aware must go with sampler='gp'"):
        autotune("xgboost.XGBClassifier", cost_aware=True, sampler="tpe")
