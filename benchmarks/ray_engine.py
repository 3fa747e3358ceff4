"""Jobs on Ray against a bare Tuner with the same searcher, and against Optuna's engine.

The jobs are the same on both engines, and one Ray serves all.

python -m benchmarks.ray_engine            # times, growth
python -m benchmarks.ray_engine memory 1000  # memory with an X of so many MB
"""

import os
import sys
import tempfile
import threading
import time
from typing import Any

import numpy as np
import psutil

from autotune import Choice, Float, Int, Plan, autotune
from benchmarks.measure import in_turn, median, ratio, wall, write

SIZES = {"no_op": {50: 3, 1000: 1, 5000: 1}, "fifth": {20: 3}}
MOST_BY_TUNER = 50
RANGES = {
    "a": Float(1e-5, 1, log=True),
    "b": Float(0, 1),
    "c": Int(1, 100),
    "d": Int(1, 1000, log=True),
    "e": Choice(["x", "y"]),
}


def names_only(a: float = 0.1, b: float = 0.5, c: int = 5, d: int = 50, e: str = "x") -> float:
    """Stand for a function with these hyperparameters."""
    return b


def no_op(params: dict[str, Any]) -> float:
    return float(params["b"])


def fifth(params: dict[str, Any]) -> float:
    time.sleep(0.2)
    return float(params["b"])


def plan_of(trials: int) -> Plan:
    """Return a plan with two workers and no early end."""
    return autotune(
        names_only,
        ranges=RANGES,
        max_trials=trials,
        max_parallel=2,
        strategy="random",
        completion={},
    )


def ours(plan: Plan, objective: Any, engine: str) -> None:
    """Run the plan as a person would."""
    with tempfile.TemporaryDirectory() as folder:
        plan.run(objective=objective, storage=folder, engine=engine, progress=False)


def bare(plan: Plan, objective: Any, reuse: bool = True) -> None:
    """Run the same searcher by Ray's own Tuner.

    It reuses actors, as is fastest, or by its default does not.
    """
    from dataclasses import replace

    from ray import tune

    native = plan.compile("ray").native
    with tempfile.TemporaryDirectory() as folder:
        config = replace(native.tune_config, reuse_actors=reuse)
        run = replace(native.run_config, storage_path=folder)
        tune.Tuner(native.trainable(objective), tune_config=config, run_config=run).fit()


def timed(objective: Any, trials: int, repeats: int) -> dict[str, Any]:
    """Return milliseconds per trial, and ours against the others, in turn."""
    plan = plan_of(trials)
    works = {
        "engine_ray": lambda: wall(lambda: ours(plan, objective, "ray")),
        "engine_optuna": lambda: wall(lambda: ours(plan, objective, "optuna")),
    }
    if trials <= MOST_BY_TUNER:
        works["tuner_reusing_actors"] = lambda: wall(lambda: bare(plan, objective))
    got = in_turn(works, repeats)
    told: dict[str, Any] = {
        "ms_per_trial": {n: median([1000 * s / trials for s in v]) for n, v in got.items()}
    }
    told |= {
        f"ratio_to_{n}": ratio(got["engine_ray"], v) for n, v in got.items() if n != "engine_ray"
    }
    return {**told, "repeats": repeats}


def times() -> None:
    import ray

    os.environ |= {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AIR_NEW_OUTPUT": "0",
        "RAY_AUTH_MODE": "disabled",
    }
    ray.init(
        address="local",
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
    )
    target = "at most 1.05 times a bare Tuner with the same searcher"
    figures: dict[str, Any] = {"target": target, "parallel": 2, "ray": ray.__version__}
    bare(plan_of(4), no_op)
    for objective in (fifth, no_op):
        for trials, repeats in SIZES[objective.__name__].items():
            figures[f"{objective.__name__}_{trials}"] = timed(objective, trials, repeats)
            write("ray_engine", "python -m benchmarks.ray_engine", figures)
    plan = plan_of(10)
    figures["no_op_10_default_tuner"] = {
        "ms_per_trial": median([100 * wall(lambda: bare(plan, no_op, reuse=False))]),
        "note": "actors not reused, Ray's default",
    }
    ray.shutdown()
    write("ray_engine", "python -m benchmarks.ray_engine", figures)


class Watched:
    """The memory in MB that the driver and the processes below it use when all have started.

    Shared pages are counted once.
    """

    def __init__(self) -> None:
        self.seen: list[dict[str, float]] = []
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Watched":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ends.wait(0.3):
            seen: dict[str, float] = {"driver": psutil.Process().memory_full_info().pss / 1e6}
            for child in psutil.Process().children(recursive=True):
                try:
                    name = (
                        "workers"
                        if "autotune.workers.worker" in child.cmdline()
                        else "ray"
                        if "ray" in " ".join(child.cmdline())
                        else ""
                    )
                    seen[name] = seen.get(name, 0.0) + child.memory_full_info().pss / 1e6
                except psutil.Error:
                    continue
            self.seen.append(seen)

    @property
    def megabytes(self) -> dict[str, float]:
        """The medians over the second half of all looks at which workers ran."""
        looks = [seen for seen in self.seen if seen.get("workers")]
        looks = looks[len(looks) // 2 :]
        return {
            name: median([seen.get(name, 0.0) for seen in looks])
            for name in ("driver", "workers", "ray")
        }


def memory(megabytes: int) -> None:
    """Measure a job of two workers whose objective reads an X of so many MB, on either engine."""
    x = np.ones((megabytes * 125, 1000))

    def reads(params: dict[str, Any]) -> float:
        total = float(x.sum())
        time.sleep(1)
        return total * params["b"]

    found: dict[str, Any] = {}
    for engine in ("optuna", "ray"):
        plan = plan_of(8)
        with Watched() as watched:
            seconds = wall(lambda plan=plan, engine=engine: ours(plan, reads, engine))
        found[engine] = {**watched.megabytes, "seconds": round(seconds, 1)}
    write(
        "ray_memory",
        f"python -m benchmarks.ray_engine memory {megabytes}",
        {"x_MB": megabytes, "pss_MB": found},
    )


if __name__ == "__main__":
    memory(int(sys.argv[2])) if sys.argv[1:2] == ["memory"] else times()
