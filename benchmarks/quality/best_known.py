"""A short list of methods for each family, as rows: the best known peers with fast trials.

A trial of theirs takes seconds, not minutes, on few rows.

Peers that count on early stopping with thousands of trees, or on thousands of trees outright, are
in the full list only.
"""

EVERYWHERE = ("autotune", "default", "random:PyCaret", "sagemaker:log")
BEST_KNOWN = {
    "decision-tree": ("hand:typical", "peer:mlr3tuningspaces/rbv2", "peer:auto-sklearn"),
    "k-nearest-neighbours": ("peer:auto-sklearn", "peer:MLJAR/optuna", "peer:TabArena"),
    "logistic-regression": ("peer:FLAML/LRL2Classifier", "peer:AutoGluon", "peer:TPOT2"),
    "elastic-net": ("peer:FLAML", "peer:hyperopt-sklearn", "peer:TPOT2"),
    "svm": ("peer:mlr3tuningspaces/default", "peer:auto-sklearn", "peer:TPOT2"),
    "xgboost": ("hand:typical", "peer:FLAML/XGBoostLimitDepthEstimator"),
    "lightgbm": ("peer:FLAML/LGBMEstimator", "peer:optuna-examples"),
    "random-forest": ("peer:TPOT2", "peer:MLJAR/optuna"),
    "extra-trees": ("peer:TPOT2", "peer:MLJAR/optuna"),
    "hist-gradient-boosting": ("peer:auto-sklearn", "peer:TPOT2"),
    "mlp": ("peer:auto-sklearn", "peer:TPOT2"),
    "gradient-boosting": ("peer:PyCaret", "peer:TPOT2"),
    "catboost": ("peer:AutoGluon", "peer:MLJAR/optuna"),
    "torch-training-loop": ("hand:typical",),
}


def short(family: str) -> tuple[str, ...]:
    """Return the names of a family's short list."""
    return EVERYWHERE + BEST_KNOWN[family]
