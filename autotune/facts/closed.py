"""Parts that are closed: nothing in them is set or fitted any more, as in a frozen estimator."""

from collections.abc import Mapping
from typing import TypeVar

from autotune import knowledge

Read = TypeVar("Read")


def without_closed(parts: Mapping[str, Read], names: Mapping[str, tuple[str, ...]]) -> list[Read]:
    """Return the parts without those below a hyperparameter that an entry calls closed.

    Both are by the prefix of the part; ``names`` holds the dotted names of its class.
    """
    closed = tuple(name for prefix in parts for name in _closed(prefix, names[prefix]))
    return [part for prefix, part in parts.items() if not closed or not prefix.startswith(closed)]


def _closed(prefix: str, names: tuple[str, ...]) -> list[str]:
    entry_file = knowledge.entry_for(set(names))
    return [f"{prefix}{name}__" for name in entry_file.content.closed] if entry_file else []
