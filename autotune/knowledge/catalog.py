"""Finding knowledge: the user's own folders first, then installed packages', then the shipped one.

Every file of the first two is checked before any plan uses the folder: an entry that cannot be read
may be the one for this very estimator, so it is never passed over in silence.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeAlias, overload

from pydantic import BaseModel

from autotune.errors import KnowledgeError, did_you_mean
from autotune.knowledge.knowledge_file import (
    RESERVED,
    CatalogEntry,
    KnowledgeFile,
    as_entry,
    check,
)
from autotune.knowledge.metrics import Metrics
from autotune.knowledge.other_tools import OtherTools
from autotune.knowledge.parts import PARTS, part_paths, whole_of
from autotune.knowledge.tables import Encoders, Names, Stopping, Table
from autotune.knowledge.versions import applies
from autotune.version import installed_version

VARIABLE = "AUTOTUNE_KNOWLEDGE"
GROUP = "autotune.knowledge"
MAX_FILES = 4096  # kept in memory; a folder that is checked and indexed reads each file once
Stamp: TypeAlias = tuple[tuple[str, int, int], ...]  # name, time and size of each file


@lru_cache(maxsize=1)
def shipped() -> Path:
    """Return the folder of the knowledge that autotune ships."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "knowledge" / "data"
    return packed if packed.is_dir() else package.parent / "knowledge"


def folders() -> list[Path]:
    """Return all knowledge folders, first the one whose entries win; each can be used.

    Raises:
        KnowledgeError: if AUTOTUNE_KNOWLEDGE names no folder, or a file in one breaks the format.
    """
    names = os.environ.get(VARIABLE, "").split(os.pathsep)
    added = [*(Path(name) for name in names if name), *_installed()]
    for folder in added:
        _check_folder(folder, _stamp(folder))
    return [*added, shipped()]


@lru_cache(maxsize=1)
def _installed() -> tuple[Path, ...]:
    """Return the folders that installed packages offer by an entry point."""
    paths: list[Path] = []
    for point in entry_points(group=GROUP):
        try:
            spec = find_spec(point.value)
        except ImportError:
            spec = None
        if spec is None or spec.submodule_search_locations is None:
            package = point.dist.name if point.dist else point.name
            raise KnowledgeError(
                f"the entry point {GROUP} of {package} must name a package of knowledge files",
                f"Install {package} again, or uninstall it.",
                name=package,
                value=point.value,
            )
        paths += map(Path, spec.submodule_search_locations)
    return tuple(paths)


@dataclass
class _Looks:
    """What was read of the folders so far: each one's stamp, and the file of each name."""

    stamps: dict[Path, Stamp] = field(default_factory=dict)
    files: dict[str, KnowledgeFile[BaseModel] | None] = field(default_factory=dict)


_looks: ContextVar[_Looks | None] = ContextVar("looks", default=None)


@contextmanager
def unchanging() -> Iterator[None]:
    """Look at each folder and file once, so that a plan is made from one state of them."""
    if _looks.get() is not None:
        yield
        return
    token = _looks.set(_Looks())
    try:
        yield
    finally:
        _looks.reset(token)


def _stamp(folder: Path) -> Stamp:
    """Return what changes with a folder's files; the shipped folder's never do."""
    if folder == shipped():
        return ()
    looks = _looks.get()
    if looks is None:
        return _scanned(folder)
    if folder not in looks.stamps:
        looks.stamps[folder] = _scanned(folder)
    return looks.stamps[folder]


