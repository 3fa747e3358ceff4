"""A plan's search space as code: Optuna's distributions by name, and a function that asks for those in use."""

from collections.abc import Sequence
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution

from autotune.errors import EngineError
from autotune.export.formatting import WIDTH, Group, Node, comment, flat, laid_out
from autotune.export.imports import Imports
from autotune.export.literals import text_code, value_code
from autotune.plan.spec import Plan
from autotune.record.distributions import distribution
from autotune.space.domains import (
    Choice,
    Domain,
    Fixed,
    Float,
    Int,
    LogNormal,
    Normal,
    label_of,
    listed,
    same,
)
from autotune.space.parameters import NUMBER, primitives
from autotune.space.search_space import Space, When


def space_lines(plan: Plan, imports: Imports) -> list[str]:
    """Return ``SPACE``, the distributions with the reason of each range."""
    lines = ["SPACE = {"]
    for name, chosen in plan.ranges.items():
        found = {p: distribution(k) for p, k in primitives(name, chosen.value).items()}
        if found:
            lines += comment(f"{chosen.reason} [{chosen.source.cited}]", 4)
        for parameter, kind in found.items():
            start = f"    {text_code(parameter)}: "
            lines.append(f"{start}{laid_out(distribution_code(kind, imports), 4, len(start) + 1)},")
    return [*lines, "}"]


def distribution_code(kind: BaseDistribution, imports: Imports) -> Node:
    """Return a distribution of Optuna's as a call."""
    name = imports.name(f"optuna.distributions.{type(kind).__name__}")
    if isinstance(kind, CategoricalDistribution):
        return Group(
            f"{name}(",
            [("", Group("[", [("", text_code(str(c))) for c in kind.choices], "]"))],
            ")",
        )
    low, high, log, step = kind.low, kind.high, kind.log, kind.step  # type: ignore[attr-defined]
    stepped = step is not None and not (isinstance(kind, IntDistribution) and step == 1)
    ends = [("", repr(low)), ("", repr(high))]
    return Group(
        f"{name}(",
        [
            *ends,
            *([("log=", "True")] if log else []),
            *([("step=", repr(step))] if stepped else []),
        ],
        ")",
    )


def define_lines(plan: Plan, imports: Imports) -> list[str]:
    """Return ``define``, which asks for the parameters in use and returns the hyperparameters."""
    lines = [
        "def define(suggest):",
        '    """Return one configuration\'s hyperparameters; ``suggest(name)`` gives the value of a parameter of SPACE."""',
        "    settings = {}",
    ]
    space, before = plan.space, ""
    for name in space.order:
        condition = _condition(space, name, imports)
        if condition and condition != before:
            lines.append(f"    if {condition}:")
        before = condition
        indent = 8 if condition else 4
        if not isinstance(space.domains[name], Fixed) or space.when.get(name):
            lines += _assignment(name, space.domains[name], indent, imports)
        else:
            lines += [
                *comment(plan.ranges[name].reason, indent),
                *_assignment(name, space.domains[name], indent, imports),
            ]
    return [*lines, "    return settings"]


def _assignment(name: str, domain: Domain, indent: int, imports: Imports) -> list[str]:
    key, start = text_code(name), " " * indent
    target = f"{start}settings[{key}] = "
    if isinstance(domain, Float | Int) and domain.also:
        kind = f"suggest({text_code(f'{name}:kind')})"
        number = _number(name, domain)
        labels = [label_of(v) for v in domain.also]
        if len(labels) == 1:
            other = flat(value_code(domain.also[0], imports, name))
            return _either(target, other, f"{kind} == {text_code(labels[0])}", number, indent)
        others = flat(_mapping(labels, domain.also, "[kind]", imports, name))
        return [
            f"{start}kind = {kind}",
            *_either(target, number, f"kind == {text_code(NUMBER)}", others, indent),
        ]
    return [f"{target}{laid_out(_value(name, domain, imports), indent, len(target))}"]


def _either(target: str, value: str, condition: str, other: str, indent: int) -> list[str]:
    """Return an assignment of one of two values, in brackets where it is too long for a line."""
    whole, inner = f"{value} if {condition} else {other}", " " * (indent + 4)
    if len(target) + len(whole) <= WIDTH:
        return [target + whole]
    lines = (
        [whole] if len(inner) + len(whole) <= WIDTH else [value, f"if {condition}", f"else {other}"]
    )
    return [f"{target}(", *(inner + line for line in lines), f"{' ' * indent})"]


