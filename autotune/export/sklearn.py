"""A plan's ranges as scikit-learn's ``param_distributions`` for RandomizedSearchCV, by scipy's distributions."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from autotune.errors import EngineError
from autotune.export.formatting import Group, Node, comment, laid_out, quoted
from autotune.export.imports import Imports
from autotune.export.literals import text_code, value_code
from autotune.export.program import PYTHON_NAMES
from autotune.plan.spec import Plan
from autotune.space.domains import Choice, Domain, Fixed, Float, Int, LogNormal, Normal
from autotune.space.search_space import Space

MOST = 256  # dicts of one list
LEVELS = 100  # values of a range that scipy has no distribution for
QUANTILE = 3.090232306167813  # of 99.9 %


def param_distributions(plan: Plan) -> list[dict[str, Any]]:
    """Return the ranges for RandomizedSearchCV: one dict for each combination of what other ranges depend on.

    Whole numbers on a log scale and numbers on a reverse one come from a list of up to 100 values
    spread evenly over it.

    Raises:
        EngineError: naming all that scikit-learn cannot say.
    """
    _refuse(plan)
    return [{name: _distribution(d) for name, d in part.items()} for part in _parts(plan)]


def param_distributions_code(plan: Plan) -> str:
    """Return the ranges as a Python module's text; errors as for `param_distributions`."""
    _refuse(plan)
    imports, body = Imports(PYTHON_NAMES), ["PARAM_DISTRIBUTIONS = ["]
    seen: set[str] = set()
    for part in _parts(plan):
        body.append("    {")
        for name, domain in part.items():
            if name not in seen:
                body += comment(plan.ranges[name].reason, 8)
            seen.add(name)
            start = f"        {text_code(name)}: "
            body.append(f"{start}{laid_out(_code(domain, imports, name), 8, len(start) + 1)},")
        body.append("    },")
    lines = [
        f'"""Ranges for {quoted(plan.estimator)}: RandomizedSearchCV(estimator, PARAM_DISTRIBUTIONS)."""',
        imports.text(),
    ]
    return "\n\n".join(line for line in lines if line) + "\n\n" + "\n".join([*body, "]"]) + "\n"


def _refuse(plan: Plan) -> None:
    space = plan.space
    deciding = {
        n
        for rows in (space.when.values(), space.forbidden)
        for row in rows
        for n in row
        if n in space.domains
    }
    numbers = sorted(n for n in deciding if not isinstance(space.domains[n], Choice | Fixed))
    gaps = [
        f"a condition on the number {n!r} (give a list of values, or leave it out)" for n in numbers
    ]
    if not gaps and math.prod(len(options) for options in _split(space).values()) > MOST:
        gaps.append(
            f"more than {MOST} combinations of {', '.join(_split(space))} (leave some out: tune=[…])"
        )
    if gaps:
        raise EngineError(f"RandomizedSearchCV cannot express {'; '.join(gaps)}.")


def _split(space: Space) -> dict[str, list[Domain]]:
    """Return what stands apart: the values that conditions look at, and numbers and other kinds of one range."""
    deciding = {n for rows in (space.when.values(), space.forbidden) for row in rows for n in row}
    found: dict[str, list[Domain]] = {}
    for name in space.order:
        domain = space.domains[name]
        if isinstance(domain, Float | Int) and domain.also:
            found[name] = [replace(domain, also=()), *map(Fixed, domain.also)]
        elif name in deciding and isinstance(domain, Choice):
            found[name] = [Fixed(v) for v in domain.choices]
    return found


def _parts(plan: Plan) -> list[dict[str, Domain]]:
    """Return the ranges in use together, for each combination of what stands apart."""
    space, split = plan.space, _split(plan.space)
    parts: list[dict[str, Domain]] = []
    for combination in product(*split.values()):
        part = _used(space, dict(zip(split, combination, strict=True)))
        settings = {n: d.value for n, d in part.items() if isinstance(d, Fixed)}
        if space.allows(settings) and part not in parts:
            parts.append(part)
    return parts


def _used(space: Space, chosen: Mapping[str, Domain]) -> dict[str, Domain]:
    part: dict[str, Domain] = {}
    settings: dict[str, Any] = {}
    for name in space.order:
        if space.active(name, settings):
            part[name] = chosen.get(name, space.domains[name])
            found = part[name]
            settings[name] = found.value if isinstance(found, Fixed) else None
    return part


def _distribution(domain: Domain) -> Any:
    from scipy import stats

    named = _named(domain)
    if named is None:
        return list(domain.levels(LEVELS))
    return getattr(stats, named[0])(*named[1], **named[2])


def _named(domain: Domain) -> tuple[str, Sequence[Any], Mapping[str, Any]] | None:
    """Return scipy's distribution with its arguments, or None where there is none."""
    if getattr(domain, "q", None) is not None:
        return None
    match domain:
        case Float(log=False, step=None, q=None) if domain.low < domain.high:
            return "uniform", (domain.low, domain.high - domain.low), {}
        case Float(log=True, q=None) if domain.low < domain.high:
            return "loguniform", (domain.low, domain.high), {}
        case Int(log=False, step=1):
            return "randint", (domain.low, domain.high + 1), {}
        case LogNormal(q=None):
            return "lognorm", (domain.std,), {"scale": math.exp(domain.mean)}
        case Normal(q=None) if not isinstance(domain, LogNormal):
            return "truncnorm", (-QUANTILE, QUANTILE), {"loc": domain.mean, "scale": domain.std}
    return None


def _code(domain: Domain, imports: Imports, name: str) -> Node:
    named = _named(domain)
    if named is None:
        values = domain.levels(1 << 30 if domain.size <= LEVELS else LEVELS)
        return value_code(list(values), imports, name)
    called = imports.name(f"scipy.stats.{named[0]}")
    return Group(
        f"{called}(",
        [*(("", repr(a)) for a in named[1]), *((f"{n}=", repr(v)) for n, v in named[2].items())],
        ")",
    )
