"""What a plan says of the estimator as a whole: plain lines from its entries."""

from collections.abc import Mapping
from typing import Any

from autotune import knowledge
from autotune.facts import Subject
from autotune.facts.algorithm_choice import each
from autotune.knowledge.catalog import passed_over
from autotune.knowledge.hyperparameter import Note
from autotune.plan.spec import PlanSpec
from autotune.recommend.candidates import Proposal
from autotune.recommend.relevance import holds

READ = ("metric", "cv")
"""The settings that rules of warnings read beside the facts."""


def notes_of(plan: PlanSpec, proposals: list[Proposal], subject: Subject) -> tuple[str, ...]:
    """Return why nothing is tuned, then the entries' notes and the warnings whose rules hold.

    Entries for other versions of the installed library are named, too.
    """
    notes = [] if plan.ranges else _nothing_tuned(proposals, subject)
    facts = _facts(plan)
    for proposal in proposals:
        for name in proposal.part.names if proposal.part.entry is None else ():
            notes += passed_over({name})
        entry_notes = proposal.entry.notes if proposal.entry else []
        notes += _holding(entry_notes, {**proposal.part.params, **facts})
    notes += _holding(knowledge.table("settings").content.warnings, facts)
    return tuple(dict.fromkeys(notes))


def _facts(plan: PlanSpec) -> dict[str, Any]:
    """Return what rules read: facts of the data as the estimator sees them, and plain settings.

    Whether columns are unscaled is not known behind other steps or an encoder.
    """
    facts = dict(plan.facts)
    if _is_composed(plan) or plan.trial_setup.encoders:
        facts.pop("unscaled", None)
    for name in READ:
        value = plan.settings[name].value if name in plan.settings else None
        if isinstance(value, int | str):
            facts[name] = value
    return facts


def _is_composed(plan: PlanSpec) -> bool:
    """Return whether an estimator has steps or other estimators in it."""
    return any(
        "__" in name
        for estimator in each(plan.target)
        if hasattr(estimator, "get_params")
        for name in estimator.get_params()
    )


def _holding(notes: list[Note], facts: Mapping[str, Any]) -> list[str]:
    return [note.say for note in notes if holds(note.when, facts)]


def _nothing_tuned(proposals: list[Proposal], subject: Subject) -> list[str]:
    """Return what entries say in any case, else that no hyperparameter has a range."""
    entries = [proposal.entry for proposal in proposals if proposal.entry]
    always = [
        note.say for entry in entries for note in entry.notes if "when" not in note.model_fields_set
    ]
    return always or [
        f"Nothing is tuned: no hyperparameter of {subject.name} has a range that is known to "
        "matter here. A run evaluates your own configuration; ranges={…} names what to tune."
    ]
