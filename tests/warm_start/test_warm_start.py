"""Warm start: what parent jobs found is known from the start.

It is exact where it can be compared, else it counts as another task.
"""

import json
import shutil

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_iris, make_classification
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from autotune import Choice, Float, Int, Job, Normal, Script, autotune
from autotune.errors import AutotuneError, EngineError
from autotune.plan.spec import PlanSpec
from autotune.serialization import documents
from autotune.space.parameters import ParameterDecoder, encode
from autotune.space.search_space import Space
from autotune.warm_start.transfer import exact, moved
from tests.jobs import ended, kill, start, until
from tests.jobs import quick as parabola

X, Y = load_iris(return_X_y=True)
OTHER = make_classification(178, 13, n_informative=6, n_classes=3, random_state=0)
SPACE = {"x": Float(0, 4), "k": Int(1, 3)}


def svc(estimator=None, data=(X, Y), **settings):
    """Return the plan of a support vector machine whose trials take no time."""
    given = {"cv": 2, "max_trials": 5, "max_parallel": 1, "completion": {}} | settings
    return autotune(estimator or SVC(), *data, **given)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Run a job on the data, and one on other data."""
    folder = tmp_path_factory.mktemp("made")
    svc(max_trials=10).run(X, Y, name="same", storage=str(folder))
    svc(data=OTHER, max_trials=10).run(*OTHER, name="other", storage=str(folder))
    return folder


@pytest.fixture
def parents(home, made):
    """Put the two jobs into the test's own store."""
    shutil.copytree(made, home / "jobs")


def configurations(job):
    return [dict(t.params) for t in job.all_trials()]


def found(job, name):
    return next(p for p in job.plan.parents if p["job"] == name)


@pytest.mark.slow
def test_identical_results_are_known_and_not_tried_again(parents):
    job = svc(warm_start="same").run(X, Y)
    assert len(job.all_trials()) == 5 and found(job, "same")["kind"] == "identical"
    known = [t["params"] for t in found(job, "same")["trials"]]
    own, *others = configurations(job)
    assert len(known) == 10 and own in known and not any(c in known for c in others)


@pytest.mark.slow
def test_a_search_that_knows_results_goes_on_as_one_that_made_them(parents):
    known = svc(warm_start="same").run(X, Y).plan.compile("optuna").native
    study = optuna.create_study(direction="maximize", sampler=known.sampler)
    study.add_trials(known.known)
    trial = study.ask()
    known.define(trial)
    assert len(study.trials) == 11 and trial.params["C"] != pytest.approx(1.0)


@pytest.mark.slow
def test_a_parent_on_other_data_is_one_more_task(parents):
    job = svc(warm_start=["other"]).run(X, Y)
    before, after = svc()["portfolio"], job.plan["portfolio"]
    assert (
        found(job, "other")["kind"] == "transfer"
        and "other data" in job.plan.settings["warm_start"].reason
    )
    assert len(before) <= len(after) <= len(before) + 3
    assert {len(p["scores"].split()) for p in after} == {len(before[0]["scores"].split()) + 1}
    assert found(job, "other")["weight"] == len(before[0]["scores"].split())


@pytest.mark.slow
def test_the_overall_best_counts_identical_parents_only(parents):
    record = svc(warm_start=["same", "other"], max_trials=1).run(X, Y, name="child").describe()
    same = Job.load("same")
    assert record["overall_best"]["value"] == max(same.best_score, record["best"]["value"]) < 1.0
    assert record["overall_best"]["job"] == (
        "same" if same.best_score > record["best"]["value"] else "child"
    )
    assert record["best"]["number"] == 0 and json.dumps(record)


@pytest.mark.slow
def test_print_says_it_in_one_line(parents):
    job = svc(warm_start=["same", "other"]).run(X, Y)
    assert "same (identical, 10 trials), other (transfer, 10 trials)" in " ".join(str(job).split())
    assert "10 known" in str(job.plan) and "10 known" in job.plan.explain("results")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"metric": "balanced_accuracy"}, "metric=accuracy instead of balanced_accuracy"),
        ({"cv": 3}, "cv=2 instead of 3"),
        (
            {"estimator": SVC(class_weight="balanced")},
            "no trial that this plan's ranges and values can express exactly",
        ),
        (
            {"ranges": {"C": (200.0, 201.0), "gamma": (0.5, 0.6)}},
            "no trial that this plan's ranges",
        ),
    ],
)
def test_what_cannot_be_compared_is_a_transfer(parents, changed, why):
    job = svc(warm_start=["same"], max_trials=1, **changed).run(X, Y)
    assert found(job, "same")["kind"] == "transfer" and why in found(job, "same")["why"]


