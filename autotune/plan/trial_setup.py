"""How a trial is set up: all that a plan holds of it, so that a run reads no knowledge again."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from autotune.errors import SettingError
from autotune.plan.encoder import Encoder
from autotune.plan.scorer_recipe import ScorerRecipe
from autotune.serialization.documents import PlainMapping
from autotune.serialization.values import from_plain, to_plain

REPORTS = 10  # of a trial at equal distances; ten reports of boosters take 30 % more time


@dataclass(frozen=True)
class Continuation:
    """How a fit goes on from where it was, by more of the plan's fidelity."""

    by: str
    """``warm_start``, ``partial_fit`` (1 at a time), or the argument of ``fit`` for the model."""

    total: bool
    """Whether the fidelity then counts what was done before, too."""


@dataclass(frozen=True)
class GroupArgument:
    """How the fit of a ranker is told which rows belong together."""

    name: str
    """The argument of ``fit``."""

    form: str
    """What it holds: ``ids``, one for each row, or ``sizes``, one for each group."""


@dataclass(frozen=True)
class Stepping:
    """How one trial's fit goes on: by which hyperparameter, and at which budgets it reports."""

    name: str
    """The hyperparameter that is the budget, by its full name."""

    steps: tuple[int, ...]
    """The budgets to report at, ascending; the last one is the whole budget."""

    continuation: Continuation
    """How the fit goes on from one budget to the next."""


