"""What a search leaves open on tasks that were not learned from: python -m benchmarks.learn.leave_out SURROGATES.

For each surrogate task the portfolio is chosen anew without it and its siblings; then Optuna searches with it.
Regret is 0 at the best known and 1 at the median of a random search of that space.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import optuna

from autotune import autotune
from autotune.learn import Scored
from benchmarks.learn.__main__ import SIZE, load
from benchmarks.learn.surrogates import SCENARIOS, Surrogate, siblings
from benchmarks.measure import write

AT = (1, 2, 3, 5, 8, 10, 20, 30, 50)
NAMES = {"xgboost": "xgboost.XGBClassifier", "decision-tree": "sklearn.tree.DecisionTreeClassifier"}


def without(table: Scored, scenario: str, task: str) -> list[dict[str, Any]]:
    """Return the portfolio that would have been learned without a task and its siblings."""
    chosen = table.without({f"{scenario}-{t}" for t in siblings(task)}).chosen(SIZE)
    return [
        {"settings": dict(p), "scores": " ".join(f"{100 * s:.0f}" for s in row)}
        for p, row in zip(chosen.points, chosen.scores, strict=True)
    ]


def search(surrogate: Surrogate, task: str, trials: int, seed: int, **settings: Any) -> np.ndarray:
    """Return the best score after each trial of a search over a surrogate task."""
    name = NAMES.get(surrogate.scenario.entry, surrogate.scenario.entry)
    native = autotune(name, max_trials=trials, max_parallel=1, seed=seed, mode="max", **settings).compile().native
    study = optuna.create_study(direction="maximize", sampler=native.sampler)
    for point in native.enqueued:
        study.enqueue_trial(point)
    study.optimize(lambda t: float(surrogate.evaluate(task, [native.define(t)])[0][0]), n_trials=trials)
    return np.maximum.accumulate([t.value for t in study.trials])


def measured(folder: Path, scenario: str, count: int, **settings: Any) -> Mapping[int, float]:
    """Return the mean regret at some numbers of trials, over tasks that were left out of learning."""
    surrogate = Surrogate(folder, scenario)
    table = load(surrogate.scenario.entry)
    curves = []
    for task in surrogate.tasks[:: max(1, len(surrogate.tasks) // count)]:
        ends = table.ends[table.tasks.index(f"{scenario}-{task}")]
        assert ends is not None
        known = {} if "portfolio" in settings or "strategy" in settings else {"portfolio": without(table, scenario, task)}
        best = search(surrogate, task, max(AT), 0, **settings, **known)
        curves.append(np.clip((ends[1] - best) / (ends[1] - ends[0]), 0, 2))
    return {n: round(float(np.mean([c[n - 1] for c in curves])), 4) for n in AT}


ARMS: dict[str, dict[str, Any]] = {
    "knowing": {}, "gaussian process": {"portfolio": []}, "tpe": {"portfolio": [], "sampler": "tpe"},
    "random": {"strategy": "random", "portfolio": []},
}  # fmt: skip


def main(folder: str, count: int = 12, *arms: str) -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    found = {}
    for scenario in SCENARIOS:
        found[scenario] = {arm: measured(Path(folder), scenario, count, **ARMS[arm]) for arm in arms or ARMS}
        print(scenario, found[scenario], file=sys.stderr, flush=True)
    write("leave_out", f"python -m benchmarks.learn.leave_out SURROGATES {count}", found)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]), *sys.argv[3:])
