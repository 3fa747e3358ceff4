"""Real training: what a configuration scores in cross-validation on one dataset.

The folds are the same for every method.
"""

import inspect
import time
import warnings
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from autotune import autotune
from autotune.plan.spec import PlanSpec
from autotune.serialization.values import with_params
from benchmarks.learn.data import Dataset
from benchmarks.learn.families import Family
from benchmarks.quality.limits import WORKER

LAYERS = {"n_layers", "width"}  # peers' names for what hidden_layer_sizes holds


def names(estimator: Any) -> frozenset[str]:
    """Return the hyperparameters that an estimator takes, in peers' names too."""
    told = inspect.signature(
        type(estimator)
    ).parameters.values()  # CatBoost's get_params has only what was given
    own = {*estimator.get_params(), *(p.name for p in told if p.kind is not p.VAR_KEYWORD)}
    return frozenset(own | LAYERS if "hidden_layer_sizes" in own else own)


class Training(Mapping[str, int]):
    """A family on a dataset, read when first needed.

    As a mapping, it is the sizes of its data by peers' symbols.
    """

    def __init__(
        self, family: Family, dataset: Dataset, rows: int | None, folds: int, limit: float
    ) -> None:
        self.family, self.dataset, self.rows, self.folds, self.limit = (
            family,
            dataset,
            rows,
            folds,
            limit,
        )

    @cached_property
    def data(self) -> tuple[Any, Any]:
        """X and y as numbers."""
        return self.dataset.read(self.family.scaled, self.rows)

    @cached_property
    def metric(self) -> str:
        """The scorer's name: a proper score where there are probabilities, as accuracy ties."""
        if not self.dataset.classes:
            return "neg_root_mean_squared_error"
        return (
            "neg_log_loss" if hasattr(self.family.estimator(True), "predict_proba") else "accuracy"
        )

    def splitter(self) -> Any:
        """Return the splitter; its folds are the same every time."""
        from sklearn.model_selection import KFold, StratifiedKFold

        return (StratifiedKFold if self.dataset.classes else KFold)(
            self.folds, shuffle=True, random_state=0
        )

    def evaluate(self, params: Mapping[str, Any]) -> tuple[float, float]:
        """Return the mean score over the folds, and the seconds it took.

        Raises what the estimator raises, or at the limit.
        """
        return WORKER.evaluate(self.opened, params, self.limit)

    def opened(self) -> Any:
        """Return the function that evaluates, with the data read and the libraries imported."""
        self.family.estimator(self.dataset.classes)
        _ = self.data
        return self._evaluate

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in ("data", "metric")}

    def _evaluate(self, params: Mapping[str, Any]) -> tuple[float, float]:
        from sklearn.model_selection import cross_val_score

        estimator = with_params(self.family.estimator(self.dataset.classes), as_sizes(params))
        if "random_state" in estimator.get_params():
            estimator.set_params(random_state=0)
        X, y = self.data
        begun = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scores = cross_val_score(
                estimator, X, y, scoring=self.metric, cv=self.splitter(), error_score="raise"
            )
        return float(np.mean(scores)), time.perf_counter() - begun

    def plan(self, **settings: Any) -> PlanSpec:
        """Return autotune's plan for the estimator and the data."""
        return autotune(
            self.family.estimator(self.dataset.classes), *self.data, metric=self.metric, **settings
        )

    def __getitem__(self, symbol: str) -> int:
        X, _ = self.data
        return {"p": X.shape[1], "n/3": len(X) // 3}[symbol]

    def __iter__(self) -> Iterator[str]:
        return iter(("p", "n/3"))

    def __len__(self) -> int:
        return 2


def as_sizes(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return params with a number of layers and a width as ``hidden_layer_sizes``."""
    rest = {n: v for n, v in params.items() if n not in LAYERS}
    if LAYERS & set(params):
        rest["hidden_layer_sizes"] = (params.get("width", 100),) * params.get("n_layers", 1)
    return rest