@pytest.mark.slow
def test_a_seed_does_not_make_a_parent_another_one(parents):
    job = svc(warm_start=["same"], max_trials=1, seed=5).run(X, Y)
    assert found(job, "same")["kind"] == "identical"


@pytest.mark.slow
def test_trials_outside_the_ranges_are_left_out_and_counted(parents):
    job = svc(warm_start=["same"], ranges={"C": (0.5, 40.0)}).run(X, Y)
    told = found(job, "same")
    assert 0 < told["taken"] < 10 and told["taken"] + told["left_out"] == 10
    assert f"{told['left_out']} left out" in job.plan.settings["warm_start"].reason
    assert all(0.5 <= t["params"]["C"] <= 40 for t in told["trials"])


@pytest.mark.slow
def test_threads_and_messages_change_no_value():
    first = make_pipeline(StandardScaler(), SVC())
    svc(first, max_trials=2).run(X, Y, name="first")
    job = svc(
        make_pipeline(StandardScaler(copy=False), SVC(verbose=True)),
        warm_start="first",
        max_trials=1,
    ).run(X, Y)
    assert found(job, "first")["kind"] == "identical"


@pytest.mark.slow
def test_a_pipeline_of_other_parts_is_another_algorithm():
    svc(make_pipeline(StandardScaler(), SVC()), max_trials=2).run(X, Y, name="first")
    job = svc(make_pipeline(SVC()), warm_start="first", max_trials=1).run(X, Y)
    assert found(job, "first")["why"] == "another algorithm"


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["random", "sobol", "tpe"])
def test_strategies_without_a_portfolio_try_a_transfers_best_first(parents, strategy):
    settings = {"sampler": "tpe"} if strategy == "tpe" else {"strategy": strategy}
    job = svc(warm_start=["same", "other"], max_trials=12, **settings).run(X, Y)
    first, known = job.plan["initial_trials"], [t["params"] for t in found(job, "same")["trials"]]
    assert configurations(job)[: len(first)] == list(first) and not any(
        c in known for c in configurations(job)[1:]
    )
    assert "as initial trials" in job.plan.settings["warm_start"].reason
    assert ("learns nothing" in job.plan.settings["warm_start"].reason) == (strategy != "tpe")


@pytest.mark.slow
def test_a_grid_does_not_repeat_what_is_known():
    grid = {"strategy": "grid", "ranges": {"C": [0.5, 1.0, 2.0, 4.0], "gamma": ["scale"]}}
    svc(max_trials=3, **grid).run(X, Y, name="half")
    job = svc(warm_start="half", max_trials=4, **grid).run(X, Y)
    before, after = ([c["C"] for c in configurations(j)] for j in (Job.load("half"), job))
    assert after[0] == 1.0 and job.status == "completed"  # one's own is tried again
    assert len(before) == 3 and sorted({*before, *after}) == [0.5, 1.0, 2.0, 4.0]
    assert len(after) == 2


@pytest.mark.slow
def test_several_algorithms_go_on_from_several():
    several = [SVC(), GaussianNB()]
    svc(several, max_trials=6).run(X, Y, name="first")
    job = svc([SVC(), GaussianNB()], warm_start="first", max_trials=3).run(X, Y)
    assert found(job, "first")["taken"] == 6 and len({*map(str, configurations(job))}) == 3


def test_a_function_is_a_transfer_as_its_data_are_not_known():
    autotune(parabola, ranges=SPACE, max_trials=12, max_parallel=1).run(name="first")
    job = autotune(
        parabola,
        ranges={"x": Float(0, 3), "k": Int(1, 3)},
        max_trials=4,
        max_parallel=1,
        warm_start="first",
    ).run()
    assert (
        found(job, "first")["kind"] == "transfer"
        and job.plan["portfolio"]
        and job.best_score > -1.3
    )


@pytest.mark.slow
def test_resume_goes_on_with_the_same_knowledge(home):
    code = "plan(quick, max_trials=12, max_parallel=1).run(name='first', progress=False);"
    code += (
        "plan(max_trials=12, max_parallel=1, warm_start='first').run(name='cut', progress=False)"
    )
    process = start(code)
    until(
        lambda: Job.load("cut").all_trials()[3:] if (home / "jobs/cut.journal").exists() else False
    )
    kill(process)
    before = Job.load("cut")
    Job.load("first").delete()
    after = Job.load("cut").resume(progress=False)
    assert after.plan == before.plan and after.plan.parents and len(after.all_trials()) == 12


