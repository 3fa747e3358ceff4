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
    if _is_ranker(estimator):
        return "ranking"
    kind = estimator_type(estimator)
    if kind == "clusterer" and not hasattr(estimator, "fit_predict"):
        return "transform"  # FeatureAgglomeration clusters columns, and no rows
    if kind in TASK_OF_TYPE:
        return TASK_OF_TYPE[kind]
    if hasattr(estimator, "score_samples") and not hasattr(estimator, "transform"):
        return "density"  # scikit-learn's own tags do not tell all of them
    return "transform" if hasattr(estimator, "transform") else None


def _is_ranker(estimator: object) -> bool:
    """Return whether an estimator, or a pipeline's last step, is called a ranker.

    Libraries have no type of their own for it: LightGBM's has none, CatBoost's is a regressor.
    """
    steps = getattr(estimator, "steps", None)
    if isinstance(steps, list) and steps:
        return _is_ranker(steps[-1][1])
    return any(base.__name__.endswith("Ranker") for base in type(estimator).__mro__)


def encodes_targets(estimator: object) -> bool:
    """Return whether what an estimator transforms are targets, by scikit-learn's tags."""
    tags = getattr(estimator, "__sklearn_tags__", None)
    targets = getattr(tags(), "target_tags", None) if tags is not None else None
    return bool(getattr(targets, "one_d_labels", False) or getattr(targets, "two_d_labels", False))


def estimator_type(estimator: object) -> object:
    """Return what scikit-learn calls the kind of an estimator, such as classifier, or None."""
    older = getattr(estimator, "_estimator_type", None)
    tags = getattr(estimator, "__sklearn_tags__", None)
    if tags is None:
        return older
    try:
        return tags().estimator_type or older
    except Exception:  # a third party's tags may need what is missing; the older attribute stays
        return older
