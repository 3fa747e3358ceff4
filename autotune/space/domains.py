"""What a hyperparameter may be: the kinds of domains, all plain frozen data."""

from typing import Any

from autotune.space.choices import Choice, Fixed, Hint
from autotune.space.distributions import LOWEST, LogNormal, Normal
from autotune.space.labels import label_of, same
from autotune.space.ranges import Float, Int

__all__ = [
    "LOWEST",
    "Choice",
    "Domain",
    "Fixed",
    "Float",
    "Hint",
    "Int",
    "LogNormal",
    "Normal",
    "label_of",
    "listed",
    "same",
]

Domain = Float | Int | Choice | Fixed | Normal | LogNormal


def listed(domain: Domain) -> tuple[Any, ...]:
    """Return the values that a domain names one by one: not those within a range."""
    match domain:
        case Choice():
            return tuple(domain.choices)
        case Fixed():
            return (domain.value,)
        case Float() | Int():
            return domain.also
    return ()
