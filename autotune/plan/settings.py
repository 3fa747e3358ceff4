"""A plan's settings by name, each with the check that makes a value of it legal."""

from collections.abc import Iterable, Mapping
from typing import Any

from autotune.errors import SettingError
from autotune.knowledge.hyperparameter import LEVELS
from autotune.plan.checks import (
    Check,
    configurations,
    flag,
    is_texts,
    mapping,
    names,
    one_of,
    positive,
    whole_number,
)
from autotune.plan.constraints import constraints
from autotune.plan.earlier_names import params_of
from autotune.plan.mode import Mode
from autotune.serialization.scores import are_scores
from autotune.space.conditions import condition
from autotune.space.forbidden_rules import EXAMPLE as RULE_EXAMPLE
from autotune.space.forbidden_rules import ForbiddenRule
from autotune.space.scale import is_number
from autotune.stopping.catalog import STRATEGIES as OF_RULES
from autotune.stopping.parameters import check_fidelity, check_rule

MODES = tuple(str(mode) for mode in Mode)
STRATEGIES = ("random", "grid", "sobol", "bayesian", *OF_RULES)
SAMPLERS = ("gp", "tpe")
TRIAL_VALUES = ("last", "best", "mean")
COMPLETION = ("target", "best_possible", "no_improvement", "convergence", "tolerance")
FAILURES = ("in_a_row", "first")
MAX_PARENTS = 5  # jobs to start from, as in SageMaker and HyperDrive
MIN_BYTES = 1_000_000
PORTFOLIO_EXAMPLE = "{'params': {...}, 'scores': '90 85 .'}"


def _portfolio(name: str, value: object) -> tuple[dict[str, Any], ...]:
    points = tuple(map(params_of, configurations(name, value)))
    for point in points:
        if not _is_scored(point):
            raise SettingError(
                f"{name!r} must hold mappings such as {PORTFOLIO_EXAMPLE}",
                "An empty list: none.",
                name=name,
                value=point,
            )
    lengths = {len(point["scores"].split()) for point in points}
    if len(lengths) > 1:
        raise SettingError(
            f"{name!r} must have as many scores for each configuration",
            name=name,
            value=sorted(lengths),
            got=" and ".join(map(str, sorted(lengths))),
        )
    return points


def _is_scored(point: Mapping[str, object]) -> bool:
    if set(point) != {"params", "scores"} or not isinstance(point["params"], Mapping):
        return False
    scores = point["scores"]
    return isinstance(scores, str) and bool(scores.split()) and are_scores(scores)


def _encode(name: str, value: object) -> Any:
    try:
        return one_of("auto", none=True)(name, value)
    except SettingError as error:
        # scikit-learn's KBinsDiscretizer has an encode of its own
        raise error.hinted("Give the estimator's own encode to the estimator itself.") from None


def _parents(name: str, value: object) -> tuple[str, ...]:
    jobs: Any = () if value is None else value
    jobs = (jobs,) if isinstance(jobs, str) else jobs
    if not is_texts(jobs):
        # scikit-learn's estimators have a warm_start that is True or False
        hint = "Job.name is the name of a job."
        if isinstance(value, bool):
            hint = "Give the estimator's own warm_start to the estimator itself."
        raise SettingError(
            f"{name!r} must be a list of names of jobs", hint, name=name, value=value
        )
    if len(jobs) > MAX_PARENTS or len(set(jobs)) < len(jobs):
        raise SettingError(
            f"{name!r} must name at most {MAX_PARENTS} jobs, each once", name=name, value=value
        )
    return tuple(jobs)


def _metric(name: str, value: object) -> Any:
    if not callable(value) and not (isinstance(value, str) and value):
        raise SettingError(
            f"{name!r} must be a scorer's name or a callable", name=name, value=value
        )
    return value


def _metrics(name: str, value: object) -> tuple[str, ...]:
    if not is_texts(value) or not value or len(set(value)) < len(value):
        raise SettingError(
            f"{name!r} must be a list of names of metrics, each once",
            "For example ['roc_auc', 'neg_log_loss']; the first is tuned unless metric says so.",
            name=name,
            value=value,
        )
    return tuple(value)


