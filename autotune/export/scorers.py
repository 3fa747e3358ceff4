"""The scorer of a plan's metric as code."""

from autotune.errors import EngineError
from autotune.export.formatting import Group, Node, assigned, remarked
from autotune.export.imports import Imports
from autotune.export.literals import plain_code, tuple_code, value_code
from autotune.objective.cross_validation import CrossValidation
from autotune.objective.metrics import is_scorer_name
from autotune.objective.positive_class import open_positive_class
from autotune.objective.scorers import recipe_of, recipe_of_scorer
from autotune.objective.scoring import ClusterScorer
from autotune.plan.scorer_recipe import ScorerRecipe
from autotune.plan.spec import PlanSpec

OWN_SCORE = "score"  # the metric's name where an estimator's own score is tuned
MAKE_SCORER = "sklearn.metrics.make_scorer"


def kind_of_scorer(plan: PlanSpec, rules: CrossValidation) -> str:
    """Return which of the templates of an evaluation a plan's metric needs."""
    if isinstance(rules.scoring, ClusterScorer):
        return "all_rows" if plan["cv"] is None else "cluster"
    if plan["cv"] is None:
        raise EngineError(
            "a program must judge clusters by a metric's name where it has no folds.",
            "Set metric to a name, or cv to a number of folds.",
        )
    if open_positive_class(plan):
        return "binary"
    if isinstance(rules.scoring, str) and not is_scorer_name(rules.scoring):
        raise EngineError(
            f"a program with data must have a scorer's name as its metric, got {rules.scoring!r}.",
            "Set metric to a scorer's name.",
        )
    return "named" if isinstance(rules.scoring, str) and rules.scoring != OWN_SCORE else "custom"


def scorer_lines(plan: PlanSpec, rules: CrossValidation, imports: Imports) -> list[str]:
    """Return the constant that holds the scorer, where it is more than the metric's name."""
    match kind_of_scorer(plan, rules):
        case "cluster" | "all_rows":
            params = value_code(dict(plan.metric_params), imports, "metric_params")
            return assigned("METRIC_PARAMS", params).splitlines()
        case "binary":
            recipe = recipe_of(plan["metric"], plan.trial_setup.scorers)
            assert recipe is not None
            partial = imports.name("functools.partial")
            code = _call(f"{partial}(", [("", imports.name(MAKE_SCORER))], recipe, imports)
            remark = "Called with the positive class, the rarer one of the data."
            return remarked(assigned("MAKE_SCORING", code), remark)
        case "custom":
            setting = plan.settings.get("metric_params")
            lines = assigned("SCORING", _custom(rules.scoring, imports))
            return remarked(lines, setting.remark if setting else "")
    return []


def _custom(scoring: object, imports: Imports) -> Node:
    recipe = recipe_of_scorer(scoring)
    if recipe is None:
        return value_code(None if scoring == OWN_SCORE else scoring, imports, "metric")
    return _call(f"{imports.name(MAKE_SCORER)}(", [], recipe, imports)


def _call(
    start: str, first: list[tuple[str, Node]], recipe: ScorerRecipe, imports: Imports
) -> Group:
    """Return a call that makes the scorer of a recipe."""
    single = len(recipe.response) == 1
    response = plain_code(recipe.response[0]) if single else tuple_code(recipe.response)
    items = [*first, ("", imports.name(recipe.function)), ("response_method=", response)]
    if recipe.is_loss:
        items.append(("greater_is_better=", "False"))
    for name, value in recipe.params.items():
        items.append((f"{name}=", value_code(value, imports, name)))
    return Group(start, items, ")")
