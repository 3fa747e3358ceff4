"""Cross-validation step by step: all folds are fitted on together, and report their mean."""

import inspect
import math
import time
from collections.abc import Callable
from typing import Any, Protocol

from autotune.facts.types import AnyArray, Column, Estimator
from autotune.objective.rows import take
from autotune.objective.scoring import scorer
from autotune.objective.several_metrics import results_name
from autotune.plan.trial_setup import Stepping
from autotune.workers.seeds import trial_seed
from autotune.workers.trial_context import observe


class CrossValidationInputs(Protocol):
    """What a cross-validation is of: data, splits, scoring, and the names of seeds."""

    @property
    def X(self) -> Any:  # noqa: N802
        """Data of shape (rows, columns)."""

    @property
    def y(self) -> Any:
        """Target of length rows, or None."""

    @property
    def cv(self) -> Any:
        """Splitter, or a list of (training, test) rows."""

    @property
    def groups(self) -> Any:
        """Group of each row, or None."""

    @property
    def sample_weight(self) -> Any:
        """Weight of each row, or None."""

    @property
    def metric(self) -> str:
        """Name of the tuned metric."""

    @property
    def scoring(self) -> Any:
        """Name of a scorer, or a callable."""

    @property
    def further(self) -> Any:
        """Scorers of further metrics, by name."""

    @property
    def seed_names(self) -> tuple[str, ...]:
        """Names of hyperparameters that are seeds."""


def cross_validate(
    inputs: CrossValidationInputs,
    estimator: Estimator,
    stepping: Stepping,
    report: Callable[[int, float], None],
) -> dict[str, Any]:
    """Return ``test_score`` and ``fit_time`` of each fold, as ``cross_validate`` does."""
    splits = (
        inputs.cv
        if isinstance(inputs.cv, list)
        else inputs.cv.split(inputs.X, inputs.y, inputs.groups)
    )
    folds = [Fold(inputs, estimator, stepping, train, test) for train, test in splits]
    scores: list[float] = []
    for step in stepping.steps:
        for fold in folds:
            fold.go_on(step)
        scores = [fold.score() for fold in folds]
        mean = sum(scores) / len(scores)
        if math.isfinite(mean):  # else the trial's end says so
            observe(step, {inputs.metric: mean})
            report(step, mean)
    further = {
        results_name(name): [fold.score_by(scoring) for fold in folds]
        for name, scoring in inputs.further.items()
    }
    return {"test_score": scores, "fit_time": [fold.seconds for fold in folds], **further}


class Fold:
    """One fold's fit, as far as it came."""

    def __init__(
        self,
        inputs: CrossValidationInputs,
        estimator: Estimator,
        stepping: Stepping,
        train: AnyArray,
        test: AnyArray,
    ) -> None:
        from sklearn.base import clone
        from sklearn.metrics import check_scoring

        self.stepping, self.spent, self.seconds = stepping, 0, 0.0
        self.encoder, estimator = _encoder_of(estimator, take(inputs.y, train))
        self.model = clone(estimator)
        self.scoring = check_scoring(self.model, scoring=scorer(inputs.scoring))
        self.X, self.y = take(inputs.X, train), self._encoded(take(inputs.y, train))
        self.test = (
            (take(inputs.X, test),)
            if inputs.y is None
            else (take(inputs.X, test), take(inputs.y, test))
        )
        self.weights = (
            {}
            if inputs.sample_weight is None
            else {"sample_weight": take(inputs.sample_weight, train)}
        )
        self.last = self.model
        if hasattr(self.model, "steps"):
            self._prepare()
        self.budget = stepping.name.rpartition("__")[2]
        params = self.last.get_params(deep=False)
        self.seeds = {
            name: params[name] for name in inputs.seed_names if isinstance(params.get(name), int)
        }
        self.classes = self._classes(inputs.y)

    def _prepare(self) -> None:
        """Fit the steps of a pipeline before its last one, whose input they give."""
        from sklearn.pipeline import Pipeline

        before, self.last = self.model[:-1], self.model[-1]
        start = time.perf_counter()
        if before.steps:
            self.X = before.fit_transform(self.X, self.y)
        self.seconds = time.perf_counter() - start
        self.model = Pipeline([*before.steps, self.model.steps[-1]])

    def _classes(self, y: Column) -> dict[str, Any]:
        import numpy as np

        part = getattr(self.last, "partial_fit", None)
        by = self.stepping.continuation.by
        if by != "partial_fit" or "classes" not in inspect.signature(part).parameters:  # type: ignore[arg-type]
            return {}
        return {"classes": np.unique(self.y if self.encoder else y)}

    def _encoded(self, y: Column) -> Any:
        return self.encoder.transform(y) if self.encoder else y

    def go_on(self, step: int) -> None:
        """Fit on to a budget."""
        start = time.perf_counter()
        match self.stepping.continuation.by:
            case "partial_fit":
                for spent in range(self.spent, step):
                    self.last.set_params(**self._seeds(spent))
                    self.last.partial_fit(self.X, self.y, **self.classes, **self.weights)
            case "warm_start":
                budget = (
                    {self.budget: step}
                    if self.stepping.continuation.total
                    else {self.budget: step - self.spent, **self._seeds(self.spent)}
                )
                self.last.set_params(warm_start=True, **budget)
                self._fit(self.last)
            case argument:
                self._renew(argument, step)
        self.spent = step
        self.seconds += time.perf_counter() - start

    def _renew(self, argument: str, step: int) -> None:
        """Fit a new model from the model so far, whose part of the budget is spent."""
        from sklearn.base import clone

        fresh = clone(self.last).set_params(
            **{self.budget: step - self.spent}, **self._seeds(self.spent)
        )
        self._fit(fresh, **({argument: self.last} if self.spent else {}))
        self.last = fresh
        if hasattr(self.model, "steps"):
            self.model.steps[-1] = (self.model.steps[-1][0], fresh)
        else:
            self.model = fresh

    def _fit(self, estimator: Estimator, **arguments: object) -> None:
        targets = () if self.y is None else (self.y,)
        estimator.fit(self.X, *targets, **self.weights, **arguments)

    def _seeds(self, spent: int) -> dict[str, Any]:
        """Return seeds of the next stretch, which else would draw the same numbers again."""
        return {
            name: trial_seed(value, spent) if spent else value for name, value in self.seeds.items()
        }

    def score_by(self, scoring: Any) -> float:
        """Return another metric's score on the held rows."""
        from sklearn.metrics import check_scoring

        judge = check_scoring(self.model, scoring=scorer(scoring))
        return float(judge(self.model, *self.test))

    def score(self) -> float:
        """Return the score on the held rows."""
        return float(self.scoring(self._scored(), *self.test))

    def _scored(self) -> Any:
        """Return the model as it predicts the user's labels."""
        if self.encoder is None:
            return self.model
        from autotune.objective.encoded_labels import EncodedLabels

        return EncodedLabels(self.model).around(self.model, self.encoder)


def _encoder_of(estimator: Estimator, y: Column) -> tuple[Any, Any]:
    """Return what encodes class labels, fitted, if anything does, and the estimator within it."""
    from autotune.objective.encoded_labels import EncodedLabels

    if not isinstance(estimator, EncodedLabels):
        return None, estimator
    from sklearn.preprocessing import LabelEncoder

    return LabelEncoder().fit(y), estimator.estimator
