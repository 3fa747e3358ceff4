"""An entry beside the installed library: which of its classes and hyperparameters are there."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from autotune.errors import AutotuneError, did_you_mean
from autotune.facts import read_subject
from autotune.knowledge import Entry
from autotune.knowledge.finding import Finding
from autotune.knowledge.versions import applies
from autotune.serialization.values import MOVED
from autotune.version import installed_version


@dataclass(frozen=True)
class Library:
    """What the installed library says of an entry's classes."""

    params: dict[str, frozenset[str] | None]
    """The hyperparameters of each class that was read; None where it takes any name."""
    findings: tuple[Finding, ...]
    """The classes that do not exist."""
    notes: tuple[str, ...]
    """What could not be checked, and why."""

    @property
    def names(self) -> frozenset[str] | None:
        """All hyperparameters of the classes; None where they are not all known."""
        known = [names for names in self.params.values() if names is not None]
        complete = len(known) == len(self.params) and not self.notes and bool(known)
        return frozenset().union(*known) if complete else None


def library_of(entry: Entry) -> Library:
    """Read the entry's classes, as far as they are installed."""
    params: dict[str, frozenset[str] | None] = {}
    findings: list[Finding] = []
    notes: list[str] = []
    if not applies(entry.library, entry.versions):
        version = installed_version(entry.library)
        return Library(
            {}, (), (f"it is for {entry.library}{entry.versions}, and {version} is installed",)
        )
    for index, dotted in enumerate(entry.estimators):
        try:
            params[dotted] = _params(dotted, _class(dotted))
        except AttributeError:
            findings.append(_missing(dotted, ("estimators", index)))
        except ImportError as error:
            if _is_misnamed(dotted, error):
                findings.append(_missing(dotted, ("estimators", index)))
            else:
                notes.append(f"{dotted} cannot be imported here, so it was not checked")
    return Library(params, tuple(findings), tuple(notes))


def every_name(entry: Entry, library: Library) -> frozenset[str] | None:
    """Return all hyperparameters that the entry's classes have, under any spelling."""
    if library.names is None or entry.scripts:
        return None
    spelled = {name for row in entry.spellings() for name in row}
    return library.names.union(spelled, entry.others, entry.kept)


def findings_by(entry: Entry, library: Library) -> Iterator[Finding]:
    """Yield the classes that do not exist, and the hyperparameters that no class has."""
    yield from library.findings
    if entry.library and library.params and installed_version(entry.library) is None:
        message = "must be the distribution that has the classes, as pip names it"
        yield Finding(("library",), message, repr(entry.library))
    for name, described in entry.hyperparameters.items():
        names = library.names
        if names is None or not applies(entry.library, described.versions):
            continue
        if names.isdisjoint((name, *described.aliases)):
            classes = ", ".join(dotted.rpartition(".")[2] for dotted in library.params)
            yield Finding(
                ("hyperparameters", name),
                f"must be a hyperparameter of {classes}",
                repr(name),
                did_you_mean(name, sorted(names)),
                at_key=True,
            )


def _class(dotted: str) -> Any:
    module, _, name = MOVED.get(dotted, dotted).rpartition(".")
    return getattr(import_module(module), name)


def _is_misnamed(dotted: str, error: ImportError) -> bool:
    """Return whether an installed package lacks the very module that a class is said to be in."""
    lacking = isinstance(error, ModuleNotFoundError) and error.name is not None
    within = lacking and f"{dotted}.".startswith(f"{error.name}.")
    return within and find_spec(dotted.partition(".")[0]) is not None


def _missing(dotted: str, place: tuple[str | int, ...]) -> Finding:
    """Return that a class does not exist, with the nearest ones of its module."""
    module, _, name = dotted.rpartition(".")
    try:
        classes = [each for each in dir(import_module(module)) if not each.startswith("_")]
    except ImportError:
        classes = []
    hint = did_you_mean(name, classes, limit=0)
    return Finding(place, "must be a class that the installed library has", repr(dotted), hint)


def _params(dotted: str, cls: Any) -> frozenset[str] | None:
    try:
        part = read_subject(dotted, {}, None).parts[0]
    except AutotuneError:  # it needs another estimator, so its signature must do
        parameters = inspect.signature(cls).parameters.values()
        if any(each.kind is each.VAR_KEYWORD for each in parameters):
            return None
        return frozenset(each.name for each in parameters)
    return None if part.open else frozenset(part.params)
