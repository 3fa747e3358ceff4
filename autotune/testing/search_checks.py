"""What every search must do: stay in the space, repeat by the seed, continue where it was."""

import json
from dataclasses import replace

from autotune import Choice, Float, Int
from autotune.engines import compile_plan
from autotune.record.status import TrialStatus
from autotune.space.domains import Domain
from autotune.stopping.factory import stopping_rule
from autotune.testing.domains import check_values
from autotune.testing.driving import (
    Params,
    conditional_plan,
    drawn,
    finish,
    new_study,
    plan_for,
    search_over,
)
from autotune.testing.expectation import expect

CURVE = (0.3, 0.5, 0.65, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0)
ASK = "Search.ask"


def values_lie_in_the_domain_and_reach_its_ends(engine: str, domain: Domain) -> None:
    """Check what an engine draws from one domain."""
    check_values(domain, [params["x"] for params in drawn(engine, plan_for(engine, {"x": domain}))])


def a_finite_space_is_tried_completely_and_once(engine: str) -> None:
    """Check that nothing is repeated, and that the search ends where all was tried."""
    ranges: dict[str, Domain] = {
        "a": Int(1, 3),
        "b": Choice([True, 1, "1"]),
        "c": Float(0.0, 1.0, step=0.5),
    }
    trials = drawn(engine, plan_for(engine, ranges))
    distinct = {repr(sorted(params.items())) for params in trials}
    expect(
        len(trials) == len(distinct) == 27,
        "each of 27 configurations once, then None",
        f"{len(trials)} trials of {len(distinct)} configurations",
        ASK,
    )


def conditions_hold(engine: str) -> None:
    """Check that a hyperparameter is drawn exactly where its condition holds."""
    plan = conditional_plan(engine)
    trials = drawn(engine, plan)
    for params in trials:
        active = [name for name in plan.space.order if plan.space.active(name, params)]
        expect(sorted(active) == sorted(params), f"{active} alone", params, ASK)
    kinds = {"".join(sorted(params)) for params in trials}
    expect(kinds == {"a", "ab", "abc"}, "configurations of a, of a b, and of a b c", kinds, ASK)


def forbidden_combinations_are_not_tried(engine: str) -> None:
    """Check that what a plan forbids is not drawn."""
    plan = plan_for(engine, {"a": Int(1, 4), "b": Int(1, 4)})
    plan = replace(plan, forbidden=({"a": (1, 2), "b": (3,)},))
    trials = drawn(engine, plan)
    forbidden = [params for params in trials if not plan.space.allows(params)]
    expect(not forbidden, "no forbidden combination", forbidden[:3], ASK)
    expect(len(trials) == 14, "all 14 legal configurations", len(trials), ASK)


def first_trials_are_tried_first(engine: str) -> None:
    """Check that the plan's initial trials are tried first, in their order."""
    points = [{"x": 0.25, "k": 2}, {"x": 0.5, "k": 1}]
    plan = plan_for(engine, {"x": Float(0.0, 1.0), "k": Int(1, 3)}, initial_trials=points)
    initial = [dict(params) for params in plan["initial_trials"]]
    trials = drawn(engine, plan, len(initial))
    expect(trials == initial, f"plan['initial_trials'] first: {initial}", trials, ASK)


def a_seed_repeats_the_trials(engine: str) -> None:
    """Check that the same seed gives the same configurations, and another seed others."""
    first, again, other = (
        drawn(engine, plan_for(engine, {"x": Float(0.0, 1.0)}, seed=seed), 20) for seed in (1, 1, 2)
    )
    look = "Search.ask: all random numbers must follow from plan['seed']"
    expect(first == again, "the same 20 trials from the same seed", again[:3], look)
    expect(first != other, "other trials from another seed", "the same 20", look)


def a_job_is_resumed(engine: str) -> None:
    """Check that a new search over a study repeats the trial that was cut short, then continues."""
    plan = plan_for(engine, {"x": Float(0.0, 1.0)})
    complete, study = drawn(engine, plan, 12), new_study(plan)
    first = search_over(engine, plan, study)
    for _ in range(6):
        finish(first, *_next(first))
    number, params = _next(first)
    again = search_over(engine, plan, study)
    expect(_next(again) == (number, params), f"trial {number} again", params, "Executable.search")
    finish(again, number, params)
    trials = [params, *(finish(again, *_next(again)) for _ in range(5))]
    look = "Executable.search: a search must continue from history.trials and history.notes"
    expect(
        trials == complete[6:],
        f"the trials of an uninterrupted job: {complete[7:]}",
        trials[1:],
        look,
    )


def reports_are_judged_by_the_plans_rule(engine: str, rule: str) -> None:
    """Check that a search stops the trials that the plan's stopping rule stops, and says why."""
    fidelity = {"name": "epochs", "min": 1, "max": len(CURVE)}
    settings = {"early_stopping": rule, "fidelity": fidelity, "mode": "max", "max_trials": 30}
    plan = plan_for(engine, {"x": Float(0.0, 1.0)}, **settings)
    search, expected = search_over(engine, plan, new_study(plan)), stopping_rule(plan)
    for _ in range(30):
        number, params = _next(search)
        for step, share in enumerate(CURVE, 1):
            value = share * params["x"]
            reason = search.report(number, step, value)
            judged = (expected.stops(number, step, value) if expected else "") or ""
            expect(
                bool(reason) == bool(judged),
                f"{judged or 'trial ' + str(number) + ' to go on'} at step {step}",
                repr(reason),
                "Search.report: return what autotune.stopping.factory.stopping_rule(plan) says",
            )
            if reason:
                break
        status = TrialStatus.STOPPED if reason else TrialStatus.FINISHED
        search.tell(number, status, None if reason else params["x"], {})
        if expected:
            expected.ends(number, finished=not reason)


def what_is_compiled_is_plain_data(engine: str) -> None:
    """Check that the configuration can be written as JSON, and that native parts exist."""
    compiled = compile_plan(plan_for(engine, {"x": Float(0.0, 1.0)}), engine)
    look = "Executable.config"
    try:
        config = json.loads(json.dumps(compiled.config()))
    except (TypeError, ValueError) as error:
        raise AssertionError(f"expected JSON-safe data; got {error}; look at {look}") from None
    expect(config.get("engine") == engine, f"'engine': {engine!r} in it", config, look)
    expect("sampler" in config, "'sampler', what draws the trials, in it", config, look)
    expect(compiled.native is not None, "an object", None, "Executable.native")


def a_program_is_python(engine: str) -> None:
    """Check that the program an engine writes compiles."""
    source = compile_plan(plan_for(engine, {"x": Float(0.0, 1.0)}), engine).source()
    try:
        compile(source.text, "<program>", "exec")
    except SyntaxError as error:
        raise AssertionError(
            f"expected a Python program; got {error}; look at Executable.source"
        ) from None


def _next(search: object) -> tuple[int, Params]:
    """Return the next trial of a search that must have one."""
    trial = search.ask()  # type: ignore[attr-defined]
    expect(trial is not None, "a configuration", None, ASK)
    number, params = trial
    return number, params
