"""One mistake of a knowledge file, before it becomes an error."""

from dataclasses import dataclass

from autotune.serialization.documents import Place


@dataclass(frozen=True)
class Finding:
    """One mistake."""

    place: Place
    """The keys that lead to it."""
    message: str
    """What must hold."""
    got: str = ""
    """What was got instead."""
    hint: str = ""
    """The way out."""
    at_key: bool = False
    """Whether the key itself is wrong, not its value."""
