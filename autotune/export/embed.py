"""Definitions of this package as source, with all they need, for a program that lacks it.

Modules are read, not imported: a program for an engine can be written where the engine is not
installed.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from typing import TypeAlias

from autotune.export.imports import Imports

OUR_PACKAGES = ("autotune", "autotune_optuna", "autotune_ray")
TOOL_REMARKS = re.compile(r"  # (?:type: ignore|noqa)[^\n]*")

Wanted: TypeAlias = str | type
"""A definition to embed: ``module:name``, or a class of ours."""


@dataclass(frozen=True)
class Module:
    """A module of ours: its lines, its definitions, and what each imported name stands for."""

    lines: list[str]
    definitions: dict[str, ast.stmt] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Embedded:
    """The definitions to embed, and what they need of a program.

    ``modules`` has each definition's line and text by module and name, in the order of need;
    ``imports`` are the other packages' modules and names; ``placeholders`` are the names that the
    program must define itself.
    """

    modules: dict[str, dict[str, tuple[int, str]]] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    placeholders: set[str] = field(default_factory=set)

    @property
    def names(self) -> set[str]:
        """All names that are defined."""
        return {name for definitions in self.modules.values() for name in definitions}

    @property
    def templates(self) -> str:
        """The definitions of template modules, in the order of need."""
        used = [m for m, definitions in self.modules.items() if definitions and is_template(m)]
        return "\n\n\n".join(self._section(module) for module in used)

    @property
    def library(self) -> str:
        """All other definitions, modules after those they need, each under its module's name."""
        used = [m for m, definitions in self.modules.items() if definitions and not is_template(m)]
        sections = [f"# From {module}.\n\n\n{self._section(module)}" for module in _ranked(used)]
        return "\n\n\n".join(sections)

    def _section(self, module: str) -> str:
        text = ""
        for _, definition in sorted(self.modules[module].values()):
            is_pair_of_lines = _is_line(text) and _is_line(definition)
            text += ("\n" if is_pair_of_lines else "\n\n\n") + definition
        return text.strip("\n")

    def add_imports(self, imports: Imports) -> None:
        """Add what the definitions import, under the names that they use for it."""
        for alias, (module, name) in self.imports.items():
            if name:
                imports.names[alias] = (module, name)
            else:
                imports.module(module, "" if alias == module.partition(".")[0] else alias)


def embedded(wanted: Iterable[Wanted]) -> Embedded:
    """Return definitions of this package with all of it that they use.

    Raises:
        ValueError: if two of them have one name.
    """
    code = Embedded()
    for thing in wanted:
        if isinstance(thing, str):
            module, _, name = thing.partition(":")
        else:
            module, name = thing.__module__, thing.__name__
        _add(code, module, name)
    return code


def is_template(module: str) -> bool:
    """Return whether a module's definitions are written for programs alone."""
    return ".templates." in module


def _add(code: Embedded, module: str, name: str) -> None:
    definitions = code.modules.setdefault(module, {})
    if name in definitions:
        return
    source = read_module(module)
    statement = source.definitions[name]
    text = _text(source, statement)
    namesakes = [d[name][1] for d in code.modules.values() if name in d]
    if namesakes:
        if namesakes != [text]:
            raise ValueError(f"a program must have one definition of {name!r}, got two.")
        return
    definitions[name] = (statement.lineno, text)
    for needed in _names_in(statement):
        if needed in source.definitions:
            _add(code, module, needed)
        elif needed in source.imports:
            _add_import(code, needed, *source.imports[needed])
    for local in _local_imports(statement):
        for alias in local.names:
            _add(code, str(local.module), alias.name)


def _add_import(code: Embedded, alias: str, module: str, name: str) -> None:
    if module.partition(".")[0] not in OUR_PACKAGES:
        if code.imports.setdefault(alias, (module, name)) != (module, name):
            raise ValueError(f"a program must import one thing as {alias!r}, got two.")
    elif module.endswith(".placeholders"):
        code.placeholders.add(name)
    else:
        _add(code, module, name)


def _ranked(modules: Iterable[str]) -> list[str]:
    """Return the modules, each after those it imports."""
    ranked: list[str] = []

    def visit(module: str) -> None:
        for origin in sorted({origin for origin, _ in read_module(module).imports.values()}):
            if origin in wanted and origin not in ranked:
                visit(origin)
        if module not in ranked:
            ranked.append(module)

    wanted = list(modules)
    for module in wanted:
        visit(module)
    return ranked


@cache
def read_module(name: str) -> Module:
    """Return a module of ours by its source, without importing it."""
    spec = find_spec(name)
    loader = spec.loader if spec else None
    source = loader.get_source(name) if loader and hasattr(loader, "get_source") else None
    if source is None:
        raise ValueError(f"{name!r} must be a module with source.")
    module = Module(source.splitlines())
    for statement in ast.parse(source).body:
        _read_statement(module, statement, name)
    return module


def _read_statement(module: Module, statement: ast.stmt, where: str) -> None:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            module.definitions[name] = statement
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            module.definitions[name] = statement
        case ast.Assign(targets=[ast.Tuple()]):
            raise ValueError(f"{where}:{statement.lineno} must assign one name at a time.")
        case ast.Import(names=names):
            for alias in names:
                module.imports[alias.asname or alias.name.partition(".")[0]] = (alias.name, "")
        case ast.ImportFrom(module=str(origin), names=names):
            for alias in names:
                module.imports[alias.asname or alias.name] = (origin, alias.name)


def _names_in(statement: ast.stmt) -> Iterator[str]:
    """Return the names that a statement reads, in order; those in annotations, too."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            yield node.id


def _text(module: Module, statement: ast.stmt) -> str:
    """Return a statement's lines with the comments above it, without remarks to tools."""
    decorators = getattr(statement, "decorator_list", [])
    start = min([statement.lineno, *(d.lineno for d in decorators)]) - 1
    while start and module.lines[start - 1].startswith("#"):
        start -= 1
    lines = module.lines[: statement.end_lineno]
    for local in reversed(_local_imports(statement)):
        end = local.end_lineno or local.lineno
        is_apart = not lines[end].strip()
        del lines[local.lineno - 1 : end + is_apart]
    return TOOL_REMARKS.sub("", "\n".join(lines[start:]))


def _local_imports(statement: ast.stmt) -> list[ast.ImportFrom]:
    """Return the imports of this package within a function; its names are embedded instead."""
    return [
        node
        for node in ast.walk(statement)
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] in OUR_PACKAGES
    ]


def _is_line(text: str) -> bool:
    """Return whether text is assignments alone."""
    return bool(text) and not re.search(r"^(?:def|class|@)", text.strip("\n"), re.MULTILINE)
