"""Rules in the loop: the search learns from what its rule left of the trials; against the same search with none stopped."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import optuna

from autotune.stopping import Rule
from benchmarks.learn.surrogates import Surrogate
from benchmarks.stopping_rules.curves import EPOCHS, TRIALS, curve, search
from benchmarks.stopping_rules.replay import summary


def run(surrogate: Surrogate, task: str, order: str, seed: int, rule: Rule) -> tuple[float, float]:
    """Return the share of the epochs that the rule saved, and the best finished trial's accuracy."""
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
        study.tell(trial, values[-1] if finished else None, state=None if finished else optuna.trial.TrialState.PRUNED)
        used, best = used + steps, max(best, values[-1]) if finished else best
    return 1 - used / (TRIALS * EPOCHS), float(best)


def figures(
    surrogate: Surrogate, order: str, whole: Iterable[tuple[tuple[str, int], np.ndarray]], make: Callable[[str], Rule]
) -> dict[str, Any]:
    """Return what a rule saves and loses; ``whole`` are the searches with none stopped, by task and seed."""
    rows = []
    for (task, seed), curves in whole:
        saved, best = run(surrogate, task, order, seed, make(task))
        rows.append((task, saved, float(curves[:, -1].max()) - best))
    return summary(rows)
