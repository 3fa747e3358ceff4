"""An estimator on data as an objective: one configuration is cross-validated with scikit-learn's scorers."""

import math
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from autotune.errors import DataError
from autotune.several import OneOf, chosen
from autotune.values import with_settings

if TYPE_CHECKING:
    from autotune.objective.stepwise import Stepping

UNSUPERVISED = ("silhouette_score", "calinski_harabasz_score", "davies_bouldin_score")


@dataclass(frozen=True)
class CrossValidation:
    """Cross-validates one configuration of an estimator; every trial sees the same folds.

    ``thread_names`` are hyperparameters set to ``threads``, ``seed_names`` those set to the trial's seed where they are
    None; ``seed`` splits off the rows that a booster watches, the same in every trial. ``housekeeping`` are others that
    every trial has set. ``stops_early`` holds the estimators, by the prefix of their hyperparameters, that want rows held
    out to watch. ``stepping`` says how fits go on step by step, where trials report on the way.
    """

    estimator: Any
    X: Any
    y: Any
    metric: str
    scoring: Any
    cv: Any
    seed: int
    threads: int
    thread_names: tuple[str, ...]
    seed_names: tuple[str, ...]
    housekeeping: Mapping[str, Any] = field(default_factory=dict)
    stops_early: frozenset[str] = frozenset()
    stepping: "Stepping | None" = None
    groups: Any = None
    sample_weight: Any = None

    def __call__(self, settings: Mapping[str, Any], report: Callable[[int, float], None], seed: int) -> dict[str, float]:
        """Return the metric's mean over the folds, its standard deviation, and the mean seconds of a fit.

        Raises:
            ValueError: if the score is not finite. Whatever the estimator raises where it refuses the configuration.
        """
        from sklearn.model_selection import cross_validate

        estimator = self.prepare(settings, seed)
        if self.stepping is not None:
            return self._step_by_step(self.stepping, estimator, report)
        params = weight_params(estimator, self.sample_weight)
        routed = {**params, "groups": self.groups} if self.groups is not None and _routing() else params
        grouped = {"groups": self.groups} if self.groups is not None and not _routing() else {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            got = _validate(cross_validate, estimator, self, routed or None, grouped)
        return self._metrics(got)

    def _step_by_step(self, stepping: "Stepping", estimator: Any, report: Callable[[int, float], None]) -> dict[str, float]:
        from autotune.objective.stepwise import cross_validate

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self._metrics(cross_validate(self, estimator, stepping, report))

    def probing(self) -> tuple["CrossValidation", int]:
        """Return what evaluates a single fold, for timing it, and how many folds a trial has."""
        splits = self.cv if isinstance(self.cv, list) else list(self.cv.split(self.X, self.y, self.groups))
        return replace(self, cv=splits[:1], groups=None), len(splits)

    def prepare(self, settings: Mapping[str, Any], seed: int) -> Any:
        """Return a clone with the configuration, the thread caps and the seeds set; of several, the one that is chosen."""
        estimator = with_settings(self.estimator, settings)
        estimator.set_params(**self.fixed(estimator.get_params(), settings, seed))
        prefix = f"{estimator.algorithm}__" if isinstance(estimator, OneOf) else ""
        if prefix not in self.stops_early:
            return chosen(estimator)
        from autotune.objective.held_out import HeldOut

        return HeldOut(chosen(estimator), self.seed)

    def fixed(self, params: Mapping[str, Any], settings: Mapping[str, Any], seed: int) -> dict[str, Any]:
        """Return the hyperparameters to set that are not searched: housekeeping, threads and seeds."""
        threads = thread_caps(params, settings, self.thread_names, self.threads)
        return {**self.housekeeping, **threads, **open_seeds(params, settings, self.seed_names, seed)}

    def _metrics(self, got: Mapping[str, Any]) -> dict[str, float]:
        scores = [float(s) for s in got["test_score"]]
        mean = sum(scores) / len(scores)
        if not math.isfinite(mean):
            raise ValueError(f"{self.metric} must be finite, got {mean} (folds: {', '.join(f'{s:.4g}' for s in scores)})")
        std = math.sqrt(sum((s - mean) ** 2 for s in scores) / len(scores))
        folds = {f"fold_{i}": s for i, s in enumerate(scores)}
        return {self.metric: mean, "std": std, "fit_seconds": float(sum(got["fit_time"]) / len(scores)), **folds}


def thread_caps(params: Mapping[str, Any], settings: Mapping[str, Any], names: Sequence[str], threads: int) -> dict[str, int]:
    """Return the thread hyperparameters to set, in nested estimators too; those searched stay.

    Threads go to the innermost estimators: one around others gets one, as its threads and theirs would multiply.
    """
    found = [n for n in params if n not in settings and n.rpartition("__")[2] in names]
    return {n: 1 if _surrounds(n, params) else threads for n in found}


def open_seeds(params: Mapping[str, Any], settings: Mapping[str, Any], names: Sequence[str], seed: int) -> dict[str, int]:
    """Return the seed hyperparameters to set, in nested estimators too: those that are None and not searched."""
    return {n: seed for n in params if n not in settings and n.rpartition("__")[2] in names and params[n] is None}


def _surrounds(name: str, params: Mapping[str, Any]) -> bool:
    """Return whether the owner of a hyperparameter has estimators inside it."""
    owner = name[: -len(name.rpartition("__")[2])]
    return any(n.startswith(owner) and "__" in n[len(owner) :] for n in params)


def _validate(cross_validate: Any, estimator: Any, of: CrossValidation, params: Any, grouped: Mapping[str, Any]) -> Any:
    return cross_validate(
        estimator, of.X, of.y, scoring=scorer(of.scoring), cv=of.cv, n_jobs=1, error_score="raise", params=params, **grouped
    )  # fmt: skip


def _routing() -> bool:
    """Return whether scikit-learn's metadata routing is on."""
    import sklearn

    return bool(sklearn.get_config().get("enable_metadata_routing", False))


def weight_params(estimator: Any, sample_weight: Any) -> dict[str, Any]:
    """Return the fit parameter that carries sample weights: to a pipeline's last step where nothing routes them."""
    if sample_weight is None:
        return {}
    steps = getattr(estimator, "steps", None)
    name = f"{steps[-1][0]}__sample_weight" if steps and not _routing() else "sample_weight"
    return {name: sample_weight}


def scorer(scoring: Any) -> Any:
    """Return the scorer that a metric's name stands for, our own for clusterings and for the estimator's own score."""
    if scoring == "score":
        return None
    return ClusterScorer(scoring) if scoring in UNSUPERVISED else scoring


@dataclass(frozen=True)
class ClusterScorer:
    """Scores the labels an estimator gives to the data; rows called noise (label -1) are a cluster of their own."""

    name: str

    def __call__(self, estimator: Any, X: Any, y: Any = None) -> float:
        """Return the score of the labels."""
        from sklearn import metrics

        labels = estimator.predict(X) if hasattr(estimator, "predict") else estimator.fit_predict(X)
        found = len(set(labels.tolist()))
        if not 2 <= found < len(labels):
            raise ValueError(f"{self.name} must have 2 to {len(labels) - 1} clusters, got {found}")
        return float(getattr(metrics, self.name)(X, labels))


def make_cv(cv: Any, task: str | None, seed: int, groups: Any) -> Any:
    """Return the splitter for a number of folds: stratified for classes, by group where there are groups; others as given.

    Raises:
        DataError: if there are fewer groups than folds.
    """
    if not isinstance(cv, int):
        return list(cv) if isinstance(cv, Iterable) and not hasattr(cv, "split") else cv
    from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

    classes = task in ("binary", "multiclass")
    if groups is None:
        return (StratifiedKFold if classes else KFold)(cv, shuffle=True, random_state=seed)
    if len(set(groups)) < cv:
        raise DataError(f"groups must be at least as many as folds, got {len(set(groups))} groups and cv={cv}.", "Lower cv.")
    return StratifiedGroupKFold(cv, shuffle=True, random_state=seed) if classes else GroupKFold(cv)


def check_rows(data: Mapping[str, Any], cv: Any) -> None:
    """Refuse groups and weights of another length than X, and folds that the data cannot fill.

    Raises:
        DataError: saying which.
    """
    rows = data["X"].shape[0] if hasattr(data["X"], "shape") else len(data["X"])
    for name in ("groups", "sample_weight"):
        given = data.get(name)
        if given is not None and (isinstance(given, str) or len(given) != rows):
            raise DataError(f"{name} must have one value for each of the {rows} rows, got {len(given)}.")
    if isinstance(cv, list):
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            next(iter(cv.split(data["X"], data.get("y"), data.get("groups"))))
    except (ValueError, TypeError) as error:
        raise DataError(
            f"cv must fit the data: {str(error).splitlines()[0].rstrip('.')}.", "Lower cv, or give a splitter."
        ) from None


def fit_whole(estimator: Any, data: Mapping[str, Any], seed: int) -> Any:
    """Return the estimator fitted on all rows, its open seeds set as the trials had them."""
    from autotune import knowledge

    names = knowledge.table("names").content.seeds
    estimator.set_params(**open_seeds(estimator.get_params(), {}, names, seed))
    params = weight_params(estimator, data.get("sample_weight"))
    return (
        estimator.fit(data["X"], data.get("y"), **params) if data.get("y") is not None else estimator.fit(data["X"], **params)
    )


def take(data: Any, rows: Any) -> Any:
    """Return the rows of an array, a data frame, a sparse matrix or a list; None stays None.

    >>> take(["a", "b", "c"], [2, 0])
    ['c', 'a']
    """
    if data is None:
        return None
    if hasattr(data, "iloc"):
        return data.iloc[rows]
    return data[rows] if hasattr(data, "shape") else [data[row] for row in rows]
