"""The classes of a target: which of two is the rarer one."""

from typing import Any

from autotune.errors import DataError
from autotune.facts.types import Column

OUTLIER = -1  # what scikit-learn's detectors call an outlier


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


def outlier_label(y: Column) -> Any:
    """Return the label of outliers: -1 where there is one, else the rarer of two.

    Raises:
        DataError: if there are not two labels.
    """
    import numpy as np

    label = rarer_class(y)
    if label is None:
        raise DataError(
            "y must mark outliers for a detector: two values, one of them for outliers",
            "Such as -1 and 1, or 1 for the few outliers and 0.",
            name="y",
        )
    labels = np.unique(np.asarray(y)).tolist()
    return OUTLIER if OUTLIER in labels else label
