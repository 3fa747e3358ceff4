"""The parameters of rules that judge at rungs of growing budgets, and how a plan fills them."""

from autotune.errors import SettingError
from autotune.stopping.declaration import Parameter, Parameters, Situation

RESOURCES = {
    "min_resource": Parameter(None, 1),
    "max_resource": Parameter(None, 1),
    "reduction_factor": Parameter(3, 2, 100),
}


def within_fidelity(parameters: Parameters, situation: Situation) -> Parameters:
    """Take the least and the largest budget from the fidelity, where they are open.

    Raises:
        SettingError: if the least budget is not below the largest.
    """
    fidelity = situation.fidelity or {"min": 1, "max": None}
    low = parameters["min_resource"] or fidelity["min"]
    high = parameters["max_resource"] or fidelity["max"]
    if isinstance(low, int) and isinstance(high, int) and low >= high:
        raise SettingError(
            f"min_resource < max_resource must hold, got {low} >= {high}.", "Lower it."
        )
    return {**parameters, "min_resource": low, "max_resource": high}
