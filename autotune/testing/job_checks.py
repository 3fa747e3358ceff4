"""What whole jobs must do on an engine: find the best, hold their caps, survive failures."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from autotune import Float, Int, Job
from autotune.engines import find
from autotune.errors import FailedJobError
from autotune.space.domains import Domain
from autotune.stopping.catalog import RULES
from autotune.testing.driving import Params, plan_for
from autotune.testing.expectation import expect

PLACE = "Executable.place, and the workers it gives"


def job_finds_the_best_in_both_directions(engine: str, mode: str, folder: str) -> None:
    """Check that a job's best is the best of its values in the plan's direction."""
    sign = 1 if mode == "max" else -1

    def parabola(params: Params) -> float:
        return float(-sign * (params["x"] - 2) ** 2)

    job = _run(engine, folder, parabola, {"x": Float(0.0, 4.0)}, mode=mode, max_trials=25)
    values = [trial.value for trial in job.all_trials() if trial.value is not None]
    expect(
        job.status == "completed" and len(values) == 25,
        "25 finished trials",
        f"{len(values)}, status {job.status}",
        PLACE,
    )
    best = max(values) if mode == "max" else min(values)
    expect(job.best_score == best, f"the best score {best}", job.best_score, "Search.tell")


def job_record_names_the_engine(engine: str, folder: str) -> None:
    """Check that the record says which engine, of which version, drew the trials."""
    job = _run(engine, folder, lambda params: params["x"], {"x": Float(0.0, 1.0)}, max_trials=1)
    expected, recorded = find(engine).describe(), job.record["environment"]["engine"]
    look = "the version in the pyproject.toml of the adapter's package"
    expect(recorded == expected and bool(recorded["version"]), str(expected), recorded, look)
    packages = {*find(engine).adapter.packages} - set(job.record["environment"]["libraries"])
    expect(not packages, "installed packages in Adapter.packages", packages, "Adapter.packages")


def job_holds_its_caps(engine: str, folder: str) -> None:
    """Check that a trial ends at its timeout, and the job at max_runtime."""

    def sleep(params: Params) -> float:
        time.sleep(60)
        return 0.0

    caps = {"max_trials": 50, "trial_timeout": 0.5, "max_runtime": 3, "max_failures": None}
    job = _run(engine, folder, sleep, {"x": Float(0.0, 1.0)}, **caps)
    statuses = [str(trial.status) for trial in job.all_trials()]
    expect(
        1 <= statuses.count("timed out") < 8 and set(statuses) <= {"timed out", "interrupted"},
        "trials that timed out, and at most one interrupted",
        statuses,
        PLACE,
    )
    criterion = job.describe()["completion"]["criterion"]
    expect(criterion == "max_runtime", "an end by max_runtime", criterion, PLACE)


def job_survives_failures(engine: str, folder: str) -> None:
    """Check that a trial that raises fails, and that one whose process dies is tried again."""
    mark = str(Path(folder) / "died")

    def fails(params: Params) -> float:
        import os  # pickled by value into the worker

        if params["k"] == 1:
            raise ValueError("an illegal configuration")
        if params["k"] == 2 and not os.path.exists(mark):  # noqa: PTH110
            open(mark, "w").close()  # noqa: PTH123
            os._exit(7)
        return float(params["k"])

    job = _run(engine, folder, fails, {"k": Int(1, 4)}, max_trials=4)
    statuses = {trial.params["k"]: str(trial.status) for trial in job.all_trials()}
    expected = {1: "failed", 2: "finished", 3: "finished", 4: "finished"}
    expect(statuses == expected, f"{expected} by k", statuses, PLACE)
    errors = [trial.error for trial in job.all_trials() if trial.error]
    expect(errors == ["ValueError: an illegal configuration"], "the trial's error", errors, PLACE)


def job_stops_trials_at_their_reports(engine: str, folder: str) -> None:
    """Check that reports reach the plan's early stopping, and its answers the trials."""

    def steps(params: Params) -> Iterator[float]:
        for step in range(20):
            yield params["x"] * (step + 1)

    settings: dict[str, Any] = {
        "max_trials": 20,
        "early_stopping": next(iter(RULES)),
        "mode": "max",
    }
    job = _run(engine, folder, steps, {"x": Float(0.0, 1.0)}, **settings)
    counters = job.describe()["counters"]
    expect(counters["stopped"] > 0, "some of 20 trials stopped", counters, "Search.report")


def job_is_best_within_its_constraints(engine: str, folder: str) -> None:
    """Check that what a trial reports beside its value reaches the plan's constraints."""

    def both(params: Params) -> dict[str, float]:
        return {"value": float(params["k"]), "latency": float(params["k"])}

    settings: dict[str, Any] = {"mode": "max", "constraints": {"latency": "<= 5"}}
    job = _run(engine, folder, both, {"k": Int(1, 8)}, max_trials=8, **settings)
    infeasible = sorted(t.params["k"] for t in job.all_trials() if not t.feasible)
    expect(infeasible == [6, 7, 8], "k of 6, 7 and 8 beyond the constraint", infeasible, PLACE)
    expect(job.best_score == 5, "the best within the constraint, 5", job.best_score, PLACE)


def _run(
    engine: str,
    folder: str,
    objective: Callable[[Params], object],
    ranges: Mapping[str, Domain],
    **settings: Any,
) -> Job:
    plan = plan_for(engine, ranges, **settings)
    try:
        return plan.run(objective=objective, engine=engine, storage=folder, progress=False)
    except FailedJobError as error:
        return cast(Job, error.job)
