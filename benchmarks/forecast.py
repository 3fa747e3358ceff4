"""What `plan.estimate` forecasts against what the jobs took, over real data.

Run it with ``python -m benchmarks.forecast FOLDER``.

The folder holds parquet files with a column ``target``. Short jobs, so that many fit: the forecast
is that of the whole job.
"""

import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC, SVR

from autotune import autotune
from benchmarks.measure import write

TRIALS, MOST_ROWS, MOST_SECONDS = 12, 3000, 120
KINDS = {
    "forest": (RandomForestClassifier, RandomForestRegressor),
    "lightgbm": (LGBMClassifier, LGBMRegressor),
    "linear": (LogisticRegression, Ridge),
    "svm": (SVC, SVR),
}


def read(path: Path) -> tuple[Any, Any, bool]:
    """Return numbers only, at most some thousand rows, the target, and whether it has classes."""
    frame = pd.read_parquet(path).dropna(subset="target")
    frame = frame.sample(min(len(frame), MOST_ROWS), random_state=0)
    X, y = frame.drop(columns="target").select_dtypes("number"), frame["target"]
    classes = y.dtype.kind in "Ob" or isinstance(y.dtype, pd.CategoricalDtype) or y.nunique() <= 20
    return (
        X.to_numpy(dtype=float),
        (y.astype("category").cat.codes.to_numpy() if classes else y.to_numpy(dtype=float)),
        classes,
    )


def made(kind: str, classes: bool) -> Any:
    """Return the estimator, quiet and with missing values filled."""
    estimator = KINDS[kind][0 if classes else 1]()
    if kind == "lightgbm":
        return estimator.set_params(verbose=-1)
    return make_pipeline(SimpleImputer(), estimator)


def one(path: Path, kind: str) -> dict[str, Any] | None:
    """Return what was foretold and what came out, or None where the data hold no numbers for it."""
    X, y, classes = read(path)
    if not X.shape[1] or (classes and np.bincount(y).min() < 10):
        return None
    plan = autotune(
        made(kind, classes), X, y, max_trials=TRIALS, max_runtime=MOST_SECONDS, completion={}
    )
    told = plan.estimate(X, y)
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        job = plan.run(X, y, storage=folder, progress=False)
        seconds = time.monotonic() - begun
        memory = job.describe()["consumed"]["memory"]
    low, high = told.seconds
    middle = (
        told.start
        + sum(p.seconds for p in told.probes) / len(told.probes) * TRIALS / plan["max_parallel"]
    )
    return {
        "data": path.stem,
        "kind": kind,
        "foretold": [low, high],
        "took": round(seconds, 2),
        "to_middle": round(seconds / middle, 3),
        "inside": bool(
            low
            <= seconds
            <= (high if high is not None and high < MOST_SECONDS else MOST_SECONDS + 1)
        ),
        "memory_inside": bool(
            told.memory and told.memory[0] * 0.8 <= memory * plan["max_parallel"] <= told.memory[1]
        ),
    }


def main(folder: str, count: int = 12) -> None:
    warnings.simplefilter("ignore")
    files = sorted(Path(folder).glob("*.parquet"))
    if not files:
        sys.exit(f"{folder} holds no parquet files")
    found = []
    for number, path in enumerate(files[:: max(1, len(files) // count)]):
        kind = list(KINDS)[number % len(KINDS)]
        result = one(path, kind)
        if result:
            found.append(result)
            print(result, file=sys.stderr, flush=True)
    shares = {
        f: round(sum(r[f] for r in found) / len(found), 3) for f in ("inside", "memory_inside")
    }
    ratios = sorted(r["to_middle"] for r in found)
    figures = {"jobs": len(found), **shares, "took_over_mean_of_probes": ratios, "each": found}
    write("forecast", f"python -m benchmarks.forecast FOLDER {count}", figures)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
