"""Every mistake of an entry's file at once: of its format, its names and its values."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel

from autotune.errors import KnowledgeError
from autotune.knowledge.entry import Entry
from autotune.knowledge.finding import Finding
from autotune.knowledge.mistakes import EntryNames, findings_of
from autotune.serialization.documents import Document, Place
from autotune.serialization.validation import validated

NamesOf = Callable[[Entry], frozenset[str] | None]
Model = TypeVar("Model", bound=BaseModel)
Look = Callable[[Entry], Iterable[Finding]]
BLANK: dict[str, Any] = {
    "schema": 1,
    "name": "unnamed",
    "title": "untitled",
    "estimators": [],
    "hyperparameters": {},
    "sources": {},
}
"""What stands for the parts of an entry that cannot be read, so that the others are checked."""
MOST_DROPS = 5  # a field, then the hyperparameter that lacks it, and so on up to nothing


def _unknown(_entry: Entry) -> None:
    """Return that the classes' hyperparameters are not known."""


def _nothing(_entry: Entry) -> Iterable[Finding]:
    return ()


def examined(
    document: Document, stem: str, names_of: NamesOf = _unknown, look: Look = _nothing
) -> tuple[Entry | None, list[KnowledgeError]]:
    """Return the entry of a file with this name, or None, and its mistakes as in the file.

    Args:
        document: The file's content.
        stem: The file's name without its suffix, which must be the entry's name.
        names_of: Gives all hyperparameters of an entry's classes, or None if they are unknown.
        look: Gives further mistakes of an entry, such as those by the installed library.
    """
    entry, errors = validated(Entry, document)
    wrong = [place for place, _ in errors]
    readable = entry or _readable(document)
    findings = (
        [] if readable is None else _findings(readable, document, (stem, wrong), names_of, look)
    )
    return entry, _located(errors, findings, document)


def examined_table(
    document: Document, model: type[Model], look: Callable[[Model], Iterable[Finding]]
) -> list[KnowledgeError]:
    """Return the mistakes of a file that holds no entry: of its format, else those of ``look``."""
    content, errors = validated(model, document)
    return _located(errors, [] if content is None else look(content), document)


def _located(
    errors: list[tuple[Place, KnowledgeError]], findings: Iterable[Finding], document: Document
) -> list[KnowledgeError]:
    all_errors = [error for _, error in errors] + [_error(each, document) for each in findings]
    return sorted(all_errors, key=_line)


def _findings(
    entry: Entry, document: Document, seen: tuple[str, list[Place]], names_of: NamesOf, look: Look
) -> list[Finding]:
    stem, wrong = seen
    tops = {place[:1] for place in wrong}
    described = document.data.get("hyperparameters")
    every = names_of(entry)
    names = EntryNames(
        frozenset(described if isinstance(described, dict) else entry.hyperparameters),
        None if every is None else every.union(described if isinstance(described, dict) else ()),
    )
    cited = ("sources",) not in tops and "sources" in document.data
    return [
        *_misnamed(entry, stem, tops),
        *findings_of(entry, names, cited=cited),
        *look(entry),
    ]


def _misnamed(entry: Entry, stem: str, tops: set[Place]) -> Iterator[Finding]:
    if entry.name != stem and not tops:
        yield Finding(("name",), f"must be the file's name {stem!r}", repr(entry.name))


def _readable(document: Document) -> Entry | None:
    """Return the entry without what breaks the format; None where nothing is left."""
    if not isinstance(document.data, dict):
        return None
    data = {**BLANK, **document.data}
    for _ in range(MOST_DROPS):
        entry, errors = validated(Entry, replace(document, data=data))
        if entry is not None:
            return entry
        for place, _error in errors:
            data = _without(data, place)
    return None


def _without(data: dict[str, Any], place: Place) -> dict[str, Any]:
    """Return the data without the field of a hyperparameter, or the top-level key, at a place."""
    match place:
        case ("hyperparameters", name, *rest) if name in data["hyperparameters"]:
            rows = dict(data["hyperparameters"])
            row = rows.pop(str(name))
            if rest and rest[0] in row:
                rows[str(name)] = {key: value for key, value in row.items() if key != rest[0]}
            return {**data, "hyperparameters": rows}
        case (key, *_) if key in BLANK:
            return {**data, str(key): BLANK[str(key)]}
        case (key, *_):
            return {name: value for name, value in data.items() if name != key}
    return BLANK


def _error(finding: Finding, document: Document) -> KnowledgeError:
    name = ".".join(map(str, finding.place))
    at = document.at_key if finding.at_key else document.at
    return KnowledgeError(
        f"{name}: {finding.message}",
        finding.hint,
        name=name,
        got=finding.got,
        where=at(finding.place),
    )


def _line(error: KnowledgeError) -> tuple[int, int]:
    """Return the line and column of an error's place."""
    line, column = error.where.rsplit(":", 2)[1:]
    return int(line), int(column)
