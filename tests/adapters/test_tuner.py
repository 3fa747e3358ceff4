"""Ray Tune's own parts of a plan, in a Tuner of one's own."""

from dataclasses import replace

import numpy as np
import pytest

from autotune import AutotuneError, Choice, Float, autotune
from tests.jobs import plan, quick

tune = pytest.importorskip("ray.tune")
pytestmark = pytest.mark.slow


def _fit(native, objective, tmp_path, **others):
    given = {"tune_config": native.tune_config} | others
    run = replace(native.run_config, storage_path=str(tmp_path))
    return tune.Tuner(native.trainable(objective), run_config=run, **given).fit()


def test_a_tuner_tries_what_the_job_does(ray_session, tmp_path):
    made = plan(quick, max_parallel=1, max_trials=12, seed=5)
    native = made.compile("ray").native
    results = _fit(native, lambda params: quick(**params), tmp_path)
    assert [native.params(r.config) for r in results] == [t.params for t in made.run().all_trials()]
    assert results.get_best_result().metrics[native.metric] == max(
        t.value for t in made.run().all_trials()
    )


def test_the_scheduler_ends_trials_as_the_plan_says_and_they_count_as_ended(ray_session, tmp_path):
    def steps(params):
        for step in range(6):
            yield params["x"] * (step + 1)

    settings = {"early_stopping": "median", "max_parallel": 1, "max_trials": 15, "completion": {}}
    config = autotune(quick, ranges={"x": Float(0, 1)}, **settings).compile("ray").native
    tune_config = config.tune_config
    results = _fit(config, steps, tmp_path, tune_config=tune_config)
    states = [t.state.name for t in tune_config.search_alg.study.trials]
    assert states.count("PRUNED") == sum(r.metrics["training_iteration"] < 6 for r in results) > 0


def _conditional():
    made = autotune(
        quick, ranges={"x": Float(0, 1), "k": Choice([1, 2])}, max_trials=8, max_parallel=1
    )
    return replace(
        made,
        ranges={
            n: replace(r, when={"k": (2,)} if n == "x" else {}) for n, r in made.ranges.items()
        },
    )


def test_conditions_hold_with_ray_s_own_random_search(ray_session, tmp_path):
    native = _conditional().compile("ray").native
    own = tune.TuneConfig(metric=native.metric, mode="max", num_samples=8)
    results = _fit(
        native,
        lambda params: len(params),
        tmp_path,
        tune_config=own,
        param_space=native.param_space,
    )
    found = [native.params(r.config) for r in results]
    assert (
        not results.errors
        and all(("x" in s) == (s["k"] == 2) for s in found)
        and {s["k"] for s in found} == {1, 2}
    )


def test_a_searcher_is_saved_and_goes_on(tmp_path):
    native = plan(quick, max_parallel=1).compile("ray").native
    first, second = native.tune_config.search_alg, native.tune_config.search_alg
    for i in range(3):
        first.on_trial_complete(str(i), {native.metric: first.suggest(str(i))["x"]})
    first.save(str(tmp_path / "state"))
    second.restore(str(tmp_path / "state"))
    assert second.suggest("3") == first.suggest("3") and len(second.study.trials) == 4


def test_forbidden_combinations_are_left_to_the_plan_s_searcher():
    made = replace(plan(quick), forbidden=({"k": (1,), "x": (0.5,)},))
    with pytest.raises(AutotuneError, match="cannot leave out forbidden combinations"):
        _ = made.compile("ray").native.param_space


def test_names_with_a_slash_come_back(ray_session):
    native = plan(quick).compile("ray").native
    renamed = replace(native, plan=replace(native.plan, ranges={"opt/x": native.plan.ranges["x"]}))
    assert renamed.params({"opt": {"x": 1.5}}) == {"opt/x": 1.5} and np.isfinite(
        renamed.param_space["opt/x"].sample()
    )
