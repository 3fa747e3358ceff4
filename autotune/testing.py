"""The checks an adapter must pass, for authors of adapters; each is called with the engine's name and raises AssertionError.

    from autotune.testing import CHECKS

    @pytest.mark.parametrize("check", CHECKS, ids=str)
    def test_the_adapter_conforms(check):
        check("my-engine")

The first ones drive the engine's search alone; those named ``job_…`` run whole jobs, each of a few
seconds.
"""

import inspect
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from autotune import Choice, Float, Int, Job, LogNormal, Normal, Plan, autotune
from autotune.engines import compile_plan
from autotune.space.domains import Domain

DOMAINS: dict[str, Domain] = {
    "float": Float(-1.5, 2.5),
    "float in steps": Float(0.1, 0.7, step=0.2),
    "float, logarithmic": Float(1e-5, 10.0, log=True),
    "float, reverse logarithmic": Float(0.5, 0.999, log="reverse"),
    "float or other kinds": Float(0.0, 1.0, also=(None, "auto", True)),
    "quniform": Float(1.0, 10.0, q=4.0),
    "qloguniform": Float(0.5, 100.0, log=True, q=2.0),
    "int": Int(1, 3),
    "int in steps": Int(1, 9, step=4),
    "int, logarithmic": Int(1, 1000, log=True),
    "int or other kinds": Int(1, 3, also=(None, "auto", 1.5)),
    "choice": Choice(["1", 1, 1.0, True, None, (1, 2), 'it\'s "so"\n']),
    "normal": Normal(10.0, 3.0),
    "lognormal": LogNormal(0.0, 1.0),
    "qnormal": Normal(10.0, 3.0, q=2.5),
    "qlognormal": LogNormal(0.0, 1.0, q=0.5),
}
DRAWS, FEW = 300, 30


@dataclass(frozen=True)
class Check:
    """One check, by a name that says what holds."""

    function: Callable[..., None]
    arguments: tuple[Any, ...] = field(default=(), repr=False)
    of: str = ""

    def __call__(self, engine: str) -> None:
        """Check an engine.

        Raises:
            AssertionError: if it does not conform.
        """
        with tempfile.TemporaryDirectory(prefix="autotune-") as folder:
            self.function(
                engine,
                *self.arguments,
                **({"folder": folder} if self.function.__name__.startswith("job_") else {}),
            )

    def __str__(self) -> str:
        return f"{self.function.__name__}({self.of})" if self.of else self.function.__name__


def check_values(domain: Domain, values: Iterable[Any]) -> None:
    """Check that all values lie in a domain, as values of its kind, and that they reach both of its ends."""
    found = {(type(v), v): v for v in values}
    outside = [v for v in found.values() if not domain.contains(v)]
    assert not outside, f"{domain} does not contain {outside[:5]}"
    numbers = [v for v in found.values() if isinstance(v, int | float) and not isinstance(v, bool)]
    if isinstance(domain, Choice) or domain.size <= FEW:
        missing = [
            v for v in domain.levels(FEW) if (type(v), v) not in found and not _is_near(v, numbers)
        ]
        assert not missing, f"{domain} never gave {missing}"
        return
    kind = int if isinstance(domain, Int) else float
    assert all(type(v) is kind for v in numbers if v not in getattr(domain, "also", ())), (
        f"{domain} gave other kinds"
    )
    levels = [
        v for v in domain.levels(FEW) if isinstance(v, int | float) and not isinstance(v, bool)
    ]
    assert min(numbers) <= levels[1] and max(numbers) >= levels[-2], (
        f"{domain} gave {min(numbers)} .. {max(numbers)} only"
    )


def _is_near(value: Any, numbers: list[Any]) -> bool:
    """Return whether a step of a continuous range came, as floating point has it."""
    return isinstance(value, float) and any(
        isinstance(n, float) and abs(n - value) < 1e-9 for n in numbers
    )


def values_lie_in_the_domain_and_reach_its_ends(engine: str, domain: Domain) -> None:
    """Check what an engine draws from one domain."""
    check_values(domain, [s["x"] for s in _drawn(engine, _plan({"x": domain}, strategy="random"))])


def a_finite_space_is_tried_whole_and_once(engine: str) -> None:
    """Check that nothing comes twice, and that the search ends where all was tried."""
    ranges: dict[str, Domain] = {
        "a": Int(1, 3),
        "b": Choice([True, 1, "1"]),
        "c": Float(0.0, 1.0, step=0.5),
    }
    found = _drawn(engine, _plan(ranges, strategy="random"))
    assert len(found) == len({repr(sorted(s.items())) for s in found}) == 27


