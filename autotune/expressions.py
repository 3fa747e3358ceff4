"""Expressions in knowledge files and plans: Python's arithmetic and comparisons over names."""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial

from autotune.errors import KnowledgeError, did_you_mean

MAX_LENGTH = 300


class Unknown(Exception):
    """A fact that the expression needs has no value, so the rule does not apply."""


def clip(value: float, low: float, high: float) -> float:
    """Return the value, moved to the nearest end where it lies outside low..high."""
    return max(low, min(high, value))


def has_word(text: object, words: list[str]) -> bool:
    """Return whether a name such as ``val-Loss`` or ``testError`` has one of the words in it.

    >>> [has_word(text, ["loss", "error"]) for text in ("val_loss", "glossary", "testError")]
    [True, False, True]
    """
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", str(text))
    return bool({part.lower() for part in parts} & set(words))


FUNCTIONS: dict[str, Callable[..., object]] = {
    "min": min,
    "max": max,
    "round": round,
    "int": int,
    "abs": abs,
    "clip": clip,
    "sqrt": math.sqrt,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "ceil": math.ceil,
    "floor": math.floor,
    "has_word": has_word,
}
OPERATORS: dict[type, Callable[..., object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: math.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda member, container: member in container,
    ast.NotIn: lambda member, container: member not in container,
}
GRAMMAR = (
    ast.Expression,
    ast.BinOp,
    ast.UnaryOp,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.Compare,
    ast.IfExp,
    ast.Call,
    ast.Name,
    ast.Load,
    ast.Constant,
    ast.List,
    ast.Tuple,
    *OPERATORS,
)


@lru_cache(maxsize=4096)
def parse(text: str) -> ast.expr:
    """Parse an expression, refusing whatever is not arithmetic, comparison or a known function.

    Raises:
        KnowledgeError: if the text is no such expression.
    """
    if len(text) > MAX_LENGTH:
        raise KnowledgeError(f"a rule must have at most {MAX_LENGTH} characters, got {len(text)}.")
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise KnowledgeError(
            f"a rule must be an expression such as 'min(256, rows / 20)', got {text!r}: {error}."
        ) from None
    for node in ast.walk(tree):
        if not isinstance(node, GRAMMAR):
            raise KnowledgeError(
                f"a rule may hold arithmetic, comparisons and {', '.join(FUNCTIONS)}, got {text!r}."
            )
        if isinstance(node, ast.Call):
            _check_call(node, text)
    return tree.body


def _check_call(node: ast.Call, text: str) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else "?"
    if name not in FUNCTIONS or node.keywords:
        raise KnowledgeError(
            f"the rule {text!r} calls {name!r}, which is no function here.",
            did_you_mean(name, FUNCTIONS),
        )


@lru_cache(maxsize=512)
def names_in(text: str) -> frozenset[str]:
    """Return the facts an expression reads."""
    names = {node.id for node in ast.walk(parse(text)) if isinstance(node, ast.Name)}
    return frozenset(names - set(FUNCTIONS))


def evaluate(text: str, facts: Mapping[str, object]) -> object:
    """Return the expression's value over the facts.

    Raises:
        Unknown: if a fact it needs is missing or None.
        KnowledgeError: if it is no legal expression or cannot be computed.
    """
    try:
        return value_of(parse(text), partial(_fact, facts))
    except (ArithmeticError, TypeError, ValueError) as error:
        raise KnowledgeError(f"the rule {text!r} cannot be computed: {error}.") from None


def _fact(facts: Mapping[str, object], name: str) -> object:
    if facts.get(name) is None:
        raise Unknown(name)
    return facts[name]


def value_of(node: ast.expr, read: Callable[[str], object]) -> object:
    """Return the value of a parsed expression; ``read`` gives what a name in it stands for."""
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return read(node.id)
        case ast.List() | ast.Tuple():
            return [value_of(item, read) for item in node.elts]
        case ast.BinOp():
            return OPERATORS[type(node.op)](value_of(node.left, read), value_of(node.right, read))
        case ast.UnaryOp():
            return OPERATORS[type(node.op)](value_of(node.operand, read))
        case ast.BoolOp():
            return _bool(node, read)
        case ast.Compare():
            return _compare(node, read)
        case ast.IfExp():
            return value_of(node.body if value_of(node.test, read) else node.orelse, read)
        case ast.Call(func=ast.Name(id=name)):
            return FUNCTIONS[name](*(value_of(argument, read) for argument in node.args))
    raise KnowledgeError(f"a rule cannot hold {type(node).__name__}.")


def _bool(node: ast.BoolOp, read: Callable[[str], object]) -> bool:
    values = (bool(value_of(operand, read)) for operand in node.values)
    return all(values) if isinstance(node.op, ast.And) else any(values)


def _compare(node: ast.Compare, read: Callable[[str], object]) -> bool:
    operand = value_of(node.left, read)
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        next_operand = value_of(right_node, read)
        if not OPERATORS[type(op)](operand, next_operand):
            return False
        operand = next_operand
    return True
