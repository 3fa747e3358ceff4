"""A part beside its knowledge entry: which entry it has, and the values it has by the entry."""

from collections.abc import Sequence

from autotune import knowledge
from autotune.facts import Part
from autotune.knowledge import CatalogEntry, Entry, Hyperparameter


def entry_of(part: Part) -> CatalogEntry | None:
    """Return the entry the user named, else of the part's class, else of one it derives from."""
    if part.entry is not None:
        return part.entry
    entries = (knowledge.entry_for({name}) for name in part.names)
    return next((entry for entry in entries if entry is not None), None)


def spelling(part: Part, canonical: str, described: Hyperparameter) -> str:
    """Return the name under which the user set the hyperparameter: its own, or an alias."""
    return _written(part, (canonical, *described.aliases))


def spelling_in(part: Part, entry: Entry, canonical: str) -> str:
    """Return the user's name of any hyperparameter that the entry names, described or not."""
    row = next((row for row in entry.spellings() if row[0] == canonical), (canonical,))
    return _written(part, row)


def _written(part: Part, names: Sequence[str]) -> str:
    written = next((name for name in names if name in part.spelled), None)
    if written is not None:
        return written
    aliases = (alias for alias in names[1:] if alias in part.explicit)
    return next(aliases, names[0]) if names[0] not in part.explicit else names[0]


def static_value(part: Part, entry: Entry, name: str) -> object:
    """Return a hyperparameter's static value; the entry's default where it is left open."""
    described = entry.hyperparameters.get(name)
    spelled = spelling(part, name, described) if described else name
    value = part.params.get(spelled)
    unset = spelled not in part.params or any(
        value is unset or (value == unset and type(value) is type(unset)) for unset in entry.unset
    )
    return described.default if described and unset else value


def own_value(part: Part, entry: Entry, canonical: str) -> tuple[object, bool]:
    """Return the user's value and whether there is one; an open one is the library's default.

    A library's default outside the bounds stands for "not used", as SGDClassifier's eta0=0.0 did
    before scikit-learn 1.8, so it is no value of the range.
    """
    described = entry.hyperparameters[canonical]
    name = spelling(part, canonical, described)
    value = static_value(part, entry, canonical)
    if name not in part.explicit and not _is_within(described.bounds, value):
        return value, False
    return value, name in part.params or "default" in described.model_fields_set


def _is_within(bounds: Sequence[float | None] | None, value: object) -> bool:
    """Return whether a number lies within an entry's bounds; other values are not bounded."""
    if bounds is None or isinstance(value, bool) or not isinstance(value, int | float):
        return True
    low, high = bounds
    return (low is None or value >= low) and (high is None or value <= high)
