"""autotune's adapter to Optuna, and its samplers for anyone's program."""

from autotune_optuna.adapter import OptunaAdapter
from autotune_optuna.samplers.distinct_sampler import DistinctSampler
from autotune_optuna.samplers.knowledge_sampler import KnowledgeSampler

__all__ = ["DistinctSampler", "KnowledgeSampler", "OptunaAdapter"]
