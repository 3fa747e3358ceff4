"""The private parts of Optuna that the adapter uses; test_private_parts.py names each.

Programs carry these functions with the samplers that call them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import optuna
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial

NAMES_CONSTRAINTS = hasattr(optuna.trial.Trial, "set_constraint")  # since Optuna 5


def generators_of(samplers: Iterable[BaseSampler]) -> list[Any]:
    """Return the random generators of samplers, of those that have one.

    Optuna's own way to reseed a sampler takes no seed.
    """
    return [vars(sampler)["_rng"] for sampler in samplers if "_rng" in vars(sampler)]


def study_key(study: optuna.Study) -> object:
    """Return what tells a study from another, also from one of the same name in another storage."""
    return (study._storage, study._study_id)


def set_constraints(trial: Any, amounts: Mapping[str, float]) -> None:
    """Record by how much a running trial is beyond each constraint; 0 or less is within."""
    if NAMES_CONSTRAINTS:
        for name, amount in amounts.items():
            trial.set_constraint(name, amount)
        return
    for key, value in constraint_attributes(amounts).items():
        trial.storage.set_trial_system_attr(trial._trial_id, key, value)


def constraint_attributes(amounts: Mapping[str, float]) -> dict[str, Any]:
    """Return constraints as a trial's storage keeps them: before Optuna 5 without their names."""
    if NAMES_CONSTRAINTS:
        return {f"constraints:{name}": amount for name, amount in amounts.items()}
    return {"constraints": list(amounts.values())} if amounts else {}


def constraints_of(trial: FrozenTrial) -> list[float]:
    """Return by how much a trial is beyond each constraint; nothing where it has none."""
    if NAMES_CONSTRAINTS:
        return list(trial.constraints.values())
    return list(trial.system_attrs.get("constraints") or ())


def is_feasible(trial: FrozenTrial) -> bool:
    """Return whether a trial is beyond no constraint."""
    return all(amount <= 0 for amount in constraints_of(trial))


def constraint_arguments() -> dict[str, Any]:
    """Return the argument by which a sampler of Optuna's reads constraints, before Optuna 5."""
    return {} if NAMES_CONSTRAINTS else {"constraints_func": constraints_of}
