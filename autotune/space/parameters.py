"""A search space as the primitive parameters of engines, numbers and labels, and back.

A choice travels as its labels; a number that may also be of another kind gets a second parameter
``name:kind``; a reverse logarithmic one travels as ``1-name``; a normal one as its quantile; a
fixed one not at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autotune.space.domains import LOWEST, Choice, Domain, Fixed, Float, Int, Normal
from autotune.space.labels import Params, ParamValue, labels_of, same
from autotune.space.scale import quantised
from autotune.space.search_space import Space

NUMBER = "<number>"


@dataclass(frozen=True)
class Labels:
    """One of some texts."""

    labels: tuple[str, ...]


@dataclass(frozen=True)
class Numbers:
    """A number in low..high, both inclusive; ``step`` counts from low."""

    low: float
    high: float
    log: bool
    step: float | None
    is_integer: bool


Primitive = Labels | Numbers
Suggest = Callable[[str, Primitive], ParamValue]
"""Gives the value of a parameter, by its name and what it may be."""


def primitives(name: str, domain: Domain) -> dict[str, Primitive]:
    """Return the parameters a domain travels as, in the order they are asked for."""
    match domain:
        case Fixed():
            return {}
        case Choice():
            return {name: Labels(domain.labels)}
        case Normal():
            return {f"{name}:quantile": Numbers(LOWEST, 1 - LOWEST, False, None, False)}
    kind: dict[str, Primitive] = (
        {f"{name}:kind": Labels((NUMBER, *labels_of(domain.also)))} if domain.also else {}
    )
    if domain.log == "reverse":
        return {**kind, f"1-{name}": Numbers(1 - domain.high, 1 - domain.low, True, None, False)}
    return {
        **kind,
        name: Numbers(
            domain.low, domain.high, bool(domain.log), domain.step, isinstance(domain, Int)
        ),
    }


def is_mixed(domain: Domain) -> bool:
    """Return whether a domain's number depends on a second parameter, its kind."""
    return isinstance(domain, Float | Int) and bool(domain.also)


def encode(space: Space, params: Params) -> dict[str, Any]:
    """Return params as engine parameters; names of fixed hyperparameters fall away."""
    encoded: dict[str, Any] = {}
    for name in space.order:
        if name in params:
            encoded |= _encode(name, space.domains[name], params[name])
    return encoded


def _encode(name: str, domain: Domain, value: ParamValue) -> dict[str, Any]:
    match domain:
        case Fixed():
            return {}
        case Choice():
            return {name: domain.labels[_index(domain.choices, value)]}
        case Normal():
            return {f"{name}:quantile": domain.quantile(value)}
    for other, label in zip(domain.also, labels_of(domain.also), strict=True):
        if same(value, other):
            return {f"{name}:kind": label}
    kind = {f"{name}:kind": NUMBER} if domain.also else {}
    # A multiple of q may lie just outside the ends.
    value = min(domain.high, max(domain.low, value))
    if domain.log == "reverse":
        return {**kind, f"1-{name}": 1 - value}
    return {**kind, name: int(value) if isinstance(domain, Int) else float(value)}


def _index(choices: Sequence[ParamValue], value: ParamValue) -> int:
    return next(i for i, choice in enumerate(choices) if Choice([choice]).contains(value))


class ParameterDecoder:
    """Decodes the parameters that an engine suggests; asks only for those whose condition holds."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.order = [
            (name, space.domains[name], primitives(name, space.domains[name]))
            for name in space.order
        ]

    def params(self, suggest: Suggest) -> dict[str, Any]:
        """Return one configuration; ``suggest(parameter name, primitive)`` gives each value."""
        params: dict[str, Any] = {}
        for name, domain, parameters in self.order:
            if self.space.active(name, params):
                params[name] = _decode(name, domain, parameters, suggest)
        return params

    def decode(self, encoded: Params) -> dict[str, Any]:
        """Return the configuration that stored parameters stand for, as far as they go."""
        params: dict[str, Any] = {}
        for name, domain, parameters in self.order:
            is_available = isinstance(domain, Fixed) or any(
                parameter in encoded for parameter in parameters
            )
            if is_available and self.space.active(name, params):
                params[name] = _decode(
                    name, domain, parameters, lambda parameter, _: encoded[parameter]
                )
        return params


def _decode(
    name: str, domain: Domain, parameters: Mapping[str, Primitive], suggest: Suggest
) -> Any:
    match domain:
        case Fixed():
            return domain.value
        case Choice():
            return domain.choices[domain.labels.index(suggest(name, parameters[name]))]
        case Normal():
            return domain.at(suggest(f"{name}:quantile", parameters[f"{name}:quantile"]))
    if domain.also:
        kind = suggest(f"{name}:kind", parameters[f"{name}:kind"])
        if kind != NUMBER:
            return domain.also[labels_of(domain.also).index(kind)]
    if isinstance(domain, Float) and domain.log == "reverse":
        return _reversed(domain, suggest(f"1-{name}", parameters[f"1-{name}"]))
    number = suggest(name, parameters[name])
    return quantised(number, domain.q) if isinstance(domain, Float) else number


def _reversed(domain: Float, complement: float) -> float:
    """Return 1 - rest, inside the range also where floating point would round it out."""
    return quantised(min(domain.high, max(domain.low, 1 - complement)), domain.q)
