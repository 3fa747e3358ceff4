"""Wall time per trial on real fits of about 0.2 s, against Optuna's threads and joblib's processes.

All have two workers.

All three evaluate the same list of configurations; the cost of a fit does not depend on what is
tuned. Then how a trial of our own runner grows with the number of trials, and what waiting in a
deterministic job costs.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import joblib
import optuna
from joblib.externals.loky import get_reusable_executor
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score

from autotune import Float, Plan, autotune
from benchmarks.measure import in_turn, median, ratio, wall, write
from benchmarks.running import ours as no_op_job
from benchmarks.running import plan_of

X, Y = load_digits(return_X_y=True)
TRIALS, REPEATS, WORKERS = 60, 5, 2
UNEVEN = {"pace": Float(0.05, 0.35)}


def fit(alpha: float = 1e-6) -> float:
    """Cross-validate a forest in about 0.2 s."""
    forest = RandomForestClassifier(n_estimators=25, ccp_alpha=alpha, n_jobs=1, random_state=0)
    return float(cross_val_score(forest, X, Y, cv=3).mean())


def uneven(pace: float = 0.1) -> float:
    """Sleep for as long as is tuned."""
    time.sleep(pace)
    return -abs(pace - 0.2)


def plan_for(trials: int) -> Plan:
    """Return a plan whose trials cost the same."""
    ranges = {"alpha": Float(1e-8, 1e-6, log=True)}
    return autotune(
        fit,
        ranges=ranges,
        max_trials=trials,
        max_parallel=WORKERS,
        strategy="random",
        completion={},
        threads_per_trial=1,
    )


def by_autotune(plan: Plan) -> None:
    """Run the plan as a person would."""
    with tempfile.TemporaryDirectory() as folder:
        plan.run(storage=folder, progress=False)


def by_optuna(plan: Plan) -> None:
    """Run the same with Optuna's own loop and threads."""
    native = plan.compile("optuna").native
    with tempfile.TemporaryDirectory() as folder:
        storage = JournalStorage(JournalFileBackend(str(Path(folder, "bare.journal"))))
        study = optuna.create_study(
            storage=storage, sampler=native.sampler, direction=native.direction
        )
        study.optimize(
            lambda trial: fit(**native.define(trial)), n_trials=plan["max_trials"], n_jobs=WORKERS
        )


def by_joblib(plan: Plan, *, warm: bool) -> None:
    """Evaluate as many configurations in joblib's worker processes.

    They are new processes, as ours are, or those of the call before.
    """
    points = [1e-7] * plan["max_trials"]
    if not warm:
        get_reusable_executor().shutdown(wait=True)
    joblib.Parallel(n_jobs=WORKERS, backend="loky")(joblib.delayed(fit)(p) for p in points)


def real_fits() -> dict[str, Any]:
    """Compare on real fits."""
    plan = plan_for(TRIALS)
    works = {
        "autotune": lambda: wall(lambda: by_autotune(plan)),
        "optuna_threads": lambda: wall(lambda: by_optuna(plan)),
        "joblib_loky": lambda: wall(lambda: by_joblib(plan, warm=False)),
        "joblib_loky_warm": lambda: wall(lambda: by_joblib(plan, warm=True)),
    }
    got = in_turn(works, REPEATS)
    return {
        "fit_seconds": median([wall(fit) for _ in range(5)]),
        "seconds_per_trial": {n: median([s / TRIALS for s in v]) for n, v in got.items()},
        "ratio_to_optuna_threads": ratio(got["autotune"], got["optuna_threads"]),
        "ratio_to_joblib_loky": ratio(got["autotune"], got["joblib_loky"]),
        "ratio_to_joblib_loky_whose_processes_run_already": ratio(
            got["autotune"], got["joblib_loky_warm"]
        ),
        "trials": TRIALS,
        "repeats": REPEATS,
    }


def growth() -> dict[str, Any]:
    """Return our own cost in ms of a trial that does nothing, by the number of trials.

    The search is at random.
    """
    no_op_job(plan_of(5, "random"))
    return {
        f"{n}_trials": median(
            [1000 * wall(lambda n=n: no_op_job(plan_of(n, "random"))) / n for _ in range(3)]
        )
        for n in (100, 1000, 5000)
    }


def idle() -> dict[str, Any]:
    """Return what a deterministic job costs, by the number of workers.

    Its trials take 0.05 to 0.35 s.
    """
    found = {}
    for workers in (2, 4):
        plans = {
            str(d): autotune(
                uneven,
                ranges=UNEVEN,
                max_trials=60,
                max_parallel=workers,
                deterministic=d,
                strategy="random",
                completion={},
            )
            for d in (False, True)
        }
        got = in_turn({n: lambda p=p: wall(lambda: by_autotune(p)) for n, p in plans.items()}, 3)
        found[f"{workers}_workers"] = ratio(got["True"], got["False"])
    return found


def main() -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    figures = {
        "target": "at most 1.1 on trials of 0.2 s, and a flat cost per trial",
        "real_fits": real_fits(),
        "no_op_ms_per_trial": growth(),
        "deterministic_over_free_wall": idle(),
    }
    write("overhead", "OMP_NUM_THREADS=1 python -m benchmarks.overhead", figures)


if __name__ == "__main__":
    sys.exit(main())
