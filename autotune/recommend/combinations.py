"""The combinations that a library refuses, as its entry lists them, over a plan's names."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from autotune.facts import Part, Subject
from autotune.recommend.candidates import Proposal
from autotune.recommend.entry_values import spelling_in
from autotune.space.domains import Choice, Domain, same
from autotune.space.forbidden_rules import ForbiddenRule
from autotune.space.scale import is_number


@dataclass(frozen=True)
class Among:
    """The condition that a hyperparameter has one of some values."""

    name: str
    """The hyperparameter's full name."""
    values: tuple[Any, ...]
    """The values; a number is one of them as 1 and as 1.0."""

    @property
    def names(self) -> tuple[str, ...]:
        """The one name, as a rule has several."""
        return (self.name,)

    def matches(self, params: Mapping[str, Any]) -> bool:
        """Return whether the condition holds in a configuration."""
        return self.name in params and any(_equal(params[self.name], v) for v in self.values)


Condition: TypeAlias = Among | ForbiddenRule


@dataclass(frozen=True)
class Refused:
    """A combination that a library refuses: all of its conditions at once."""

    conditions: tuple[Condition, ...]
    """Over full names, as the plan spells them."""
    whose: str
    """The class that refuses it."""

    @property
    def names(self) -> tuple[str, ...]:
        """All hyperparameters that it reads."""
        return tuple(dict.fromkeys(name for each in self.conditions for name in each.names))

    def within(self, domains: Mapping[str, Domain], static: Mapping[str, Any]) -> "Refused | None":
        """Return what is left to hold over what is searched, or None where it cannot hold."""
        remaining: list[Condition] = []
        for condition in self.conditions:
            if not any(name in domains for name in condition.names):
                if not condition.matches(static):
                    return None
                continue
            left = _with_static(condition, domains, static)
            if left is None or not _may_hold(left, domains):
                return None
            remaining.append(left)
        return replace(self, conditions=tuple(remaining))


def set_values(subject: Subject) -> dict[str, Any]:
    """Return the values that a library will see together, by full name.

    Of what is known by its name only these are the ones that the user set: a library leaves out
    the defaults of hyperparameters that are not in use.
    """
    return {
        part.prefix + name: value
        for part in subject.parts
        for name, value in part.params.items()
        if part.cls is not None or name in part.explicit
    }


def refused_by(proposals: Iterable[Proposal], subject: Subject) -> list[Refused]:
    """Return what the parts' entries say that their libraries refuse."""
    combinations = []
    for proposal in proposals:
        whose = next(iter(proposal.part.names), subject.name)
        for row in proposal.entry.forbidden if proposal.entry else []:
            conditions = _conditions(row, proposal)
            if all(_has(proposal.part, name) for each in conditions for name in each.names):
                combinations.append(Refused(conditions, whose))
    return combinations


def _conditions(row: Any, proposal: Proposal) -> tuple[Condition, ...]:
    assert proposal.entry is not None
    part, entry = proposal.part, proposal.entry

    def full(name: str) -> str:
        return part.prefix + spelling_in(part, entry, name)

    if not isinstance(row, str):
        return tuple(Among(full(name), tuple(values)) for name, values in row.items())
    tree = ForbiddenRule(row).tree
    joined = isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And)
    each = [ForbiddenRule(ast.unparse(node)) for node in (tree.values if joined else [tree])]  # type: ignore[attr-defined]
    return tuple(rule.renamed({name: full(name) for name in rule.names}) for rule in each)


def _has(part: Part, full: str) -> bool:
    return part.open or full.removeprefix(part.prefix) in part.params


def _with_static(
    condition: Condition, domains: Mapping[str, Domain], static: Mapping[str, Any]
) -> Condition | None:
    """Return a condition with what is not searched in place; None where that is no plain value."""
    if isinstance(condition, Among):
        return condition
    values = {name: static.get(name) for name in condition.names if name not in domains}
    plain = (
        value is None or isinstance(value, str | bool) or is_number(value)
        for value in values.values()
    )
    return condition.with_values(values) if all(plain) else None


def _may_hold(condition: Condition, domains: Mapping[str, Domain]) -> bool:
    """Return whether a condition on one name holds for a choice; any other one may."""
    domain = domains[condition.names[0]]
    if len(condition.names) > 1 or not isinstance(domain, Choice):
        return True
    return any(condition.matches({condition.names[0]: value}) for value in domain.choices)


def _equal(value: object, other: object) -> bool:
    return same(value, other) or (is_number(value) and is_number(other) and value == other)
