"""What evaluates a plan's configurations: a callable, a script, or cross-validation on data."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autotune.errors import DataError, EngineError, SettingError
from autotune.facts.algorithm_choice import each
from autotune.facts.task import task_of
from autotune.facts.types import Column
from autotune.objective.function import FunctionObjective
from autotune.objective.metrics import MARK_OUTLIERS, OWN
from autotune.plan.constraints import check_recorded, figures_of_estimators
from autotune.plan.spec import NOT_INSTALLED, PlanSpec
from autotune.script import ScriptSpec
from autotune.serialization.values import Opaque, holds_opaque, without_aliases
from autotune.space.domains import listed
from autotune.stopping.catalog import rung_factor

if TYPE_CHECKING:
    from autotune.objective.cross_validation import CrossValidation
    from autotune.objective.folds import FoldClasses
    from autotune.objective.script import ScriptObjective


def make_objective(plan: PlanSpec, data: Mapping[str, object], objective: object) -> Any:
    """Return what evaluates one configuration.

    Raises:
        AutotuneError: if there is nothing to evaluate with, or the data cannot be used.
    """
    if any(holds_opaque(listed(chosen.value)) for chosen in plan.ranges.values()):
        raise SettingError(
            "a plan to run must hold values, got some that its file keeps as text only.",
            "Give those ranges again.",
        )
    if objective is not None:
        if not callable(objective):
            raise SettingError(
                f"objective must be callable, got {objective!r}.",
                "Pass a function of a dict of hyperparameters.",
            )
        return FunctionObjective(
            objective, plan.metric_name, unpack=False, value=plan.trial_value, mode=plan.mode
        )
    if plan.target is None:
        missing = plan.facts.get(NOT_INSTALLED)
        why = (
            f"{missing} was not installed when the plan was made"
            if missing
            else "it is not installed, or only its name is known"
        )
        raise EngineError(
            f"{plan.estimator} cannot be evaluated by itself: {why}.",
            "Call plan.run(objective=f), where f takes a dict of hyperparameters and returns a"
            " number.",
        )
    if hasattr(plan.target, "get_params"):
        return _cross_validation(plan, data)
    return _without_data(plan, data)


def _without_data(
    plan: PlanSpec, data: Mapping[str, object]
) -> "ScriptObjective | FunctionObjective":
    """Return the objective of a script or a function, which load their data themselves."""
    if data.get("X") is not None:
        kind = "script" if isinstance(plan.target, ScriptSpec) else "function"
        raise SettingError(
            f"X and y must go with an estimator, got a {kind}.",
            f"Let the {kind} load its data.",
        )
    if isinstance(plan.target, ScriptSpec):
        seeds = plan.trial_setup.open_seeds(plan.target.hyperparameters, plan.ranges)
        script = script_objective(plan.target, plan.metric_name, seeds)
        return replace(script, value=plan.trial_value, mode=plan.mode)
    return FunctionObjective(
        plan.target,
        plan.metric_name,
        unpack=True,
        seed_names=plan.trial_setup.open_seeds(plan.static, plan.ranges),
        static=_static_values(plan),
        value=plan.trial_value,
        mode=plan.mode,
    )


def script_objective(
    script: ScriptSpec, metric: str, seed_names: tuple[str, ...] = ()
) -> "ScriptObjective":
    """Return what runs a script, its command found from the folder that this process is in.

    Raises:
        SettingError: if the command is not there, or cannot be executed.
    """
    from autotune.objective.command import found_command, found_folder
    from autotune.objective.script import ScriptObjective

    base = Path.cwd()
    return ScriptObjective(
        script, metric, found_command(script, base), found_folder(script, base), seed_names
    )


def _static_values(plan: PlanSpec) -> dict[str, Any]:
    """Return a function's static values that a plan can hold; others are its own defaults."""
    return {name: value for name, value in plan.static.items() if not isinstance(value, Opaque)}


def _cross_validation(plan: PlanSpec, data: Mapping[str, object]) -> "CrossValidation":
    from autotune.facts.data import check_missing, read_data
    from autotune.facts.targets import as_target
    from autotune.objective.folds import check_folds, folds_of
    from autotune.objective.rows import check_rows, drawn_once, make_cv

    if data.get("X") is None:
        raise SettingError(
            f"X must be given to tune {plan.estimator}, got None.",
            "Call plan.run(X, y), or plan.run(objective=f); on the command line, give --data FILE"
            " --target COLUMN.",
        )
    task = task_of(each(plan.target)[0])
    facts = read_data(data["X"], data.get("y"), task)
    data = {**data, "y": as_target(data.get("y"), task)}
    for estimator in each(plan.target) if not plan.trial_setup.encoders else ():
        check_missing(estimator, facts["missing"])
    _check_scorer(plan, data["y"], facts.get("task"))
    if plan.trial_setup.groups:
        _check_groups(plan, data)
    _check_labels(plan["metric"], facts.get("task"), data.get("y"))
    is_marked = facts.get("task") == "outlier" and "rare_class" in facts
    kind = "binary" if is_marked else facts.get("task")  # every fold needs some outliers
    cv = make_cv(plan["cv"], kind, plan["seed"], data.get("groups"))
    check_rows(data, cv)
    cv, rules = drawn_once(cv, data), cross_validation_of(plan)
    folds = folds_of(cv, data, data["y"], facts.get("task"))
    check_folds(folds, plan.metric_name, rules.scoring)
    return replace(
        rules,
        cv=cv,
        X=data["X"],
        y=data.get("y"),
        groups=data.get("groups"),
        sample_weight=data.get("sample_weight"),
        encodes=_encodes(plan, data["y"], folds),
    )


