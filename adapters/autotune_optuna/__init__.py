"""autotune's adapter to Optuna."""

from autotune_optuna.compiled import OptunaAdapter

adapter = OptunaAdapter()
__all__ = ["OptunaAdapter", "adapter"]
