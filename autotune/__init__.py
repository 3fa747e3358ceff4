"""autotune: which hyperparameters to tune, in which ranges, how and for how long, and why; run on an existing optimizer.

>>> from autotune import autotune
>>> plan = autotune("sklearn.ensemble.RandomForestClassifier", max_trials=20)
>>> plan["max_trials"], str(plan.settings["max_trials"].source)
(20, 'you')
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from autotune.version import __version__

if TYPE_CHECKING:
    from autotune.api import Job, Plan, Script
    from autotune.comparison.compare import Comparison, compare
    from autotune.errors import AutotuneError
    from autotune.space.domains import Choice, Fixed, Float, Hint, Int, LogNormal, Normal
    from autotune.workers.trial_context import report, trial

__all__ = [
    "AutotuneError",
    "Choice",
    "Comparison",
    "Fixed",
    "Float",
    "Hint",
    "Int",
    "Job",
    "LogNormal",
    "Normal",
    "Plan",
    "Script",
    "__version__",
    "autotune",
    "compare",
    "report",
    "trial",
]

# Names load when they are first asked for, so that the import costs next to nothing, in every
# worker process too.
_HOMES = dict.fromkeys(
    ("Choice", "Fixed", "Float", "Hint", "Int", "LogNormal", "Normal"), "space.domains"
) | {
    "AutotuneError": "errors",
    "Job": "api",
    "Plan": "api",
    "Script": "api",
    "report": "workers.trial_context",
    "trial": "workers.trial_context",
    "Comparison": "comparison.compare",
    "compare": "comparison.compare",
}


def autotune(
    estimator: Any,
    X: Any = None,
    y: Any = None,
    *,
    overrides: Any = None,
    facts: Any = None,
    **settings: Any,
) -> "Plan":
    """Return a complete, runnable plan for tuning an estimator; nothing is trained, written or contacted.

    Args:
        estimator: A scikit-learn compatible estimator, a Python function, a `Script`, a dotted name
            or a knowledge entry's name; or a list of up to ten estimators, the best of which is
            searched, too.
        X: Data of shape (rows, columns); sharpens ranges, metric, folds and budget.
        y: Target of length rows.
        overrides: Path of a YAML or JSON file, or a mapping, with settings by name; keywords win
            over it.
        facts: Rows, columns, classes and others, where the data is elsewhere; they win over what X
            and y show.
        **settings: Any setting by its name, such as ``max_trials=40`` or ``ranges={"max_depth": (3,
            10)}``; other names are static hyperparameters of the estimator.

    Raises:
        AutotuneError: if the input cannot be used; one line says what must hold, what was got, and
            the way out.
    """
    from autotune.api import Plan
    from autotune.recommend.planner import make_plan

    return Plan.of(make_plan(estimator, X, y, overrides=overrides, facts=facts, keywords=settings))


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'autotune' has no attribute {name!r}")
    return getattr(import_module(f"autotune.{_HOMES[name]}"), name)
