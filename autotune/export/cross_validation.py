"""An estimator's cross-validation as code: the same folds, threads and seeds as a job's."""

from collections.abc import Mapping, Sequence
from typing import Any

from autotune import knowledge
from autotune.errors import EngineError
from autotune.export.formatting import Group, Node, assigned, flat, laid_out, remarked
from autotune.export.imports import Imports
from autotune.export.literals import call_code, text_code, value_code
from autotune.facts import read_subject
from autotune.facts.algorithm_choice import OneOf
from autotune.objective.cross_validation import CrossValidation
from autotune.objective.fit_params import open_seeds, thread_caps
from autotune.objective.scoring import UNSUPERVISED, ClusterScorer
from autotune.plan.spec import PlanSpec
from autotune.recommend.trial_setup import housekeeping, stop_early
from autotune.serialization.values import is_estimator
from autotune.space.domains import Domain, listed


def rules_of(plan: PlanSpec) -> CrossValidation:
    """Return how an estimator is cross-validated, without data."""
    subject, names = read_subject(plan.target, {}, None), knowledge.table("names").content
    return CrossValidation(
        estimator=plan.target,
        X=None,
        y=None,
        metric=plan.metric_name,
        scoring=plan["metric"],
        cv=plan["cv"],
        seed=plan["seed"],
        threads=plan["threads_per_trial"],
        thread_names=tuple(names.threads),
        seed_names=tuple(names.seeds),
        housekeeping=housekeeping(plan, subject),
        stops_early=stop_early(plan, subject),
    )


def embeds(plan: PlanSpec, rules: CrossValidation) -> tuple[Any, ...]:
    """Return what of ours the code below needs."""
    found: list[Any] = []
    if rules.stops_early:
        from autotune.objective.early_stopping_fit import HeldOut

        found.append(HeldOut)
    if rules.scoring in UNSUPERVISED:
        found.append(ClusterScorer)
    if _has_parts({n: r.value for n, r in plan.ranges.items()}):
        found += [thread_caps, open_seeds]
    return tuple(found)


def estimator_blocks(plan: PlanSpec, rules: CrossValidation, imports: Imports) -> list[list[str]]:
    """Return the constants, ``prepare`` and ``evaluate``."""
    imports.name("sklearn.base.clone")
    imports.name("sklearn.model_selection.cross_validate")
    imports.module("math")
    imports.module("warnings")
    several = isinstance(plan.target, OneOf)
    if several:
        made: Node = Group(
            "{",
            [
                (f"{text_code(k)}: ", value_code(e, imports, k))
                for k, e in plan.target.estimators.items()
            ],
            "}",
        )
    else:
        made = value_code(plan.target, imports, "the estimator")
    constants = [
        *remarked(assigned("METRIC", text_code(rules.metric)), plan.settings["metric"].reason),
        *remarked(assigned("FOLDS", _folds(plan, imports)), plan.settings["cv"].reason),
        assigned("ESTIMATORS" if several else "ESTIMATOR", made),
    ]
    if _has_parts({n: r.value for n, r in plan.ranges.items()}):
        constants.append(assigned("THREAD_NAMES", _names(rules.thread_names)))
        constants.append(assigned("SEED_NAMES", _names(rules.seed_names)))
    prepare = _prepare_one_of(plan, rules, imports) if several else _prepare(plan, rules, imports)
    return [constants, prepare, _cross_validate(rules, imports)]


def _folds(plan: PlanSpec, imports: Imports) -> Node:
    """Return the splitter: what ``make_cv`` makes of a number of folds, without groups."""
    folds = plan["cv"]
    if not isinstance(folds, int):
        if not hasattr(folds, "split"):
            raise EngineError(
                "cv must be a number of folds or a splitter to be written as code, got a list of splits."
            )
        return value_code(folds, imports, "cv")
    task = plan.facts.get("task") or read_subject(plan.target, {}, None).task
    name = "StratifiedKFold" if task in ("binary", "multiclass", "classification") else "KFold"
    called = imports.name(f"sklearn.model_selection.{name}")
    return f"{called}({folds}, shuffle=True, random_state=SEED)"


def _prepare(plan: PlanSpec, rules: CrossValidation, imports: Imports) -> list[str]:
    lines = [
        "def prepare(settings, seed):",
        '    """Return the estimator with a configuration, its threads capped and its open seeds set."""',
        *_with_settings("ESTIMATOR", "settings", _can_be_unknown(plan, plan.target, "")),
        *_set_fixed(rules, plan.target, "", {n: r.value for n, r in plan.ranges.items()}, imports),
    ]
    return [
        *lines,
        f"    return {'HeldOut(estimator, SEED)' if rules.stops_early else 'estimator'}",
    ]


