"""What evaluates one configuration of a plan: the user's own callable, the tuned function, or cross-validation on the data."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autotune.errors import EngineError, SettingError
from autotune.facts.algorithm_choice import each
from autotune.objective.function import FunctionObjective
from autotune.plan.spec import PlanSpec
from autotune.recommend.trial_setup import _stepping, housekeeping, seeds_left_open, stop_early
from autotune.script import ScriptSpec
from autotune.serialization.values import Opaque, has_opaque

if TYPE_CHECKING:
    from autotune.objective.script import ScriptObjective


def make_objective(plan: PlanSpec, data: Mapping[str, Any], objective: Any) -> Any:
    """Return what evaluates one configuration.

    Raises:
        AutotuneError: if there is nothing to evaluate with, or the data cannot be used.
    """
    metric = plan.metric_name
    if has_opaque(plan.describe()["ranges"]):
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
        return FunctionObjective(objective, metric, unpack=False)
    if plan.target is None:
        raise EngineError(
            f"{plan.estimator} cannot be evaluated by itself: it is not installed, or only its name is known.",
            "Call plan.run(objective=f), where f takes a dict of hyperparameters and returns a number.",
        )
    if not hasattr(plan.target, "get_params"):
        if data.get("X") is not None:
            kind = "script" if isinstance(plan.target, ScriptSpec) else "function"
            raise SettingError(
                f"X and y must go with an estimator, got a {kind}.",
                f"Let the {kind} load its data.",
            )
        if isinstance(plan.target, ScriptSpec):
            return script_objective(
                plan.target, metric, seeds_left_open(plan.target.hyperparameters, plan)
            )
        return FunctionObjective(
            plan.target,
            metric,
            unpack=True,
            seed_names=seeds_left_open(plan.static, plan),
            static=_own(plan),
        )
    return _cross_validation(plan, data, metric)


def script_objective(
    script: ScriptSpec, metric: str, seed_names: tuple[str, ...] = ()
) -> "ScriptObjective":
    """Return what runs a script, its command found from the folder that this process is in.

    Raises:
        SettingError: if the command is not there, or cannot be executed.
    """
    from autotune.objective.command import found_command, found_folder
    from autotune.objective.script import ScriptObjective

    here = Path.cwd()
    return ScriptObjective(
        script, metric, found_command(script, here), found_folder(script, here), seed_names
    )


def _own(plan: PlanSpec) -> dict[str, Any]:
    """Return a function's static values that a plan can hold; others are its own defaults."""
    return {n: v for n, v in plan.static.items() if not isinstance(v, Opaque)}


def _cross_validation(plan: PlanSpec, data: Mapping[str, Any], metric: str) -> Any:
    from autotune import knowledge
    from autotune.facts import check_missing, read_data, read_subject
    from autotune.objective.cross_validation import CrossValidation
    from autotune.objective.metrics import check_metric
    from autotune.objective.rows import check_rows, make_cv

    if data.get("X") is None:
        raise SettingError(
            f"X must be given to tune {plan.estimator}, got None.",
            "Call plan.run(X, y), or plan.run(objective=f).",
        )
    subject = read_subject(plan.target, {}, None)
    facts = read_data(data["X"], data.get("y"), subject.task)
    for estimator in each(plan.target):
        check_missing(estimator, facts["missing"])
        check_metric(plan["metric"], estimator, facts.get("task"), data.get("y"))
    cv = make_cv(plan["cv"], facts.get("task"), plan["seed"], data.get("groups"))
    check_rows(data, cv)
    names = knowledge.table("names").content
    kept = {name: data.get(name) for name in ("X", "y", "groups", "sample_weight")}
    return CrossValidation(
        **kept,
        estimator=plan.target,
        metric=metric,
        scoring=plan["metric"],
        seed=plan["seed"],
        threads=plan["threads_per_trial"],
        cv=cv,
        housekeeping=housekeeping(plan, subject),
        thread_names=tuple(names.threads),
        seed_names=tuple(names.seeds),
        stops_early=stop_early(plan, subject),
        stepping=_stepping(plan, subject),
    )
