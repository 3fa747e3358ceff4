"""Reading and writing YAML and JSON, with the line of each value.

Words and numbers are those of YAML 1.2; size and depth are bounded.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import yaml

from autotune.errors import KnowledgeError, SettingError

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_NODES = 100_000

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


Place = tuple[str | int, ...]  # the keys and indices that lead to a value
Lines = dict[Place, tuple[int, int]]  # line and column of each value


class _Yaml12(_Loader):  # type: ignore[misc]
    """A safe loader with YAML 1.2's core rules, where ``1e-3`` is a number and ``no`` is text."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


class _Writer(_Dumper):  # type: ignore[misc]
    """A dumper that quotes by the same rules and never writes anchors."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

    def ignore_aliases(self, data: object) -> bool:
        """Write repeated values out in full."""
        return True


# https://yaml.org/spec/1.2.2/#103-core-schema
_FLOAT = re.compile(
    r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
)
_INT = re.compile(r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$")
for _cls in (_Yaml12, _Writer):
    _cls.add_implicit_resolver(
        "tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
    )
    _cls.add_implicit_resolver(
        "tag:yaml.org,2002:bool",
        re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"),
        list("tTfF"),
    )
    _cls.add_implicit_resolver("tag:yaml.org,2002:int", _INT, list("-+0123456789"))
    _cls.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+0123456789."))


def _int(_loader: object, node: yaml.ScalarNode) -> int:
    bases = {"0o": 8, "0x": 16}
    return int(node.value, bases.get(node.value[:2], 10))


_Yaml12.add_constructor("tag:yaml.org,2002:int", _int)


def _write_list(writer: yaml.SafeDumper, items: list[object]) -> yaml.Node:
    """Write a list of numbers and words in one line, or a few, as people do."""
    scalars = all(isinstance(item, int | float | str) for item in items)
    node: yaml.Node = writer.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=scalars)
    return node


_Writer.add_representer(list, _write_list)


Mark: TypeAlias = Any  # a place as PyYAML's reader in Python, or that in C, has it
PlainMapping: TypeAlias = Mapping[str, Any]
"""A mapping as YAML and JSON hold it; a schema says what the values are."""


@dataclass(frozen=True)
class Document:
    """A file's content as plain data, with the place of each value."""

    data: Any
    """The content: mappings, lists, texts, numbers, booleans and None."""
    path: str
    """The file, as errors name it."""
    lines: Lines
    """Where each value begins."""
    keys: Lines = field(default_factory=dict)
    """Where each key of a mapping begins."""
    parts: Mapping[str, "Document"] = field(default_factory=dict)
    """The files beside this one that hold some of its top-level keys, by key."""

    def file(self, place: Place) -> "Document":
        """Return the document that holds a value: a part, or this one."""
        return self.parts.get(str(place[0]), self) if place else self

    def holds(self, place: Place) -> bool:
        """Return whether there is a value at a place."""
        return place in self.file(place).lines

    def at(self, place: Place) -> str:
        r"""Return ``file:line:column`` of a value, or of the nearest one that it is part of.

        >>> parse("C:\n  low: 0.1", "svm.yaml").at(("C", "low"))
        'svm.yaml:2:8'
        """
        return self.file(place)._text(self.position(place))

    def at_key(self, place: Place) -> str:
        r"""Return ``file:line:column`` of the key of a value.

        >>> parse("C:\n  low: 0.1", "svm.yaml").at_key(("C", "low"))
        'svm.yaml:2:3'
        """
        file = self.file(place)
        return file._text(file.keys[place]) if place in file.keys else self.at(place)

    def line(self, place: Place) -> int:
        """Return the line of a value, counted from 1, or of the nearest one it is part of."""
        return self.position(place)[0]

    def position(self, place: Place) -> tuple[int, int]:
        """Return the line and column of a value, or of the nearest one that it is part of."""
        lines = self.file(place).lines
        while place and place not in lines:
            place = place[:-1]
        return lines.get(place, (1, 1))

    def _text(self, position: tuple[int, int]) -> str:
        return f"{self.path}:{position[0]}:{position[1]}"


def read(path: str | Path) -> Document:
    """Read a YAML or JSON file into plain data.

    Raises:
        KnowledgeError: if it is missing, too large, too deep, no YAML, or has a key twice; with its
            line.
    """
    try:
        raw = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise KnowledgeError(
            f"{str(path)!r} must be a file that can be read: {reason}", name=str(path)
        ) from None
    return parse(raw, str(path))


