"""FLAML on real data: AutoML restricted to one learner, and its zero-shot defaults.

They are scored on the folds that all methods share.

What AutoML tries is read off its log and evaluated as everything else is, so that scores and
seconds compare.
"""

import json
import tempfile
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Search = Generator[dict[str, Any], float | None, None]
LEARNERS = {
    "xgboost": ("xgboost", "xgb_limitdepth"),
    "lightgbm": ("lgbm",),
    "random-forest": ("rf",),
    "extra-trees": ("extra_tree",),
    "catboost": ("catboost",),
    "k-nearest-neighbours": ("kneighbor",),
    "logistic-regression": ("lrl2",),
}
ZERO_SHOT = {"xgboost", "xgb_limitdepth", "lgbm", "rf", "extra_tree"}
METRICS = {
    "neg_log_loss": "log_loss",
    "accuracy": "accuracy",
    "neg_root_mean_squared_error": "rmse",
}
KEPT = ("FLAML_sample_size",)
MISSING = "flaml is not installed, so its methods are left out (pip install 'flaml[automl]')"


def is_installed() -> bool:
    """Return whether FLAML can be imported."""
    return find_spec("flaml") is not None


def automl(learner: str, problem: Any, seed: int, trials: int) -> Search:
    """Let AutoML search one learner for so many trials, then evaluate these in order."""
    for config in _searched(learner, problem.data(), seed, trials):
        yield params_of(learner, problem, config)


def _searched(learner: str, training: Any, seed: int, trials: int) -> list[dict[str, Any]]:
    from flaml import AutoML

    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        X, y = training.data
        AutoML().fit(
            X,
            y,
            task=_task(training),
            metric=METRICS[training.metric],
            estimator_list=[learner],
            max_iter=trials,
            time_budget=-1,
            seed=seed,
            eval_method="cv",
            split_type=training.splitter(),
            n_splits=training.folds,
            sample=False,
            n_jobs=1,
            log_file_name=str(log),
            log_type="all",
            verbose=0,
            retrain_full=False,
            early_stop=False,
        )
        records = [json.loads(line) for line in log.read_text().splitlines()]
    return [
        r["config"]
        for r in sorted((r for r in records if "config" in r), key=lambda r: r["record_id"])
    ]


def zero_shot(learner: str, problem: Any, seed: int, trials: int) -> Search:
    """Try what FLAML's shipped portfolio suggests for the data."""
    from flaml.default import suggest_hyperparams

    training = problem.data()
    config, _ = suggest_hyperparams(_task(training), *training.data, learner)
    yield params_of(learner, problem, config)


def _task(training: Any) -> str:
    return "classification" if training.dataset.classes else "regression"


def params_of(learner: str, problem: Any, config: dict[str, Any]) -> dict[str, Any]:
    """Return FLAML's configuration as the estimator's own hyperparameters."""
    found = {n: v for n, v in config.items() if n not in KEPT}
    if "log_max_bin" in found:
        found["max_bin"] = (1 << int(found.pop("log_max_bin"))) - 1
    if learner == "xgboost":
        found |= {"grow_policy": "lossguide", "max_depth": 0, "tree_method": "hist"}
    if "max_leaves" in found and learner in ("rf", "extra_tree"):
        found["max_leaf_nodes"] = found.pop("max_leaves")
    return {n: v for n, v in found.items() if n in problem.names}
