"""What reports during a trial cost.

It is the CPU seconds of a trial that goes on step by step, against one cross-validated at once.
"""

import time
from typing import Any

from sklearn.datasets import make_classification
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.neural_network import MLPClassifier

from autotune import autotune
from autotune.objective.factory import make_objective
from benchmarks.measure import median, write

ROWS, REPEATS = 500, 1


def estimators() -> dict[str, Any]:
    """Return estimators by the hyperparameter that is their budget."""
    from lightgbm import LGBMClassifier
    from xgboost import XGBClassifier

    return {
        "n_estimators": [
            XGBClassifier(),
            LGBMClassifier(verbose=-1),
            GradientBoostingClassifier(),
            RandomForestClassifier(),
        ],
        "max_iter": [HistGradientBoostingClassifier(), MLPClassifier(max_iter=50)],
    }


def seconds(estimator: Any, data: dict[str, Any], **settings: Any) -> float:
    """Return the CPU seconds of one trial of the estimator's own configuration."""
    plan = autotune(
        estimator, data["X"], data["y"], max_parallel=1, threads_per_trial=1, cv=3, **settings
    )
    objective, begun = make_objective(plan, data, None), time.process_time()
    objective(plan["initial_trials"][0], lambda *_: None, 0)
    return time.process_time() - begun


def main() -> None:
    X, y = make_classification(ROWS, 20, n_informative=8, random_state=0)
    data, found = {"X": X, "y": y}, {}
    for name, every in estimators().items():
        for estimator in every:
            at_once = [seconds(estimator, data) for _ in range(REPEATS)]
            stepped = [seconds(estimator, data, fidelity=name) for _ in range(REPEATS)]
            pairs = [a / b for a, b in zip(stepped, at_once, strict=True)]
            found[type(estimator).__name__] = {
                "at_once_s": median(at_once),
                "stepped_s": median(stepped),
                "ratio": median(pairs),
            }
    write("stepping", "python -m benchmarks.stopping_rules.stepping", found)


if __name__ == "__main__":
    main()
