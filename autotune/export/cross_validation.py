"""An estimator's cross-validation as code: the same folds, threads and seeds as a job's."""

from collections.abc import Mapping, Sequence

from autotune.errors import EngineError
from autotune.export.embed import Wanted
from autotune.export.formatting import Node, assigned, remarked
from autotune.export.imports import Imports
from autotune.export.literals import dict_code, text_code, tuple_code, value_code
from autotune.export.scorers import kind_of_scorer, scorer_lines
from autotune.facts.algorithm_choice import OneOf, below, each
from autotune.facts.task import task_of
from autotune.objective.cross_validation import CrossValidation
from autotune.objective.fit_params import open_seeds, thread_caps
from autotune.plan.spec import PlanSpec
from autotune.serialization.values import is_estimator
from autotune.space.domains import Domain, listed

TEMPLATES = "autotune.export.templates"


def estimator_templates(plan: PlanSpec, rules: CrossValidation) -> tuple[Wanted, ...]:
    """Return the templates by which an estimator is made and evaluated."""
    estimator = "several" if isinstance(plan.target, OneOf) else "single"
    if _has_parts(plan):
        if estimator == "single" and rules.stops_early:
            raise EngineError(
                f"a program of {plan.estimator} cannot both stop early and tune estimators within.",
                "Leave one of them out.",
            )
        estimator += "_with_parts"
    elif rules.stops_early:
        estimator += "_stopping_early"
    evaluated = "pipeline" if rules.encoders else "estimator"
    folds = "cross_validation_of_labels" if _encodes(plan) else "cross_validation"
    return (
        f"{TEMPLATES}.{estimator}:make_estimator",
        *((f"{TEMPLATES}.{folds}:mean_score",) if plan["cv"] is not None else ()),
        f"{TEMPLATES}.score_by_{kind_of_scorer(plan, rules)}_scorer:score",
        f"{TEMPLATES}.evaluation_of_{evaluated}:evaluate",
    )


def _encodes(plan: PlanSpec) -> bool:
    """Return whether class labels are encoded: unless the plan's data are known to have 0, 1, ….

    Around labels that are such already, encoding changes nothing.
    """
    facts = plan.facts
    if not plan.trial_setup.labels_from_zero:
        return False
    rarest = facts.get("minority", 0.0) * facts.get("rows", 0)
    in_each_fold = isinstance(plan["cv"], int) and rarest >= plan["cv"]
    return not (in_each_fold and facts.get("labels_from_zero", True))


def estimator_blocks(plan: PlanSpec, rules: CrossValidation, imports: Imports) -> list[list[str]]:
    """Return the constants by which an estimator is made and evaluated."""
    metric = remarked(assigned("METRIC", text_code(rules.metric)), plan.settings["metric"].remark)
    folds = _folds_lines(plan, imports)
    scoring = scorer_lines(plan, rules, imports)
    several = isinstance(plan.target, OneOf)
    estimator = _several(plan, rules, imports) if several else _single(plan, rules, imports)
    encoders = _encoders(plan, rules, imports) if rules.encoders else []
    return [[*metric, *scoring, *folds, *estimator, *_part_names(plan, rules), *encoders]]


def _encoders(plan: PlanSpec, rules: CrossValidation, imports: Imports) -> list[str]:
    """Return the steps before each estimator, which encode the columns of a table."""
    codes: dict[str, Node] = {
        prefix.removesuffix("__"): value_code(list(steps), imports, "encode")
        for prefix, steps in rules.encoders.items()
    }
    return remarked(assigned("ENCODERS", dict_code(codes)), plan.settings["encode"].remark)


def _folds_lines(plan: PlanSpec, imports: Imports) -> list[str]:
    """Return the constant of the folds; none where clusters are judged on all rows."""
    if plan["cv"] is None:
        return []
    return remarked(assigned("FOLDS", _folds(plan, imports)), plan.settings["cv"].remark)