def _scanned(folder: Path) -> Stamp:
    try:
        stats = [*_stats(folder, "")]
        for part in PARTS:
            if (folder / part).is_dir():
                stats += _stats(folder / part, f"{part}/")
    except OSError as error:
        raise KnowledgeError(
            f"{VARIABLE} must name folders that can be read",
            name=VARIABLE,
            got=f"{str(error.filename or folder)!r}: {error.strerror}",
        ) from None
    return tuple(sorted((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats))


def _stats(folder: Path, prefix: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as items:
        for item in items:
            if item.name.endswith((".yaml", ".yml")):
                yield prefix + item.name, item.stat()


@lru_cache(maxsize=64)
def _check_folder(folder: Path, stamp: Stamp) -> None:
    for name, _, _ in stamp:
        if name.endswith(".yml"):
            raise KnowledgeError(
                "the name of a knowledge file must end in .yaml",
                f"Rename it to {Path(name).stem}.yaml.",
                name=name,
                where=str(folder / name),
            )
        if "/" in name and not whole_of(folder / name).parent.samefile(folder):
            raise KnowledgeError(
                f"a part of an entry must stand beside the entry, {Path(name).name}",
                where=str(folder / name),
            )
        load(whole_of(folder / name))


@lru_cache(maxsize=MAX_FILES)
def _load(path: Path, stamp: tuple[tuple[int, int], ...]) -> KnowledgeFile[BaseModel]:
    return check(path)


def load(path: Path) -> KnowledgeFile[BaseModel]:
    """Return a checked knowledge file, read again only after it or a part of it changed."""
    stats = [file.stat() for file in (path, *part_paths(path).values())]
    return _load(path, tuple((stat.st_mtime_ns, stat.st_size) for stat in stats))


def files_of(folder: Path) -> list[Path]:
    """Return a folder's knowledge files by name."""
    return sorted(folder.glob("*.yaml"))


def _find(name: str) -> KnowledgeFile[BaseModel] | None:
    """Return the file of this name from the first folder that has it."""
    looks = _looks.get()
    if looks is None:
        return _searched(name)
    if name not in looks.files:
        looks.files[name] = _searched(name)
    return looks.files[name]


def _searched(name: str) -> KnowledgeFile[BaseModel] | None:
    paths = (folder / f"{name}.yaml" for folder in folders())
    return next((load(path) for path in paths if path.is_file()), None)


def find_entry(name: str) -> CatalogEntry | None:
    """Return the entry of this name from the first folder that has it."""
    if name in RESERVED or not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        return None
    file = _find(name)
    return None if file is None else as_entry(file)


def nearest(name: str) -> str:
    """Return a hint for a name that is none: the class of this name, else the nearest entries."""
    contents = [entry.content for entry in entries()]
    classes = [dotted for content in contents for dotted in content.estimators]
    same = [d for d in classes if d.rpartition(".")[2].casefold() == name.casefold()]
    return did_you_mean(same[0] if same else name, same or [content.name for content in contents])


def entry_for(classes: set[str]) -> CatalogEntry | None:
    """Return the entry of one of these classes' dotted names, for the installed version."""
    for folder in folders():
        for entry in _mentions(folder, classes):
            content = entry.content
            if classes & set(content.estimators) and applies(content.library, content.versions):
                return entry
    return None


def passed_over(classes: set[str]) -> list[str]:
    """Return in words which entries for these classes are not for the installed version.

    Only those that come before the entry in use, which are the ones that a plan lacks.
    """
    words: list[str] = []
    for folder in folders():
        for entry in _mentions(folder, classes):
            content = entry.content
            if not classes & set(content.estimators):
                continue
            if applies(content.library, content.versions):
                return words
            file, line = entry.place("versions")
            words.append(
                f"{file}:{line} is not used: it is for {content.library} {content.versions}, and "
                f"{installed_version(content.library)} is installed."
            )
    return words


def entry_for_scripts(names: set[str]) -> CatalogEntry | None:
    """Return the entry for scripts and functions with one of these hyperparameters."""
    entries = (entry for folder in folders() for entry in _mentions(folder, names))
    return next((entry for entry in entries if names & set(entry.content.scripts)), None)


def _mentions(folder: Path, names: set[str]) -> Iterator[CatalogEntry]:
    """Yield the entries of a folder that mention one of the names."""
    index = _index(folder, _stamp(folder))
    paths = {path for name in names for path in index.get(name, ())}
    return (as_entry(load(path)) for path in sorted(paths))


@lru_cache(maxsize=16)
def _index(folder: Path, stamp: Stamp) -> dict[str, tuple[Path, ...]]:
    """Return the files that mention a class, or a hyperparameter of scripts, by that name."""
    mentioned = _mentioned_in_text if folder == shipped() else _mentioned_in_entry
    index: dict[str, tuple[Path, ...]] = {}
    for path in files_of(folder):
        for name in mentioned(path) if path.stem not in RESERVED else ():
            index[name] = (*index.get(name, ()), path)
    return index


def _mentioned_in_entry(path: Path) -> list[str]:
    entry = as_entry(load(path)).content
    return [*entry.estimators, *entry.scripts]


def _mentioned_in_text(path: Path) -> list[str]:
    """Return the names above ``hyperparameters:``, as to parse all shipped files takes long."""
    head = path.read_text(encoding="utf-8").partition("\nhyperparameters:")[0]
    scripts = re.search(r"^scripts: \[(.*)\]", head, re.MULTILINE)
    words = re.findall(r"\w+", scripts[1]) if scripts else []
    return [*re.findall(r"[A-Za-z_]\w*(?:\.\w+)+", head), *words]


def entries() -> list[CatalogEntry]:
    """Return all entries by name, each from the first folder that has it."""
    return [as_entry(load(path)) for path in _paths().values()]


def entry_names() -> list[str]:
    """Return the names of all entries; no shipped file is read."""
    return list(_paths())


def _paths() -> dict[str, Path]:
    """Return the file of each entry by its name, in order."""
    first: dict[str, Path] = {}
    for folder in folders():
        for path in files_of(folder):
            if path.stem not in RESERVED:
                first.setdefault(path.stem, path)
    return dict(sorted(first.items()))


@overload
def table(name: Literal["settings"]) -> KnowledgeFile[Table]: ...
@overload
def table(name: Literal["names"]) -> KnowledgeFile[Names]: ...
@overload
def table(name: Literal["stopping"]) -> KnowledgeFile[Stopping]: ...
@overload
def table(name: Literal["encoders"]) -> KnowledgeFile[Encoders]: ...
@overload
def table(name: Literal["other-tools"]) -> KnowledgeFile[OtherTools]: ...
@overload
def table(name: Literal["metrics"]) -> KnowledgeFile[Metrics]: ...
def table(name: str) -> KnowledgeFile[BaseModel]:
    """Return a table: of ``settings``, ``names`` or ``encoders``, or what ``stopping`` learned."""
    file = _find(name)
    if file is None:
        raise KnowledgeError(
            f"knowledge must hold {name}.yaml, which is missing from {shipped()}",
            "Install autotune again.",
            name=name,
        )
    return file