def _value(name: str, domain: Domain, imports: Imports) -> Node:
    match domain:
        case Fixed():
            return value_code(domain.value, imports, name)
        case Choice():
            asked = f"suggest({text_code(name)})"
            if all(
                type(c) is str and c == label
                for c, label in zip(domain.choices, domain.labels, strict=True)
            ):
                return asked
            return _mapping(domain.labels, domain.choices, f"[{asked}]", imports, name)
        case Float() | Int():
            return _number(name, domain)
    if type(domain) not in (Normal, LogNormal):
        raise EngineError(f"{name}: a program cannot hold a {type(domain).__name__} range.")
    called = imports.name("statistics.NormalDist")
    drawn = f"{called}({domain.mean!r}, {domain.std!r}).inv_cdf(suggest({text_code(f'{name}:quantile')}))"
    if isinstance(domain, LogNormal):
        imports.module("math")
        drawn = f"math.exp({drawn})"
    return _rounded(drawn, domain.q)


def _number(name: str, domain: Float | Int) -> str:
    q = domain.q if isinstance(domain, Float) else None
    if domain.log == "reverse":
        return _rounded(
            f"min({domain.high!r}, max({domain.low!r}, 1 - suggest({text_code(f'1-{name}')})))", q
        )
    return _rounded(f"suggest({text_code(name)})", q)


def _rounded(number: str, q: float | None) -> str:
    """Return a number's code, rounded to the multiples of q."""
    return number if q is None else f"round({number} / {q!r}) * {q!r}"


def _mapping(
    labels: Sequence[str], values: Sequence[Any], after: str, imports: Imports, name: str
) -> Group:
    pairs = [
        (f"{text_code(k)}: ", value_code(v, imports, name))
        for k, v in zip(labels, values, strict=True)
    ]
    return Group("{", pairs, "}" + after)


def _condition(space: Space, name: str, imports: Imports) -> str:
    """Return the code of a hyperparameter's condition, or nothing where it is always used."""
    parents = [(p, values) for p, values in space.when.get(name, {}).items() if p in space.domains]
    return " and ".join(_is_among(space, p, values, imports) for p, values in parents)


def allowed_lines(plan: Plan, imports: Imports) -> list[str]:
    """Return ``is_allowed``, or nothing where no combination is forbidden."""
    rows = [row for row in plan.forbidden if all(n in plan.ranges for n in row)]
    if not rows:
        return []
    lines = [
        "def is_allowed(settings):",
        '    """Return whether no forbidden combination is in a configuration."""',
    ]
    lines += [f"    {line}" for row in rows for line in _forbidden(plan.space, row, imports)]
    return [*lines, "    return True"]


def _forbidden(space: Space, row: When, imports: Imports) -> list[str]:
    return [
        f"if {' and '.join(_is_among(space, n, values, imports) for n, values in row.items())}:",
        "    return False",
    ]


def strict(plan: Plan) -> bool:
    """Return whether some condition or combination needs what tells True from 1, and knows objects by their text."""
    rows = [*plan.space.when.values(), *plan.forbidden]
    domains = plan.space.domains
    return any(
        p in domains and not _compares_plainly(domains[p], vs)
        for row in rows
        for p, vs in row.items()
    )


def _is_among(space: Space, name: str, values: Sequence[Any], imports: Imports) -> str:
    key, domain = text_code(name), space.domains[name]
    always = not space.when.get(name)
    at = f"settings[{key}]"
    codes = [flat(value_code(v, imports, name)) for v in values]
    several = f"({', '.join(codes)}{',' if len(codes) == 1 else ''})"
    if not _compares_plainly(domain, values):
        text = f"any(same({at}, value) for value in {several})"
        return text if always else f"{key} in settings and {text}"
    if not always and None not in values:
        at, always = f"settings.get({key})", True
    text = f"{at} in {several}"
    if len(values) == 1:
        text = (
            f"{at} {'is' if values[0] is None or isinstance(values[0], bool) else '=='} {codes[0]}"
        )
    return text if always else f"{key} in settings and {text}"


def _compares_plainly(domain: Domain, values: Sequence[Any]) -> bool:
    """Return whether ``==`` tells a domain's values apart as `same` does."""
    simple = (str, int, float, bool, type(None))
    held: list[Any] = list(listed(domain))
    if any(type(v) not in simple for v in (*held, *values)):
        return False
    if isinstance(domain, Float | Int) and any(
        isinstance(v, int | float) and type(v) is not _kind(domain) for v in values
    ):
        return False
    return not isinstance(domain, Normal) and all(
        (a == b) == same(a, b) for a in held for b in values
    )


def _kind(domain: Float | Int) -> type:
    return int if isinstance(domain, Int) else float
