"""An estimator behind the steps that encode a table's columns."""

from collections.abc import Sequence

from sklearn.base import clone
from sklearn.pipeline import Pipeline

from autotune.facts.types import Estimator


def encoded(steps: Sequence[Estimator], estimator: Estimator) -> Estimator:
    """Return a pipeline of copies of the steps and the estimator; without steps, itself.

    The steps of a pipeline stay steps, under their names.
    """
    if not steps:
        return estimator
    last = getattr(estimator, "steps", None) or [(_name(estimator), estimator)]
    taken = {name for name, _ in last}
    named = []
    for step in steps:
        name = _name(step)
        while name in taken:
            name = f"{name}-1"
        taken.add(name)
        named.append((name, clone(step)))
    return Pipeline([*named, *last])


def _name(estimator: Estimator) -> str:
    return type(estimator).__name__.lower()
