"""A plan's search space as code: Optuna's distributions, and a function that asks for a trial."""

from collections.abc import Sequence

from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution

from autotune.errors import EngineError
from autotune.export.formatting import WIDTH, Group, Node, assigned, comment, flat, laid_out
from autotune.export.imports import Imports
from autotune.export.literals import text_code, value_code
from autotune.plan.spec import PlanSpec
from autotune.record.distributions import distribution
from autotune.space.domains import (
    Choice,
    Domain,
    Fixed,
    Float,
    Int,
    LogNormal,
    Normal,
)
from autotune.space.labels import labels_of
from autotune.space.parameters import NUMBER, primitives
from autotune_optuna.export.conditions import condition, if_lines, key_of


def distributions_code(plan: PlanSpec, imports: Imports) -> list[str]:
    """Return ``SPACE``, the distributions with the reason of each range."""
    lines = ["SPACE = {"]
    for name, chosen in plan.ranges.items():
        parts = primitives(name, chosen.value)
        if parts:
            lines += comment(f"{chosen.remark} [{chosen.source.cited}]", 4)
        for parameter, primitive in parts.items():
            start = f"    {text_code(parameter)}: "
            code = _distribution(distribution(primitive), imports)
            lines.append(f"{start}{laid_out(code, 4, len(start) + 1)},")
    return [*lines, "}"]


def _distribution(kind: BaseDistribution, imports: Imports) -> Node:
    """Return a distribution of Optuna's as a call."""
    name = imports.name(f"optuna.distributions.{type(kind).__name__}")
    if isinstance(kind, CategoricalDistribution):
        choices = Group("[", [("", text_code(str(choice))) for choice in kind.choices], "]")
        return Group(f"{name}(", [("", choices)], ")")
    low, high, log, step = kind.low, kind.high, kind.log, kind.step  # type: ignore[attr-defined]
    items = [("", repr(low)), ("", repr(high))]
    if log:
        items.append(("log=", "True"))
    if step is not None and not (isinstance(kind, IntDistribution) and step == 1):
        items.append(("step=", repr(step)))
    return Group(f"{name}(", items, ")")


def suggest_params(plan: PlanSpec, imports: Imports) -> list[str]:
    """Return the function that asks for the parameters in use, and returns the hyperparameters."""
    imports.name("typing.Any")
    imports.name("collections.abc.Callable")
    lines = [
        "def suggest_params(suggest: Callable[[str], Any]) -> dict[str, Any]:",
        '    """Return the hyperparameters; ``suggest`` gives the value of a name in SPACE."""',
        "    params = {}",
    ]
    space, previous = plan.space, list[str]()
    for name in space.order:
        domain, tests = space.domains[name], condition(plan, name, imports)
        if tests and tests != previous:
            lines += if_lines(tests, 4)
        previous = tests
        indent = 8 if tests else 4
        if isinstance(domain, Fixed) and not space.when.get(name):
            lines += comment(plan.ranges[name].reason, indent)
        lines += _assignment(name, domain, indent, imports, key_of(plan, name))
    return [*lines, "    return params"]


def _assignment(name: str, domain: Domain, indent: int, imports: Imports, key: str) -> list[str]:
    if isinstance(domain, Float | Int) and domain.also:
        return _mixed_assignment(name, domain, indent, imports, key)
    return [assigned(f"params[{key}]", _value(name, domain, imports), indent)]


def _mixed_assignment(
    name: str, domain: Float | Int, indent: int, imports: Imports, key: str
) -> list[str]:
    """Return an assignment of a number, or of one of the other values that a range has."""
    start = " " * indent
    target = f"{start}params[{key}] = "
    kind, number = f"suggest({text_code(f'{name}:kind')})", _number(name, domain)
    labels = labels_of(domain.also)
    if len(labels) == 1:
        value = flat(value_code(domain.also[0], imports, name))
        return _conditional(target, value, f"{kind} == {text_code(labels[0])}", number, indent)
    values = flat(_lookup(labels, domain.also, "kind", imports, name))
    test = f"kind == {text_code(NUMBER)}"
    return [f"{start}kind = {kind}", *_conditional(target, number, test, values, indent)]


def _conditional(target: str, value: str, test: str, otherwise: str, indent: int) -> list[str]:
    """Return an assignment of one of two values, in brackets if it is too long for a line."""
    expression, inner = f"{value} if {test} else {otherwise}", " " * (indent + 4)
    if len(target) + len(expression) <= WIDTH:
        return [target + expression]
    lines = [expression]
    if len(inner) + len(expression) > WIDTH:
        lines = [value, f"if {test}", f"else {otherwise}"]
    return [f"{target}(", *(inner + line for line in lines), f"{' ' * indent})"]


def _value(name: str, domain: Domain, imports: Imports) -> Node:
    match domain:
        case Fixed():
            return value_code(domain.value, imports, name)
        case Choice():
            pairs = zip(domain.choices, domain.labels, strict=True)
            if all(type(choice) is str and choice == label for choice, label in pairs):
                return _suggested(name)
            label = flat(_suggested(name))
            return _lookup(domain.labels, domain.choices, label, imports, name)
        case Float() | Int() if domain.log != "reverse" and getattr(domain, "q", None) is None:
            return _suggested(name)
        case Float() | Int():
            return _number(name, domain)
    if type(domain) not in (Normal, LogNormal):
        raise EngineError(f"{name}: a program cannot hold a {type(domain).__name__} range.")
    return _normal(name, domain, imports)


def _suggested(parameter: str) -> Group:
    return Group("suggest(", [("", text_code(parameter))], ")")


def _normal(name: str, domain: Normal, imports: Imports) -> str:
    normal = f"{imports.name('statistics.NormalDist')}({domain.mean!r}, {domain.std!r})"
    value = f"{normal}.inv_cdf(suggest({text_code(f'{name}:quantile')}))"
    if isinstance(domain, LogNormal):
        imports.module("math")
        value = f"math.exp({value})"
    return _rounded(value, domain.q)


def _number(name: str, domain: Float | Int) -> str:
    q = domain.q if isinstance(domain, Float) else None
    if domain.log != "reverse":
        return _rounded(f"suggest({text_code(name)})", q)
    value = f"1 - suggest({text_code(f'1-{name}')})"
    return _rounded(f"min({domain.high!r}, max({domain.low!r}, {value}))", q)


def _rounded(number: str, q: float | None) -> str:
    """Return a number's code, rounded to the multiples of q."""
    return number if q is None else f"round({number} / {q!r}) * {q!r}"


def _lookup(
    labels: Sequence[str], values: Sequence[object], label: str, imports: Imports, name: str
) -> Group:
    """Return the value that a label stands for."""
    codes = [value_code(value, imports, name) for value in values]
    pairs = [(f"{text_code(key)}: ", code) for key, code in zip(labels, codes, strict=True)]
    return Group("{", pairs, f"}}[{label}]")
