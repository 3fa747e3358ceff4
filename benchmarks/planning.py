"""Planning against one study of 100 trials with ten suggestions each.

Also how planning grows with the number of knowledge files.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

import optuna
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.kernel_approximation import Nystroem
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    OneHotEncoder,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    StandardScaler,
)
from sklearn.svm import SVC
from xgboost import XGBClassifier

from autotune import autotune
from benchmarks.measure import in_turn, median, ratio, wall, write

REPEATS = 30
ENTRY = """schema: 1
name: entry-{i}
title: An entry of a team
estimators: [team.models.Model{i}]
hyperparameters:
  alpha: {{type: float, low: 1e-3, high: 10, log: true, default: 1.0,
    source: team, why: A range of the team's own.}}
sources: {{team: The team's own measurements}}
"""


def pipeline() -> Pipeline:
    """Return a pipeline of twelve steps."""
    columns = ColumnTransformer(
        [("numbers", SimpleImputer(), [0, 1]), ("words", OneHotEncoder(), [2])]
    )
    steps: list[tuple[str, Any]] = [
        ("columns", columns),
        ("scale", StandardScaler()),
        ("power", PowerTransformer()),
    ]
    steps += [
        ("quantile", QuantileTransformer()),
        ("polynomial", PolynomialFeatures()),
        ("scale2", StandardScaler()),
    ]
    steps += [
        ("pca", PCA()),
        ("select", SelectKBest()),
        ("nystroem", Nystroem()),
        ("scale3", StandardScaler()),
    ]
    return Pipeline([*steps, ("power2", PowerTransformer()), ("svc", SVC())])


def study() -> None:
    """Create a study with the default sampler and make 100 x 10 suggestions."""
    made = optuna.create_study()
    for _ in range(100):
        trial = made.ask()
        values = [trial.suggest_float(f"x{i}", 0.0, 1.0) for i in range(10)]
        made.tell(trial, sum(values))


def growth() -> dict[str, float]:
    """Return the median milliseconds of planning by name and by class.

    A folder of the user's own then has 10, 100 and 1,000 files.
    """
    found = {}
    for count in (10, 100, 1000):
        with tempfile.TemporaryDirectory() as folder:
            for i in range(count):
                Path(folder, f"entry-{i}.yaml").write_text(ENTRY.format(i=i))
            os.environ["AUTOTUNE_KNOWLEDGE"] = folder
            for label, target in (("name", "random-forest"), ("class", XGBClassifier())):
                autotune(target)
                found[f"{label}_{count}"] = median(
                    [1000 * wall(lambda target=target: autotune(target)) for _ in range(REPEATS)]
                )
            del os.environ["AUTOTUNE_KNOWLEDGE"]
    return found


def main() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    model, steps = XGBClassifier(), pipeline()
    first = wall(lambda: autotune(model))
    works = {
        "xgboost": lambda: autotune(model),
        "pipeline": lambda: autotune(steps),
        "study": study,
    }
    got = in_turn({n: lambda w=w: wall(w) for n, w in works.items()}, REPEATS)
    write(
        "planning",
        "python -m benchmarks.planning",
        {
            "repeats": REPEATS,
            "milliseconds": {n: median([1000 * s for s in v]) for n, v in got.items()}
            | {"first_call_xgboost": round(1000 * first, 1)},
            "ratio_xgboost": ratio(got["xgboost"], got["study"]),
            "ratio_pipeline": ratio(got["pipeline"], got["study"]),
            "growth_ms": growth(),
            "target": "below the study; no growth for an estimator found by name",
        },
    )


if __name__ == "__main__":
    main()
