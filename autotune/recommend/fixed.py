"""Why the hyperparameters that nobody tunes keep their value."""

from collections.abc import Iterable, Mapping

from autotune.facts import Part
from autotune.knowledge.names import never_tuned
from autotune.recommend.candidates import Proposal

NO_RANGE = "no range for it is known; one in ranges tunes it"


def fixed(proposals: Iterable[Proposal], considered: Iterable[str]) -> dict[str, str]:
    """Return why each hyperparameter that was not considered keeps its value, by its full name."""
    seen = set(considered)
    return {
        proposal.part.prefix + name: _reason(name, proposal)
        for proposal in proposals
        for name in proposal.part.params
        if proposal.part.prefix + name not in seen
    }


def _reason(name: str, proposal: Proposal) -> str:
    if proposal.entry is not None and name in proposal.entry.kept:
        return proposal.entry.kept[name]
    group = never_tuned(name)
    return NO_RANGE if group is None else group.why


def existing(left_out: Mapping[str, str], parts: Iterable[Part]) -> dict[str, str]:
    """Return what is left out, without names that an entry lists and the estimator lacks."""
    absent = {
        part.prefix + name
        for part in parts
        if part.cls is not None and not part.open
        for name in _listed(left_out, part)
        if name not in part.params
    }
    return {name: reason for name, reason in left_out.items() if name not in absent}


def _listed(names: Iterable[str], part: Part) -> list[str]:
    """Return the part's names of those that belong to it, not to a part inside it."""
    own = [name.removeprefix(part.prefix) for name in names if name.startswith(part.prefix)]
    return [name for name in own if "__" not in name]
