"""What a plan says of the estimator as a whole: plain lines from its entries."""

from collections.abc import Mapping
from typing import Any

from autotune.facts import Subject
from autotune.knowledge.catalog import passed_over
from autotune.plan.spec import PlanSpec
from autotune.recommend.candidates import Proposal
from autotune.recommend.relevance import holds


def notes_of(plan: PlanSpec, proposals: list[Proposal], subject: Subject) -> tuple[str, ...]:
    """Return the notes of the parts' entries whose rules hold, and that nothing is tuned.

    Entries for other versions of the installed library are named, too.
    """
    notes = []
    for proposal in proposals:
        for name in proposal.part.names if proposal.part.entry is None else ():
            notes += passed_over({name})
        facts: Mapping[str, Any] = {**proposal.part.params, **plan.facts}
        for note in proposal.entry.notes if proposal.entry else ():
            if holds(note.when, facts):
                notes.append(note.say)
    if not plan.ranges:
        notes.append(
            f"Nothing is tuned: no hyperparameter of {subject.name} has a range that is known to "
            "matter here. A run evaluates your own configuration; ranges={…} names what to tune."
        )
    return tuple(dict.fromkeys(notes))