def parse(raw: bytes | str, path: str = "<text>") -> Document:
    """Parse YAML or JSON text into plain data; errors as for `read`."""
    data = raw.encode() if isinstance(raw, str) else raw
    if len(data) > MAX_BYTES:
        raise KnowledgeError(
            f"must have at most {MAX_BYTES:,} bytes", got=f"{len(data):,}", where=path
        )
    try:
        # The C parser recurses while it composes, so the depth is bounded on the stream of events
        # first.
        _check_events(data, path)
        return _Reader(_Yaml12(data), path).document()
    except yaml.YAMLError as error:
        raise KnowledgeError(f"must be YAML, {_problem(error)}", where=_mark(error, path)) from None
    except (UnicodeDecodeError, ValueError) as error:
        raise KnowledgeError(f"must be YAML text: {error}", where=f"{path}:1:1") from None


def _check_events(data: bytes, path: str) -> None:
    depth = 0
    for count, event in enumerate(yaml.parse(data, Loader=_Yaml12)):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise KnowledgeError(
                "anchors and aliases are not part of the format",
                "Write the value out.",
                where=_where(path, event.start_mark),
            )
        if depth > MAX_DEPTH or count > MAX_NODES:
            raise KnowledgeError(
                f"must be nested at most {MAX_DEPTH} deep with at most {MAX_NODES:,} values",
                where=_where(path, event.start_mark),
            )


def _where(path: str, mark: Mark) -> str:
    return f"{path}:{mark.line + 1}:{mark.column + 1}"


def _mark(error: yaml.YAMLError, path: str) -> str:
    mark = getattr(error, "problem_mark", None)
    return _where(path, mark) if mark else f"{path}:1:1"


def _problem(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]


class _Reader:
    """Builds plain data of YAML's nodes, and notes where each value and key stands."""

    def __init__(self, loader: Any, path: str) -> None:
        self.loader, self.path = loader, path
        self.lines: Lines = {}
        self.keys: Lines = {}

    def document(self) -> Document:
        node = self.loader.get_single_node()
        data = None if node is None else self._value(node, ())
        return Document(data, self.path, self.lines, self.keys)

    def _value(self, node: yaml.Node, place: Place) -> Any:
        self.lines[place] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(child, (*place, i)) for i, child in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if node.tag.startswith(("!", "tag:yaml.org,2002:python")):
            raise KnowledgeError(
                f"tags such as {node.tag!r} are not part of the format",
                where=_where(self.path, node.start_mark),
            )
        return self.loader.construct_object(node)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, child in node.value:
            key = self._key(key_node)
            if key in mapping:
                raise KnowledgeError(
                    f"a key must stand once, got {key!r} again",
                    name=key,
                    where=_where(self.path, key_node.start_mark),
                )
            mark = key_node.start_mark
            self.keys[(*place, key)] = (mark.line + 1, mark.column + 1)
            mapping[key] = self._value(child, (*place, key))
        return mapping

    def _key(self, node: yaml.Node) -> str:
        key = self.loader.construct_object(node) if isinstance(node, yaml.ScalarNode) else None
        if isinstance(key, str):
            return key
        raise KnowledgeError(
            "a key must be text",
            "Quote it.",
            value=getattr(node, "value", key),
            where=_where(self.path, node.start_mark),
        )


def to_yaml(data: object) -> str:
    """Return plain data as YAML text that `parse` reads back equal."""
    return yaml.dump(data, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=120)


def to_json(data: object) -> str:
    """Return plain data as indented JSON text."""
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)


def write(path: str | Path, data: object) -> None:
    """Write plain data to a file, as JSON where its name ends in ``.json`` and YAML elsewhere."""
    Path(path).write_text(
        to_json(data) + "\n" if str(path).endswith(".json") else to_yaml(data), encoding="utf-8"
    )


def write_new(path: str | Path, text: str, force: bool) -> None:
    """Write a file that does not exist yet, or replace it where forced.

    Raises:
        SettingError: if it exists, or cannot be written.
    """
    try:
        with Path(path).open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        hint = "Use --force (force=True) to replace it."
        raise SettingError(f"{path} must not exist yet", hint, name=str(path)) from None
    except (OSError, ValueError, TypeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingError(
            f"{path} must be a file that can be written: {reason}", name=str(path)
        ) from None
