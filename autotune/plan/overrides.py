"""What the user set, by name: from keywords, an overrides file or ``--set``, checked and brought to one form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from autotune.errors import KnowledgeError, SettingError
from autotune.facts.data import check_facts
from autotune.plan.settings import CHECKS
from autotune.serialization import documents
from autotune.serialization.validation import kind_of, located
from autotune.serialization.values import from_plain
from autotune.space.shorthand import spelled


@dataclass(frozen=True)
class Given:
    """A value that the user set, and how: ``you``, ``you (mine.yaml:3)`` or ``you (--set)``."""

    value: Any
    source: str = "you"


@dataclass(frozen=True)
class Overrides:
    """All that the user set: settings and ranges by name, and static hyperparameters given beside the estimator."""

    settings: Mapping[str, Given]
    ranges: Mapping[str, Given]
    static: Mapping[str, Given]

    def value(self, name: str, default: Any = None) -> Any:
        """Return a setting's value, or the default where the user left it open."""
        return self.settings[name].value if name in self.settings else default


def collect(
    keywords: Mapping[str, Any],
    overrides: Any = None,
    sets: Iterable[str] = (),
    given: Iterable[tuple[str, Given]] = (),
) -> Overrides:
    """Bring together a job file's settings, an overrides file or mapping, ``--set`` texts and keywords; the later wins.

    Args:
        keywords: Settings by name; a name that is no setting is a static hyperparameter.
        overrides: Path of a YAML or JSON file, or a mapping, of the same names.
        sets: Texts such as ``max_trials=40`` or ``ranges.max_depth=3..10``.
        given: Names and values of a job file.

    Raises:
        SettingError: if a value is illegal. KnowledgeError: if the file is.
    """
    settings: dict[str, Given] = {}
    ranges: dict[str, Given] = {}
    static: dict[str, Given] = {}
    for name, value in [
        *given,
        *_from_file(overrides),
        *_from_sets(sets),
        *((k, Given(v)) for k, v in keywords.items()),
    ]:
        if name == "ranges":
            ranges |= _ranges(value)
        elif name.startswith("ranges."):
            ranges[name.removeprefix("ranges.")] = value
        elif name in CHECKS:
            settings[name] = _checked(name, value)
        else:
            static[name] = value
    return Overrides(settings, ranges, static)


def _checked(name: str, given: Given) -> Given:
    try:
        return Given(CHECKS[name](name, given.value), given.source)
    except SettingError as error:
        if given.source == "you":
            raise
        null = " None is written null here." if str(given.value).lower() == "none" else ""
        raise SettingError(
            f"{error}{null} ({given.source.removeprefix('you (').rstrip(')')})"
        ) from None


def _ranges(given: Given) -> dict[str, Given]:
    if not isinstance(given.value, Mapping):
        raise SettingError(f"ranges must be a mapping from names to ranges, got {given.value!r}.")
    return {
        str(n): v if isinstance(v, Given) else Given(v, given.source)
        for n, v in given.value.items()
    }


def _from_file(overrides: Any) -> list[tuple[str, Given]]:
    if overrides is None:
        return []
    if isinstance(overrides, Mapping):
        return [(str(k), Given(v)) for k, v in overrides.items()]
    if not isinstance(overrides, str | PathLike):
        raise SettingError(f"overrides must be a path or a mapping, got {overrides!r}.")
    document = documents.read(Path(overrides))
    if not isinstance(document.data, dict):
        raise KnowledgeError(
            "the file must hold a mapping of settings",
            got=kind_of(document.data),
            where=document.at(()),
        )
    return list(from_document(document, document.data, ()))


def from_document(
    document: documents.Document, data: Mapping[str, Any], place: documents.Place
) -> Iterable[tuple[str, Given]]:
    """Yield the settings of a file's mapping, each with the line it stands at."""
    for name, value in data.items():
        source = f"you ({document.at((*place, name)).rpartition(':')[0]})"
        if name == "ranges":
            yield from _document_ranges(document, value, (*place, name))
            continue
        with located(document, *place, name):
            if name == "facts":
                check_facts(value)
            plain = from_plain(value)
        yield name, Given(plain, source)


def _document_ranges(
    document: documents.Document, ranges: Any, place: documents.Place
) -> Iterable[tuple[str, Given]]:
    if not isinstance(ranges, dict):
        raise KnowledgeError(
            "ranges must be a mapping from names to ranges",
            name="ranges",
            value=ranges,
            where=document.at(place),
        )
    for name, text in ranges.items():
        line = document.at((*place, name)).rpartition(":")[0]
        with located(document, *place, name):
            domain = spelled(text)
        yield f"ranges.{name}", Given(domain, f"you ({line})")


def _from_sets(sets: Iterable[str]) -> list[tuple[str, Given]]:
    pairs = []
    for text in sets:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise SettingError(
                f"--set must be NAME=VALUE, got {text!r}.", "For example --set max_trials=40."
            )
        data = documents.parse(value, "--set").data
        is_range = name.strip().startswith("ranges.")
        pairs.append(
            (name.strip(), Given(spelled(data) if is_range else from_plain(data), "you (--set)"))
        )
    return pairs
