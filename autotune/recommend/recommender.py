"""From a subject, facts and overrides to a plan: proposals, then ranges, then settings."""

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autotune import knowledge
from autotune.facts import Part, Subject
from autotune.facts.algorithm_choice import each
from autotune.facts.methods import has_method
from autotune.knowledge.hyperparameter import Level
from autotune.knowledge.names import last_part, normal
from autotune.plan.choices import Setting
from autotune.plan.overrides import Overrides
from autotune.plan.spec import PlanSpec
from autotune.plan.trial_setup import TrialSetup
from autotune.recommend import fidelity, folds
from autotune.recommend.algorithms import from_options, of_algorithms
from autotune.recommend.candidates import Proposal, from_entry
from autotune.recommend.closed import without_closed
from autotune.recommend.combinations import refused_by, set_values
from autotune.recommend.completion import with_tolerance
from autotune.recommend.conflicts import check_together
from autotune.recommend.constrained import check_constraints
from autotune.recommend.cost_aware import with_powers
from autotune.recommend.decision_tables import decide
from autotune.recommend.encoding import encoding_of, with_words
from autotune.recommend.entry_values import entry_of
from autotune.recommend.fixed import existing, fixed
from autotune.recommend.forbidden import forbid_by_user
from autotune.recommend.from_entries import of_script, still_open
from autotune.recommend.from_names import from_names, from_script_entry, of_set_values
from autotune.recommend.grid import gridded, of_grid
from autotune.recommend.initial_trials import first_trials
from autotune.recommend.legality import check_ranges, check_static, limits_of
from autotune.recommend.merge import Merged, merge
from autotune.recommend.metric import is_judged, metric_settings, with_first
from autotune.recommend.nested import unnested
from autotune.recommend.notes import notes_of
from autotune.recommend.reach import narrowed
from autotune.recommend.refused import check_own, forbid_refused, without_refused
from autotune.recommend.selection import select
from autotune.recommend.spellings import spelled
from autotune.recommend.trial_setup import make_trial_setup
from autotune.serialization.values import to_plain


def recommend(
    subject: Subject,
    facts: Mapping[str, object],
    overrides: Overrides,
    encode: Setting | None = None,
) -> PlanSpec:
    """Make the plan: what is tuned, in which ranges and how, where the user left it open.

    ``encode`` is the setting of this name, where the plan has one.

    Raises:
        SettingError: if what the user set is illegal, contradicts itself, or names what does not
            exist.
    """
    names = spelled(without_closed(subject), unnested(overrides))
    subject, overrides = names.subject, names.overrides
    facts, overrides = _complete(facts, subject), with_first(overrides)
    context = _context(facts, subject) | {"estimator": is_judged(subject, overrides)}
    relevance = {**facts, **_of_metric(context, overrides)}
    proposals = [_proposal(part, relevance) for part in subject.parts]
    check_static(subject, proposals)
    settings = decide(("seed", "effort"), overrides, context)
    budget = fidelity.decided(subject, proposals, overrides, context)
    overrides = fidelity.pinned(overrides, budget, subject)
    context["time_given"] = (
        "max_runtime" in overrides.settings and "max_trials" not in overrides.settings
    )
    context |= {"fidelity": budget.value, "reports": subject.steps or budget.value is not None}
    merged = _merged(proposals, settings["effort"].value, overrides, subject)
    context |= merged.facts
    context |= of_algorithms(merged, proposals, context, subject) | of_script(subject)
    settings |= decide(_order(overrides, subject), overrides, context) | {"fidelity": budget}
    if "cv" in settings:
        settings["cv"] = folds.settled(settings["cv"], settings["seed"].value, context)
    metric, scorers = metric_settings(settings, overrides, context, subject)
    settings |= metric
    settings["max_trials"] = of_grid(
        _with_outlook(settings["max_trials"], proposals),
        settings["strategy"].value,
        merged.facts["configurations"],
    )
    settings["completion"] = with_tolerance(settings["completion"])
    check_together(settings, overrides, subject, {**context, "scorers": scorers})
    check_constraints(settings, overrides, subject, judged=context["estimator"])
    settings["cost_aware"] = with_powers(
        settings["cost_aware"], merged.ranges, proposals, settings["sampler"].value
    )
    first = first_trials(merged, proposals, overrides, context, subject)
    settings |= first.settings
    settings["early_stopping"] = fidelity.completed(
        settings["early_stopping"], budget.value, starts=bool(settings["portfolio"].value)
    )
    settings |= _only_if_set(overrides)
    entries = {proposal.part.prefix: proposal.entry for proposal in proposals}
    rule = settings["early_stopping"].value
    setup = make_trial_setup(subject, entries, fidelity=budget.value, rule=rule)
    real_names = {name: own for name, own in names.real_names.items() if name in merged.ranges}
    setup = replace(setup, real_names=real_names, scorers=scorers)
    if encode is not None:
        settings["encode"], setup = _encoded(encode, setup, subject, merged, context)
    plan = _plan(subject, facts, merged, settings, setup)
    plan = replace(plan, baselines=first.baselines, limits=limits_of(merged.ranges, proposals))
    plan = _with_untuned(plan, proposals, subject)
    return replace(plan, notes=notes_of(plan, proposals, subject))


def _encoded(
    encode: Setting,
    setup: TrialSetup,
    subject: Subject,
    merged: Merged,
    context: Mapping[str, Any],
) -> tuple[Setting, TrialSetup]:
    """Return the setting with its reason, and the setup with what encodes a table."""
    if encode.value is None:
        return encode, setup
    encoding = encoding_of(subject, merged.ranges, context)
    return with_words(encode, encoding), replace(setup, encoders=encoding.encoders)


