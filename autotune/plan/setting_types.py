"""The types of all settings, for type checkers, editors and `help`; nothing heavy is imported."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias, TypedDict


class Splitter(Protocol):
    """A splitter of rows, such as scikit-learn's ``StratifiedKFold``."""

    def split(self, X: Any, y: Any = ..., groups: Any = ...) -> Iterable[Any]:
        """Yield the rows to train and to test on."""


Effort: TypeAlias = Literal["essential", "useful", "all"]
ModeName: TypeAlias = Literal["max", "min"]
TrialValue: TypeAlias = Literal["last", "best", "mean"]
Strategy: TypeAlias = Literal["random", "grid", "sobol", "bayesian", "hyperband"]
Sampler: TypeAlias = Literal["gp", "tpe"]
Metric: TypeAlias = str | Callable[..., float]
Encode: TypeAlias = Literal["auto"]
Folds: TypeAlias = int | Splitter | Iterable[Any]
Rule: TypeAlias = str | Mapping[str, object]
Names: TypeAlias = str | Collection[str]
Forbidden: TypeAlias = str | Mapping[str, object] | Sequence[str | Mapping[str, object]]
Constraints: TypeAlias = Mapping[str, str | tuple[str, float]]
Configurations: TypeAlias = Mapping[str, object] | Sequence[Mapping[str, object]]


class Settings(TypedDict, total=False):
    """All settings of a plan; one that is left out is chosen by autotune."""

    ranges: Mapping[str, object]
    """Ranges by hyperparameter: ``(3, 10)``, ``["a", "b"]``, ``Float(1e-4, 1, log=True)`` …"""
    keep_static: Names
    """Hyperparameters that are never tuned."""
    forbidden: Forbidden
    """Combinations that are never tried, such as ``"penalty == 'l1' and solver == 'lbfgs'"``."""
    tune: Names
    """The only hyperparameters that are tuned."""
    effort: Effort
    """How many hyperparameters are tuned: the essential, also the useful, or all."""
    metric: Metric
    """A scorer, by its name or as a callable, or a metric that the function or script reports."""
    metrics: Sequence[str]
    """Metrics that are recorded; the first is tuned unless ``metric`` says which."""
    metric_params: Mapping[str, object]
    """Arguments of the metric, such as ``{"pos_label": "yes"}`` or ``{"beta": 2}``."""
    mode: ModeName
    """Whether a larger or a smaller metric is better."""
    constraints: Constraints | None
    """Limits on what a trial records, such as ``{"latency": "<= 5"}``; beyond one it is no best."""
    cv: Folds | None
    """The number of folds, a splitter, or lists of rows; None for clusterings, on all rows."""
    encode: Encode | None
    """``"auto"``: text, dates, categories and missing values become what the estimator takes."""
    strategy: Strategy
    """How the search chooses trials."""
    sampler: Sampler | None
    """What draws the trials of the strategy ``bayesian``."""
    cost_aware: bool | Mapping[str, float] | None
    """Whether cheap trials come first; or how seconds grow with each hyperparameter."""
    max_trials: int
    """The most trials that are run."""
    max_parallel: int
    """The most trials that run at the same time."""
    max_runtime: float
    """Seconds after which the job stops."""
    trial_timeout: float | None
    """Seconds after which a trial is killed."""
    memory_limit: int | str | None
    """The memory of a trial, in bytes or such as ``"2 GB"``."""
    threads_per_trial: int
    """The threads of a trial."""
    early_stopping: Rule | None
    """The rule that stops unpromising trials, by name or with its parameters."""
    fidelity: Rule | None
    """The hyperparameter that is a trial's budget, by name or with its ``min`` and ``max``."""
    value: TrialValue
    """A trial's value: the last, the best or the mean of its reports."""
    completion: Mapping[str, float] | None
    """When the job is complete early: a target, or trials without improvement."""
    max_retries: int
    """How often a trial is run again where its process was lost."""
    max_failures: int | Mapping[str, int] | None
    """How many trials may fail: in a row, and at first."""
    deterministic: bool
    """Whether many workers try the same trials on each run."""
    initial_trials: Configurations
    """Configurations to try first."""
    portfolio: Configurations
    """Configurations with their scores on other tasks, from which the search starts."""
    warm_start: Names | None
    """Jobs whose results the search starts from."""
    same_data: bool
    """Whether those jobs had the data of this one, where nothing recorded tells."""
    seed: int
    """The seed of the search, the folds and the trials."""


class _Auto:
    """The default of each setting: autotune chooses; None is a value like any other."""

    def __repr__(self) -> str:
        return "auto"


AUTO: Any = _Auto()
SETTING_NAMES = frozenset(Settings.__annotations__)


def set_by_user(arguments: Mapping[str, Any], hyperparameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings among a call's arguments that are not left open, and hyperparameters."""
    settings = {
        name: value
        for name, value in arguments.items()
        if name in SETTING_NAMES and value is not AUTO
    }
    return settings | dict(hyperparameters)
