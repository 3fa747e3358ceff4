"""Scorers made of a metric's name and its parameters; the positive class of binary ones."""

import inspect
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.facts.types import Scorer
from autotune.objective.scoring import UNSUPERVISED
from autotune.plan.scorer_recipe import ScorerRecipe
from autotune.serialization.values import load_dotted, public_name

ARGUMENTS = 2  # of a metric's function: the targets, and what the estimator says of them
POSITIVE = "pos_label"
WEIGHTS = "sample_weight"  # of the rows: none that hold for all folds
Recipes = Mapping[str, ScorerRecipe]


def recipe_of(metric: object, recipes: Recipes) -> ScorerRecipe | None:
    """Return how a metric's scorer is made, the plan's recipes first; None if nothing says so."""
    if not isinstance(metric, str):
        return None
    if metric in recipes:
        return recipes[metric]
    if metric in UNSUPERVISED:
        return ScorerRecipe(f"sklearn.metrics.{metric}")
    from sklearn.metrics import get_scorer, get_scorer_names

    return recipe_of_scorer(get_scorer(metric)) if metric in get_scorer_names() else None


def recipe_of_scorer(scorer: Scorer) -> ScorerRecipe | None:
    """Read off a scorer of scikit-learn how it was made; None if it tells no more."""
    function = public_name(getattr(scorer, "_score_func", None))
    method = getattr(scorer, "_response_method", None)
    if function is None or method is None:
        return None
    methods = (method,) if isinstance(method, str) else tuple(method)
    return ScorerRecipe(function, methods, scorer._sign < 0, dict(scorer._kwargs))


def parameters_of(recipe: ScorerRecipe) -> dict[str, inspect.Parameter]:
    """Return the arguments of a metric's function beside targets and predictions, by name."""
    parameters = inspect.signature(load_dotted(recipe.function)).parameters
    return {
        name: parameter
        for name, parameter in list(parameters.items())[ARGUMENTS:]
        if name != WEIGHTS
    }


def has_positive_class(recipe: ScorerRecipe | None, params: Mapping[str, object]) -> bool:
    """Return whether a metric looks at one of two classes, which it calls positive."""
    if recipe is None:
        return False
    parameters = parameters_of(recipe)
    if POSITIVE not in parameters:
        return False
    if "average" not in parameters or parameters["average"].default != "binary":
        return True
    average = {"average": "binary", **recipe.params, **params}["average"]
    return bool(average == "binary")


def accepted(recipe: ScorerRecipe | None, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of some arguments that a metric's function takes."""
    if recipe is None or not params:
        return {}
    parameters = parameters_of(recipe)
    return {name: value for name, value in params.items() if name in parameters}


def with_params(metric: Scorer, params: Mapping[str, Any], recipes: Recipes) -> Scorer:
    """Return a metric's scorer with these arguments; its name where it needs none of them.

    Arguments that the metric's function does not take are another metric's.
    """
    recipe = recipe_of(metric, recipes)
    if recipe is None or metric in UNSUPERVISED:
        return metric
    complete = recipe_with(recipe, params)
    if complete.params == recipe.params and metric not in recipes:
        return metric
    return made(complete)


def recipe_with(recipe: ScorerRecipe, params: Mapping[str, Any]) -> ScorerRecipe:
    """Return a recipe with those of some arguments that its function takes."""
    taken = accepted(recipe, params)
    if not has_positive_class(recipe, taken):
        taken.pop(POSITIVE, None)
    return replace(recipe, params={**recipe.params, **taken})


def made(recipe: ScorerRecipe) -> Any:
    """Return the scorer of a recipe."""
    from sklearn.metrics import make_scorer

    response: Any = recipe.response[0] if len(recipe.response) == 1 else recipe.response
    return make_scorer(
        load_dotted(recipe.function),
        response_method=response,
        greater_is_better=not recipe.is_loss,
        **recipe.params,
    )


def check_params(metrics: Mapping[str, ScorerRecipe | None], params: Mapping[str, object]) -> None:
    """Refuse arguments that no metric's function takes, and a function that lacks one it needs.

    Raises:
        SettingError: naming the argument and the nearest ones.
    """
    known = {name: parameters_of(recipe) for name, recipe in metrics.items() if recipe is not None}
    names = sorted({argument for parameters in known.values() for argument in parameters})
    for name in params:
        if name not in names:
            metric = " or ".join(map(repr, metrics))
            raise SettingError(
                f"metric_params: {name!r} must be an argument of the metric {metric}",
                did_you_mean(name, names) or "Drop it.",
                name=f"metric_params.{name}",
                value=params[name],
            )
    for metric, parameters in known.items():
        _check_complete(metric, parameters, {**(metrics[metric] or _NONE).params, **params})


_NONE = ScorerRecipe("")


def _check_complete(
    metric: str, parameters: Mapping[str, inspect.Parameter], params: Mapping[str, object]
) -> None:
    for name, parameter in parameters.items():
        named = parameter.kind in (parameter.KEYWORD_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        if named and parameter.default is parameter.empty and name not in params:
            raise SettingError(
                f"metric {metric!r} must be given its {name}",
                f"For example metric_params={{{name!r}: 1}}.",
                name=f"metric_params.{name}",
            )