def conditions_hold(engine: str) -> None:
    """Check that a hyperparameter is drawn exactly where its condition holds, also one whose parent has a condition."""
    plan = _conditional()
    found = _drawn(engine, plan)
    for params in found:
        assert [n for n in plan.space.order if plan.space.active(n, params)] == [
            n for n in plan.space.order if n in params
        ]
    assert {frozenset(s) for s in found} == {frozenset("a"), frozenset("ab"), frozenset("abc")}


def forbidden_combinations_are_not_tried(engine: str) -> None:
    """Check that what a plan forbids does not come."""
    plan = replace(
        _plan({"a": Int(1, 4), "b": Int(1, 4)}, strategy="random"),
        forbidden=({"a": (1, 2), "b": (3,)},),
    )
    found = _drawn(engine, plan)
    assert len(found) == 14 and all(plan.space.allows(s) for s in found)


def first_trials_come_first(engine: str) -> None:
    """Check that given configurations are tried first, in their order."""
    points = [{"x": 0.25, "k": 2}, {"x": 0.5, "k": 1}]
    plan = _plan({"x": Float(0.0, 1.0), "k": Int(1, 3)}, initial_trials=points)
    assert _drawn(engine, plan, len(plan["initial_trials"])) == [
        dict(p) for p in plan["initial_trials"]
    ]
    assert all(p in plan["initial_trials"] for p in points)


def a_seed_repeats_the_trials(engine: str) -> None:
    """Check that the same seed gives the same configurations, and another seed others."""
    found = [_drawn(engine, _plan({"x": Float(0.0, 1.0)}, seed=seed), 20) for seed in (1, 1, 2)]
    assert found[0] == found[1] != found[2]


def a_job_is_gone_on_with(engine: str) -> None:
    """Check that a search over a study that has trials gives the trial that was cut short, then goes on as ever."""
    plan = _plan({"x": Float(0.0, 1.0)}, max_parallel=1)
    whole, study = _drawn(engine, plan, 12), _study(plan)
    first = _search(engine, plan, study)
    for _ in range(6):
        _tell(first, *first.ask())
    number, params = first.ask()
    again = _search(engine, plan, study)
    assert [t.number for t in again.again] == [number] and again.ask() == (number, params)
    _tell(again, number, params)
    assert [params, *(_tell(again, *again.ask()) for _ in range(5))] == whole[6:]


def what_is_compiled_is_plain_data(engine: str) -> None:
    """Check that the configuration can be written as JSON, and that native parts are there."""
    compiled = compile_plan(_conditional(), engine)
    assert (
        json.loads(json.dumps(compiled.config()))["engine"] == engine
        and compiled.native is not None
    )


def job_finds_the_best_in_both_directions(engine: str, mode: str, folder: str) -> None:
    """Check that a whole job's best is the best of its values in the plan's direction, and close to the optimum."""
    sign = 1 if mode == "max" else -1
    job = _run(
        engine,
        folder,
        lambda params: -sign * (params["x"] - 2) ** 2,
        {"x": Float(0.0, 4.0)},
        mode=mode,
        max_trials=25,
    )
    values = [t.value for t in job.all_trials() if t.value is not None]
    assert job.status == "completed" and len(values) == 25
    assert (
        job.best_score == (max if mode == "max" else min)(values)
        and abs(job.best_params["x"] - 2) < 0.5
    )


def job_holds_its_caps(engine: str, folder: str) -> None:
    """Check that a trial ends at its timeout, and the job at max_runtime."""

    def sleep(params: Mapping[str, Any]) -> float:
        time.sleep(60)
        return 0.0

    job = _run(
        engine,
        folder,
        sleep,
        {"x": Float(0.0, 1.0)},
        max_trials=50,
        trial_timeout=0.5,
        max_runtime=3,
        max_parallel=1,
        max_failures=None,
    )
    statuses = [t.status for t in job.all_trials()]
    assert 1 <= statuses.count("timed out") < 8 and set(statuses) <= {"timed out", "interrupted"}
    assert job.describe()["completion"]["criterion"] == "max_runtime"


