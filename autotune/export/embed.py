"""The source of functions and classes with all they need of this package, to be placed in a program that lacks it."""

import ast
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

from autotune.export.formatting import comment
from autotune.export.imports import Imports

OWN = ("autotune", "autotune_optuna", "autotune_ray")
TOOL_REMARKS = re.compile(r"  # (?:type: ignore|noqa)[^\n]*")


@dataclass(frozen=True)
class Parsed:
    """A module of ours: what it defines by name, in order, and what it imports by name: the module and the name in it."""

    lines: list[str]
    defined: dict[str, ast.stmt] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Embedded:
    """What was asked for and all it needs: the text of each definition by name, by module; and what these import."""

    modules: dict[str, dict[str, tuple[int, str]]] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """All names that are defined."""
        return {name for defined in self.modules.values() for name in defined}

    @property
    def text(self) -> str:
        """The definitions, modules after those they need, each under its own description."""
        return "\n\n\n".join(
            self._section(module)
            for module in _ranked(m for m, defined in self.modules.items() if defined)
        )

    def _section(self, module: str) -> str:
        described = [
            line
            for part in (sys.modules[module].__doc__ or "").split("\n\n")
            for line in comment(part)
        ]
        parts = ["\n".join(described)]
        for _, text in sorted(self.modules[module].values()):
            gap = "\n" if _is_line(text) and _is_line(parts[-1]) else "\n\n\n"
            parts += [gap, text]
        return "".join(parts)

    def add_imports(self, imports: Imports) -> None:
        """Add what the definitions import; their own names for it must be free."""
        for called, (module, name) in self.imported.items():
            if name:
                imports.names[called] = (module, name)
            else:
                imports.module(module, "" if called == module.partition(".")[0] else called)


def embedded(things: Iterable[Any]) -> Embedded:
    """Return the source of functions and classes of this package, with all of it that they use."""
    found = Embedded()
    for thing in things:
        _add(found, thing.__module__, thing.__name__)
    return found


def _add(found: Embedded, module: str, name: str) -> None:
    defined = found.modules.setdefault(module, {})
    if name in defined:
        return
    parsed = _parsed(sys.modules[module])
    statement = parsed.defined[name]
    text = _text(parsed, statement)
    if any(others.get(name, (0, text))[1] != text for others in found.modules.values()):
        raise ValueError(f"two definitions of {name!r} cannot stand in one program")
    if name in found.names:
        return
    defined[name] = (statement.lineno, text)
    for needed in _names(statement):
        if needed in parsed.defined:
            _add(found, module, needed)
        elif needed in parsed.imported:
            _add_import(found, needed, *parsed.imported[needed])


def _add_import(found: Embedded, called: str, module: str, name: str) -> None:
    if module.partition(".")[0] in OWN:
        _add(found, module, name)
    elif found.imported.setdefault(called, (module, name)) != (module, name):
        raise ValueError(f"two imports of {called!r} cannot stand in one program")


def _ranked(modules: Iterable[str]) -> list[str]:
    """Return the modules, each after those it imports."""
    ranked: list[str] = []

    def visit(module: str) -> None:
        for origin in sorted({o for o, _ in _parsed(sys.modules[module]).imported.values()}):
            if origin in wanted and origin not in ranked:
                visit(origin)
        if module not in ranked:
            ranked.append(module)

    wanted = list(modules)
    for module in wanted:
        visit(module)
    return ranked


@cache
def _parsed(module: ModuleType) -> Parsed:
    source = inspect.getsource(module)
    parsed = Parsed(source.splitlines())
    for statement in ast.parse(source).body:
        match statement:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                parsed.defined[name] = statement
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                parsed.defined[name] = statement
            case ast.Assign(targets=[ast.Tuple()]):
                raise ValueError(
                    f"{module.__name__}:{statement.lineno} must assign one name at a time to stand in a program"
                )
            case ast.Import(names=names):
                parsed.imported.update(
                    {a.asname or a.name.partition(".")[0]: (a.name, "") for a in names}
                )
            case ast.ImportFrom(module=str(origin), names=names):
                parsed.imported.update({a.asname or a.name: (origin, a.name) for a in names})
    return parsed


def _names(statement: ast.stmt) -> Iterator[str]:
    """Return the names that a statement reads, in order; those in annotations given as text, too."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            yield node.id


def _text(parsed: Parsed, statement: ast.stmt) -> str:
    """Return a statement's lines with the comments above it, without remarks to tools."""
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(d.lineno for d in decorators)]) - 1
    while first and parsed.lines[first - 1].startswith("#"):
        first -= 1
    return TOOL_REMARKS.sub("", "\n".join(parsed.lines[first : statement.end_lineno]))


def _is_line(text: str) -> bool:
    return bool(text) and not re.search(r"^(?:def|class|@)", text.strip("\n"), re.MULTILINE)