def _prepare_one_of(plan: PlanSpec, rules: CrossValidation, imports: Imports) -> list[str]:
    lines = [
        "def prepare(settings, seed):",
        '    """Return the estimator that a configuration names, its threads capped and its open seeds set."""',
        '    name = settings["algorithm"]',
        '    own = {n.removeprefix(f"{name}__"): value for n, value in settings.items() if n.startswith(f"{name}__")}',
        *_with_settings(
            "ESTIMATORS[name]",
            "own",
            any(_can_be_unknown(plan, e, f"{k}__") for k, e in _each(plan)),
        ),
    ]
    for key, estimator in _each(plan):
        domains = {
            n.removeprefix(f"{key}__"): r.value
            for n, r in plan.ranges.items()
            if n.startswith(f"{key}__")
        }
        fixed = _set_fixed(rules, estimator, f"{key}__", domains, imports)
        held = (
            ["    estimator = HeldOut(estimator, SEED)"] if f"{key}__" in rules.stops_early else []
        )
        if fixed or held:
            lines += [
                f"    if name == {text_code(key)}:",
                *(f"    {line}" for line in [*fixed, *held]),
            ]
    return [*lines, "    return estimator"]


def _each(plan: PlanSpec) -> list[tuple[str, Any]]:
    return list(plan.target.estimators.items())


def _with_settings(estimator: str, settings: str, unknown: bool) -> list[str]:
    if not unknown:
        return [f"    estimator = clone({estimator}).set_params(**{settings})"]
    return [
        f"    estimator = clone({estimator})",
        "    known = estimator.get_params()",
        "    # None stands for what is not set: get_params lacks it, and it could not be cloned.",
        f"    estimator.set_params(**{{n: v for n, v in {settings}.items() if v is not None or n in known}})",
    ]


def _can_be_unknown(plan: PlanSpec, estimator: Any, prefix: str) -> bool:
    """Return whether None may be drawn for a name that the estimator's ``get_params`` lacks."""
    known = estimator.get_params()
    own = {n.removeprefix(prefix): r.value for n, r in plan.ranges.items() if n.startswith(prefix)}
    return any(n not in known and None in listed(d) for n, d in own.items())


def _set_fixed(
    rules: CrossValidation,
    estimator: Any,
    prefix: str,
    domains: Mapping[str, Domain],
    imports: Imports,
) -> list[str]:
    """Return the lines that set what every trial has set: housekeeping, threads and seeds."""
    params = estimator.get_params()
    fixed: dict[str, Any] = {
        n.removeprefix(prefix): v for n, v in rules.housekeeping.items() if n.startswith(prefix)
    }
    if not _has_parts(domains):
        fixed |= thread_caps(params, domains, rules.thread_names, rules.threads)
    arguments: dict[str, Node] = {n: value_code(v, imports, n) for n, v in fixed.items()}
    if not _has_parts(domains):
        arguments |= dict.fromkeys(open_seeds(params, domains, rules.seed_names, 0), "seed")
        return (
            [f"    {laid_out(call_code('estimator.set_params', arguments), 4, 4)}"]
            if arguments
            else []
        )
    first = (
        [f"    {laid_out(call_code('estimator.set_params', arguments), 4, 4)}"] if arguments else []
    )
    return [
        *first,
        "    params = estimator.get_params()",
        f"    estimator.set_params(**thread_caps(params, settings, THREAD_NAMES, {rules.threads}))",
        "    estimator.set_params(**open_seeds(params, settings, SEED_NAMES, seed))",
    ]


def _has_parts(domains: Mapping[str, Domain]) -> bool:
    """Return whether an estimator is among the values, so that the names within differ from trial to trial."""
    return any(is_estimator(v) for d in domains.values() for v in listed(d))


def _names(names: Sequence[str]) -> Group:
    return Group("(", [("", text_code(n)) for n in names], ")", lone=len(names) == 1)


def _cross_validate(rules: CrossValidation, imports: Imports) -> list[str]:
    scoring = (
        "METRIC"
        if isinstance(rules.scoring, str)
        else flat(value_code(rules.scoring, imports, "metric"))
    )
    scoring = (
        {"score": "None"}.get(rules.scoring, scoring) if isinstance(rules.scoring, str) else scoring
    )
    if rules.scoring in UNSUPERVISED:
        scoring = "ClusterScorer(METRIC)"
    return [
        "def evaluate(X, y, settings, seed):",
        '    """Return the mean score over the folds, which are the same in every trial."""',
        "    with warnings.catch_warnings():",
        '        warnings.simplefilter("ignore")',
        f'        got = cross_validate(prepare(settings, seed), X, y, scoring={scoring}, cv=FOLDS, error_score="raise")',
        '    scores = [float(score) for score in got["test_score"]]',
        "    mean = sum(scores) / len(scores)",
        "    if not math.isfinite(mean):",
        '        raise ValueError(f"{METRIC} must be finite, got {scores}")',
        "    return mean",
    ]
