"""Whether a metric can be computed on each fold, by the classes that its rows have."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from autotune.errors import DataError
from autotune.facts.types import AnyArray, Column, Scorer, Splits
from autotune.serialization.values import to_plain

MAX_FOLDS = 200  # to look at; the folds of one splitter are alike
COPIES = 3  # of each class among the rows of a stand-in
NUMBERS = (0.5, 1.5)  # targets of a stand-in regressor


@dataclass(frozen=True)
class FoldClasses:
    """The targets of a fold: of its training rows and of its test rows, each class once."""

    number: int
    train: tuple[Any, ...]
    test: tuple[Any, ...]


def folds_of(cv: Splits, data: Mapping[str, Any], y: Column, task: str | None) -> list[FoldClasses]:
    """Return the folds that differ in their classes; of a regression, in whether they are single.

    Of targets of several columns there are none.
    """
    import numpy as np

    classes = task in ("binary", "multiclass")
    if not classes and task != "regression":
        return []
    labels, codes = np.unique(np.asarray(y), return_inverse=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        every = cv if isinstance(cv, list) else cv.split(data["X"], y, data.get("groups"))
        splits = list(islice(every, MAX_FOLDS))
    folds: dict[tuple[Any, ...], FoldClasses] = {}
    for number, (train, test) in enumerate(splits):
        if classes:
            parts = tuple(_labels_in(labels, codes, rows) for rows in (train, test))
        else:
            parts = NUMBERS, NUMBERS[: _length(test)]
        folds.setdefault(parts, FoldClasses(number, *parts))
    return list(folds.values())


def _labels_in(labels: AnyArray, codes: AnyArray, rows: AnyArray) -> tuple[Any, ...]:
    import numpy as np

    counts = np.bincount(codes[rows], minlength=len(labels))
    return tuple(to_plain(label) for label in labels[counts > 0])


def _length(rows: AnyArray) -> int:
    import numpy as np

    rows = np.asarray(rows)
    return int(rows.sum()) if rows.dtype.kind == "b" else len(rows)


def lacks_a_class(folds: list[FoldClasses]) -> bool:
    """Return whether the training rows of some fold lack a class that others have."""
    return any(set(fold.train) != set(folds[0].train) for fold in folds) or any(
        set(fold.test) - set(fold.train) for fold in folds
    )


def check_folds(folds: list[FoldClasses], metric: str, scoring: Scorer) -> None:
    """Refuse folds on which a scorer of scikit-learn has no value, as a stand-in for a model shows.

    Raises:
        DataError: naming the fold and its classes.
    """
    from sklearn.metrics import get_scorer, get_scorer_names

    named = isinstance(scoring, str) and scoring in get_scorer_names()
    scorer = get_scorer(scoring) if named else scoring
    if not isinstance(scorer, type(get_scorer("accuracy"))):
        return
    for fold in folds:
        reason = _no_value(fold, scorer)
        if reason:
            raise DataError(
                f"{metric} must have a value on each fold; on fold {fold.number + 1}"
                f" {_classes_of(fold, folds)}",
                "Lower cv, choose folds that have every class (StratifiedKFold), or leave rare "
                "classes out.",
                name="cv",
                got=reason,
            )


def _no_value(fold: FoldClasses, scorer: Any) -> str:
    """Return why a scorer has no value on a fold; nothing where it has one."""
    import numpy as np
    from sklearn.dummy import DummyClassifier, DummyRegressor

    single = fold.train == NUMBERS
    copies = 1 if single else COPIES
    train, test = (np.array(list(part) * copies) for part in (fold.train, fold.test))
    model = DummyRegressor() if single else DummyClassifier(strategy="stratified", random_state=0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = scorer(model.fit([[0.0]] * len(train), train), [[0.0]] * len(test), test)
    except (ValueError, TypeError) as error:
        return str(error).splitlines()[0].rstrip(".")
    return "" if np.isfinite(value) else f"{value}"


def _classes_of(fold: FoldClasses, folds: list[FoldClasses]) -> str:
    """Return in words what is special about a fold."""
    everything = {label for other in folds for label in (*other.train, *other.test)}
    absent = sorted(map(repr, everything - set(fold.train)))
    if fold.train == NUMBERS:
        return "there is a single test row"
    if absent:
        return f"no training row has the class {', '.join(absent[:5])}"
    if len(fold.test) == 1:
        return f"all test rows have the class {fold.test[0]!r}"
    absent = sorted(map(repr, everything - set(fold.test)))
    return f"no test row has the class {', '.join(absent[:5])}" if absent else "it has none"
