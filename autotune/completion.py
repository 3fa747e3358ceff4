"""When a job is done before its trials are spent: a target reached, or no better trial for long enough."""

from collections.abc import Mapping, Sequence
from typing import Any


def stop_reason(values: Sequence[float], completion: Mapping[str, Any], mode: str) -> str:
    """Return why the job is complete, or nothing.

    Args:
        values: Finished trials' values, in the order they ended.
        completion: ``target`` and ``no_improvement``, as the plan's setting holds them.
        mode: ``max`` or ``min``.
    """
    if not values:
        return ""
    sign = 1 if mode == "max" else -1
    best = max(sign * v for v in values)
    target = completion.get("target")
    if target is not None and best >= sign * target:
        return f"target {target:g} reached"
    patience = completion.get("no_improvement")
    since = len(values) - 1 - next(i for i, v in enumerate(values) if sign * v == best)
    if patience is not None and since >= patience:
        return f"no better trial in {since} trials"
    return ""
