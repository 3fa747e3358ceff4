"""Forbidden combinations that are expressions, as code."""

import ast
from collections.abc import Callable

from autotune.export.formatting import WIDTH
from autotune.export.literals import text_code
from autotune.plan.spec import PlanSpec
from autotune.space.domains import Domain, Float, Int
from autotune.space.forbidden_rules import ForbiddenRule

ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def rule_lines(plan: PlanSpec, rule: ForbiddenRule) -> list[str]:
    """Return the head of an ``if`` that a forbidden configuration passes."""
    line = f"    if {_test(plan, rule, rule.tree)}:"
    if len(line) <= WIDTH or not isinstance(rule.tree, ast.BoolOp):
        return [line]
    whether = "all" if isinstance(rule.tree.op, ast.And) else "any"
    tests = [f"        {_test(plan, rule, operand)}," for operand in rule.tree.values]
    return ["    tests = (", *tests, "    )", f"    if {whether}(tests):"]


def _test(plan: PlanSpec, rule: ForbiddenRule, node: ast.expr) -> str:
    match node:
        case ast.BoolOp():
            word = " and " if isinstance(node.op, ast.And) else " or "
            return word.join(_operands(plan, rule, node))
        case ast.UnaryOp(op=ast.Not()):
            test = _test(plan, rule, node.operand)
            return f"not ({test})" if isinstance(node.operand, ast.BoolOp) else f"not {test}"
    code = _code(plan, rule, node)
    return code if _is_safe(plan, rule, node) else f"holds(lambda: {code})"


def _operands(plan: PlanSpec, rule: ForbiddenRule, node: ast.BoolOp) -> list[str]:
    """Return the tests that an ``and`` or ``or`` joins, those of the other kind in brackets."""
    return [
        f"({_test(plan, rule, operand)})"
        if isinstance(operand, ast.BoolOp)
        else _test(plan, rule, operand)
        for operand in node.values
    ]


def _code(plan: PlanSpec, rule: ForbiddenRule, node: ast.expr) -> str:
    """Return an expression's code, its hyperparameters read from ``params``."""
    real_names = plan.trial_setup.real_names

    class Reading(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:
            full = rule.name(name)
            return ast.Name(f"params[{text_code(real_names.get(full, full))}]")

        def visit_Constant(self, constant: ast.Constant) -> ast.expr:
            if isinstance(constant.value, str):
                return ast.Name(text_code(constant.value))
            return constant

        def visit_Compare(self, compare: ast.Compare) -> ast.expr:
            self.generic_visit(compare)
            pairs = zip(compare.ops, compare.comparators, strict=True)
            compare.ops = [_operator(op, right) for op, right in pairs]
            return compare

    copy = ast.parse(ast.unparse(node), mode="eval").body
    return ast.unparse(Reading().visit(copy))


def _operator(op: ast.cmpop, right: ast.expr) -> ast.cmpop:
    """Return the operator; None, True and False are compared by identity, as linters ask."""
    singular = isinstance(right, ast.Constant) and right.value is None
    if singular and isinstance(op, ast.Eq | ast.NotEq):
        return ast.Is() if isinstance(op, ast.Eq) else ast.IsNot()
    return op


def _is_safe(plan: PlanSpec, rule: ForbiddenRule, node: ast.expr) -> bool:
    """Return whether a test has a value in each trial: all is in use, and can be compared."""
    names = [rule.name(n) for n in ast.walk(node) if isinstance(n, ast.Name)]
    if any(plan.ranges[name].when for name in names):
        return False
    if any(isinstance(n, ast.BinOp) for n in ast.walk(node)):
        return False
    numeric: Callable[[Domain], bool] = lambda d: isinstance(d, Float | Int) and not d.also  # noqa: E731
    orders = isinstance(node, ast.Compare) and any(isinstance(op, ORDERS) for op in node.ops)
    return not orders or all(numeric(plan.ranges[name].value) for name in names)
