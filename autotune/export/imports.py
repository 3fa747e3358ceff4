"""A program's imports: sorted as formatters sort them, each name bound once."""

import re
import sys
from collections.abc import Iterable
from keyword import iskeyword

from autotune.errors import EngineError
from autotune.export.formatting import WIDTH


class Imports:
    """The names a program imports; those that the program itself defines are ``taken``, and imported under another name."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)
        self.modules: set[str] = set()
        self.names: dict[str, tuple[str, str]] = {}

    def module(self, module: str, alias: str = "") -> None:
        """Import a module, by another name where one is given."""
        self.modules.add(f"{module} as {alias}" if alias else module)

    def name(self, dotted: str) -> str:
        """Import what a dotted name names, and return what it is called in the program.

        Raises:
            EngineError: if it is no name of Python's.
        """
        module, _, name = dotted.rpartition(".")
        if module == "builtins":
            return name
        if (
            not all(part.isidentifier() and not iskeyword(part) for part in dotted.split("."))
            or not module
        ):
            raise EngineError(
                f"{dotted!r} must be a name that can be imported.",
                "Put it into a module of its own.",
            )
        called = next(
            n
            for n in (name, *(f"{name}{i}" for i in range(2, 1000)))
            if self._is_free(n, (module, name))
        )
        self.names[called] = (module, name)
        return called

    def _is_free(self, called: str, what: tuple[str, str]) -> bool:
        modules = {m.rpartition(" as ")[2].partition(".")[0] for m in self.modules}
        return (
            called not in self.taken
            and called not in modules
            and self.names.get(called, what) == what
        )

    def text(self) -> str:
        """Return the import lines: the standard library's, then all others."""
        groups: dict[bool, list[str]] = {True: [], False: []}
        for module in sorted(self.modules, key=str.lower):
            groups[_is_standard(module)].append(f"import {module}")
        sources: dict[str, list[str]] = {}
        for called, (module, name) in self.names.items():
            sources.setdefault(module, []).append(name if called == name else f"{name} as {called}")
        for module in sorted(sources, key=str.lower):
            groups[_is_standard(module)].append(_from(module, sorted(sources[module], key=_order)))
        return "\n\n".join("\n".join(lines) for lines in groups.values() if lines)


def _is_standard(module: str) -> bool:
    return module.partition(".")[0].partition(" ")[0] in sys.stdlib_module_names


def _from(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    return (
        line
        if len(line) <= WIDTH
        else f"from {module} import (\n" + "".join(f"    {n},\n" for n in names) + ")"
    )


def _order(name: str) -> tuple[int, str]:
    """Order names as formatters do: constants, classes, functions."""
    return (0 if re.fullmatch(r"[A-Z][A-Z0-9_]+", name) else 1 if name[0].isupper() else 2, name)
