"""Wall time per no-op trial of a job with one worker, against a bare ``study.optimize``.

The study has the same sampler and storage.
"""

import tempfile
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

from autotune import Choice, Float, Int, Plan, autotune
from benchmarks.measure import in_turn, median, ratio, wall, write
from benchmarks.no_op import no_op

REPEATS = {100: 7, 1000: 3}
RANGES = {
    "a": Float(1e-5, 1, log=True),
    "b": Float(0, 1),
    "c": Int(1, 100),
    "d": Int(1, 1000, log=True),
    "e": Choice(["x", "y", "z"]),
}


def names_only(a: float = 0.1, b: float = 0.5, c: int = 5, d: int = 50, e: str = "x") -> float:
    """Stand for a function with these hyperparameters."""
    return b


def plan_of(trials: int, strategy: str) -> Plan:
    """Return a plan with one worker and no early end."""
    return autotune(
        names_only,
        ranges=RANGES,
        max_trials=trials,
        max_parallel=1,
        strategy=strategy,
        completion={},
    )


def ours(plan: Plan) -> None:
    """Run the plan as a person would."""
    with tempfile.TemporaryDirectory() as folder:
        plan.run(objective=no_op, storage=folder, progress=False)


def bare(plan: Plan) -> None:
    """Run the same parts by Optuna's own loop."""
    native = plan.compile("optuna").native
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "bare.journal"))
        storage = JournalStorage(JournalFileBackend(path, lock_obj=JournalFileOpenLock(path)))
        study = optuna.create_study(
            storage=storage,
            sampler=native.sampler,
            pruner=native.pruner,
            direction=native.direction,
        )
        study.optimize(lambda trial: no_op(native.define(trial)), n_trials=plan["max_trials"])


def main() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    figures: dict[str, Any] = {"target": "ratio at most 1.3 with one worker"}
    for strategy in ("random", "bayesian"):
        for trials, repeats in REPEATS.items():
            plan = plan_of(trials, strategy)
            bare(plan_of(5, strategy))
            got = in_turn(
                {
                    "autotune": lambda p=plan: wall(lambda: ours(p)),
                    "optuna": lambda p=plan: wall(lambda: bare(p)),
                },
                repeats,
            )
            figures[f"{strategy}_{trials}"] = {
                "ms_per_trial": {n: median([1000 * s / trials for s in v]) for n, v in got.items()},
                "ratio": ratio(got["autotune"], got["optuna"]),
                "repeats": repeats,
            }
    write("running", "python -m benchmarks.running", figures)


if __name__ == "__main__":
    main()
