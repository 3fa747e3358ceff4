"""Hand-set spaces of tutorials, as rows: what people copy, beside what the peers' own sources hold.

The XGBoost row is the nine ranges that Kaggle notebooks and tutorials share; the tree's is
scikit-learn users' usual depth and sizes; the network's two are tutorials' ranges, and LCBench's
own with the weight decay on a log scale.
"""

from benchmarks.quality.spaces import Parameter, Space

_ROWS = {
    "xgboost": {
        "hand:typical": {
            "n_estimators": ("int", 100, 1000),
            "max_depth": ("int", 3, 10),
            "learning_rate": ("float", 0.01, 0.3, True),
            "subsample": ("float", 0.5, 1.0),
            "colsample_bytree": ("float", 0.5, 1.0),
            "min_child_weight": ("int", 1, 10),
            "gamma": ("float", 1e-8, 1.0, True),
            "reg_alpha": ("float", 1e-8, 10.0, True),
            "reg_lambda": ("float", 1e-8, 10.0, True),
        },
    },
    "decision-tree": {
        "hand:typical": {
            "max_depth": ("int", 2, 20),
            "min_samples_split": ("int", 2, 20),
            "min_samples_leaf": ("int", 1, 20),
        },
    },
    "torch-training-loop": {
        "hand:typical": {
            "learning_rate": ("float", 1e-4, 1e-1, True),
            "batch_size": ("int", 16, 256, True),
            "momentum": ("float", 0.5, 0.99),
            "weight_decay": ("float", 1e-5, 1e-1, True),
            "num_layers": ("int", 1, 4),
            "max_units": ("int", 64, 512, True),
            "max_dropout": ("float", 0.0, 0.5),
        },
        "hand:lcbench, log decay": {
            "learning_rate": ("float", 1e-4, 1e-1, True),
            "batch_size": ("int", 16, 512, True),
            "momentum": ("float", 0.1, 0.99),
            "weight_decay": ("float", 1e-5, 1e-1, True),
            "num_layers": ("int", 1, 5),
            "max_units": ("int", 64, 1024, True),
            "max_dropout": ("float", 0.0, 1.0),
        },
    },
}


def tutorials(family: str) -> list[Space]:
    """Return the tutorials' spaces of a family, none where there is no usual one."""
    rows = _ROWS.get(family, {})
    return [
        Space(name, tuple(Parameter(n, *r) for n, r in ranges.items()), {})
        for name, ranges in rows.items()
    ]
