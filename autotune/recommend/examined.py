"""A knowledge file checked for people: every mistake of it at once, also by the library."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from autotune.errors import KnowledgeError
from autotune.knowledge import Entry, table
from autotune.knowledge.examination import examined, examined_table
from autotune.knowledge.finding import Finding
from autotune.knowledge.knowledge_file import RESERVED, read_entry
from autotune.knowledge.mistakes import findings_of_names, findings_of_table
from autotune.knowledge.parts import whole_of
from autotune.knowledge.tables import Names, Table
from autotune.knowledge.value_mistakes import values_of
from autotune.recommend.installed import Library, every_name, findings_by, library_of
from autotune.serialization import documents


@dataclass(frozen=True)
class ExaminedFile:
    """What a check says of a file."""

    path: str
    """The file."""
    errors: tuple[KnowledgeError, ...]
    """Its mistakes, in their order in the file."""
    notes: tuple[str, ...] = ()
    """What could not be checked here, and why."""

    def describe(self) -> dict[str, Any]:
        """Return the result as JSON-safe data."""
        return {
            "file": self.path,
            "ok": not self.errors,
            "error": str(self.errors[0]) if self.errors else None,
            "mistakes": [{**error.describe(), **_position(error)} for error in self.errors],
            "notes": list(self.notes),
        }


def _position(error: KnowledgeError) -> dict[str, int | None]:
    numbers = [int(part) for part in error.where.split(":")[-2:] if part.isdigit()]
    line, column = numbers if len(numbers) == 2 else (None, None)
    return {"line": line, "column": column}


def examined_file(path: str) -> ExaminedFile:
    """Check a knowledge file: its format, names and values, and its classes where installed."""
    path = str(whole_of(Path(path)))
    try:
        model = RESERVED.get(Path(path).stem)
        if model is None:
            return _examined_entry(path)
        return ExaminedFile(path, tuple(examined_table(documents.read(path), model, _of_table)))
    except KnowledgeError as error:
        return ExaminedFile(path, (error,))


def _of_table(content: BaseModel) -> Iterable[Finding]:
    match content:
        case Names():
            return findings_of_names(content)
        case Table():
            return findings_of_table(content, table("settings").content.facts)
    return ()


def _examined_entry(path: str) -> ExaminedFile:
    libraries: list[Library] = []

    def names_of(entry: Entry) -> frozenset[str] | None:
        libraries.append(library_of(entry))
        return every_name(entry, libraries[0])

    _, errors = examined(
        read_entry(path),
        Path(path).stem,
        names_of,
        lambda entry: [*values_of(entry), *findings_by(entry, libraries[0])],
    )
    return ExaminedFile(path, tuple(errors), libraries[0].notes if libraries else ())
