"""An entry in several files: what people review, and beside it what they look up or measure.

``NAME.yaml`` is the entry. ``library/NAME.yaml`` may hold what its library accepts, and
``learned/NAME.yaml`` what was measured, each as top-level keys of the entry's format.
"""

from dataclasses import replace
from pathlib import Path

from autotune.errors import KnowledgeError
from autotune.serialization import documents

PARTS: dict[str, tuple[str, ...]] = {
    "learned": ("starts", "measured"),
    "library": ("others", "aliases", "legal", "forbidden"),
}
"""The folders of parts, and the keys that each may hold."""


def part_paths(path: Path) -> dict[str, Path]:
    """Return the parts that stand beside an entry's file, by their folder's name."""
    paths = {folder: path.parent / folder / path.name for folder in PARTS}
    return {folder: part for folder, part in paths.items() if part.is_file()}


def whole_of(path: Path) -> Path:
    """Return the entry's file that a part belongs to, or the path itself if it is none."""
    whole = path.parent.parent / path.name
    return whole if path.parent.name in PARTS and whole.is_file() else path


def read_whole(path: str | Path) -> documents.Document:
    """Read an entry's file together with its parts.

    Raises:
        KnowledgeError: if a part holds another's key, or one that the entry has, too.
    """
    document = documents.read(path)
    for folder, part in part_paths(Path(path)).items():
        document = _joined(document, documents.read(part), PARTS[folder])
    return document


def _joined(
    document: documents.Document, part: documents.Document, allowed: tuple[str, ...]
) -> documents.Document:
    if not isinstance(document.data, dict):
        return document
    if not isinstance(part.data, dict):
        raise KnowledgeError(
            f"the file must hold a mapping of {', '.join(allowed)}", where=part.at(())
        )
    for key in part.data:
        where = part.at_key((key,))
        if key not in allowed:
            raise KnowledgeError(
                f"the file must hold {', '.join(allowed)} only",
                name=key,
                got=repr(key),
                where=where,
            )
        if key in document.data:
            raise KnowledgeError(
                f"{key} must stand once, in this file or in {document.at_key((key,))}",
                name=key,
                where=where,
            )
    return replace(
        document,
        data={**document.data, **part.data},
        parts={**document.parts, **dict.fromkeys(part.data, part)},
    )
