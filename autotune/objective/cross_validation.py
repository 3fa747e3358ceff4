"""An estimator on data as an objective: a configuration is cross-validated by a scorer."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from autotune.facts.algorithm_choice import chosen, prefix_in, prefix_of_chosen
from autotune.facts.types import Column, Estimator, Scorer, Splits, Table
from autotune.objective.encoded import encoded
from autotune.objective.fit_params import _routing, open_seeds, thread_caps, weight_params
from autotune.objective.several_metrics import TUNED, further_metrics, scorers
from autotune.serialization.cloning import by_real_names
from autotune.serialization.values import with_params
from autotune.workers.trial_context import fit_warnings

if TYPE_CHECKING:
    from autotune.plan.trial_setup import GroupArgument, Stepping


@dataclass(frozen=True)
class CrossValidation:
    """Cross-validates one configuration of an estimator; every trial sees the same folds.

    ``thread_names`` are hyperparameters set to ``threads``, ``seed_names`` those set to the trial's
    seed where they are None; ``seed`` splits off the rows that a booster watches, the same in every
    trial. ``housekeeping`` are others that every trial has set. ``stops_early`` holds the
    estimators, by the prefix of their hyperparameters, that want rows held out to watch.
    ``stepping`` says how fits go on step by step, where trials report on the way. ``encoders``
    holds the steps that encode a table's columns, by the prefix of the estimator behind them;
    ``group_arguments`` likewise how rankers are told the groups of rows, and ``encodes`` the
    estimators around which class labels are encoded. ``real_names`` are the estimator's own names
    of hyperparameters that are given under an alias. ``further`` holds the scorers of metrics that
    are recorded, too.
    """

    estimator: Estimator
    X: Table
    y: Column
    metric: str
    scoring: Scorer
    cv: Splits
    seed: int
    threads: int
    thread_names: tuple[str, ...]
    seed_names: tuple[str, ...]
    housekeeping: Mapping[str, Any] = field(default_factory=dict)
    stops_early: frozenset[str] = frozenset()
    stepping: "Stepping | None" = None
    real_names: Mapping[str, str] = field(default_factory=dict)
    encoders: Mapping[str, Sequence[Estimator]] = field(default_factory=dict)
    further: Mapping[str, Scorer] = field(default_factory=dict)
    group_arguments: Mapping[str, "GroupArgument"] = field(default_factory=dict)
    groups: Column = None
    sample_weight: Column = None
    encodes: frozenset[str] = frozenset()

    def __call__(
        self, params: Mapping[str, object], report: Callable[[int, float], None], seed: int
    ) -> dict[str, float]:
        """Return the metric's mean and standard deviation over the folds, and the mean fit time.

        Raises:
            ValueError: if the score is not finite. Whatever the estimator raises where it refuses
                the configuration.
        """
        from sklearn.model_selection import cross_validate

        estimator = self.prepare(params, seed)
        if self.stepping is not None:
            return self._step_by_step(self.stepping, estimator, report)
        if self.group_arguments:
            return self._by_group(estimator, params)
        fit_params = weight_params(estimator, self.sample_weight)
        routed = (
            {**fit_params, "groups": self.groups}
            if self.groups is not None and _routing()
            else fit_params
        )
        grouped = {"groups": self.groups} if self.groups is not None and not _routing() else {}
        with fit_warnings():
            results = _validate(cross_validate, estimator, self, routed or None, grouped)
        return self._metrics(results)

    def _step_by_step(
        self, stepping: "Stepping", estimator: Estimator, report: Callable[[int, float], None]
    ) -> dict[str, float]:
        from autotune.objective.incremental_fit import cross_validate

        with fit_warnings():
            return self._metrics(cross_validate(self, estimator, stepping, report))

    def _by_group(self, estimator: Estimator, params: Mapping[str, object]) -> dict[str, float]:
        from autotune.objective.ranking import cross_validate

        argument = self.group_arguments[prefix_in(params)]
        with fit_warnings():
            return self._metrics(cross_validate(self, estimator, argument, self.scoring))

    def probing(self) -> tuple["CrossValidation", int]:
        """Return what evaluates a single fold, for timing it, and how many folds a trial has."""
        splits = (
            self.cv
            if isinstance(self.cv, list)
            else list(self.cv.split(self.X, self.y, self.groups))
        )
        groups = self.groups if self.group_arguments else None
        return replace(self, cv=splits[:1], groups=groups), len(splits)

    def prepare(self, params: Mapping[str, object], seed: int) -> Any:
        """Return a clone with the configuration, thread caps and seeds; of several, the chosen."""
        params = by_real_names(params, self.real_names)
        estimator = with_params(self.estimator, params)
        estimator.set_params(**self.fixed(estimator.get_params(), params, seed))
        prefix, model = prefix_of_chosen(estimator), chosen(estimator)
        if prefix in self.stops_early:
            from autotune.objective.early_stopping_fit import HeldOut

            model = HeldOut(model, self.seed)
        model = encoded(self.encoders.get(prefix, ()), model)
        if prefix in self.encodes:
            from autotune.objective.encoded_labels import EncodedLabels

            model = EncodedLabels(model)
        return model

    def fixed(
        self, current: Mapping[str, object], params: Mapping[str, object], seed: int
    ) -> dict[str, Any]:
        """Return the hyperparameters to set that are not tuned: housekeeping, threads, seeds."""
        threads = thread_caps(current, params, self.thread_names, self.threads)
        return {
            **self.housekeeping,
            **threads,
            **open_seeds(current, params, self.seed_names, seed),
        }

    def _metrics(self, results: Mapping[str, Any]) -> dict[str, float]:
        scores = [float(score) for score in results[TUNED]]
        mean = sum(scores) / len(scores)
        if not math.isfinite(mean):
            raise ValueError(
                f"{self.metric} must be finite, got {mean}"
                f" (folds: {', '.join(f'{score:.4g}' for score in scores)})"
            )
        std = math.sqrt(sum((score - mean) ** 2 for score in scores) / len(scores))
        folds = {f"fold_{i}": score for i, score in enumerate(scores)}
        return {
            self.metric: mean,
            "std": std,
            "fit_seconds": float(sum(results["fit_time"]) / len(scores)),
            **folds,
            **further_metrics(results, self.further),
        }


def _validate(
    cross_validate: Any,
    estimator: Estimator,
    evaluation: CrossValidation,
    params: Any,
    grouped: Mapping[str, Any],
) -> Any:
    return cross_validate(
        estimator,
        evaluation.X,
        evaluation.y,
        scoring=scorers(evaluation.scoring, evaluation.further),
        cv=evaluation.cv,
        n_jobs=1,
        error_score="raise",
        params=params,
        **grouped,
    )
