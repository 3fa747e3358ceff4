"""A trial that costs nothing, in a module of its own: a worker that loads it loads nothing else."""

from typing import Any


def no_op(params: dict[str, Any]) -> float:
    """Return something that depends on the params."""
    return float(params["b"])
