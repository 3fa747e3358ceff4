"""What an estimator does, by scikit-learn's tags."""

TASK_OF_TYPE = {
    "classifier": "classification",
    "regressor": "regression",
    "clusterer": "clustering",
    "outlier_detector": "outlier",
    "density_estimator": "density",
    "ranker": "ranking",
}


def task_of(estimator: object) -> str | None:
    """Return what an estimator does, such as classification or transform, or None."""
    kind = _estimator_type(estimator)
    if kind in TASK_OF_TYPE:
        return TASK_OF_TYPE[kind]
    return "transform" if hasattr(estimator, "transform") else None


def _estimator_type(estimator: object) -> object:
    older = getattr(estimator, "_estimator_type", None)
    tags = getattr(estimator, "__sklearn_tags__", None)
    if tags is None:
        return older
    try:
        return tags().estimator_type or older
    except Exception:  # a third party's tags may need what is missing; the older attribute stays
        return older
