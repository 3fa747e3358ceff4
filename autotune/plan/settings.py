"""A plan's settings by name, each with what makes a value of it legal."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.knowledge.entry import LEVELS
from autotune.knowledge.scores import are_scores
from autotune.plan.earlier_names import params_of
from autotune.space.scale import is_number
from autotune.stopping.catalog import STRATEGIES as OF_RULES
from autotune.stopping.parameters import check_fidelity, check_rule

STRATEGIES = ("random", "grid", "sobol", "bayesian", *OF_RULES)


SAMPLERS = ("gp", "tpe")


COMPLETION = ("target", "best_possible", "no_improvement", "convergence", "tolerance")


MOST_PARENTS = 5  # as SageMaker and HyperDrive


FAILURES = ("in_a_row", "first")


def _whole(low: int, high: float = math.inf, none: bool = False) -> Any:
    def check(name: str, value: Any) -> Any:
        if value is None and none:
            return None
        whole = is_number(value) and value == int(value)
        if not whole or not low <= value <= high:
            limit = f"{low}..{high:g}" if high < math.inf else f">= {low}"
            raise SettingError(
                f"{name} must be a whole number {limit}{' or None' if none else ''}, got {value!r}."
            )
        return int(value)

    return check


def _positive(none: bool) -> Any:
    def check(name: str, value: Any) -> Any:
        if value is None and none:
            return None
        if not is_number(value) or value <= 0:
            raise SettingError(
                f"{name} must be a number > 0{' or None' if none else ''}, got {value!r}."
            )
        return value

    return check


def _one_of(*known: str | None) -> Any:
    def check(name: str, value: Any) -> Any:
        if value not in known or isinstance(value, bool):
            words = [k for k in known if k]
            none = " or None" if None in known else ""
            raise SettingError(
                f"{name} must be one of {', '.join(words)}{none}, got {value!r}.",
                did_you_mean(str(value), words, 0),
            )
        return value

    return check


def _names(name: str, value: Any) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, list | tuple | set | frozenset) or not all(
        isinstance(n, str) for n in names
    ):
        raise SettingError(f"{name} must be a list of hyperparameter names, got {value!r}.")
    if len(set(names)) < len(names):
        raise SettingError(f"{name} must name each hyperparameter once, got {list(names)}.")
    return tuple(names)


def _trials(name: str, value: Any) -> tuple[dict[str, Any], ...]:
    points = [value] if isinstance(value, Mapping) else value
    if not isinstance(points, list | tuple) or not all(isinstance(p, Mapping) for p in points):
        raise SettingError(
            f"{name} must be a list of mappings from hyperparameters to values, got {value!r}."
        )
    return tuple({str(k): v for k, v in p.items()} for p in points)


def _portfolio(name: str, value: Any) -> tuple[dict[str, Any], ...]:
    points = tuple(map(params_of, _trials(name, value)))
    for point in points:
        if (
            set(point) != {"params", "scores"}
            or not isinstance(point["params"], Mapping)
            or not _is_scores(point["scores"])
        ):
            example = "{'params': {...}, 'scores': '90 85 .'}"
            raise SettingError(
                f"{name} must hold mappings such as {example}, got {point!r}.",
                "An empty list: none.",
            )
    if len({len(p["scores"].split()) for p in points}) > 1:
        raise SettingError(
            f"{name} must have as many scores for each configuration, got different numbers."
        )
    return points


def _is_scores(text: Any) -> bool:
    return isinstance(text, str) and bool(text.split()) and are_scores(text)


def _parents(name: str, value: Any) -> tuple[str, ...]:
    names = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(n, str) for n in names):
        own = (
            "An estimator's own is given to the estimator itself."
            if isinstance(value, bool)
            else "Job.name says it."
        )
        raise SettingError(f"{name} must be a list of names of jobs, got {value!r}.", own)
    if len(names) > MOST_PARENTS or len(set(names)) < len(names):
        raise SettingError(
            f"{name} must name at most {MOST_PARENTS} jobs, each once, got {', '.join(names)}."
        )
    return tuple(names)


def _metric(name: str, value: Any) -> Any:
    if not callable(value) and not (isinstance(value, str) and value):
        raise SettingError(f"{name} must be a scorer's name or a callable, got {value!r}.")
    return value


def _completion(name: str, value: Any) -> dict[str, Any]:
    found = _mapping(name, value, COMPLETION, "{'target': 0.95, 'no_improvement': 20}")
    for key, limit in found.items():
        if key in ("no_improvement", "convergence"):
            _whole(3)(f"{name}.{key}", limit)
        elif not is_number(limit) or (key == "tolerance" and limit < 0):
            kind = "number >= 0" if key == "tolerance" else "finite number"
            raise SettingError(f"{name}.{key} must be a {kind}, got {limit!r}.")
    if set(found) == {"tolerance"}:
        raise SettingError(
            f"{name}.tolerance must go with no_improvement or convergence, got it alone."
        )
    return found


def _failures(name: str, value: Any) -> dict[str, Any]:
    """Bring a number k, for k in a row and for the first k, or a mapping of both, to a mapping."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = dict.fromkeys(FAILURES, value)
    found = _mapping(name, value, FAILURES, "{'in_a_row': 10, 'first': 3}")
    return {key: _whole(1)(f"{name}.{key}", limit) for key, limit in found.items()}


