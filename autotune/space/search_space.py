"""A search space: domains by name, conditions, and forbidden combinations."""

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import ModuleType
from typing import Any

from autotune.errors import SettingError
from autotune.space.conditions import When
from autotune.space.domains import LOWEST, Choice, Domain, Fixed, Float, Int, Normal, listed, same
from autotune.space.forbidden_rules import ForbiddenRule
from autotune.space.labels import Params, ParamValue, identity
from autotune.space.scale import between_ends, is_number, quantised


@dataclass(frozen=True)
class Space:
    """A search space: domains by name, conditions, and forbidden combinations."""

    domains: Mapping[str, Domain]
    """The domain of each hyperparameter, by name."""
    when: Mapping[str, When]
    """By name, the values of each parent under which it is used; all parents must match."""
    forbidden: tuple[When, ...] = ()
    """Combinations never tried: each name of a row has one of the row's values."""
    rules: tuple[ForbiddenRule, ...] = ()
    """Further combinations never tried, as expressions."""

    @property
    def order(self) -> tuple[str, ...]:
        """The names, each after the parents its condition reads."""
        ordered: list[str] = []
        waiting = list(self.domains)
        while waiting:
            ready = [
                name
                for name in waiting
                if not any(parent in waiting for parent in self.when.get(name, {}))
            ]
            if not ready:
                raise SettingError(
                    f"conditions must not go in a circle, got one over {sorted(waiting)}."
                )
            ordered += ready
            waiting = [name for name in waiting if name not in ready]
        return tuple(ordered)

    def active(self, name: str, params: Params) -> bool:
        """Return whether a name is used with these params; parents not searched count as met."""
        return all(
            (parent in params and _among(params[parent], values))
            if parent in self.domains
            else True
            for parent, values in self.when.get(name, {}).items()
        )

    def allows(self, params: Params) -> bool:
        """Return whether no forbidden combination matches the params."""
        return not any(
            all(name in params and _among(params[name], values) for name, values in row.items())
            for row in self.forbidden
        ) and not any(rule.matches(params) for rule in self.rules)

    def identity(self, params: Params) -> Hashable:
        """Return what is equal for two configurations exactly where they are one and the same.

        In a range a number is itself, whichever its type: 1 is 1.0 there, as no choice is.
        """
        return frozenset(
            (name, _identity_in(self.domains.get(name), value)) for name, value in params.items()
        )

    def complete(self, params: Params) -> dict[str, Any]:
        """Return the params without those whose condition does not hold."""
        active_params: dict[str, Any] = {}
        for name in self.order:
            if name in params and self.active(name, active_params):
                active_params[name] = params[name]
        return active_params

    def outside(self, params: Params) -> list[str]:
        """Return the names whose value is outside its domain, or that the space lacks."""
        return [
            name
            for name, value in params.items()
            if name not in self.domains or not self.domains[name].contains(value)
        ]

    def grid(self, limit: int, levels: int = 1 << 30) -> list[dict[str, Any]] | None:
        """Return all legal configurations, or None if they are infinite or more than ``limit``."""
        sizes = [domain.size for domain in self.domains.values()]
        if any(size == math.inf or (size > limit and levels > limit) for size in sizes):
            return None
        configurations: list[dict[str, Any]] = [{}]
        for name in self.order:
            domain = self.domains[name]
            values = domain.levels(levels)
            configurations = [
                {**configuration, name: value} if value is not _UNUSED else configuration
                for configuration in configurations
                for value in (values if self.active(name, configuration) else (_UNUSED,))
            ]
            if len(configurations) > limit * 4:
                return None
        legal = [configuration for configuration in configurations if self.allows(configuration)]
        return legal if len(legal) <= limit else None

    def sample(self, random: Random) -> dict[str, Any]:
        """Return one legal configuration drawn with a `random.Random`."""
        for _ in range(1000):
            params = self.sample_any(random)
            if self.allows(params):
                return params
        raise SettingError(
            "the space must hold a configuration that is not forbidden, got none in 1000 draws."
        )

    def sample_any(self, random: Random) -> dict[str, Any]:
        """Return one configuration drawn with a `random.Random`, be it forbidden or not."""
        params: dict[str, Any] = {}
        for name in self.order:
            if self.active(name, params):
                params[name] = draw(self.domains[name], random)
        return params


def distinct(points: Iterable[Params], space: Space) -> list[dict[str, Any]]:
    """Return the configurations of a space, each once, in their order."""
    first: dict[Hashable, dict[str, Any]] = {}
    for point in points:
        first.setdefault(space.identity(point), dict(point))
    return list(first.values())


_UNUSED = object()


def _identity_in(domain: Domain | None, value: ParamValue) -> Hashable:
    is_in_range = isinstance(domain, Float | Int | Normal) and is_number(value)
    if is_in_range and domain is not None and not _among(value, listed(domain)):
        return float(value)
    return identity(value)


def _among(value: object, values: Sequence[object]) -> bool:
    return any(same(value, listed_value) for listed_value in values)


def draw(domain: Domain, random: Random | ModuleType) -> ParamValue:
    """Return a value drawn with a `random.Random`, uniform on the domain's own scale."""
    match domain:
        case Choice():
            return random.choice(domain.choices)
        case Fixed():
            return domain.value
        case Normal():
            return domain.at(random.uniform(LOWEST, 1 - LOWEST))
    pick = random.randrange(1 + len(domain.also))
    if pick:
        return domain.also[pick - 1]
    if isinstance(domain, Int) and not domain.log:
        return random.randrange(domain.low, domain.high + 1, domain.step)
    if isinstance(domain, Float) and domain.step is not None:
        return min(
            domain.low + domain.step * random.randrange(int(domain.size - len(domain.also))),
            domain.high,
        )
    # A logarithm and back may end beside the range.
    value = min(
        max(between_ends(domain.low, domain.high, domain.log, random.random()), domain.low),
        domain.high,
    )
    return round(value) if isinstance(domain, Int) else quantised(value, domain.q)
