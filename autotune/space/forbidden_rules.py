"""Combinations that a user forbids by an expression: ``penalty == 'l1' and solver == 'lbfgs'``."""

import ast
import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from keyword import iskeyword
from typing import Any

from autotune import expressions
from autotune.errors import KnowledgeError, SettingError
from autotune.space.labels import Params

EXAMPLE = "\"penalty == 'l1' and solver == 'lbfgs'\""
MAX_LENGTH = 2_000  # with long names; the expression itself is shorter


@dataclass(frozen=True)
class ForbiddenRule:
    """A combination that is never tried, as an expression over hyperparameters.

    A comparison does not hold where a hyperparameter in it is not in use, or where the values
    cannot be compared.

    >>> rule = ForbiddenRule("depth > 8 and rate > 0.5")
    >>> rule.matches({"depth": 9, "rate": 0.9}), rule.matches({"depth": None, "rate": 0.9})
    (True, False)

    Raises:
        SettingError: if the text is no such expression.
    """

    text: str
    """The expression; names that are none of Python's stand between backquotes."""

    def __post_init__(self) -> None:
        if not isinstance(self.text, str) or not self.text.strip():
            raise SettingError(f"a forbidden combination must be a text such as {EXAMPLE}")
        if len(self.text) > MAX_LENGTH:
            raise SettingError(
                f"a forbidden combination must have at most {MAX_LENGTH:,} characters",
                f"For example {EXAMPLE}.",
                name="forbidden",
                got=f"{len(self.text):,}",
            )
        _ = self.tree

    @cached_property
    def tree(self) -> ast.expr:
        """The expression; each hyperparameter in it is a name by its place in ``names``."""
        try:
            tree = expressions.parse(self._quoted)
        except KnowledgeError as error:
            raise SettingError(
                f"a forbidden combination must be an expression such as {EXAMPLE}",
                str(error),
                name="forbidden",
                value=self.text,
            ) from None
        for node in ast.walk(tree):
            if isinstance(node, ast.Call | ast.IfExp):
                raise SettingError(
                    "a forbidden combination must hold comparisons and arithmetic only",
                    f"For example {EXAMPLE}.",
                    name="forbidden",
                    value=self.text,
                )
        if not isinstance(tree, ast.Compare | ast.BoolOp) and not _is_not(tree):
            raise SettingError(
                "a forbidden combination must compare hyperparameters with values",
                f"For example {EXAMPLE}.",
                name="forbidden",
                value=self.text,
            )
        return tree

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The hyperparameters that the expression reads, in their order."""
        return tuple(dict.fromkeys(self.name(node) for node in _names(self.tree)))

    def name(self, node: ast.Name) -> str:
        """Return the hyperparameter that a name in the tree stands for."""
        return self._places.get(node.id, node.id)

    def matches(self, params: Params) -> bool:
        """Return whether a configuration is forbidden."""
        return _holds(self.tree, lambda place: params[self._places.get(place, place)])

    def with_values(self, values: Mapping[str, Any]) -> "ForbiddenRule":
        """Return the rule with the values of hyperparameters that are not searched in place."""
        text = self.text
        for name in self.names:
            if name in values:
                text = _replaced(text, name, repr(values[name]), plain=True)
        return ForbiddenRule(text)

    def renamed(self, names: Mapping[str, str]) -> "ForbiddenRule":
        """Return the rule over hyperparameters that have other names."""
        text = self.text
        for name in sorted(self.names, key=len, reverse=True):
            if name in names and names[name] != name:
                text = _replaced(text, name, names[name])
        return ForbiddenRule(text)

    @cached_property
    def _places(self) -> dict[str, str]:
        return dict(_placed(self.text)[1])

    @property
    def _quoted(self) -> str:
        return _placed(self.text)[0]


# A text is passed over whole; a name may have dots, and any name stands between backquotes.
TOKEN = re.compile(r"""'[^']*'|"[^"]*"|`([^`]+)`|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)""")


def _placed(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the text with plain names for the others, and what each of these stands for."""
    places: list[tuple[str, str]] = []

    def place(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if not name:
            return match[0]
        places.append((f"name_{len(places)}_", name))
        return places[-1][0]

    return TOKEN.sub(place, text), places


def _replaced(text: str, name: str, other: str, *, plain: bool = False) -> str:
    """Return the text with a hyperparameter's name replaced, but for texts in quotes."""
    named = other.isidentifier() and not iskeyword(other)
    written = other if plain or named else f"`{other}`"
    pattern = rf"""('[^']*'|"[^"]*")|`{re.escape(name)}`|(?<![\w.`]){re.escape(name)}(?![\w.`])"""
    return re.sub(pattern, lambda match: match[1] or written, text)


def _names(tree: ast.expr) -> list[ast.Name]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Name)]


def _is_not(tree: ast.expr) -> bool:
    return isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not)


def _holds(node: ast.expr, read: Callable[[str], Any]) -> bool:
    match node:
        case ast.BoolOp(op=ast.And()):
            return all(_holds(operand, read) for operand in node.values)
        case ast.BoolOp():
            return any(_holds(operand, read) for operand in node.values)
        case ast.UnaryOp(op=ast.Not()):
            return not _holds(node.operand, read)
    with contextlib.suppress(LookupError, TypeError, ValueError, ArithmeticError):
        return bool(expressions.value_of(node, read))
    return False
