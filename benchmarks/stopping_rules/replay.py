"""Replaying searches: which of their trials a rule would have stopped.

It gives the epochs saved, and what was lost.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from autotune.stopping.factory import make_rule
from autotune.stopping.rule import Rule
from benchmarks.quality.stats import interval
from benchmarks.stopping_rules.curves import noisy

PROTECT = 3
LOSS = 0.1  # points that a run may lose
DELAYED = {"evaluation_interval": 1, "delay_evaluation": 5}
RULES: dict[str, dict[str, Any] | None] = {
    "none": None,
    "median": {"rule": "median", **DELAYED},
    "median_current": {"rule": "median_current", **DELAYED},
    "bandit, factor 0.1": {"rule": "bandit", "slack_factor": 0.1, **DELAYED},
    "bandit, factor 0.2": {"rule": "bandit", "slack_factor": 0.2, **DELAYED},
    "truncation 20 %": {"rule": "truncation", "truncation_percentage": 20, **DELAYED},
    "truncation 20 %, every 5": {
        "rule": "truncation",
        "truncation_percentage": 20,
        "evaluation_interval": 5,
        "delay_evaluation": 5,
    },
    "asha, factor 2 from 6": {
        "rule": "asha",
        "min_resource": 6,
        "reduction_factor": 2,
        "max_resource": 52,
    },
    "asha, factor 3 from 2": {
        "rule": "asha",
        "min_resource": 2,
        "reduction_factor": 3,
        "max_resource": 52,
    },
    "hyperband, factor 3": {
        "rule": "hyperband",
        "min_resource": 1,
        "reduction_factor": 3,
        "max_resource": 52,
    },
}


def replay(rule: Rule, true: np.ndarray, seen: np.ndarray) -> tuple[float, float]:
    """Return the share of the epochs that a rule saves, and the points lost.

    The points lost are by how much the trial then chosen is truly worse.
    """
    used, finished = 0, []
    for number, values in enumerate(seen):
        steps = next(
            (
                s
                for s, v in enumerate(values, start=1)
                if rule.stops(number, s, v) and s < len(values)
            ),
            len(values),
        )
        rule.ends(number, finished=steps == len(values))
        used += steps
        finished += [number] * (steps == len(values))
    chosen = max(finished, key=lambda n: seen[n, -1], default=0)
    return 1 - used / true.size, float(true[int(seen[:, -1].argmax()), -1] - true[chosen, -1])


Run = tuple[tuple[str, int], np.ndarray]  # task and seed, and the curves
Row = tuple[str, float, float]  # task, share saved, points lost


def replays(runs: Iterable[Run], noise: float, make: Callable[[str], Rule]) -> Iterator[Row]:
    """Yield what a rule saves and loses in each search; ``make`` gives the rule for a task."""
    for (task, seed), curves in runs:
        seen = noisy(curves, noise, zlib.crc32(f"{task}/{seed}".encode()))
        yield task, *replay(make(task), curves, seen)


def summary(rows: Iterable[Row]) -> dict[str, Any]:
    """Return means with 95 % intervals over tasks.

    With them comes the share of the runs that lose more than ``LOSS``.
    """
    tasks, saved, lost = zip(*rows, strict=True)
    return {
        "saved": round(float(np.mean(saved)), 4),
        "saved_interval": [round(v, 4) for v in interval(saved, tasks)],
        "lost": round(float(np.mean(lost)), 4),
        "lost_interval": [round(v, 4) for v in interval(lost, tasks)],
        "worst": round(float(np.max(lost)), 3),
        "losing": round(float(np.mean(np.array(lost) > LOSS)), 4),
        "runs": len(tasks),
    }


def documented(name: str) -> Rule:
    """Return one of the documented rules."""
    return make_rule(RULES[name], "max")


def learned(network: Mapping[str, Any], promise: float) -> Rule:
    """Return autotune's rule with a network."""
    return make_rule(
        {"rule": "curve", "promise": promise, "protect": PROTECT}, "max", network=dict(network)
    )