def _folds(plan: PlanSpec, imports: Imports) -> Node:
    """Return the splitter: what ``make_cv`` makes of a number of folds, without groups."""
    folds = plan["cv"]
    if not isinstance(folds, int):
        if not hasattr(folds, "split"):
            raise EngineError(
                "cv must be a number of folds or a splitter to be written as code, "
                "got a list of splits."
            )
        return value_code(folds, imports, "cv")
    task = plan.facts.get("task") or task_of(each(plan.target)[0])
    is_classification = task in ("binary", "multiclass", "classification")
    name = "StratifiedKFold" if is_classification else "KFold"
    splitter = imports.name(f"sklearn.model_selection.{name}")
    return f"{splitter}({folds}, shuffle=True, random_state=SEED)"


def _single(plan: PlanSpec, rules: CrossValidation, imports: Imports) -> list[str]:
    """Return the estimator, and what is set in it in each trial."""
    fixed, seeds = _set_in_each_trial(plan, rules, rules.estimator, "")
    estimator = value_code(rules.estimator, imports, "the estimator")
    lines = [assigned("ESTIMATOR", estimator), *_remarked_fixed("FIXED_PARAMS", fixed, imports)]
    if not _has_parts(plan):
        lines += _remarked_seeds("SEED_PARAMS", tuple_code(seeds))
    return lines


def _several(plan: PlanSpec, rules: CrossValidation, imports: Imports) -> list[str]:
    """Return the estimators by name, and what is set in each of them in each trial."""
    estimators = rules.estimator.estimators
    settings = {
        name: _set_in_each_trial(plan, rules, estimator, f"{name}__")
        for name, estimator in estimators.items()
    }
    codes = {name: value_code(value, imports, name) for name, value in estimators.items()}
    fixed = {name: fixed for name, (fixed, _) in settings.items()}
    lines = [assigned("ESTIMATORS", dict_code(codes))]
    lines += _remarked_fixed("FIXED_PARAMS_OF", fixed, imports)
    if not _has_parts(plan):
        seeds = {name: tuple_code(seeds) for name, (_, seeds) in settings.items()}
        lines += _remarked_seeds("SEED_PARAMS_OF", dict_code(seeds))
    if rules.stops_early or _has_parts(plan):
        stopping = [name for name in estimators if f"{name}__" in rules.stops_early]
        lines.append(assigned("STOPPING_EARLY", tuple_code(stopping)))
    return lines


def _remarked_fixed(name: str, params: Mapping[str, object], imports: Imports) -> list[str]:
    code = value_code(dict(params), imports, "the estimator")
    remark = "The same in each trial: threads, and nothing written to disk." if params else ""
    return remarked(assigned(name, code), remark)


def _remarked_seeds(name: str, code: Node) -> list[str]:
    return remarked(assigned(name, code), "Set to the trial's seed.")


def _part_names(plan: PlanSpec, rules: CrossValidation) -> list[str]:
    """Return what threads and seeds are called where they are looked for in each trial."""
    if not _has_parts(plan):
        return []
    return [
        assigned("THREADS", repr(rules.threads)),
        assigned("THREAD_NAMES", tuple_code(rules.thread_names)),
        assigned("SEED_NAMES", tuple_code(rules.seed_names)),
    ]


def _set_in_each_trial(
    plan: PlanSpec, rules: CrossValidation, estimator: object, prefix: str
) -> tuple[dict[str, object], Sequence[str]]:
    """Return the hyperparameters that have one value in each trial, and those set to its seed.

    Where estimators are among the values of a hyperparameter, threads and seeds are looked for in
    each trial instead.
    """
    key = prefix.removesuffix("__")
    fixed = below(key, rules.housekeeping) if prefix else dict(rules.housekeeping)
    if _has_parts(plan):
        return fixed, ()
    ranges = below(key, plan.ranges) if prefix else dict(plan.ranges)
    params = estimator.get_params()  # type: ignore[attr-defined]
    fixed |= thread_caps(params, ranges, rules.thread_names, rules.threads)
    return fixed, tuple(open_seeds(params, ranges, rules.seed_names, 0))


def _has_parts(plan: PlanSpec) -> bool:
    """Return whether estimators are values, so that the names within differ between trials."""
    domains: list[Domain] = [r.value for r in plan.ranges.values()]
    return any(is_estimator(value) for domain in domains for value in listed(domain))
