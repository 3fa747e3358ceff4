"""What an engine declares that it can carry out, and what of a plan is beyond that."""

from collections.abc import Iterator
from dataclasses import dataclass

from autotune.plan.spec import PlanSpec


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What an engine can carry out; what it leaves out is refused before any trial."""

    strategies: frozenset[str]
    """The values of ``strategy`` that it follows."""
    samplers: frozenset[str] = frozenset()
    """The values of ``sampler`` that it has, for ``strategy="bayesian"``."""
    parallel: bool = False
    """Whether configurations can be drawn while trials run."""
    deterministic: bool = False
    """Whether parallel trials repeat, by learning of results in the order of their numbers."""
    early_stopping: bool = False
    """Whether its search carries out ``early_stopping``."""
    conditions: bool = False
    """Whether hyperparameters may depend on the values of others."""
    forbidden: bool = False
    """Whether forbidden combinations are never drawn."""
    constraints: bool = False
    """Whether its search learns which trials are infeasible; see `ConstrainedSearch`."""
    warm_start: bool = False
    """Whether results of parent jobs are used."""
    cost_aware: bool = False
    """Whether improvement can count per second."""
    address: bool = False
    """Whether trials can run on a cluster."""
    programs: bool = False
    """Whether ``source`` writes a program."""


def declared_gaps(plan: PlanSpec, capabilities: Capabilities) -> Iterator[str]:
    """Return what of a plan an engine does not declare, each in a few words."""
    strategy, sampler = plan["strategy"], plan["sampler"]
    if strategy not in capabilities.strategies:
        yield f"strategy={strategy!r} (it has {', '.join(sorted(capabilities.strategies))})"
    elif sampler is not None and sampler not in capabilities.samplers:
        yield f"sampler={sampler!r} (it has {', '.join(sorted(capabilities.samplers)) or 'none'})"
    is_parallel = plan["max_parallel"] > 1
    wanted = {
        f"max_parallel={plan['max_parallel']}": is_parallel and not capabilities.parallel,
        "deterministic=True with parallel trials": is_parallel
        and plan["deterministic"]
        and not capabilities.deterministic,
        "early_stopping": plan["early_stopping"] is not None and not capabilities.early_stopping,
        "cost_aware": bool(plan["cost_aware"]) and not capabilities.cost_aware,
        "hyperparameters with conditions": any(range_.when for range_ in plan.ranges.values())
        and not capabilities.conditions,
        "forbidden combinations": plan.forbids and not capabilities.forbidden,
        "constraints": bool(plan.constraints) and not capabilities.constraints,
        "warm_start": "warm_start" in plan.settings and not capabilities.warm_start,
    }
    yield from (name for name, is_gap in wanted.items() if is_gap)