def _check_scorer(plan: PlanSpec, y: Column, task: str | None) -> None:
    """Refuse a metric that the data or an estimator do not fit."""
    from autotune.objective.metrics import check_metric
    from autotune.objective.positive_class import check_positive_class

    params, recipes = plan.metric_params, plan.trial_setup.scorers
    check_positive_class(params, y)
    figures = figures_of_estimators(plan["metric"], plan.further_metrics)
    check_recorded(plan.constraints, figures, plan.estimator)
    for estimator in each(plan.target):
        for metric in (plan["metric"], *plan.further_metrics):
            check_metric(metric, estimator, task, y, params=params, recipes=recipes)


def _encodes(plan: PlanSpec, y: Column, folds: "list[FoldClasses]") -> frozenset[str]:
    """Return the estimators around which labels are encoded: whose labels are not 0, 1, 2, ….

    So they are in a fold whose training rows lack a class.
    """
    from autotune.facts.targets import from_zero
    from autotune.objective.folds import lacks_a_class

    needing = plan.trial_setup.labels_from_zero
    if not needing or not folds or (from_zero(y) and not lacks_a_class(folds)):
        return frozenset()
    return frozenset(needing)


def _check_groups(plan: PlanSpec, data: Mapping[str, object]) -> None:
    """Refuse a ranker without the query of each row, and with weights, which libraries read
    differently.
    """
    if data.get("groups") is None:
        raise DataError(
            f"groups must be given to tune {plan.estimator}: which rows answer one query",
            "Call plan.run(X, y, groups=q), with the query of each row.",
            name="groups",
        )
    if data.get("sample_weight") is not None:
        raise DataError(
            f"sample_weight must be left out for {plan.estimator}, whose rows come in groups",
            name="sample_weight",
        )


def _check_labels(metric: object, task: object, y: object) -> None:
    """Refuse a metric of true labels where there are none."""
    if y is not None or not isinstance(metric, str) or metric in OWN:
        return
    if task == "clustering":
        raise DataError(
            f"y must hold the true clusters for metric={metric!r}",
            "Call plan.run(X, y), or choose silhouette_score.",
            name="y",
        )
    if task == "outlier":
        raise DataError(f"y must mark the outliers for metric={metric!r}", MARK_OUTLIERS, name="y")


def cross_validation_of(plan: PlanSpec) -> "CrossValidation":
    """Return how a plan's estimator is cross-validated, as yet without data."""
    from autotune.objective.cross_validation import CrossValidation

    setup, threads = plan.trial_setup, plan["threads_per_trial"]
    return CrossValidation(
        estimator=without_aliases(plan.target, setup.real_names),
        X=None,
        y=None,
        metric=plan.metric_name,
        scoring=_scoring(plan, plan["metric"]),
        further={name: _scoring(plan, name) for name in plan.further_metrics},
        cv=plan["cv"],
        seed=plan["seed"],
        threads=threads,
        thread_names=setup.thread_names,
        seed_names=setup.seed_names,
        housekeeping=setup.fixed_params(threads),
        stops_early=frozenset(setup.early_stopping),
        stepping=setup.stepping(plan["fidelity"], rung_factor(plan["early_stopping"])),
        group_arguments=setup.groups,
        real_names=setup.real_names,
        encoders={prefix: encoder.steps for prefix, encoder in setup.encoders.items()},
    )


def _scoring(plan: PlanSpec, metric: Any) -> Any:
    """Return the scorer of a metric: of one group of rows, for a ranker."""
    from autotune.objective.outliers import OutlierScorer
    from autotune.objective.scorers import POSITIVE, recipe_with, with_params
    from autotune.objective.scoring import ClusterScorer

    params, recipes = plan.metric_params, plan.trial_setup.scorers
    if plan.facts.get("task") == "clustering" and isinstance(metric, str) and metric != "score":
        return ClusterScorer(metric, params)
    if plan.facts.get("task") == "outlier" and isinstance(metric, str) and metric != "score":
        others = {name: value for name, value in params.items() if name != POSITIVE}
        return OutlierScorer(with_params(metric, others, recipes), params.get(POSITIVE))
    if not plan.trial_setup.groups or not isinstance(metric, str):
        return with_params(metric, params, recipes)
    from autotune.objective.ranking import QueryScorer

    return QueryScorer(recipe_with(recipes[metric], params))
