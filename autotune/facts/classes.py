"""The classes of a target: which of two is the rarer one."""

from typing import Any

from autotune.facts.types import Column


def rarer_class(y: Column) -> Any:
    """Return the rarer of two classes, of equally frequent ones the last in sorted order.

    None where there are not two classes.

    >>> rarer_class(["spam", "ham", "ham"]), rarer_class([0, 1, 1, 0]), rarer_class([1, 2, 3])
    ('spam', 1, None)
    """
    import numpy as np

    labels, counts = np.unique(np.asarray(y), return_counts=True)
    if len(labels) != 2:
        return None
    label = labels[0] if counts[0] < counts[1] else labels[1]
    return label.item() if hasattr(label, "item") else label
