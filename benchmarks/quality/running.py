"""Runs methods on problems, one row each, until all are there or the time is up."""

import time
import zlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import optuna

from benchmarks.measure import commit
from benchmarks.quality.methods import Method, methods
from benchmarks.quality.problems import Problem
from benchmarks.quality.rows import Rows, done


class TimeUpError(Exception):
    """The time given is over; what was begun is not recorded."""


def measure(
    problem: Problem, method: Method, seed: int, trials: int, deadline: float = np.inf
) -> dict[str, Any]:
    """Return a method's row on a problem, with its own error and its first failed trial's."""
    scores: list[float] = []
    seconds: list[float] = []
    errors: list[str] = []
    try:
        search = method.search(problem, drawn_seed(problem.name, seed), trials)
        params = next(search)
        while True:
            score = _tried(problem, params, seconds, errors)
            scores.append(np.nan if score is None else score)
            if time.monotonic() > deadline:
                raise TimeUpError
            if len(scores) == trials:
                break
            params = search.send(score)
    except StopIteration:
        pass
    except TimeUpError:
        raise
    except Exception as error:  # a method that breaks is a result, too
        errors.insert(0, _words(error))
    return _row(problem, method, seed, trials) | {
        "best": np.fmax.accumulate(scores).tolist() if scores else [],
        "scores": scores,
        "seconds": seconds,
        "failed": int(np.isnan(scores).sum()),
        "error": errors[0] if errors else "",
    }


def drawn_seed(problem: str, seed: int) -> int:
    """Return the seed that all methods have on a problem.

    Other problems have other seeds, or all tasks would share their first draws.
    """
    return zlib.crc32(f"{problem} {seed}".encode()) % 2**31


def _tried(
    problem: Problem, params: dict[str, Any], seconds: list[float], errors: list[str]
) -> float | None:
    begun = time.perf_counter()
    try:
        score, took = problem.evaluate(params)
    except Exception as error:  # an estimator refuses a configuration in ways of its own
        errors.append(_words(error))
        score, took = np.nan, time.perf_counter() - begun
    seconds.append(took)
    return float(score) if np.isfinite(score) else None


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def _row(problem: Problem, method: Method, seed: int, trials: int) -> dict[str, Any]:
    median, best = _reference(problem)
    return {
        "problem": problem.name,
        "kind": problem.kind,
        "family": problem.family,
        "task": problem.task,
        "group": problem.group,
        "method": method.name,
        "seed": seed,
        "trials": trials,
        "notes": "; ".join(method.notes),
        "budget": method.budget,
        "random_median": median,
        "best_known": best,
        "commit": commit(),
    }


_KNOWN: dict[str, tuple[float, float]] = {}


def _reference(problem: Problem) -> tuple[float, float]:
    if problem.name not in _KNOWN:
        _KNOWN[problem.name] = problem.reference()
    return _KNOWN[problem.name]


def run(
    problems: Iterable[Problem],
    facts: Path | None,
    out: Path,
    *,
    seeds: int = 3,
    trials: int = 50,
    minutes: float = np.inf,
    only: Callable[[str], tuple[str, ...]] = lambda family: (),
    retry: bool = False,
    say: Callable[[str], None] = print,
) -> bool:
    """Append the rows that are not there; return whether all are.

    It goes seed by seed, so that an early end leaves all methods alike. ``only`` gives the methods
    asked for of a family.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    deadline, there, listed = time.monotonic() + 60 * minutes, done(out, retry), list(problems)
    arms = lru_cache(maxsize=None)(
        lambda i: [m for m in methods(listed[i], facts) if wanted(m.name, only(listed[i].family))]
    )
    with Rows(out) as rows:
        for seed in range(seeds):
            for i, problem in enumerate(listed):
                for method in arms(i):
                    if (problem.name, method.name, seed, trials) in there:
                        continue
                    if time.monotonic() > deadline:
                        say("time is up: run the same command again to go on")
                        return False
                    try:
                        rows.add(measure(problem, method, seed, trials, deadline))
                    except TimeUpError:
                        continue
                say(f"{problem.name}, seed {seed}")
    return True


def wanted(name: str, only: tuple[str, ...]) -> bool:
    """Return whether a method is among those asked for.

    They are asked for by name, or by the beginning of a name where that ends in ``*``.
    """
    return not only or any(name == o or (o.endswith("*") and name.startswith(o[:-1])) for o in only)
