"""Combinations that are never tried: those a library refuses, and those a user forbids."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autotune.recommend.merge import Merged
from autotune.space.domains import same


def forbid(
    merged: Merged, rows: Sequence[Mapping[str, tuple[object, ...]]], static: Mapping[str, object]
) -> Merged:
    """Add the combinations the libraries refuse, as far as they concern what is searched."""
    concerned = []
    for row in rows:
        remaining = {name: values for name, values in row.items() if name in merged.ranges}
        decided = all(
            any(same(static.get(name), value) for value in values)
            for name, values in row.items()
            if name not in remaining
        )
        if remaining and decided:
            concerned.append(remaining)
    return replace(merged, forbidden=tuple(concerned))