def job_survives_failures(engine: str, folder: str) -> None:
    """Check that a trial that raises has failed, one whose process dies is tried again, and the others count."""
    mark = os.path.join(folder, "died")  # noqa: PTH118 - a text that travels

    def fails(params: Mapping[str, Any]) -> float:
        if params["k"] == 1:
            raise ValueError("an illegal configuration")
        if params["k"] == 2 and not os.path.exists(mark):  # noqa: PTH110
            open(mark, "w").close()  # noqa: PTH123
            os._exit(7)
        return float(params["k"])

    job = _run(engine, folder, fails, {"k": Int(1, 4)}, max_trials=4)
    assert {t.params["k"]: t.status for t in job.all_trials()} == {
        1: "failed",
        2: "finished",
        3: "finished",
        4: "finished",
    }
    assert [t.error for t in job.all_trials() if t.error] == [
        "ValueError: an illegal configuration"
    ]


def job_ends_trials_at_their_reports(engine: str, folder: str) -> None:
    """Check that reports reach the plan's early stopping, and its answers the trials."""

    def steps(params: Mapping[str, Any]) -> Any:
        for step in range(5):
            yield params["x"] * (step + 1)

    job = _run(
        engine,
        folder,
        steps,
        {"x": Float(0.0, 1.0)},
        max_trials=20,
        early_stopping="median",
        max_parallel=1,
    )
    assert job.describe()["counters"]["stopped"] > 0


CHECKS: tuple[Check, ...] = (
    *(
        Check(values_lie_in_the_domain_and_reach_its_ends, (domain,), name)
        for name, domain in DOMAINS.items()
    ),
    Check(a_finite_space_is_tried_whole_and_once),
    Check(conditions_hold),
    Check(forbidden_combinations_are_not_tried),
    Check(first_trials_come_first),
    Check(a_seed_repeats_the_trials),
    Check(a_job_is_gone_on_with),
    Check(what_is_compiled_is_plain_data),
    *(Check(job_finds_the_best_in_both_directions, (mode,), mode) for mode in ("max", "min")),
    Check(job_holds_its_caps),
    Check(job_survives_failures),
    Check(job_ends_trials_at_their_reports),
)


def _plan(ranges: Mapping[str, Domain], **settings: Any) -> Plan:
    """Return a plan of a function with these hyperparameters, without an early end."""

    def function(**_: Any) -> float:
        return 0.0

    kind = inspect.Parameter.KEYWORD_ONLY
    found = [inspect.Parameter(n, kind, default=d.levels(1)[0]) for n, d in ranges.items()]
    function.__signature__ = inspect.Signature(found)  # type: ignore[attr-defined]
    return autotune(
        function,
        ranges=dict(ranges),
        **{"completion": {}, "max_trials": DRAWS, "seed": 0, "metric": "value"} | settings,
    )


def _conditional() -> Plan:
    plan = _plan(
        {"a": Choice(["no", "yes"]), "b": Choice([1, 2]), "c": Float(0.0, 1.0)}, strategy="random"
    )
    when: dict[str, dict[str, tuple[Any, ...]]] = {"a": {}, "b": {"a": ("yes",)}, "c": {"b": (2,)}}
    return replace(plan, ranges={n: replace(r, when=when[n]) for n, r in plan.ranges.items()})


def _study(plan: Plan) -> Any:
    import optuna

    from autotune.record.storage import quiet

    with quiet():
        return optuna.create_study(direction=plan.direction)


def _search(engine: str, plan: Plan, study: Any) -> Any:
    def write(change: Callable[[], object]) -> None:
        change()

    from autotune.record.stored_search import StoredSearch

    return StoredSearch(study, plan, compile_plan(plan, engine), write)


def _drawn(engine: str, plan: Plan, count: int = DRAWS) -> list[dict[str, Any]]:
    """Return what a search gives to try, up to so many configurations, each told to have finished."""
    search = _search(engine, plan, _study(plan))
    found: list[dict[str, Any]] = []
    while len(found) < count and (asked := search.ask()) is not None:
        found.append(_tell(search, *asked))
    return found


def _tell(search: Any, number: int, params: dict[str, Any]) -> dict[str, Any]:
    search.tell(number, "finished", float(number % 7), {})
    return params


def _run(
    engine: str, folder: str, objective: Any, ranges: Mapping[str, Domain], **settings: Any
) -> Job:
    return _plan(ranges, **settings).run(
        objective=objective, engine=engine, storage=folder, progress=False
    )
