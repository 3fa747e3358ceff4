"""A program's imports: sorted as formatters sort them, each name bound once."""

import re
import sys
from collections.abc import Iterable
from itertools import count
from keyword import iskeyword

from autotune.errors import EngineError
from autotune.export.formatting import WIDTH


class Imports:
    """The modules and names that a program imports.

    A name that is ``reserved``, or bound to something else, is imported under another one.
    """

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self.reserved = set(reserved)
        self.modules: set[str] = set()
        self.names: dict[str, tuple[str, str]] = {}

    def module(self, module: str, alias: str = "") -> None:
        """Import a module, under another name if one is given."""
        self.modules.add(f"{module} as {alias}" if alias else module)

    def name(self, dotted: str) -> str:
        """Import what a dotted name stands for, and return what it is called in the program.

        Raises:
            EngineError: if Python cannot import such a name.
        """
        module, _, name = dotted.rpartition(".")
        if module == "builtins":
            return name
        if not module or not all(map(_is_identifier, dotted.split("."))):
            raise EngineError(
                f"{dotted!r} must be a name that can be imported.",
                "Put it into a module of its own.",
            )
        alias, numbers = name, count(2)
        while not self._is_free(alias, (module, name)):
            alias = f"{name}{next(numbers)}"
        self.names[alias] = (module, name)
        return alias

    def _is_free(self, alias: str, origin: tuple[str, str]) -> bool:
        modules = {m.rpartition(" as ")[2].partition(".")[0] for m in self.modules}
        is_bound = alias in self.reserved or alias in modules
        return not is_bound and self.names.get(alias, origin) == origin

    def text(self) -> str:
        """Return the import lines: the standard library's, then all others."""
        lines = {f"import {module}": module for module in sorted(self.modules, key=str.lower)}
        origins: dict[str, list[str]] = {}
        for alias, (module, name) in self.names.items():
            origins.setdefault(module, []).append(name if alias == name else f"{name} as {alias}")
        for module in sorted(origins, key=str.lower):
            lines[_from(module, sorted(origins[module], key=_order))] = module
        groups = (
            [line for line, module in lines.items() if _is_standard(module) is standard]
            for standard in (True, False)
        )
        return "\n\n".join("\n".join(group) for group in groups if group)


def _is_identifier(part: str) -> bool:
    return part.isidentifier() and not iskeyword(part)


def _is_standard(module: str) -> bool:
    return module.partition(".")[0].partition(" ")[0] in sys.stdlib_module_names


def _from(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")"])


def _order(name: str) -> tuple[int, str]:
    """Order names as formatters do: constants, classes, functions."""
    if re.fullmatch(r"[A-Z][A-Z0-9_]+", name):
        return (0, name)
    return (1 if name[0].isupper() else 2, name)
