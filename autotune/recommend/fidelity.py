"""The hyperparameter that is a trial's budget: its name, its ends, and early stopping by it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autotune import knowledge
from autotune.errors import SettingError, did_you_mean
from autotune.facts import Subject
from autotune.knowledge.names import normal
from autotune.plan.choices import Setting
from autotune.plan.overrides import Overrides, UserValue
from autotune.recommend.candidates import Proposal
from autotune.recommend.decision_tables import decide
from autotune.recommend.entry_values import own_value, spelling
from autotune.recommend.trial_setup import learned_fields
from autotune.space.scale import is_number
from autotune.stopping.catalog import declaration_of
from autotune.stopping.factory import completed as complete_rule

FEWEST = 2  # a budget of one step cannot be stopped early


def decided(
    subject: Subject, proposals: list[Proposal], overrides: Overrides, context: Mapping[str, object]
) -> Setting:
    """Return the complete setting ``fidelity``: the user's, or by the decision table.

    Raises:
        SettingError: if the user's choice is not a budget, or trials of this estimator cannot be
            judged by it.
    """
    candidates = budgets(subject, proposals)
    # A budget that the user names is tuned, as any other; one of a single step has no parts.
    name = next((n for n in candidates if n not in overrides.ranges and candidates[n]), None)
    requested = {
        name: overrides.value(name)
        for name in ("strategy", "early_stopping")
        if name in overrides.settings
    }
    setting = decide(
        ["fidelity"],
        overrides,
        {**context, **requested, "fidelity_name": name, "fidelity_max": candidates.get(name or "")},
    )
    return (
        _with_ends(setting["fidelity"], candidates, subject)
        if setting["fidelity"].value is not None
        else setting["fidelity"]
    )


def budgets(subject: Subject, proposals: list[Proposal]) -> dict[str, int | None]:
    """Return the hyperparameters that may be a trial's budget, with their static values."""
    if subject.kind == "estimator":
        return _of_estimator(subject, proposals)
    of_entries = [normal(p.entry.fidelity) for p in proposals if p.entry and p.entry.fidelity]
    names = [*of_entries, *knowledge.table("names").content.fidelity]
    return {
        name: _count(value)
        for name, value in sorted(subject.static.items(), key=lambda item: _place(item[0], names))
        if _place(name, names) < len(names)
    }


def _place(name: str, names: list[str]) -> int:
    """Return where a name, or its last part, as in ``trainer.max_epochs``, stands in a list."""
    last = re.split(r"[./]|__", name)[-1]
    places = [names.index(spelled) for spelled in (normal(name), normal(last)) if spelled in names]
    return min(places, default=len(names))


def _of_estimator(subject: Subject, proposals: list[Proposal]) -> dict[str, int | None]:
    """Return the budget of the estimator, or of a pipeline's last step.

    It has one if its entry says how a fit continues.
    """
    prefix = f"{subject.target.steps[-1][0]}__" if getattr(subject.target, "steps", None) else ""
    last = next((proposal for proposal in proposals if proposal.part.prefix == prefix), None)
    if last is None or last.entry is None or last.entry.continues is None:
        return {}
    name, hyperparameter = last.entry.fidelity, last.entry.hyperparameters.get(last.entry.fidelity)
    if hyperparameter is not None:
        return {
            prefix + spelling(last.part, name, hyperparameter): _count(
                own_value(last.part, last.entry, name)[0]
            )
        }
    return {prefix + name: _count(last.part.params.get(name)) or last.entry.continues.default}


def _count(value: Any) -> int | None:
    return int(value) if is_number(value) and value >= FEWEST else None


def _with_ends(setting: Setting, candidates: Mapping[str, int | None], subject: Subject) -> Setting:
    """Return the setting with its ends: by default 1 and the static value."""
    name = setting.value["name"]
    _check_name(name, candidates, subject)
    high = setting.value["max"] or candidates.get(name) or _count(subject.static.get(name))
    if high is None:
        raise SettingError(
            f"fidelity: max must be given where {name} does not say it, "
            f"got {name}={subject.static.get(name)!r}.",
            f"For example fidelity={{'name': {name!r}, 'max': 100}}.",
        )
    low = setting.value["min"] or 1
    if low >= high:
        raise SettingError(f"fidelity: min < max must hold, got {low} >= {high}.")
    return replace(setting, value={"name": name, "min": low, "max": high})


def _check_name(name: str, candidates: Mapping[str, object], subject: Subject) -> None:
    if name in candidates:
        return
    if name not in subject.static and not subject.owner(name).open:
        raise SettingError(
            f"fidelity: {name!r} must be a hyperparameter of {subject.name}.",
            did_you_mean(name, [*candidates, *subject.static]),
        )
    if subject.algorithms:
        raise SettingError(
            "fidelity must go with one estimator, got a list of them.", "Tune the one by itself."
        )
    if subject.kind == "estimator":
        nearest = (
            f"Of this one {', '.join(candidates)} can."
            if candidates
            else "Tune a function that yields its metrics instead."
        )
        raise SettingError(
            f"fidelity: {name!r} of {subject.name} must be what its fit can go on by, "
            "step by step.",
            nearest,
        )


def pinned(overrides: Overrides, setting: Setting, subject: Subject) -> Overrides:
    """Return the overrides with the budget fixed at its largest value, as it is not searched.

    Raises:
        SettingError: if the user gave a range for it, too.
    """
    if setting.value is None:
        return overrides
    name, high = setting.value["name"], setting.value["max"]
    if name in overrides.ranges:
        raise SettingError(
            f"{name!r} must stand in ranges or be the fidelity, got both.", "Drop one of them."
        )
    if subject.kind != "estimator" and subject.static.get(name) == high:
        return overrides
    return replace(overrides, ranges={**overrides.ranges, name: UserValue(high, setting.source)})


def completed(setting: Setting, fidelity: Mapping[str, object] | None, *, starts: bool) -> Setting:
    """Return early stopping with the parameters that its rule leaves open.

    ``starts`` says whether good configurations of other tasks are tried first.

    Raises:
        SettingError: if the rule needs what nothing says.
    """
    rule = setting.value
    learned = learned_fields(declaration_of(rule).learned) if rule else {}
    return replace(setting, value=complete_rule(rule, fidelity, learned, starts=starts))
