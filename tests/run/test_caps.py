"""Caps that hold for trials that do not end by themselves.

Also jobs that are given up or complete early.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotune import AutotuneError, Float, Job, Plan, autotune
from autotune.stopping.completion import Completion
from benchmarks.stubborn import KINDS, eats_memory, forked_children_eat_memory
from tests.jobs import ended, plan, quick, slow

X = {"x": Float(0.1, 0.9)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_whatever_a_trial_does_it_ends_at_its_timeout_and_the_job_at_max_runtime(kind):
    settings = {"ranges": X, "max_parallel": 1, "completion": {}}
    timed = ended(autotune(kind, max_trials=1, trial_timeout=0.5, **settings).run)
    assert [t.status for t in timed.all_trials()] == ["timed out"]
    job = ended(autotune(kind, max_runtime=3, max_trials=3, **settings).run)
    assert [t.status for t in job.all_trials()] == ["interrupted"]
    assert job.describe()["completion"]["criterion"] == "max_runtime"


@pytest.mark.parametrize(
    "kind", [eats_memory, forked_children_eat_memory], ids=lambda k: k.__name__
)
def test_a_trial_over_its_memory_is_killed_with_its_children_and_the_job_goes_on(kind):
    settings = {"max_parallel": 1, "max_trials": 2, "completion": {}}
    job = ended(autotune(kind, ranges=X, memory_limit="300 MB", **settings).run)
    assert [t.status for t in job.all_trials()] == ["out of memory"] * 2
    assert "memory_limit of 300 MB exceeded" in job.all_trials()[0].error


def test_a_trial_without_memory_left_is_out_of_memory_not_failed():
    def greedy(x=0.5):
        raise MemoryError("no more")

    job = ended(autotune(greedy, ranges=X, max_trials=2).run)
    assert {t.status for t in job.all_trials()} == {"out of memory"}


@pytest.mark.parametrize("value", ["much", "-3 GB", 0, True, 1000, [1], "1 KB"])
def test_a_memory_limit_that_is_none_is_refused(value):
    with pytest.raises(AutotuneError, match="'memory_limit' must be at least 1 MB"):
        autotune(quick, memory_limit=value)


@pytest.mark.parametrize(
    ("value", "size"),
    [("2 GB", 2_000_000_000), ("512MiB", 512 * 1024**2), (5_000_000, 5_000_000), (None, None)],
)
def test_memory_is_given_in_bytes_or_as_text(value, size):
    assert autotune(quick, memory_limit=value)["memory_limit"] == size


def test_the_first_trials_all_failing_end_the_job_with_the_first_error_in_full():
    def broken(x=0.5):
        raise RuntimeError(f"no such file for {x}")

    job = ended(autotune(broken, ranges=X, max_trials=40, max_parallel=1).run)
    record = job.describe()
    assert record["status"] == "failed" and len(job.all_trials()) == 3
    assert (
        "the first 3 trials all failed; the first error: RuntimeError: no such file for 0.5"
        in record["completion"]["reason"]
    )
    assert 'raise RuntimeError(f"no such file for {x}")' in record["completion"][
        "error"
    ] and "Traceback" in str(job)


def test_a_traceback_begins_in_the_users_code():
    def broken(x=0.5):
        raise RuntimeError("no")

    job = ended(autotune(broken, ranges=X, max_trials=3, max_parallel=1).run)
    error = job.describe()["completion"]["error"]
    assert error.splitlines()[1].endswith("in broken")


def test_a_job_that_spent_its_budget_without_a_result_is_over_and_keeps_its_first_error():
    def broken(x=0.5):
        raise RuntimeError("no")

    job = ended(autotune(broken, ranges=X, max_trials=2, max_parallel=1).run)
    before = job.describe()
    assert (
        job.over
        and ended(job.resume).describe() == before
        and "RuntimeError: no" in before["completion"]["reason"]
    )


def test_failures_in_a_row_end_the_job_and_results_between_them_do_not():
    def decays(x=0.5):
        assert x < 0.6, "too large"
        return x

    settings = {
        "ranges": {"x": [0.1, 0.2, 0.7, 0.8, 0.3, 0.9, 0.95, 0.99, 0.4]},
        "max_parallel": 1,
        "strategy": "grid",
    }
    job = autotune(
        decays, max_failures={"in_a_row": 3}, initial_trials=[{"x": 0.1}], **settings
    ).run()
    assert (
        job.status == "failed"
        and "3 trials failed in a row" in job.describe()["completion"]["reason"]
        and job.best_score <= 0.4
    )
    assert autotune(decays, max_failures=None, **settings).run().status == "completed"


def test_a_job_that_was_given_up_can_be_gone_on_with():
    def broken(x=0.5):
        raise RuntimeError("not yet there")

    job = ended(autotune(broken, ranges=X, max_trials=6, max_parallel=1).run, name="early")
    assert job.status == "failed"
    again = Job.load("early").resume(objective=lambda params: params["x"])
    assert again.status == "completed" and again.describe()["counters"] | {
        "total": 0
    } == job.describe()["counters"] | {
        "finished": 3,
        "failed": 3,
        "total": 0,
    }


def test_a_crash_is_retried_and_an_illegal_configuration_is_not(tmp_path):
    def crash(x=0.5):
        import os

        with (tmp_path / "tries").open("a") as file:
            file.write("x")
        if (tmp_path / "tries").stat().st_size < 3:
            os._exit(7)
        raise ValueError("illegal")

    job = ended(autotune(crash, ranges=X, max_trials=1, max_retries=5).run)
    assert (tmp_path / "tries").read_text() == "xxx" and job.all_trials()[
        0
    ].error == "ValueError: illegal"


@pytest.mark.parametrize(
    ("criteria", "values", "criterion", "after"),
    [
        ({"target": 0.9}, [0.1, 0.95], "target", 2),
        ({"no_improvement": 3}, [1, 0, 0, 0], "no_improvement", 4),
        ({"no_improvement": 3, "tolerance": 0.01}, [1, 1.001, 1.002, 1.003], "no_improvement", 4),
        ({"no_improvement": 3, "tolerance": 0.01}, [1, 1.02, 1.03, 1.04, 1.05], None, None),
        ({"convergence": 3}, [1, 2, 2, 0, 2], "convergence", 5),
        ({"convergence": 3, "tolerance": 0.1}, [1, 2, 1.9, 1.95], "convergence", 4),
        ({"best_possible": 1}, [0.5, 1.0], "best_possible", 2),
        ({}, [1] * 50, None, None),
    ],
)
@pytest.mark.parametrize("mode", ["max", "min"])
def test_completion_fires_at_the_first_criterion_met(criteria, values, criterion, after, mode):
    sign = 1 if mode == "max" else -1
    completion = Completion(
        {n: sign * c if n in ("target", "best_possible") else c for n, c in criteria.items()}, mode
    )
    fired = None
    for count, value in enumerate(values, start=1):
        completion.add(sign * value)
        fired = fired or (completion.fired and count)
    assert (
        fired == after and (completion.fired.criterion if completion.fired else None) == criterion
    )


@pytest.mark.parametrize(
    ("settings", "count"),
    [({"max_trials": 20}, 10), ({"max_trials": 31}, 16), ({"max_trials": 80}, 40)],
)
@pytest.mark.parametrize("metric", ["loss", "val_accuracy", "test_rmse"])
def test_an_ordinary_plan_ends_where_the_best_half_of_its_trials_agrees(settings, count, metric):
    made = autotune(quick, ranges=X, metric=metric, max_parallel=1, **settings)
    assert made["completion"] == {"convergence": count, "tolerance": 0.01}
    assert made.settings["completion"].source.row == "converged"


def test_the_default_convergence_fires_on_a_plateau_and_spares_a_search_that_still_gains():
    criteria = autotune(quick, ranges=X, metric="loss", max_trials=30)["completion"]
    flat, falling = Completion(criteria, "min"), Completion(criteria, "min")
    for trial in range(30):
        flat.add(0.5 + 0.001 * (trial % 3))
        falling.add(1.05**-trial)
    assert flat.fired and flat.fired.criterion == "convergence" and not falling.fired


@pytest.mark.parametrize(
    "settings",
    [
        {"metric": "loss", "max_trials": 12},
        {"metric": "value", "max_trials": 40},
        {"metric": "loss", "max_trials": 40, "strategy": "random"},
        {"metric": "loss", "strategy": "grid", "ranges": {"x": [i / 40 for i in range(1, 40)]}},
    ],
)
def test_few_trials_unknown_numbers_and_searches_that_learn_nothing_do_not_converge(settings):
    assert "convergence" not in autotune(quick, **{"ranges": X} | settings)["completion"]


@pytest.mark.parametrize("criteria", [{"no_improvement": 4}, {"convergence": 6}, {"target": 9}])
def test_criteria_without_a_tolerance_get_that_of_the_documents(criteria):
    made = autotune(quick, ranges=X, completion=criteria)
    relative = "target" not in criteria
    assert made["completion"] == criteria | ({"tolerance": 0.01} if relative else {})
    assert ("SageMaker" in made.explain("completion")) == relative
    exact = autotune(quick, ranges=X, completion=criteria | {"no_improvement": 5, "tolerance": 0})
    assert exact["completion"]["tolerance"] == 0


def test_a_saved_plan_without_a_tolerance_is_read_as_it_was_made(tmp_path):
    made = autotune(quick, ranges=X, completion={"no_improvement": 7, "tolerance": 0.25})
    path = tmp_path / "plan.yaml"
    made.save(path)
    text = path.read_text()
    assert "tolerance: 0.25" in text
    path.write_text("".join(n for n in text.splitlines(True) if "tolerance: 0.25" not in n))
    assert Plan.load(path)["completion"] == {"no_improvement": 7}


@given(
    values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60),
    patience=st.integers(3, 20),
    mode=st.sampled_from(["max", "min"]),
)
def test_patience_counts_the_trials_since_the_best(values, patience, mode):
    best = max if mode == "max" else min
    expected = next(
        (
            n
            for n in range(1, len(values) + 1)
            if n - 1 - values[:n].index(best(values[:n])) >= patience
        ),
        None,
    )
    completion, fired = Completion({"no_improvement": patience}, mode), None
    for count, value in enumerate(values, start=1):
        completion.add(value)
        fired = fired or (count if completion.fired else None)
    assert fired == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"no_improvement": 2}, "whole number >= 3"),
        ({"convergence": 1}, "whole number >= 3"),
        ({"tolerance": 0.1}, "must go with"),
        ({"tolerance": -1, "convergence": 3}, "number >= 0"),
        ({"patience": 3}, "has no 'patience'"),
        ({"target": "high"}, "finite number"),
        ([3], "must be a mapping"),
    ],
)
def test_criteria_that_are_none_are_refused(value, words):
    with pytest.raises(AutotuneError, match=words):
        autotune(quick, completion=value)


def test_the_record_says_which_criterion_fired_and_what_it_saved():
    record = plan(slow, max_trials=40, completion={"target": -5}).run().describe()
    assert (
        record["completion"]["criterion"] == "target"
        and "target -5 reached" in record["completion"]["reason"]
    )
    assert (
        record["completion"]["saved"]["trials"] >= 30
        and record["completion"]["saved"]["seconds"] > 1
    )


def wrong_rows(estimator, X, y):
    """Return how many rows are predicted wrongly."""
    return (estimator.predict(X) != y).sum()


@pytest.mark.slow
def test_a_perfect_score_ends_the_job_by_itself_but_not_for_an_objective_of_ones_own():
    from sklearn.datasets import load_iris
    from sklearn.tree import DecisionTreeClassifier

    X, y = load_iris(return_X_y=True)
    made = autotune(DecisionTreeClassifier(), X[:100], y[:100], max_trials=30)
    assert made.run(X[:100], y[:100]).describe()["completion"]["criterion"] == "best_possible"
    several = autotune(DecisionTreeClassifier(), X[:100], y[:100], max_trials=4)
    assert len(several.run(objective=lambda params: 93.5).all_trials()) == 4
    loss = autotune(DecisionTreeClassifier(), X, y, metric=wrong_rows, mode="min")
    assert "best_possible" not in loss["completion"]
