"""What evaluates one configuration of a plan: the user's own callable, the tuned function, or cross-validation on the data."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autotune.errors import EngineError, SettingError
from autotune.objective import FunctionObjective
from autotune.plan import Plan
from autotune.script import Script
from autotune.several import each
from autotune.values import Opaque, has_opaque

if TYPE_CHECKING:
    from autotune.facts import Subject
    from autotune.objective import ScriptObjective
    from autotune.objective.stepwise import Stepping


def make_objective(plan: Plan, data: Mapping[str, Any], objective: Any) -> Any:
    """Return what evaluates one configuration.

    Raises:
        AutotuneError: if there is nothing to evaluate with, or the data cannot be used.
    """
    metric = plan.metric_name
    if has_opaque(plan.describe()["ranges"]):
        raise SettingError(
            "a plan to run must hold values, got some that its file keeps as text only.", "Give those ranges again."
        )
    if objective is not None:
        if not callable(objective):
            raise SettingError(
                f"objective must be callable, got {objective!r}.", "Pass a function of a dict of hyperparameters."
            )
        return FunctionObjective(objective, metric, unpack=False)
    if plan.target is None:
        raise EngineError(
            f"{plan.estimator} cannot be evaluated by itself: it is not installed, or only its name is known.",
            "Call plan.run(objective=f), where f takes a dict of hyperparameters and returns a number.",
        )
    if not hasattr(plan.target, "get_params"):
        if data.get("X") is not None:
            kind = "script" if isinstance(plan.target, Script) else "function"
            raise SettingError(f"X and y must go with an estimator, got a {kind}.", f"Let the {kind} load its data.")
        if isinstance(plan.target, Script):
            return script_objective(plan.target, metric, seeds_left_open(plan.target.hyperparameters, plan))
        return FunctionObjective(
            plan.target, metric, unpack=True, seed_names=seeds_left_open(plan.static, plan), static=_own(plan)
        )
    return _cross_validation(plan, data, metric)


def script_objective(script: Script, metric: str, seed_names: tuple[str, ...] = ()) -> "ScriptObjective":
    """Return what runs a script, its command found from the folder that this process is in.

    Raises:
        SettingError: if the command is not there, or cannot be executed.
    """
    from autotune.objective import ScriptObjective
    from autotune.objective.command import found_command, found_folder

    here = Path.cwd()
    return ScriptObjective(script, metric, found_command(script, here), found_folder(script, here), seed_names)


def _own(plan: Plan) -> dict[str, Any]:
    """Return a function's static values that a plan can hold; others are its own defaults."""
    return {n: v for n, v in plan.static.items() if not isinstance(v, Opaque)}


def seeds_left_open(static: Mapping[str, Any], plan: Plan) -> tuple[str, ...]:
    """Return the seeds among static hyperparameters that are left open: whose value is None."""
    from autotune import knowledge
    from autotune.recommend.fallback import normal

    seeds = knowledge.table("names").content.seeds
    return tuple(n for n, v in static.items() if normal(n) in seeds and v is None and n not in plan.ranges)


def _cross_validation(plan: Plan, data: Mapping[str, Any], metric: str) -> Any:
    from autotune import knowledge
    from autotune.facts import check_missing, read_data, read_subject
    from autotune.objective import CrossValidation
    from autotune.objective.cross_validation import check_rows, make_cv
    from autotune.objective.metrics import check_metric

    if data.get("X") is None:
        raise SettingError(
            f"X must be given to tune {plan.estimator}, got None.", "Call plan.run(X, y), or plan.run(objective=f)."
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
        **kept, estimator=plan.target, metric=metric, scoring=plan["metric"], seed=plan["seed"], threads=plan["threads_per_trial"],
        cv=cv, housekeeping=housekeeping(plan, subject),
        thread_names=tuple(names.threads), seed_names=tuple(names.seeds), stops_early=stop_early(plan, subject),
        stepping=_stepping(plan, subject),
    )  # fmt: skip


def housekeeping(plan: Plan, subject: "Subject") -> dict[str, Any]:
    """Return what the entries set in every trial where the user left it open: no files written, threads that are not shown."""
    from autotune import knowledge

    found: dict[str, Any] = {}
    shown = plan.target.get_params()
    for part in subject.parts:
        known = knowledge.entry_for(set(part.names))
        if known is None:
            continue
        found |= {part.prefix + n: v for n, v in known.content.trial.items() if n not in part.given}
        # CatBoost's get_params holds only what was given, so nothing there says that it takes every core.
        threads = [part.prefix + n for n in known.content.threads]
        if threads and not any(n in shown for n in threads):
            found[threads[0]] = plan["threads_per_trial"]
    return found


def stop_early(plan: Plan, subject: "Subject") -> frozenset[str]:
    """Return the prefixes of the estimators whose static hyperparameters ask to stop early, which needs rows to watch."""
    from autotune import knowledge

    asking = set()
    for prefix in [f"{a}__" for a in subject.algorithms] or [""]:
        part = next(p for p in subject.parts if p.prefix == prefix)
        known = knowledge.entry_for(set(part.names))
        if known and known.content.early_stopping and plan.static.get(prefix + known.content.early_stopping):
            asking.add(prefix)
    return frozenset(asking)


def _stepping(plan: Plan, subject: "Subject") -> "Stepping | None":
    """Return how fits go on step by step, and at which budgets a trial reports, where the plan has a fidelity."""
    from autotune import knowledge
    from autotune.objective.stepwise import Stepping, steps_of

    if plan["fidelity"] is None:
        return None
    name, rule = plan["fidelity"]["name"], plan["early_stopping"] or {}
    known = knowledge.entry_for(set(subject.owner(name).names))
    how = known.content.continues if known else None
    if how is None:
        raise SettingError(f"fidelity={name!r} must be what the fit of {plan.estimator} can go on by.", "Drop fidelity.")
    return Stepping(
        name, steps_of(plan["fidelity"]["min"], plan["fidelity"]["max"], rule.get("reduction_factor")), how.by, how.total
    )