@pytest.mark.slow
def test_a_job_is_the_same_in_one_go_and_resumed(parents):
    """The record alone is enough: a job loaded from it proposes what the first one did."""
    job = svc(warm_start=["same", "other"]).run(X, Y)
    loaded = PlanSpec.from_document(documents.parse(json.dumps(job.record["plan"]), "record"))
    assert (
        loaded == job.plan
        and loaded.parents == job.plan.parents
        and loaded["portfolio"] == job.plan["portfolio"]
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["sane"], "warm_start: a job named 'sane' must be in"),
        (list("abcdef"), "at most 5 jobs, each once"),
        (["same", "same"], "at most 5 jobs, each once"),
        (["new"], "must name other jobs, got the job's own name 'new'"),
        (True, "must be a list of names of jobs, got True. Give the estimator's own"),
        (["failed"], "job 'failed' must have a finished trial, got none"),
        (["shares nothing"], "must be 1 to 100 letters"),
        (["bayes"], "job 'bayes' must tune one of C, gamma, got var_smoothing"),
    ],
)
def test_what_cannot_be_a_parent_is_refused_before_any_trial(parents, names, words):
    if names == ["failed"]:
        ended(autotune(_fails, ranges={"C": (0.1, 1.0)}, max_trials=1).run, name="failed")
    if names == ["bayes"]:
        svc(GaussianNB(), max_trials=1).run(X, Y, name="bayes")
    with pytest.raises(AutotuneError, match=r".") as caught:
        svc(warm_start=names).run(X, Y, name="new")
    assert words in str(caught.value) and "\n" not in str(caught.value)
    assert "new" not in [path.stem for path in Job.load("same").store.folder.glob("*.journal")]


def _fails(C=1.0):
    raise ValueError(C)


@pytest.mark.slow
def test_a_parent_that_runs_is_refused(home):
    process = start("plan(max_parallel=1).run(name='runs', progress=False)")
    until(lambda: (home / "jobs/runs.journal").exists())
    with pytest.raises(AutotuneError, match="must have ended, got status 'running'"):
        autotune(parabola, ranges=SPACE, warm_start="runs").run()
    kill(process)


@pytest.mark.slow
def test_a_plan_cannot_drop_it_in_silence(parents):
    with pytest.raises(EngineError, match="warm_start is read when a job begins"):
        svc(warm_start="same").compile("optuna")
    job = svc(warm_start="same").run(X, Y)
    with pytest.raises(AutotuneError, match="must be of the data it is run on"):
        job.plan.run(*OTHER)
    again = job.plan.run(X, Y)
    assert again.plan.parents == job.plan.parents


def test_a_file_and_the_command_line_name_parents_too(tmp_path):
    (tmp_path / "mine.yaml").write_text("warm_start: [a, b]\n")
    assert autotune(SVC(), overrides=str(tmp_path / "mine.yaml"))["warm_start"] == ("a", "b")
    assert (
        "warm_start" not in autotune(SVC()).settings
        and "warm_start" not in autotune(SVC(), warm_start=[]).settings
    )


NUMBERS = st.one_of(
    st.builds(lambda a, w: Float(a, a + w), st.floats(0.1, 9), st.floats(0.1, 9)),
    st.builds(lambda a, n: Float(a, a + n * 0.25, step=0.25), st.integers(0, 5), st.integers(1, 9)),
    st.builds(
        lambda a, w: Float(a, a * w, log=True, also=(None,)), st.floats(0.1, 9), st.floats(2, 99)
    ),
    st.builds(lambda a, n: Int(a, a + 2 * n, step=2), st.integers(0, 5), st.integers(1, 9)),
    st.just(Normal(3.0, 2.0)),
)
DOMAINS = st.fixed_dictionaries(
    {"kind": st.sampled_from([Choice(["a", "b"]), Choice(["b", "c"])])},
    optional={"x": NUMBERS, "y": NUMBERS, "z": NUMBERS},
)


def _space(domains):
    return Space(domains, {"y": {"kind": ("b",)}} if "y" in domains else {})


