"""No trial ends early."""

import optuna


def make_pruner() -> optuna.pruners.BasePruner:
    """Return what ends trials early: nothing."""
    return optuna.pruners.NopPruner()
