"""What people call scorers: names and functions that are refused with the scorer to write."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from autotune import knowledge
from autotune.errors import SettingError
from autotune.objective.metrics import is_scorer_name
from autotune.plan.scorer_recipe import ScorerRecipe

SCORER_ARGUMENTS = (None, None, None)  # the estimator, X and y


def recipes_for(metrics: tuple[object, ...], params: Mapping[str, object]) -> dict[str, Any]:
    """Return how the scorers are made that scikit-learn has no name for, or not with arguments."""
    table = knowledge.table("metrics").content
    recipes = {}
    for metric in metrics:
        row = table.scorers.get(metric) if isinstance(metric, str) else None
        if row is None:
            continue
        other = [
            rule.response
            for rule in table.responses
            if rule.scorer == metric and rule.argument in params
        ]
        response = other[0] if other else row.response
        if response:
            recipes[str(metric)] = ScorerRecipe(
                row.function, tuple(response), row.is_loss, dict(row.params)
            )
    return recipes


def is_made(metric: str) -> bool:
    """Return whether a scorer of this name is made of a function of scikit-learn."""
    row = knowledge.table("metrics").content.scorers.get(metric)
    return row is not None and bool(row.response)


def check_name(metric: object) -> None:
    """Refuse what people call a scorer, and a metric's function in the place of a scorer.

    Raises:
        SettingError: with the scorer's name, which need not be guessed.
    """
    if isinstance(metric, str):
        _check_text(metric)
    elif callable(metric):
        _check_function(metric)


def _check_text(metric: str) -> None:
    table = knowledge.table("metrics").content
    scorer = table.scorer_named(metric)
    if scorer is None or metric in table.scorers or is_scorer_name(metric):
        return
    raise SettingError(
        "metric must be a scorer's name or a scorer",
        f"Write metric={scorer!r}{_direction(scorer)}.",
        name="metric",
        value=metric,
    )


def _direction(scorer: str) -> str:
    return ", larger is better, as it is negated" if scorer.startswith("neg_") else ""


def _check_function(metric: Callable[..., Any]) -> None:
    if not _takes_targets(metric):
        return
    name = getattr(metric, "__name__", type(metric).__name__)
    scorer = knowledge.table("metrics").content.scorer_named(name)
    loss = scorer is not None and scorer.startswith("neg_")
    made = f"make_scorer({name}{', greater_is_better=False' if loss else ''})"
    is_known = scorer and str(metric.__module__).startswith("sklearn.")
    unsure = "" if is_known else ", with greater_is_better=False where less is better"
    raise SettingError(
        "metric must be a scorer's name or a callable of estimator, X and y",
        f"Write metric={scorer!r} or {made}." if is_known else f"Write metric={made}{unsure}.",
        name="metric",
        value=metric,
        got=f"the function {name} of targets and predictions",
    )


def _takes_targets(metric: Callable[..., Any]) -> bool:
    """Return whether a callable takes targets and predictions, not an estimator, X and y."""
    try:
        signature = inspect.signature(metric)
        signature.bind(*SCORER_ARGUMENTS)
    except TypeError:
        return True
    except ValueError:  # one without a signature, such as a function written in C
        return False
    first = next(iter(signature.parameters.values()))
    return first.name.lower() in knowledge.table("metrics").content.targets
