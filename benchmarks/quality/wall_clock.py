"""Equal wall-clock time against FLAML restricted to the same learner.

Run it with ``python -m benchmarks.quality.wall_clock DATA OUT``.

Both are called as a user would call them, with a time budget alone and one thread: FLAML's
``AutoML.fit`` on the folds that all methods share, and a plan's ``run`` with its worker process,
whose start its time includes. autotune knows nothing measured on the task. What each found is
scored anew on those folds. OUT is a file of JSON lines that a second run goes on with; the figures
go to ``benchmarks/results``.
"""

import argparse
import json
import statistics
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.learn.data import datasets
from benchmarks.learn.families import FAMILIES
from benchmarks.measure import write
from benchmarks.quality.flaml_methods import LEARNERS, METRICS, params_of
from benchmarks.quality.held_out import relatives, unseen
from benchmarks.quality.problems import FOLDS, Problem, real_problem
from benchmarks.quality.running import drawn_seed

MOST_TRIALS = (
    400  # more than fit in the times measured, and the most that the knowledge search is made for
)
SAME = 1e-3  # of the default's score: closer ones are called equal


def flaml(problem: Problem, seconds: float, seed: int) -> tuple[dict[str, Any], int]:
    """Return what FLAML's AutoML finds in so many seconds, and the number of its trials."""
    from flaml import AutoML

    training, learner = problem.data(), LEARNERS[problem.family][-1]
    with tempfile.TemporaryDirectory() as folder:
        log, auto = Path(folder, "log"), AutoML()
        auto.fit(
            *training.data,
            task="classification" if training.dataset.classes else "regression",
            metric=METRICS[training.metric],
            estimator_list=[learner],
            time_budget=seconds,
            seed=seed,
            eval_method="cv",
            split_type=training.splitter(),
            n_splits=FOLDS,
            n_jobs=1,
            log_file_name=str(log),
            log_type="all",
            verbose=0,
            retrain_full=False,
            early_stop=False,
        )
        count = sum("config" in json.loads(line) for line in log.read_text().splitlines())
    return params_of(learner, problem, auto.best_config), count


def ours(problem: Problem, seconds: float, seed: int) -> tuple[dict[str, Any], int]:
    """Return what autotune's job finds in so many seconds, and the number of its trials."""
    training = problem.data()
    with unseen(problem.family, relatives(problem.task)), tempfile.TemporaryDirectory() as folder:
        plan = training.plan(
            seed=seed,
            max_runtime=seconds,
            max_trials=MOST_TRIALS,
            cost_aware=aware(training),
            max_parallel=1,
            threads_per_trial=1,
            cv=training.splitter(),
        )
        job = plan.run(*training.data, name="job", storage=folder, progress=False)
        return dict(job.best_params), len(job.trials())


def aware(training: Any) -> bool:
    """Return what ``cost_aware`` would be with the time alone.

    So many trials as fit in it are wanted here, too.
    """
    return bool(training.plan(max_runtime=1)["cost_aware"])


METHODS = {"autotune": ours, "flaml": flaml}


def rows(problem: Problem, seconds: float, seed: int) -> Iterator[dict[str, Any]]:
    """Give a row for each method, and one for the library's defaults."""
    default, _ = problem.evaluate({})
    yield {"method": "default", "score": default, "trials": 1, "took": 0.0}
    for name, method in METHODS.items():
        begun = time.monotonic()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found, count = method(problem, seconds, drawn_seed(problem.name, seed))
        took = round(time.monotonic() - begun, 1)
        yield {"method": name, "score": problem.evaluate(found)[0], "trials": count, "took": took}


def figures(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return by family and seconds how often autotune is ahead, and the median gap.

    The gap is in shares of the default's score.
    """
    made: dict[str, Any] = {}
    for family, seconds in sorted({(r["family"], r["seconds"]) for r in found}):
        of = [r for r in found if (r["family"], r["seconds"]) == (family, seconds)]
        tasks = sorted({(r["task"], r["seed"]) for r in of})
        lines = [{r["method"]: r for r in of if (r["task"], r["seed"]) == t} for t in tasks]
        whole = [
            (t, x) for t, x in zip(tasks, lines, strict=True) if {"default", *METHODS} <= set(x)
        ]
        made[f"{family}, {seconds:g} s"] = _figure([(f"{t}, seed {s}", x) for (t, s), x in whole])
    return made


def _figure(lines: list[tuple[str, dict[str, dict[str, Any]]]]) -> dict[str, Any]:
    gaps = {
        t: (x["autotune"]["score"] - x["flaml"]["score"]) / abs(x["default"]["score"])
        for t, x in lines
    }
    return {
        "runs": len(lines),
        "ahead": sum(g > SAME for g in gaps.values()),
        "behind": sum(g < -SAME for g in gaps.values()),
        "median_gap": round(statistics.median(gaps.values()), 4) if gaps else None,
        "trials": {m: statistics.median(x[m]["trials"] for _, x in lines) for m in METHODS}
        if lines
        else {},
        "scores": {
            t: {m: round(x[m]["score"], 4) for m in ("default", *METHODS)} for t, x in lines
        },
    }


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    made = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.wall_clock", description=__doc__
    )
    made.add_argument("data", type=Path)
    made.add_argument("out", type=Path)
    made.add_argument("--families", default="lightgbm")
    made.add_argument("--tasks", default="credit_g,concrete,vehicle")
    made.add_argument("--seconds", default="10,60")
    made.add_argument("--seeds", type=int, default=1)
    made.add_argument("--rows", type=int)
    return made


def main(arguments: list[str] | None = None) -> None:
    """Add the rows that are not there, and write the figures of all."""
    given = parser().parse_args(arguments)
    found = (
        [json.loads(line) for line in given.out.read_text().splitlines()]
        if given.out.exists()
        else []
    )
    listed = {d.name: d for d in datasets(given.data)}
    for seed in range(given.seeds):
        for task in given.tasks.split(","):
            for family in given.families.split(","):
                problem = real_problem(FAMILIES[family], listed[task], given.rows, 120)
                for seconds in map(float, given.seconds.split(",")):
                    key = {"family": family, "task": task, "seconds": seconds, "seed": seed}
                    if not any(key.items() <= row.items() for row in found):
                        made = [key | row for row in rows(problem, seconds, seed)]
                        found += made
                        with given.out.open("a") as file:
                            file.writelines(json.dumps(row) + "\n" for row in made)
    write("quality_wall_clock", "python -m benchmarks.quality.wall_clock DATA OUT", figures(found))


if __name__ == "__main__":
    main()