def _mapping(name: str, value: Any, known: tuple[str, ...], example: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise SettingError(f"{name} must be a mapping such as {example}, got {value!r}.")
    for key in value:
        if key not in known:
            raise SettingError(f"{name}: {key!r} is no criterion.", did_you_mean(str(key), known))
    return dict(value)


def _bytes(name: str, value: Any) -> int | None:
    """Bring a number of bytes or a text such as ``2 GB`` to bytes."""
    if value is None:
        return None
    from pydantic import ByteSize, TypeAdapter, ValidationError

    try:
        found = TypeAdapter(ByteSize).validate_python(value, strict=isinstance(value, bool))
    except ValidationError:
        found = ByteSize(0)
    if found < 1_000_000 or isinstance(value, bool):
        raise SettingError(
            f"{name} must be at least 1 MB, in bytes or as a text such as '2 GB', or None, got {value!r}."
        )
    return int(found)


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise SettingError(f"{name} must be True or False, got {value!r}.")
    return value


def _cost_aware(name: str, value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return bool(value)
    if not isinstance(value, Mapping) or not all(
        isinstance(n, str) and is_number(p) for n, p in value.items()
    ):
        example = "{'n_estimators': 0.8}"
        raise SettingError(
            f"{name} must be True, False, or powers of hyperparameters such as {example}, got {value!r}."
        )
    return dict(value)


def _cv(name: str, value: Any) -> Any:
    if isinstance(value, int | float | str) or value is None:
        return _whole(2, 1000)(name, value)
    if not hasattr(value, "split") and not isinstance(value, Iterable):
        raise SettingError(f"{name} must be a number of folds >= 2 or a splitter, got {value!r}.")
    return value


CHECKS: dict[str, Any] = {
    "seed": _whole(0, 2**32 - 1),
    "effort": _one_of(*LEVELS),
    "metric": _metric,
    "mode": _one_of("max", "min"),
    "cv": _cv,
    "strategy": _one_of(*STRATEGIES),
    "sampler": _one_of(*SAMPLERS, None),
    "cost_aware": _cost_aware,
    "max_trials": _whole(1, 1_000_000),
    "max_parallel": _whole(1, 1024),
    "max_runtime": _positive(none=False),
    "trial_timeout": _positive(none=True),
    "early_stopping": check_rule,
    "fidelity": check_fidelity,
    "completion": _completion,
    "memory_limit": _bytes,
    "max_retries": _whole(0, 30),
    "max_failures": _failures,
    "deterministic": _flag,
    "threads_per_trial": _whole(1, 1024),
    "initial_trials": _trials,
    "portfolio": _portfolio,
    "warm_start": _parents,
    "keep_static": _names,
    "tune": _names,
}


SETTINGS = (*CHECKS, "ranges", "facts", "overrides")
