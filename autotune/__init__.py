"""autotune: which hyperparameters to tune, in which ranges, how, for how long, and why.

The search itself runs on an existing optimizer.

>>> from autotune import autotune
>>> plan = autotune("sklearn.ensemble.RandomForestClassifier", max_trials=20)
>>> plan["max_trials"], str(plan.settings["max_trials"].source)
(20, 'you')
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from os import PathLike
from typing import TYPE_CHECKING, Any

from autotune.plan.setting_types import (
    AUTO,
    Configurations,
    Constraints,
    Effort,
    Encode,
    Folds,
    Forbidden,
    Metric,
    ModeName,
    Names,
    Rule,
    Sampler,
    Settings,
    Strategy,
    TrialValue,
    set_by_user,
)
from autotune.version import __version__

if TYPE_CHECKING:
    from autotune.api import Job, Plan, Script
    from autotune.comparison.compare import Comparison, compare
    from autotune.errors import AutotuneError, FailedJobError
    from autotune.space.domains import Choice, Fixed, Float, Hint, Int, LogNormal, Normal
    from autotune.workers.trial_context import report, trial

__all__ = [
    "AutotuneError",
    "Choice",
    "Comparison",
    "FailedJobError",
    "Fixed",
    "Float",
    "Hint",
    "Int",
    "Job",
    "LogNormal",
    "Normal",
    "Plan",
    "Script",
    "Settings",
    "__version__",
    "autotune",
    "compare",
    "report",
    "trial",
]

# Names load when they are first asked for, so that the import stays fast, in every worker
# process too.
_HOMES = dict.fromkeys(
    ("Choice", "Fixed", "Float", "Hint", "Int", "LogNormal", "Normal"), "space.domains"
) | {
    "AutotuneError": "errors",
    "FailedJobError": "errors",
    "Job": "api",
    "Plan": "api",
    "Script": "api",
    "report": "workers.trial_context",
    "trial": "workers.trial_context",
    "Comparison": "comparison.compare",
    "compare": "comparison.compare",
}


def autotune(  # noqa: D417  # `Settings` documents each of its fields
    estimator: object,
    X: object = None,
    y: object = None,
    *,
    ranges: Mapping[str, object] = AUTO,
    keep_static: Names = AUTO,
    tune: Names = AUTO,
    forbidden: Forbidden = AUTO,
    effort: Effort = AUTO,
    metric: Metric = AUTO,
    metrics: Sequence[str] = AUTO,
    metric_params: Mapping[str, object] = AUTO,
    mode: ModeName = AUTO,
    constraints: Constraints | None = AUTO,
    cv: Folds | None = AUTO,
    encode: Encode | None = AUTO,
    strategy: Strategy = AUTO,
    sampler: Sampler | None = AUTO,
    cost_aware: bool | Mapping[str, float] | None = AUTO,
    max_trials: int = AUTO,
    max_parallel: int = AUTO,
    max_runtime: float = AUTO,
    trial_timeout: float | None = AUTO,
    memory_limit: int | str | None = AUTO,
    threads_per_trial: int = AUTO,
    early_stopping: Rule | None = AUTO,
    fidelity: Rule | None = AUTO,
    value: TrialValue = AUTO,
    completion: Mapping[str, float] | None = AUTO,
    max_retries: int = AUTO,
    max_failures: int | Mapping[str, int] | None = AUTO,
    deterministic: bool = AUTO,
    initial_trials: Configurations = AUTO,
    portfolio: Configurations = AUTO,
    warm_start: Names | None = AUTO,
    same_data: bool = AUTO,
    seed: int = AUTO,
    facts: Mapping[str, object] | None = None,
    overrides: Settings | Mapping[str, object] | str | PathLike[str] | None = None,
    **hyperparameters: object,
) -> "Plan":
    """Return a complete, runnable plan for tuning an estimator; nothing is trained or written.

    Each setting that is left out is chosen. What each one means: ``help(autotune.Settings)``.

    Args:
        estimator: A scikit-learn compatible estimator, a Python function, a `Script`, a dotted name
            or a knowledge entry's name; or a list of up to ten estimators to choose from, too.
        X: Data of shape (rows, columns); sharpens ranges, metric, folds and budget.
        y: Target of length rows.
        facts: Rows, columns, classes and others, where the data is elsewhere; they win over what X
            and y show.
        overrides: Path of a YAML or JSON file, or a mapping, with settings by name; keywords win.
        **hyperparameters: Static hyperparameters of the estimator, such as ``max_depth=5``.

    Raises:
        AutotuneError: if the input cannot be used; one line says what must hold, what was got, and
            the way out.
    """
    keywords = set_by_user(locals(), hyperparameters)
    from autotune.api import Plan
    from autotune.recommend.planner import make_plan

    return Plan.of(make_plan(estimator, X, y, overrides=overrides, facts=facts, keywords=keywords))


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'autotune' has no attribute {name!r}")
    return getattr(import_module(f"autotune.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """Return the public names: tab completion offers these, and no submodules."""
    return sorted(__all__)
