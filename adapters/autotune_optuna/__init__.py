"""autotune's adapter to Optuna, and its sampler for anyone's program."""

from autotune_optuna.compiled import OptunaAdapter
from autotune_optuna.knowing import KnowledgeSampler

adapter = OptunaAdapter()
__all__ = ["KnowledgeSampler", "OptunaAdapter", "adapter"]
