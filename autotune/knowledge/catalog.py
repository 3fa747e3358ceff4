"""Finding the knowledge entry of an estimator in the folders of knowledge: shipped, installed and one's own."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, entry_points, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from autotune.errors import KnowledgeError, did_you_mean
from autotune.knowledge.entry import Entry, Hyperparameter, Names, Stopping, Table
from autotune.serialization import documents

RESERVED: dict[str, type[BaseModel]] = {"settings": Table, "names": Names, "stopping": Stopping}


@dataclass(frozen=True)
class Known:
    """A checked knowledge file, with the place of everything it says."""

    content: Any
    document: documents.Document

    def place(self, *keys: str | int) -> tuple[str, int]:
        """Return the file, named from its knowledge folder on, and the line of what the keys lead to."""
        path = Path(self.document.path)
        return f"{path.parent.name}/{path.name}", self.document.line(keys)


def shipped() -> Path:
    """Return the folder of the knowledge that autotune ships."""
    here = Path(__file__).resolve().parent.parent
    packed = here / "knowledge" / "data"
    return packed if packed.is_dir() else here.parent / "knowledge"


def folders() -> list[Path]:
    """Return all knowledge folders, first the one whose entries win: one's own, installed packages', shipped."""
    own = [Path(p) for p in os.environ.get("AUTOTUNE_KNOWLEDGE", "").split(os.pathsep) if p]
    for folder in own:
        if not folder.is_dir():
            raise KnowledgeError(
                f"AUTOTUNE_KNOWLEDGE must name folders, got {str(folder)!r}, which is none."
            )
    return [*own, *_installed(), shipped()]


@lru_cache(maxsize=1)
def _installed() -> tuple[Path, ...]:
    found = []
    for point in entry_points(group="autotune.knowledge"):
        spec = find_spec(point.value)
        found += [Path(p) for p in (spec.submodule_search_locations or [])] if spec else []
    return tuple(found)


def check(path: str | Path) -> Known:
    """Read one knowledge file and check all it says.

    Raises:
        KnowledgeError: with ``file:line:column``, what was got and what was expected.
    """
    document = documents.read(path)
    stem = Path(path).stem
    content = validate(RESERVED.get(stem, Entry), document)
    if isinstance(content, Entry) and content.name != stem:
        raise KnowledgeError(
            f"{document.at(('name',))}: name must be the file's name {stem!r}, got {content.name!r}."
        )
    return Known(content, document)


def validate(model: type[BaseModel], document: documents.Document) -> Any:
    """Check a document against a model; the first error is raised with the place it stands at."""
    if not isinstance(document.data, dict):
        raise KnowledgeError(
            f"{document.at(())}: must be a mapping of names to values, got {type(document.data).__name__}."
        )
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise KnowledgeError(describe_error(error, model, document)) from None


def describe_error(
    error: ValidationError, model: type[BaseModel], document: documents.Document
) -> str:
    """Return the first validation error in one line: place, what must hold, what was got, the nearest name."""
    first = min(
        error.errors(), key=lambda e: document.lines.get(_place(e["loc"], document), (1, 1))
    )
    place = _place(first["loc"], document)
    name = ".".join(str(p) for p in place) or "the file"
    message = first["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    if first["type"] == "extra_forbidden":
        known = _fields(model, first["loc"][:-1])
        return f"{document.at(place)}: {name}: is no name of the format. {did_you_mean(str(first['loc'][-1]), known)}"
    if first["type"] == "missing":
        return f"{document.at(place)}: {name}: must have {first['loc'][-1]!r}, which is missing."
    got = "" if isinstance(first["input"], dict) else f", got {str(first['input'])[:60]!r}"
    return f"{document.at(place)}: {name}: {message}{got}."


def _place(location: tuple[str | int, ...], document: documents.Document) -> tuple[str | int, ...]:
    """Drop what pydantic adds to a location (names of union members), keeping the keys the document has."""
    place: tuple[str | int, ...] = ()
    for part in location:
        if (*place, part) in document.lines:
            place = (*place, part)
    return place


def _fields(model: type[BaseModel], location: tuple[str | int, ...]) -> set[str]:
    from autotune.knowledge.entry import Metric, Row, Start

    parts: dict[str, type[BaseModel]] = {
        "hyperparameters": Hyperparameter,
        "starts": Start,
        "metrics": Metric,
        "settings": Row,
        "names": Hyperparameter,
    }
    inner = parts.get(str(location[0]), model) if location else model
    return {f.alias or name for name, f in inner.model_fields.items()}


@lru_cache(maxsize=512)
def _load(path: Path, stamp: tuple[int, int]) -> Known:
    return check(path)


def load(path: Path) -> Known:
    """Return a checked knowledge file, read again only after it changed."""
    stat = path.stat()
    return _load(path, (stat.st_mtime_ns, stat.st_size))


def files_of(folder: Path) -> Iterator[Path]:
    """Yield a folder's knowledge files by name."""
    return iter(sorted(p for p in folder.glob("*.yaml")))