def _metric_params(name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not is_texts(tuple(value), tuple):
        raise SettingError(
            f"{name!r} must be a mapping from arguments of the metric to values",
            "For example {'pos_label': 'yes'}.",
            name=name,
            value=value,
        )
    return dict(value)


def _completion(name: str, value: object) -> dict[str, Any]:
    criteria = mapping(name, value, COMPLETION, "{'target': 0.95, 'no_improvement': 20}")
    for key, limit in criteria.items():
        _check_criterion(name, key, limit)
    if set(criteria) == {"tolerance"}:
        raise SettingError(
            f"'{name}.tolerance' must go with no_improvement or convergence",
            name=f"{name}.tolerance",
            value=criteria["tolerance"],
            got="it alone",
        )
    return criteria


def _check_criterion(name: str, key: str, limit: object) -> None:
    place = f"{name}.{key}"
    if key in ("no_improvement", "convergence"):
        whole_number(3)(place, limit)
    elif not is_number(limit):
        raise SettingError(f"{place!r} must be a finite number", name=place, value=limit)
    elif key == "tolerance" and limit < 0:
        raise SettingError(f"{place!r} must be a number >= 0", name=place, value=limit)


def _failures(name: str, value: object) -> dict[str, Any]:
    """Bring a number, for those in a row and for the first, or a mapping of both, to a mapping."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = dict.fromkeys(FAILURES, value)
    limits = mapping(name, value, FAILURES, "{'in_a_row': 10, 'first': 3}")
    return {key: whole_number(1)(f"{name}.{key}", limit) for key, limit in limits.items()}


def _bytes(name: str, value: object) -> int | None:
    """Bring a number of bytes, or a text such as ``2 GB``, to bytes."""
    if value is None:
        return None
    from pydantic import ByteSize, TypeAdapter, ValidationError

    try:
        size = int(TypeAdapter(ByteSize).validate_python(value, strict=isinstance(value, bool)))
    except ValidationError:
        size = 0
    if size < MIN_BYTES or isinstance(value, bool):
        raise SettingError(
            f"{name!r} must be at least 1 MB, in bytes or as a text such as '2 GB', or None",
            name=name,
            value=value,
        )
    return size


def _cost_aware(name: str, value: object) -> Any:
    if isinstance(value, bool) or value is None:
        return bool(value)
    if not isinstance(value, Mapping) or not all(
        isinstance(hyperparameter, str) and is_number(power)
        for hyperparameter, power in value.items()
    ):
        raise SettingError(
            f"{name!r} must be True, False, or powers such as {{'n_estimators': 0.8}}",
            name=name,
            value=value,
        )
    return dict(value)


def _forbidden(name: str, value: object) -> tuple[Any, ...]:
    """Bring texts and mappings to a tuple; a single one needs no list."""
    rows = (value,) if isinstance(value, str | Mapping) else value
    if not isinstance(rows, list | tuple) or not all(
        isinstance(row, str) or (isinstance(row, Mapping) and row) for row in rows
    ):
        raise SettingError(
            f"{name!r} must be a list of expressions such as {RULE_EXAMPLE}",
            "Or of mappings such as {'penalty': ['l1'], 'solver': ['lbfgs']}.",
            name=name,
            value=value,
        )
    return tuple(
        ForbiddenRule(row).text if isinstance(row, str) else dict(condition(row) or {})
        for row in rows
    )


def _cv(name: str, value: object) -> Any:
    if value is None:
        return None
    if isinstance(value, int | float | str):
        return whole_number(2, 1000)(name, value)
    if not hasattr(value, "split") and not isinstance(value, Iterable):
        raise SettingError(
            f"{name!r} must be a number of folds >= 2 or a splitter", name=name, value=value
        )
    return value


CHECKS: dict[str, Check] = {
    "seed": whole_number(0, 2**32 - 1),
    "effort": one_of(*LEVELS),
    "metric": _metric,
    "metrics": _metrics,
    "metric_params": _metric_params,
    "mode": one_of(*MODES),
    "constraints": constraints,
    "cv": _cv,
    "encode": _encode,
    "strategy": one_of(*STRATEGIES),
    "sampler": one_of(*SAMPLERS, none=True),
    "cost_aware": _cost_aware,
    "max_trials": whole_number(1, 1_000_000),
    "max_parallel": whole_number(1, 1024),
    "max_runtime": positive(),
    "trial_timeout": positive(none=True),
    "early_stopping": check_rule,
    "fidelity": check_fidelity,
    "value": one_of(*TRIAL_VALUES),
    "completion": _completion,
    "memory_limit": _bytes,
    "max_retries": whole_number(0, 30),
    "max_failures": _failures,
    "deterministic": flag,
    "threads_per_trial": whole_number(1, 1024),
    "initial_trials": configurations,
    "portfolio": _portfolio,
    "warm_start": _parents,
    "same_data": flag,
    "keep_static": names,
    "forbidden": _forbidden,
    "tune": names,
}
"""The check of each setting; what it returns is the value in its one form."""

SETTINGS = (*CHECKS, "ranges", "facts", "overrides")
"""All names that are not taken as static hyperparameters."""
