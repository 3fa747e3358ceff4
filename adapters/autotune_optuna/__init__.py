"""autotune's adapter to Optuna, and its samplers for anyone's program."""

from autotune_optuna.compiled import OptunaAdapter
from autotune_optuna.distinct import DistinctSampler
from autotune_optuna.knowing import KnowledgeSampler

adapter = OptunaAdapter()
__all__ = ["DistinctSampler", "KnowledgeSampler", "OptunaAdapter", "adapter"]