def named(name: str) -> Known | None:
    """Return the entry of this name from the first folder that has it; no other file is opened."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        return None
    paths = (folder / f"{name}.yaml" for folder in folders())
    return next((load(p) for p in paths if p.is_file()), None)


def entry_for(dotted: set[str]) -> Known | None:
    """Return the entry that names one of these classes and is for the installed version, own folders first."""
    for folder in folders():
        for known in _candidates(folder, dotted):
            if dotted & set(known.content.estimators) and applies(
                known.content.library, known.content.versions
            ):
                return known
    return None


def entry_for_scripts(names: set[str]) -> Known | None:
    """Return the entry that tells scripts and functions by one of these hyperparameters' names, own folders first."""
    found = (known for folder in folders() for known in _candidates(folder, names))
    return next((known for known in found if names & set(known.content.scripts)), None)


def _candidates(folder: Path, dotted: set[str]) -> Iterator[Known]:
    index = _index(folder, _stamp(folder))
    paths = {path for name in dotted for path in index.get(name, ())}
    return (load(p) for p in sorted(paths))


def _stamp(folder: Path) -> tuple[tuple[str, int], ...]:
    """What tells that a folder's files changed: their names and times. The shipped folder never does while we run."""
    if folder == shipped():
        return ()
    with os.scandir(folder) as items:
        return tuple(
            sorted((i.name, i.stat().st_mtime_ns) for i in items if i.name.endswith(".yaml"))
        )


@lru_cache(maxsize=16)
def _index(folder: Path, stamp: tuple[tuple[str, int], ...]) -> dict[str, tuple[Path, ...]]:
    """Return which files mention which class or hyperparameter before what they say of them; each is parsed when asked for."""
    found: dict[str, tuple[Path, ...]] = {}
    for path in files_of(folder):
        if path.stem not in RESERVED:
            text = path.read_text(encoding="utf-8", errors="replace").partition(
                "\nhyperparameters:"
            )[0]
            scripts = re.search(r"^scripts: \[(.*)\]", text, re.MULTILINE)
            named = re.findall(r"\w+", scripts[1]) if scripts else []
            for name in [*re.findall(r"[A-Za-z_]\w*(?:\.\w+)+", text), *named]:
                found[name] = (*found.get(name, ()), path)
    return found


def entries() -> list[Known]:
    """Return every entry, each name once, from the first folder that has it."""
    first: dict[str, Path] = {}
    for folder in folders():
        for path in files_of(folder):
            if path.stem not in RESERVED:
                first.setdefault(path.stem, path)
    return [load(first[name]) for name in sorted(first)]


def table(name: str) -> Known:
    """Return the decision tables (``settings``), the meanings of names (``names``) or what ``stopping`` learned."""
    known = named(name)
    if known is None:
        raise KnowledgeError(
            f"knowledge must hold {name}.yaml, which is missing from {shipped()}.",
            "Install autotune again.",
        )
    return known


def applies(library: str, versions: str) -> bool:
    """Return whether the installed version of the library is one of these; yes where it is not installed."""
    if not library or not versions:
        return True
    installed = installed_version(library)
    return installed is None or _matches(installed, versions)


@lru_cache(maxsize=256)
def _matches(installed: str, versions: str) -> bool:
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(versions).contains(installed, prereleases=True)


@lru_cache(maxsize=64)
def installed_version(library: str) -> str | None:
    """Return the installed version of a distribution, under its name or the CPU-only one, or None."""
    for name in (library, f"{library}-cpu"):
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return None
