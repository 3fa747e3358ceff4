"""How a trial is set up, by knowledge: housekeeping, early stopping, steps, seeds."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autotune.errors import SettingError
from autotune.plan.spec import PlanSpec

if TYPE_CHECKING:
    from autotune.facts import Subject
    from autotune.plan.trial_setup import Stepping


def seeds_left_open(static: Mapping[str, Any], plan: PlanSpec) -> tuple[str, ...]:
    """Return the seeds among static hyperparameters that are left open: whose value is None."""
    from autotune import knowledge
    from autotune.knowledge.names import normal

    seeds = knowledge.table("names").content.seeds
    return tuple(
        n for n, v in static.items() if normal(n) in seeds and v is None and n not in plan.ranges
    )


def housekeeping(plan: PlanSpec, subject: "Subject") -> dict[str, Any]:
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


def stop_early(plan: PlanSpec, subject: "Subject") -> frozenset[str]:
    """Return the prefixes of the estimators whose static hyperparameters ask to stop early, which needs rows to watch."""
    from autotune import knowledge

    asking = set()
    for prefix in [f"{a}__" for a in subject.algorithms] or [""]:
        part = next(p for p in subject.parts if p.prefix == prefix)
        known = knowledge.entry_for(set(part.names))
        if (
            known
            and known.content.early_stopping
            and plan.static.get(prefix + known.content.early_stopping)
        ):
            asking.add(prefix)
    return frozenset(asking)


def _stepping(plan: PlanSpec, subject: "Subject") -> "Stepping | None":
    """Return how fits go on step by step, and at which budgets a trial reports, where the plan has a fidelity."""
    from autotune import knowledge
    from autotune.plan.trial_setup import Stepping, steps_of
    from autotune.stopping.catalog import rung_factor

    if plan["fidelity"] is None:
        return None
    name, factor = plan["fidelity"]["name"], rung_factor(plan["early_stopping"])
    known = knowledge.entry_for(set(subject.owner(name).names))
    how = known.content.continues if known else None
    if how is None:
        raise SettingError(
            f"fidelity={name!r} must be what the fit of {plan.estimator} can go on by.",
            "Drop fidelity.",
        )
    return Stepping(
        name,
        steps_of(plan["fidelity"]["min"], plan["fidelity"]["max"], factor),
        how.by,
        how.total,
    )
