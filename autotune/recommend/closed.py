"""Parts that are closed: nothing in them is set or fitted any more, as in a frozen estimator."""

from dataclasses import replace

from autotune import knowledge
from autotune.facts import Part, Subject


def without_closed(subject: Subject) -> Subject:
    """Return the subject without the parts below a hyperparameter that an entry calls closed."""
    closed = tuple(name for part in subject.parts for name in _closed(part))
    if not closed:
        return subject
    parts = tuple(part for part in subject.parts if not part.prefix.startswith(closed))
    return replace(subject, parts=parts)


def _closed(part: Part) -> list[str]:
    entry_file = knowledge.entry_for(set(part.names))
    return [f"{part.prefix}{name}__" for name in entry_file.content.closed] if entry_file else []
