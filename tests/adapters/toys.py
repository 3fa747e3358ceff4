"""Engines for tests, found as if their packages were installed."""

from dataclasses import dataclass, field
from types import SimpleNamespace


@dataclass
class Point:
    """An entry point without a package."""

    name: str
    load: object
    value: str = "toy_engine:adapter"
    dist: object = field(
        default_factory=lambda: SimpleNamespace(name="autotune-toy", version="0.1.0")
    )


def install(monkeypatch, adapter, name="toy"):
    """Let an engine of this name be found; ``adapter`` may be a function that raises instead."""
    from autotune.engines import registry

    load = adapter if callable(adapter) and not isinstance(adapter, type) else lambda: adapter
    points = registry._entry_points() | {name: Point(name, load)}
    monkeypatch.setattr(registry, "_entry_points", lambda: points)
