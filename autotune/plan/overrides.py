"""What the user set by name, from keywords, a file or ``--set``, checked and in one form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any

from autotune.errors import KEYWORD, KnowledgeError, SettingError
from autotune.facts.data import check_facts
from autotune.plan.other_names import advice_on_value
from autotune.plan.provenance import BY_KEYWORD, BY_SET_OPTION, Source, user_file
from autotune.plan.settings import CHECKS
from autotune.serialization import documents
from autotune.serialization.documents import PlainMapping
from autotune.serialization.validation import kind_of, located
from autotune.serialization.values import from_plain
from autotune.space.shorthand import spelled

RANGE_PREFIX = "ranges."
BY_PART = ("metric_params", "constraints")
"""The settings that are mappings, parts of which can be set by name: ``constraints.latency``."""


@dataclass(frozen=True)
class UserValue:
    """A value that the user set, and how."""

    value: Any
    """The value as it was written; of a setting it is checked."""
    source: Source = BY_KEYWORD
    """Where it was written: a keyword, a line of a file, or ``--set``."""
    layer: int = field(default=0, compare=False)
    """Of two names of one hyperparameter in ``ranges`` the one of the higher layer counts."""

    @property
    def where(self) -> str:
        """Where it was written, as errors name it."""
        return self.source.location or KEYWORD


@dataclass(frozen=True)
class Overrides:
    """All that the user set, by name."""

    settings: Mapping[str, UserValue]
    """Values of settings, checked."""
    ranges: Mapping[str, UserValue]
    """Ranges by hyperparameter, in any form that `autotune` takes."""
    static: Mapping[str, UserValue]
    """Static hyperparameters given beside the estimator."""

    def value(self, name: str, default: object = None) -> Any:
        """Return a setting's value, or the default if the user did not set it."""
        return self.settings[name].value if name in self.settings else default


def collect(
    keywords: Mapping[str, object],
    overrides: object = None,
    sets: Iterable[str] = (),
    job_file: Iterable[tuple[str, UserValue]] = (),
) -> Overrides:
    """Merge what a job file, an overrides file, ``--set`` and keywords set; the later wins.

    Args:
        keywords: Settings by name; any other name is a static hyperparameter.
        overrides: Path of a YAML or JSON file, or a mapping, of the same names.
        sets: Texts such as ``max_trials=40`` or ``ranges.max_depth=3..10``.
        job_file: Names and values of a job file.

    Raises:
        SettingError: if a value is illegal. KnowledgeError: if the file is.
    """
    settings: dict[str, UserValue] = {}
    ranges: dict[str, UserValue] = {}
    static: dict[str, UserValue] = {}
    given = (
        job_file,
        _from_overrides(overrides),
        map(_from_set, sets),
        ((name, UserValue(value)) for name, value in keywords.items()),
    )
    layered = ((name, replace(v, layer=i)) for i, layer in enumerate(given) for name, v in layer)
    for name, value in layered:
        if name == "ranges":
            ranges |= _ranges(value)
        elif name.startswith(RANGE_PREFIX):
            ranges[name.removeprefix(RANGE_PREFIX)] = value
        elif name.partition(".")[0] in BY_PART and "." in name:
            whole = name.partition(".")[0]
            settings[whole] = _checked(whole, _with_part(settings.get(whole), name, value))
        elif name in CHECKS:
            settings[name] = _checked(name, value)
        else:
            static[name] = value
    return Overrides(settings, ranges, static)


def _with_part(given: UserValue | None, name: str, value: UserValue) -> UserValue:
    """Return a setting's mapping with one part of it that was set by its own name."""
    parts = {} if given is None else given.value
    return replace(value, value={**parts, name.partition(".")[2]: value.value})


def _checked(name: str, value: UserValue) -> UserValue:
    try:
        return replace(value, value=CHECKS[name](name, value.value))
    except SettingError as error:
        hint = advice_on_value(name, value.value, value.where)
        if value.where != KEYWORD and str(value.value).lower() == "none":
            hint = "None is written null here."
        raise error.hinted(hint).at(value.where) from None


def _ranges(ranges: UserValue) -> dict[str, UserValue]:
    if not isinstance(ranges.value, Mapping):
        raise SettingError(
            "ranges must be a mapping from names to ranges",
            name="ranges",
            value=ranges.value,
            where=ranges.source.location,
        )
    return {
        str(name): replace(value, layer=ranges.layer)
        if isinstance(value, UserValue)
        else UserValue(value, ranges.source, ranges.layer)
        for name, value in ranges.value.items()
    }


def _from_overrides(overrides: object) -> list[tuple[str, UserValue]]:
    if overrides is None:
        return []
    if isinstance(overrides, Mapping):
        return [(str(name), UserValue(value)) for name, value in overrides.items()]
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
    document: documents.Document, data: PlainMapping, place: documents.Place
) -> Iterable[tuple[str, UserValue]]:
    """Yield the settings of a file's mapping, each with its line."""
    for name, value in data.items():
        if name == "ranges":
            yield from _ranges_from_document(document, value, (*place, name))
            continue
        with located(document, *place, name):
            if name == "facts":
                check_facts(value)
            plain = from_plain(value)
        yield name, UserValue(plain, _source(document, (*place, name)))


def _ranges_from_document(
    document: documents.Document, ranges: object, place: documents.Place
) -> Iterable[tuple[str, UserValue]]:
    if not isinstance(ranges, dict):
        raise KnowledgeError(
            "ranges must be a mapping from names to ranges",
            name="ranges",
            value=ranges,
            where=document.at(place),
        )
    for name, text in ranges.items():
        with located(document, *place, name):
            domain = spelled(text)
        yield f"{RANGE_PREFIX}{name}", UserValue(domain, _source(document, (*place, name)))


def _source(document: documents.Document, place: documents.Place) -> Source:
    return user_file(document.path, document.line(place))


def _from_set(text: str) -> tuple[str, UserValue]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise SettingError(
            f"--set must be NAME=VALUE, got {text!r}.", "For example --set max_trials=40."
        )
    if name.strip().startswith("constraints."):  # a sign such as > means something else in YAML
        return name.strip(), UserValue(value, BY_SET_OPTION)
    data = documents.parse(value, "--set").data
    is_range = name.strip().startswith(RANGE_PREFIX)
    return name.strip(), UserValue(spelled(data) if is_range else from_plain(data), BY_SET_OPTION)
