"""The private parts of Optuna that the adapter uses; test_private_parts.py names each.

Programs carry these functions with the samplers that call them.
"""

from collections.abc import Iterable
from typing import Any

import optuna
from optuna.samplers import BaseSampler


def generators_of(samplers: Iterable[BaseSampler]) -> list[Any]:
    """Return the random generators of samplers, of those that have one.

    Optuna's own way to reseed a sampler takes no seed.
    """
    return [vars(sampler)["_rng"] for sampler in samplers if "_rng" in vars(sampler)]


def study_key(study: optuna.Study) -> object:
    """Return what tells a study from another, also from one of the same name in another storage."""
    return (study._storage, study._study_id)
