"""A plan's ranges as ``param_distributions`` of RandomizedSearchCV, by scipy's distributions."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from autotune.errors import EngineError
from autotune.export.formatting import Group, Node, comment, laid_out, quoted
from autotune.export.imports import Imports
from autotune.export.literals import text_code, value_code
from autotune.export.program import PYTHON_NAMES
from autotune.plan.spec import PlanSpec
from autotune.space.domains import Choice, Domain, Fixed, Float, Int, LogNormal, Normal
from autotune.space.search_space import Space

MAX_COMBINATIONS = 256  # each is a dict of the list
MAX_LEVELS = 100  # values of a range for which scipy has no distribution
QUANTILE = 3.090232306167813  # between its negative and itself are 99.8 % of a normal's values

Subspace = dict[str, Domain]


def param_distributions(plan: PlanSpec) -> list[dict[str, object]]:
    """Return the ranges for RandomizedSearchCV: a dict for each combination of deciding values.

    Whole numbers on a log scale and numbers on a reverse one come from a list of up to 100 values
    spread evenly over it.

    Raises:
        EngineError: naming all that scikit-learn cannot say.
    """
    _check(plan.space)
    return [
        {_real(name, plan): _distribution(domain) for name, domain in subspace.items()}
        for subspace in _subspaces(plan.space)
    ]


def param_distributions_code(plan: PlanSpec) -> str:
    """Return the ranges as a Python module's text; errors as for `param_distributions`."""
    _check(plan.space)
    imports, body = Imports(PYTHON_NAMES), ["PARAM_DISTRIBUTIONS = ["]
    explained: set[str] = set()
    for subspace in _subspaces(plan.space):
        body.append("    {")
        for name, domain in subspace.items():
            if name not in explained:
                body += comment(plan.ranges[name].remark, 8)
            explained.add(name)
            start = f"        {text_code(_real(name, plan))}: "
            body.append(f"{start}{laid_out(_code(domain, imports, name), 8, len(start) + 1)},")
        body.append("    },")
    use = "RandomizedSearchCV(estimator, PARAM_DISTRIBUTIONS)"
    head = f'"""Ranges for {quoted(plan.estimator)}: {use}."""'
    return "\n\n".join([t for t in (head, imports.text()) if t] + ["\n".join([*body, "]"])]) + "\n"


def _real(name: str, plan: PlanSpec) -> str:
    """Return the estimator's own name of a hyperparameter."""
    return plan.trial_setup.real_names.get(name, name)


def _check(space: Space) -> None:
    """Refuse what a list of dicts cannot say."""
    numbers = sorted(
        name for name in _deciding(space) if not isinstance(space.domains[name], Choice | Fixed)
    )
    gaps = [
        f"a condition on the number {n!r} (give a list of values, or leave it out)" for n in numbers
    ]
    options = _options(space)
    if not gaps and math.prod(map(len, options.values())) > MAX_COMBINATIONS:
        gaps.append(
            f"more than {MAX_COMBINATIONS} combinations of {', '.join(options)} "
            "(leave some out: tune=[…])"
        )
    if gaps:
        raise EngineError(f"RandomizedSearchCV cannot express {'; '.join(gaps)}.")


def _deciding(space: Space) -> set[str]:
    """Return the hyperparameters on which conditions and forbidden combinations depend."""
    rows = [*space.when.values(), *space.forbidden, *(rule.names for rule in space.rules)]
    return {name for row in rows for name in row if name in space.domains}


def _options(space: Space) -> dict[str, list[Domain]]:
    """Return the domains that are split: those with deciding values, and numbers with others."""
    options: dict[str, list[Domain]] = {}
    deciding = _deciding(space)
    for name in space.order:
        domain = space.domains[name]
        if isinstance(domain, Float | Int) and domain.also:
            options[name] = [replace(domain, also=()), *map(Fixed, domain.also)]
        elif name in deciding and isinstance(domain, Choice):
            options[name] = [Fixed(value) for value in domain.choices]
    return options


def _subspaces(space: Space) -> list[Subspace]:
    """Return the domains in use together, for each combination of what is split."""
    options = _options(space)
    subspaces: list[Subspace] = []
    for combination in product(*options.values()):
        subspace = _in_use(space, dict(zip(options, combination, strict=True)))
        values = {name: d.value for name, d in subspace.items() if isinstance(d, Fixed)}
        if space.allows(values) and subspace not in subspaces:
            subspaces.append(subspace)
    return subspaces


def _in_use(space: Space, chosen: Mapping[str, Domain]) -> Subspace:
    """Return the domains that are in use with some chosen ones."""
    subspace: Subspace = {}
    values: dict[str, object] = {}
    for name in space.order:
        if space.active(name, values):
            domain = chosen.get(name, space.domains[name])
            subspace[name] = domain
            values[name] = domain.value if isinstance(domain, Fixed) else None
    return subspace


@dataclass(frozen=True)
class ScipyCall:
    """A distribution of ``scipy.stats`` by name, with its arguments."""

    name: str
    arguments: Sequence[float]
    keywords: Mapping[str, float] = field(default_factory=dict)


def _scipy_call(domain: Domain) -> ScipyCall | None:
    """Return scipy's distribution of a domain, or None if it has none."""
    if getattr(domain, "q", None) is not None:
        return None
    match domain:
        case Float(log=False, step=None) if domain.low < domain.high:
            return ScipyCall("uniform", (domain.low, domain.high - domain.low))
        case Float(log=True) if domain.low < domain.high:
            return ScipyCall("loguniform", (domain.low, domain.high))
        case Int(log=False, step=1):
            return ScipyCall("randint", (domain.low, domain.high + 1))
        case LogNormal():
            return ScipyCall("lognorm", (domain.std,), {"scale": math.exp(domain.mean)})
        case Normal():
            moments = {"loc": domain.mean, "scale": domain.std}
            return ScipyCall("truncnorm", (-QUANTILE, QUANTILE), moments)
    return None


def _distribution(domain: Domain) -> object:
    from scipy import stats

    call = _scipy_call(domain)
    if call is None:
        return list(domain.levels(MAX_LEVELS))
    return getattr(stats, call.name)(*call.arguments, **call.keywords)


def _code(domain: Domain, imports: Imports, name: str) -> Node:
    call = _scipy_call(domain)
    if call is None:
        return value_code(list(domain.levels(MAX_LEVELS)), imports, name)
    function = imports.name(f"scipy.stats.{call.name}")
    items = [("", repr(value)) for value in call.arguments]
    items += [(f"{keyword}=", repr(value)) for keyword, value in call.keywords.items()]
    return Group(f"{function}(", items, ")")