@given(theirs=DOMAINS, ours=DOMAINS, random=st.randoms(use_true_random=False))
def test_what_is_carried_over_is_legal_and_says_what_it_said(theirs, ours, random):
    before, after = _space(theirs), _space(ours)
    own = {"kind": "b", "x": 2.0, "y": 3.0, "z": 4.0}
    params = before.sample(random)
    for mapped in (exact(after, params, own, own), moved(after, params, own, own)):
        assert mapped is None or not after.outside(mapped)
        decoded = None if mapped is None else ParameterDecoder(after).decode(encode(after, mapped))
        assert decoded is None or {n: pytest.approx(v) for n, v in mapped.items()} == decoded
    got = exact(after, params, own, own)
    said = {**own, **params}
    assert got is None or all(v == said[n] for n, v in got.items())
    assert got is None or {n: v for n, v in said.items() if n not in ours} == {
        n: own[n] for n in own if n not in ours
    }
    assert exact(before, params, own, own) == moved(before, params, own, own) == params


def _loss(lr=0.1, depth=3):
    return (lr - 0.3) ** 2 + 0.01 * depth


@pytest.mark.parametrize("same_data", [True, None])
def test_a_functions_parent_is_identical_where_the_user_says_that_its_data_are_the_same(same_data):
    given = {"ranges": {"lr": (0.05, 1.0)}, "metric": "loss", "max_parallel": 1, "completion": {}}
    autotune(_loss, max_trials=4, **given).run(name="before", progress=False)
    said = {} if same_data is None else {"same_data": same_data}
    child = autotune(_loss, max_trials=2, warm_start=["before"], seed=7, **said, **given)
    job = child.run(progress=False)
    assert found(job, "before")["kind"] == ("identical" if same_data else "transfer")
    if same_data:
        tried = {trial.params["lr"] for trial in Job.load("before").all_trials()}
        assert not tried & {trial.params["lr"] for trial in job.all_trials()[1:]}


@pytest.mark.slow
def test_scripts_and_other_data_are_identical_where_the_user_says_so(parents, tmp_path):
    script = tmp_path / "train.sh"
    script.write_text('#!/bin/sh\necho "loss=$2"\n')
    script.chmod(0o755)
    tuned = Script(str(script), {"lr": 0.1}, {"loss": "loss={number}"})
    given = {"ranges": {"lr": (0.05, 1.0)}, "max_parallel": 1, "completion": {}}
    autotune(tuned, max_trials=2, **given).run(name="first", progress=False)
    child = autotune(tuned, max_trials=1, warm_start="first", same_data=True, **given)
    assert found(child.run(progress=False), "first")["kind"] == "identical"
    changed = svc(warm_start=["same"], max_trials=1, same_data=True).run(X[1:], Y[1:])
    assert found(changed, "same")["kind"] == "identical"


def test_same_data_without_parents_is_refused():
    with pytest.raises(AutotuneError, match="same_data must go with warm_start"):
        autotune(_loss, same_data=True)


def _curve(top=0.5):
    for epoch in range(1, 9):
        yield top * (1 - 0.5**epoch)


@pytest.mark.parametrize("rule", ["bandit", "percentile"])
def test_a_stopping_rule_knows_the_trials_of_identical_parents(rule):
    given = {"metric": "value", "max_parallel": 1, "completion": {}, "strategy": "random"}
    parent = autotune(
        _curve, ranges={"top": (0.8, 0.9)}, max_trials=6, early_stopping=None, **given
    )
    parent.run(name="good", progress=False)
    child = {"ranges": {"top": (0.05, 0.9)}, "early_stopping": rule, "max_trials": 1, **given}
    alone, after = (
        ended(autotune(_curve, **child, **known).run).all_trials()[0]
        for known in ({}, {"warm_start": "good", "same_data": True})
    )
    assert alone.status == "finished" and after.status == "stopped"


def test_a_record_holds_the_reports_of_a_bounded_number_of_a_parents_trials(monkeypatch):
    from autotune.warm_start import warm_start

    monkeypatch.setattr(warm_start, "MAX_CURVES", 2)
    given = {
        "ranges": {"top": (0.1, 0.9)},
        "max_parallel": 1,
        "completion": {},
        "strategy": "random",
    }
    autotune(_curve, max_trials=6, early_stopping=None, **given).run(name="long", progress=False)
    job = autotune(_curve, max_trials=1, warm_start="long", same_data=True, **given).run(
        progress=False
    )
    known = found(job, "long")["trials"]
    with_reports = [trial for trial in known if "reports" in trial]
    assert len(known) == 6 and 2 <= len(with_reports) <= 3
    assert max(known, key=lambda trial: trial["value"]) in with_reports
    assert all(len(trial["reports"]) == 8 for trial in with_reports)
