"""Reading and writing YAML and JSON: YAML 1.2's words and numbers, bounded size and depth, and the line of every value."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

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


def _int(loader: Any, node: yaml.ScalarNode) -> int:
    text = node.value
    return (
        int(text, 8)
        if text.startswith("0o")
        else int(text, 16)
        if text.startswith("0x")
        else int(text)
    )


_Yaml12.add_constructor("tag:yaml.org,2002:int", _int)


@dataclass(frozen=True)
class Document:
    """A file's content as plain data, with the place each value stands at."""

    data: Any
    path: str
    lines: Lines

    def at(self, place: Place) -> str:
        """Return ``file:line:column`` of a place such as ``("hyperparameters", "C", "low")``, or of its nearest parent."""
        line, column = self._position(place)
        return f"{self.path}:{line}:{column}"

    def line(self, place: tuple[str | int, ...]) -> int:
        """Return the line of a place, counted from 1, or of its nearest parent."""
        return self._position(place)[0]

    def _position(self, place: tuple[str | int, ...]) -> tuple[int, int]:
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, (1, 1))


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
        raise KnowledgeError(f"{str(path)!r} must be a file that can be read: {reason}.") from None
    return parse(raw, str(path))


def parse(raw: bytes | str, path: str = "<text>") -> Document:
    """Parse YAML or JSON text into plain data; errors as for `read`."""
    data = raw.encode() if isinstance(raw, str) else raw
    if len(data) > MAX_BYTES:
        raise KnowledgeError(f"{path} must have at most {MAX_BYTES:,} bytes, got {len(data):,}.")
    try:
        # The C parser recurses while it composes, so the depth is bounded on the stream of events
        # first.
        _check_events(data, path)
        loader = _Yaml12(data)
        node = loader.get_single_node()
        lines: Lines = {}
        content = None if node is None else _construct(loader, node, (), lines, path)
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{_mark(error, path)}: must be YAML, {_problem(error)}.") from None
    except (UnicodeDecodeError, ValueError) as error:
        raise KnowledgeError(f"{path}:1:1: must be YAML text: {error}.") from None
    return Document(content, path, lines)


def _check_events(data: bytes, path: str) -> None:
    depth = 0
    for count, event in enumerate(yaml.parse(data, Loader=_Yaml12)):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        mark: Any = event.start_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}"
        if isinstance(event, yaml.AliasEvent):
            raise KnowledgeError(
                f"{place}: anchors and aliases are not part of the format; write the value out."
            )
        if depth > MAX_DEPTH or count > MAX_NODES:
            raise KnowledgeError(
                f"{place}: must be nested at most {MAX_DEPTH} deep with at most {MAX_NODES:,} values."
            )


def _mark(error: yaml.YAMLError, path: str) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else f"{path}:1:1"


def _problem(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]


def _construct(loader: Any, node: yaml.Node, place: Place, lines: Lines, path: str) -> Any:
    lines[place] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.SequenceNode):
        return [
            _construct(loader, child, (*place, i), lines, path)
            for i, child in enumerate(node.value)
        ]
    if isinstance(node, yaml.MappingNode):
        return _construct_mapping(loader, node, place, lines, path)
    if node.tag.startswith("!") or node.tag.startswith("tag:yaml.org,2002:python"):
        raise KnowledgeError(
            f"{path}:{lines[place][0]}:{lines[place][1]}: tags such as {node.tag!r} are not part of the format."
        )
    return loader.construct_object(node)


def _construct_mapping(
    loader: Any, node: yaml.MappingNode, place: Place, lines: Lines, path: str
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, child in node.value:
        where = f"{path}:{key_node.start_mark.line + 1}:{key_node.start_mark.column + 1}"
        key = loader.construct_object(key_node) if isinstance(key_node, yaml.ScalarNode) else None
        if not isinstance(key, str):
            raise KnowledgeError(
                f"{where}: a key must be text, got {getattr(key_node, 'value', key)!r}.",
                "Quote it.",
            )
        if key in result:
            raise KnowledgeError(f"{where}: a key must stand once, got {key!r} again.")
        result[key] = _construct(loader, child, (*place, key), lines, path)
    return result


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


def write_new(path: Any, text: str, force: bool) -> None:
    """Write a file that does not exist yet, or any where forced.

    Raises:
        SettingError: if it exists, or cannot be written.
    """
    try:
        with Path(path).open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise SettingError(
            f"{path} must not exist yet.", "Use --force (force=True) to replace it."
        ) from None
    except (OSError, ValueError, TypeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingError(f"{path} must be a file that can be written: {reason}.") from None
