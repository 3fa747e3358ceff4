"""Conditions of hyperparameters and forbidden combinations, as code."""

from collections.abc import Sequence

from autotune.export.embed import Wanted
from autotune.export.formatting import WIDTH, flat
from autotune.export.imports import Imports
from autotune.export.literals import text_code, value_code
from autotune.plan.spec import PlanSpec
from autotune.space.conditions import When
from autotune.space.domains import Domain, Float, Int, Normal, listed, same
from autotune_optuna.export.rule_code import rule_lines

TEMPLATES = "autotune_optuna.export.templates"
SIMPLE = (str, int, float, bool, type(None))


def key_of(plan: PlanSpec, name: str) -> str:
    """Return the code of the name under which a program gives a hyperparameter."""
    return text_code(plan.trial_setup.real_names.get(name, name))


def condition(plan: PlanSpec, name: str, imports: Imports) -> list[str]:
    """Return the tests that must all hold for a hyperparameter to be in use, as code."""
    space = plan.space
    parents = [(p, values) for p, values in space.when.get(name, {}).items() if p in space.domains]
    return [_is_among(plan, parent, values, imports) for parent, values in parents]


def if_lines(tests: Sequence[str], indent: int) -> list[str]:
    """Return the head of an ``if`` that all tests must pass."""
    start = " " * indent
    line = f"{start}if {' and '.join(tests)}:"
    if len(line) <= WIDTH or len(tests) == 1:
        return [line]
    further = [f"{start}    and {test}" for test in tests[1:]]
    return [f"{start}if (", f"{start}    {tests[0]}", *further, f"{start}):"]


def forbidden_rows(plan: PlanSpec) -> list[When]:
    """Return the forbidden combinations that can occur: those of hyperparameters with ranges."""
    return [row for row in plan.forbidden if all(name in plan.ranges for name in row)]


def is_allowed(plan: PlanSpec, imports: Imports) -> list[str]:
    """Return the function that knows forbidden combinations, or nothing if there are none."""
    rows = forbidden_rows(plan)
    if not rows and not plan.rules:
        return []
    lines = [
        "def is_allowed(params: dict[str, Any]) -> bool:",
        '    """Return whether no forbidden combination is among a trial\'s hyperparameters."""',
    ]
    for row in rows:
        tests = [_is_among(plan, name, values, imports) for name, values in row.items()]
        lines += [*if_lines(tests, 4), "        return False"]
    for rule in plan.rules:
        lines += [*rule_lines(plan, rule), "        return False"]
    return [*lines, "    return True"]


def templates(plan: PlanSpec) -> list[Wanted]:
    """Return the definitions that the conditions and combinations need."""
    domains = plan.space.domains
    rows = [*plan.space.when.values(), *plan.forbidden]
    tests = [(domains[p], vs) for row in rows for p, vs in row.items() if p in domains]
    helpers: list[Wanted] = [f"{TEMPLATES}.comparison:holds"] if plan.rules else []
    if all(_compares_plainly(domain, values) for domain, values in tests):
        return helpers
    return [f"{same.__module__}:{same.__name__}", *helpers]


def forbids(plan: PlanSpec) -> bool:
    """Return whether a program must know forbidden combinations."""
    return bool(forbidden_rows(plan) or plan.rules)


def _is_among(plan: PlanSpec, name: str, values: Sequence[object], imports: Imports) -> str:
    """Return the code of whether a hyperparameter is in use, with one of some values."""
    space = plan.space
    key, is_always_used = key_of(plan, name), not space.when.get(name)
    codes = [flat(value_code(value, imports, name)) for value in values]
    if not _compares_plainly(space.domains[name], values):
        test = f"any(same(params[{key}], value) for value in {_tuple(codes)})"
    elif is_always_used or None in values:
        test = _compared(f"params[{key}]", values, codes)
    else:
        return _compared(f"params.get({key})", values, codes)
    return test if is_always_used else f"{key} in params and {test}"


def _compared(value: str, options: Sequence[object], codes: Sequence[str]) -> str:
    if len(options) > 1:
        return f"{value} in {_tuple(codes)}"
    is_identical = options[0] is None or isinstance(options[0], bool)
    return f"{value} {'is' if is_identical else '=='} {codes[0]}"


def _tuple(codes: Sequence[str]) -> str:
    return f"({', '.join(codes)}{',' if len(codes) == 1 else ''})"


def _compares_plainly(domain: Domain, values: Sequence[object]) -> bool:
    """Return whether ``==`` distinguishes a domain's values as `same` does.

    It does not distinguish True from 1, and it compares objects by identity.
    """
    options: list[object] = list(listed(domain))
    if isinstance(domain, Normal) or any(type(v) not in SIMPLE for v in (*options, *values)):
        return False
    if isinstance(domain, Float | Int):
        kind = int if isinstance(domain, Int) else float
        if any(isinstance(v, int | float) and type(v) is not kind for v in values):
            return False
    return all((option == value) == same(option, value) for option in options for value in values)
