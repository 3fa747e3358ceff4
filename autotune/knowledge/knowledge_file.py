"""A knowledge file: read, checked, and with the line of everything it says."""

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar, cast

from pydantic import BaseModel

from autotune.knowledge.entry import Entry
from autotune.knowledge.examination import examined
from autotune.knowledge.metrics import Metrics
from autotune.knowledge.other_tools import OtherTools
from autotune.knowledge.parts import read_whole, whole_of
from autotune.knowledge.tables import Encoders, Names, Stopping, Table
from autotune.serialization import documents
from autotune.serialization.validation import validate

Content_co = TypeVar("Content_co", bound=BaseModel, covariant=True)

# Files of these names hold no entry.
RESERVED: dict[str, type[BaseModel]] = {
    "settings": Table,
    "names": Names,
    "stopping": Stopping,
    "encoders": Encoders,
    "other-tools": OtherTools,
    "metrics": Metrics,
}


@dataclass(frozen=True)
class KnowledgeFile(Generic[Content_co]):
    """A checked knowledge file."""

    content: Content_co
    """What the file says: an `Entry`, or one of the tables."""
    document: documents.Document
    """The file as plain data, with the line of each value."""

    def place(self, *keys: str | int) -> tuple[str, int]:
        """Return ``folder/file`` and the line of what the keys lead to."""
        folder, path = Path(self.document.path).parent, Path(self.document.file(keys).path)
        file = Path(folder.name) / path.relative_to(folder)
        return file.as_posix(), self.document.line(keys)


CatalogEntry: TypeAlias = KnowledgeFile[Entry]


def check(path: str | Path) -> KnowledgeFile[BaseModel]:
    """Read one knowledge file and check all it says.

    Raises:
        KnowledgeError: about the first mistake, with its file, line and column.
    """
    path = whole_of(Path(path))
    model = RESERVED.get(path.stem)
    if model is None:
        return check_entry(path)
    document = documents.read(path)
    return KnowledgeFile(validate(model, document), document)


def read_entry(path: str | Path) -> documents.Document:
    """Read an entry's file as plain data; errors as for `check`."""
    return read_whole(path)


def check_entry(path: str | Path) -> CatalogEntry:
    """Read an entry, which must be named as its file without the suffix; errors as for `check`."""
    document = read_entry(path)
    entry, errors = examined(document, Path(path).stem)
    if entry is None or errors:
        raise errors[0]
    return KnowledgeFile(entry, document)


def as_entry(file: KnowledgeFile[BaseModel]) -> CatalogEntry:
    """Return a file whose content is known to be an entry, typed as such."""
    assert isinstance(file.content, Entry)
    return cast(CatalogEntry, file)