def _context(facts: Mapping[str, object], subject: Subject) -> dict[str, Any]:
    """Return what decision tables read from the start."""
    return {
        **facts,
        "steps": subject.steps,
        "ranks": _ranks(subject),
    }


def _of_metric(context: Mapping[str, Any], overrides: Overrides) -> dict[str, Any]:
    """Return what hyperparameters' relevance reads of the metric."""
    seen = dict(context)
    decide(("metric", "metric_sees_weights"), overrides, seen)
    return {name: seen[name] for name in ("metric", "metric_sees_weights")}


def _only_if_set(overrides: Overrides) -> dict[str, Setting]:
    """Return the settings that a plan has only where the user set them."""
    settings = {
        name: Setting(setting.value, setting.source, "You said so.")
        for name, setting in overrides.settings.items()
        if name in ("keep_static", "tune", "forbidden", "value", "same_data", "metrics")
    }
    if overrides.value("warm_start"):
        settings["warm_start"] = _warm_start(overrides)
    return settings


def _warm_start(overrides: Overrides) -> Setting:
    parents = overrides.settings["warm_start"]
    return Setting(
        parents.value,
        parents.source,
        "What these jobs found is read from the store when the job begins.",
    )


def _with_outlook(trials: Setting, proposals: list[Proposal]) -> Setting:
    """Return the number of trials with the measured gain that it leaves, if any."""
    evidence = f"{trials.evidence}{still_open(proposals, trials.value)}".strip()
    return replace(trials, evidence=evidence)


def _merged(
    proposals: list[Proposal], effort: Level, overrides: Overrides, subject: Subject
) -> Merged:
    static, combinations = set_values(subject), refused_by(proposals, subject)
    check_own(combinations, static, overrides)
    selected = select(proposals, effort, overrides, subject)
    selected = without_refused(selected, combinations, static, overrides)
    merged = merge(selected, overrides, subject)
    merged = forbid_refused(merged, combinations, static, overrides)
    static = {**subject.static, **_own_values(proposals)}
    merged = forbid_by_user(merged, overrides, static)
    merged = narrowed(merged, proposals, overrides)
    check_ranges(merged, subject, proposals, overrides)
    return gridded(merged, overrides) if overrides.value("strategy") == "grid" else merged


def _own_values(proposals: list[Proposal]) -> dict[str, Any]:
    return {
        proposal.part.prefix + name: candidate.baseline
        for proposal in proposals
        for name, candidate in proposal.candidates.items()
        if candidate.has_baseline
    }


def _ranks(subject: Subject) -> bool:
    """Return whether all estimators rank their predictions, as metrics over thresholds need."""
    methods = ("predict_proba", "decision_function")
    return subject.kind != "estimator" or all(
        has_method(estimator, *methods) for estimator in each(subject.target)
    )


def _complete(facts: Mapping[str, object], subject: Subject) -> dict[str, Any]:
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return {"cores": cores, **({"task": subject.task} if subject.task else {}), **facts}


def _proposal(part: Part, facts: Mapping[str, object]) -> Proposal:
    """Propose by the entry that the user chose, or of the part's class, or of a base class."""
    if part.options:
        return from_options(part)
    entry_file = entry_of(part)
    if entry_file:
        return of_set_values(from_entry(part, entry_file, facts), facts)
    if not part.names:
        entry_file = knowledge.entry_for_scripts({normal(last_part(name)) for name in part.params})
        if entry_file:
            return from_script_entry(part, entry_file, facts)
    return from_names(part, facts)


def _order(overrides: Overrides, subject: Subject) -> list[str]:
    """Return the order in which settings are decided: the user's first, so that others see them."""
    order = [
        "metric",
        "mode",
        "constraints",
        "cv",
        "max_trials",
        "max_parallel",
        "strategy",
        "sampler",
        "cost_aware",
        "early_stopping",
        "completion",
        "max_runtime",
        "trial_timeout",
        "memory_limit",
        "max_retries",
        "max_failures",
        "deterministic",
        "threads_per_trial",
    ]
    if subject.kind != "estimator" and "cv" not in overrides.settings:
        order.remove("cv")
    return sorted(order, key=lambda name: name not in overrides.settings)


def _plan(
    subject: Subject,
    facts: Mapping[str, object],
    merged: Merged,
    settings: Mapping[str, Setting],
    setup: TrialSetup,
) -> PlanSpec:
    static = {
        name: value
        for name, value in subject.static.items()
        if name in subject.explicit and not _is_part(name, subject)
    }
    target = subject.target if subject.kind != "name" else None
    return PlanSpec(
        estimator=subject.name,
        facts=facts,
        static=static,
        ranges=merged.ranges,
        settings=settings,
        trial_setup=setup,
        forbidden=merged.space.forbidden,
        rules=merged.space.rules,
        left_out={
            name: reason for name, reason in merged.left_out.items() if not _is_part(name, subject)
        },
        recipe=to_plain(target),
        target=target,
    )


def _with_untuned(plan: PlanSpec, proposals: list[Proposal], subject: Subject) -> PlanSpec:
    """Return the plan with the reason of each hyperparameter of the subject that is not tuned."""
    keeps = fixed(proposals, (*plan.ranges, *plan.left_out))
    return replace(
        plan,
        left_out=existing(plan.left_out, subject.parts),
        fixed={name: why for name, why in keeps.items() if not _is_part(name, subject)},
    )


def _is_part(name: str, subject: Subject) -> bool:
    containers = ("steps", "transformers", "transformer_list")
    return (
        any(part.prefix == f"{name}__" for part in subject.parts)
        or name.rpartition("__")[2] in containers
    )
