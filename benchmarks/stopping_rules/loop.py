"""Rules in the loop: the search learns from what its rule left of the trials.

It is compared with the same search with none stopped.
"""

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import optuna

from autotune.stopping.rule import Rule
from benchmarks.learn.surrogates import Surrogate
from benchmarks.stopping_rules.curves import EPOCHS, TRIALS, curve, read, search
from benchmarks.stopping_rules.replay import summary

SEEDS = {"portfolio": 3, "tpe": 3}  # by order


def run(surrogate: Surrogate, task: str, order: str, seed: int, rule: Rule) -> tuple[float, float]:
    """Return the share of the epochs that the rule saved, and the best trial's accuracy.

    The best is among the finished trials.
    """
    native, study = search(task, order, seed)
    used, best = 0, -np.inf
    for number in range(TRIALS):
        trial = study.ask()
        values = curve(surrogate, task, native.define(trial))
        steps = EPOCHS
        for step, value in enumerate(values.tolist(), start=1):
            trial.report(value, step)
            if rule.stops(number, step, value) and step < EPOCHS:
                steps = step
                break
        finished = steps == EPOCHS
        rule.ends(number, finished=finished)
        study.tell(
            trial,
            values[-1] if finished else None,
            state=None if finished else optuna.trial.TrialState.PRUNED,
        )
        used, best = used + steps, max(best, values[-1]) if finished else best
    return 1 - used / (TRIALS * EPOCHS), float(best)


def figures(
    surrogate: Surrogate, cache: Path, order: str, name: str, make: Callable[[str], Rule]
) -> dict[str, Any]:
    """Return what a rule saves and loses against the searches with none stopped.

    The cache keeps every run of the same rule.
    """
    kept, rows = cache / f"loop_{order}.json", []
    runs: dict[str, tuple[float, float]] = json.loads(kept.read_text()) if kept.exists() else {}
    for (task, seed), curves in read(cache, order).items():
        if seed < SEEDS[order]:
            rule = make(task)
            key = f"{name}/{task}/{seed}/{zlib.crc32(repr(vars(rule)).encode())}"
            runs[key] = runs.get(key) or run(surrogate, task, order, seed, rule)
            rows.append((task, runs[key][0], float(curves[:, -1].max()) - runs[key][1]))
        kept.write_text(json.dumps(runs))
    return summary(rows)