@dataclass(frozen=True)
class TrialSetup:
    """What knowledge says of how trials are set up, read once while the plan is made.

    What also depends on settings or data (the number of threads, the budgets to report at) is
    computed from these fields when the job runs, so a plan may be changed by copy.
    """

    thread_names: tuple[str, ...] = ()
    """Names of hyperparameters that set a number of threads, in whichever estimator they occur."""

    seed_names: tuple[str, ...] = ()
    """Names of hyperparameters that set a seed; of a function or script its own ones only."""

    unlisted_threads: tuple[str, ...] = ()
    """Full names of thread hyperparameters that ``get_params`` of their estimator does not list."""

    housekeeping: Mapping[str, object] = field(default_factory=dict)
    """Values set in each trial, by full name: no files are written, and no messages shown."""

    early_stopping: Mapping[str, str] = field(default_factory=dict)
    """Estimators whose fit stops early, by prefix: the hyperparameter that asks for it."""

    continuation: Continuation | None = None
    """How a fit goes on, where an estimator is tuned with a fidelity."""

    learned: Mapping[str, object] = field(default_factory=dict)
    """What the plan's stopping rule learned: arguments of the rule beside its parameters."""

    library_defaults: Mapping[str, object] = field(default_factory=dict)
    """What the library takes for hyperparameters that the estimator leaves open, by full name."""

    irrelevant: tuple[str, ...] = ()
    """Full names of hyperparameters that decide no result, such as threads and messages."""

    labels_from_zero: tuple[str, ...] = ()
    """Estimators that take class labels 0, 1, 2, … only, by prefix: others are encoded."""

    real_names: Mapping[str, str] = field(default_factory=dict)
    """The estimator's own name of each hyperparameter that the plan has under an alias."""

    encoders: Mapping[str, Encoder] = field(default_factory=dict)
    """What encodes a table's columns, by the prefix of the estimator; empty: nothing does."""
    scorers: Mapping[str, ScorerRecipe] = field(default_factory=dict)
    """How the scorers of metrics are made, by name, that scikit-learn has no scorer for."""

    groups: Mapping[str, GroupArgument] = field(default_factory=dict)
    """How rankers are told the groups of rows, by the prefix of the ranker."""

    def fixed_params(self, threads: int) -> dict[str, object]:
        """Return what each trial sets that is not searched, by full name, with so many threads."""
        threads_of = dict.fromkeys(self.unlisted_threads, threads)
        return {**self.housekeeping, **threads_of, **self.encoder_params}

    @property
    def encoder_params(self) -> dict[str, object]:
        """What is set in estimators for the encoded columns, by full name."""
        return {
            prefix + name: value
            for prefix, encoder in self.encoders.items()
            for name, value in encoder.params.items()
        }

    def open_seeds(self, static: Mapping[str, object], tuned: Iterable[str]) -> tuple[str, ...]:
        """Return the seeds of a function or script that are None and not tuned."""
        searched = set(tuned)
        return tuple(
            name
            for name in self.seed_names
            if name in static and static[name] is None and name not in searched
        )

    def stepping(self, fidelity: PlainMapping | None, factor: int | None) -> Stepping | None:
        """Return how a trial's fit goes on; None where it is fitted at once.

        Args:
            fidelity: The plan's setting of this name: ``name``, ``min`` and ``max``.
            factor: By how much budgets grow from rung to rung, where the stopping rule has rungs.

        Raises:
            SettingError: if there is a fidelity, and the plan does not hold how fits go on by it.
        """
        if fidelity is None:
            return None
        if self.continuation is None:
            raise SettingError(
                f"fidelity={fidelity['name']!r} must be what the fit can go on by.",
                "Drop fidelity.",
            )
        steps = steps_of(fidelity["min"], fidelity["max"], factor)
        name = self.real_names.get(fidelity["name"], fidelity["name"])
        return Stepping(name, steps, self.continuation)

    def describe(self) -> dict[str, Any]:
        """Return the setup as JSON-safe data, without what is empty."""
        continuation = self.continuation
        plain = {
            "thread_names": list(self.thread_names),
            "seed_names": list(self.seed_names),
            "unlisted_threads": list(self.unlisted_threads),
            "housekeeping": {name: to_plain(value) for name, value in self.housekeeping.items()},
            "early_stopping": dict(self.early_stopping),
            "continuation": continuation and {"by": continuation.by, "total": continuation.total},
            "learned": {name: to_plain(value) for name, value in self.learned.items()},
            "library_defaults": {
                name: to_plain(value) for name, value in self.library_defaults.items()
            },
            "irrelevant": list(self.irrelevant),
            "labels_from_zero": list(self.labels_from_zero),
            "real_names": dict(self.real_names),
            "encoders": {prefix: encoder.describe() for prefix, encoder in self.encoders.items()},
            "scorers": {name: recipe.describe() for name, recipe in self.scorers.items()},
            "groups": {prefix: asdict(argument) for prefix, argument in self.groups.items()},
        }
        return {name: value for name, value in plain.items() if value}

    @classmethod
    def from_described(cls, plain: PlainMapping) -> Self:
        """Return the setup that `describe` gave.

        Raises:
            SettingError: if a value names what cannot be imported here.
        """
        continuation = plain.get("continuation")
        return cls(
            thread_names=tuple(plain.get("thread_names", ())),
            seed_names=tuple(plain.get("seed_names", ())),
            unlisted_threads=tuple(plain.get("unlisted_threads", ())),
            housekeeping=_values(plain.get("housekeeping", {})),
            early_stopping=dict(plain.get("early_stopping", {})),
            continuation=Continuation(**continuation) if continuation else None,
            learned=_values(plain.get("learned", {})),
            library_defaults=_values(plain.get("library_defaults", {})),
            irrelevant=tuple(plain.get("irrelevant", ())),
            labels_from_zero=tuple(plain.get("labels_from_zero", ())),
            real_names=dict(plain.get("real_names", {})),
            encoders={
                prefix: Encoder.from_described(encoder)
                for prefix, encoder in plain.get("encoders", {}).items()
            },
            scorers={
                name: ScorerRecipe.from_described(recipe)
                for name, recipe in plain.get("scorers", {}).items()
            },
            groups={
                prefix: GroupArgument(**argument)
                for prefix, argument in plain.get("groups", {}).items()
            },
        )


def _values(plain: Mapping[str, object]) -> dict[str, object]:
    return {name: from_plain(value) for name, value in plain.items()}


def steps_of(low: int, high: int, factor: int | None) -> tuple[int, ...]:
    """Return the budgets to report at: a halving rule's rungs, else tenths from the least on.

    >>> steps_of(1, 81, 3), steps_of(10, 50, None)
    ((1, 3, 9, 27, 81), (10, 15, 20, 25, 30, 35, 40, 45, 50))
    """
    if factor is None:
        tenths = {math.ceil(high * i / REPORTS) for i in range(1, REPORTS + 1)}
        return tuple(sorted(step for step in tenths if step >= low))
    rungs = [low]
    while rungs[-1] * factor < high:
        rungs.append(rungs[-1] * factor)
    return (*rungs, high)
