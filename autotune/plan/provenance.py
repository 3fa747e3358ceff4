"""Who or what chose a setting or range: the source as data, and its text as a person reads it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePath

from autotune.errors import KEYWORD, SettingError
from autotune.serialization.documents import PlainMapping

SHIPPED_FOLDERS = ("knowledge", "data")  # the shipped knowledge, in the repository and installed


class SourceKind(StrEnum):
    """The kinds of sources; their values are the words that plan files hold."""

    USER = "user"
    ESTIMATOR = "estimator"
    ESTIMATOR_LIST = "estimator list"
    SCRIPT = "script"
    ENTRY = "knowledge entry"
    DECISION_TABLE = "decision table"
    NAMES_TABLE = "names table"
    DATA_RULE = "data rule"
    DECLARED = "declared constraints"
    DEFAULT = "engine default"
    COMPARISON = "comparison"
    WARM_START = "warm start"
    OTHER = "other"


# The fields that a source of each kind has besides its kind; the others have none.
_FIELDS: Mapping[SourceKind, frozenset[str]] = {
    SourceKind.USER: frozenset({"places", "option", "is_hint"}),
    SourceKind.ENTRY: frozenset({"places"}),
    SourceKind.DECISION_TABLE: frozenset({"places", "row"}),
    SourceKind.NAMES_TABLE: frozenset({"places"}),
    SourceKind.DATA_RULE: frozenset({"places"}),
    SourceKind.OTHER: frozenset({"text"}),
}
_OPTIONAL = frozenset({(SourceKind.USER, name) for name in ("places", "option", "is_hint")})
_TEXTS: Mapping[SourceKind, str] = {
    SourceKind.ESTIMATOR: "your estimator",
    SourceKind.ESTIMATOR_LIST: "your list",
    SourceKind.SCRIPT: "your script",
    SourceKind.DECLARED: "the estimator's declared constraints",
    SourceKind.DEFAULT: "engine default",
    SourceKind.COMPARISON: "the comparison",
    SourceKind.WARM_START: "warm_start",
}


@dataclass(frozen=True)
class FileLine:
    """A line of a file."""

    file: str
    """The file's path; of a knowledge file the folder's name and its own."""
    line: int
    """The line, counted from 1."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def brief(self) -> str:
        """The place as a table holds it: without the folder of the shipped knowledge."""
        path = PurePath(self.file)
        shipped = path.parts[:-1] in [(folder,) for folder in SHIPPED_FOLDERS]
        return f"{path.name if shipped else self.file}:{self.line}"


@dataclass(frozen=True, eq=False)
class Source:
    """Who or what chose a setting or range; equal to its text, too, so ``source == "you"`` works.

    Raises:
        SettingError: if a field is set that a source of this kind does not have, or one is missing.
    """

    kind: SourceKind
    """Who or what chose."""
    places: tuple[FileLine, ...] = ()
    """The lines of knowledge files, or the line of the user's own file."""
    row: str = ""
    """The row's name in a decision table."""
    option: str = ""
    """The command line's option by which the user set it."""
    is_hint: bool = False
    """Whether the user gave a value to infer a range around, instead of a range."""
    text: str = ""
    """The text of a source of kind ``other``, which is known by it only."""
    additions: tuple["Source", ...] = ()
    """What added to the value afterwards, in order."""

    def __post_init__(self) -> None:
        allowed = _FIELDS.get(self.kind, frozenset())
        for name in ("places", "row", "option", "is_hint", "text"):
            value = getattr(self, name)
            if value and name not in allowed:
                raise SettingError(f"a source of kind {self.kind!s} must have no {name}.")
            if not value and name in allowed and (self.kind, name) not in _OPTIONAL:
                raise SettingError(f"a source of kind {self.kind!s} must have {name}.")
        if len(self.places) > 1 and self.kind is not SourceKind.ENTRY:
            raise SettingError(f"a source of kind {self.kind!s} must have one place.")
        if self.places and self.option:
            raise SettingError("a source must have a place or an option, got both.")
        if any(addition.additions for addition in self.additions):
            raise SettingError("what added to a source must have no additions itself.")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return str(self) == other
        return isinstance(other, Source) and self.describe() == other.describe()

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        return self._worded(str, kind=True, row=True)

    @property
    def cited(self) -> str:
        """The text by which sentences and comments cite it: a knowledge file by its place alone."""
        return self._worded(str, kind=False, row=True)

    @property
    def brief(self) -> str:
        """The text that a table holds: a knowledge file by its name and line."""
        return self._worded(_brief, kind=False, row=False)

    @property
    def by_user(self) -> bool:
        """Whether the user set it by its name."""
        return self.kind is SourceKind.USER

    @property
    def location(self) -> str:
        """The place of the value as an error holds it: ``file:line``, ``--set`` or ``keyword``."""
        if self.kind is SourceKind.USER:
            return self.option or "".join(map(str, self.places)) or KEYWORD
        return "" if self.kind is SourceKind.ESTIMATOR else str(self)

    def then(self, *additions: "Source") -> "Source":
        """Return the source with what added to the value afterwards."""
        return replace(self, additions=(*self.additions, *additions))

    def describe(self) -> dict[str, object]:
        """Return the source as JSON-safe data, without what is empty."""
        places = [{"file": place.file, "line": place.line} for place in self.places]
        fields: dict[str, object] = {
            "places": places,
            "row": self.row,
            "option": self.option,
            "is_hint": self.is_hint,
            "text": self.text,
            "additions": [addition.describe() for addition in self.additions],
        }
        return {"kind": str(self.kind), **{name: value for name, value in fields.items() if value}}

    def _worded(self, cite: Callable[[FileLine], str], *, kind: bool, row: bool) -> str:
        text = self._first_words(cite, kind=kind, row=row)
        for addition in self.additions:
            link = "and" if addition.kind is SourceKind.WARM_START else "then"
            text += f", {link} {addition._worded(cite, kind=True, row=row)}"
        return text

    def _first_words(self, cite: Callable[[FileLine], str], *, kind: bool, row: bool) -> str:
        places = ", ".join(map(cite, self.places))
        match self.kind:
            case SourceKind.USER:
                location = self.option or places
                return (
                    "you"
                    + (f" ({location})" if location else "")
                    + (", as a hint" if self.is_hint else "")
                )
            case SourceKind.ENTRY | SourceKind.DECISION_TABLE:
                prefix = "knowledge " if kind else ""
                return prefix + places + (f" (row {self.row})" if row and self.row else "")
            case SourceKind.NAMES_TABLE:
                return f"names {places}"
            case SourceKind.DATA_RULE:
                return f"data rule {places}"
            case SourceKind.OTHER:
                return self.text
        return _TEXTS[self.kind]


def _brief(place: FileLine) -> str:
    return place.brief


def source_from_plain(data: PlainMapping) -> Source:
    """Return the source that `Source.describe` wrote, from data that fits the plan file's schema.

    Raises:
        SettingError: if its fields do not belong together.
    """
    return Source(
        SourceKind(data["kind"]),
        places=tuple(FileLine(place["file"], place["line"]) for place in data.get("places", ())),
        row=data.get("row", ""),
        option=data.get("option", ""),
        is_hint=data.get("is_hint", False),
        text=data.get("text", ""),
        additions=tuple(map(source_from_plain, data.get("additions", ()))),
    )


BY_KEYWORD = Source(SourceKind.USER)
BY_SET_OPTION = Source(SourceKind.USER, option="--set")
ESTIMATOR = Source(SourceKind.ESTIMATOR)
ESTIMATOR_LIST = Source(SourceKind.ESTIMATOR_LIST)
SCRIPT = Source(SourceKind.SCRIPT)
DECLARED = Source(SourceKind.DECLARED)
ENGINE_DEFAULT = Source(SourceKind.DEFAULT)
COMPARISON = Source(SourceKind.COMPARISON)
WARM_START = Source(SourceKind.WARM_START)


def user_file(file: str, line: int) -> Source:
    """Return the source of what a line of the user's file sets."""
    return Source(SourceKind.USER, (FileLine(file, line),))


def entry(*places: tuple[str, int]) -> Source:
    """Return the source of what lines of knowledge entries say, each a file and a line."""
    return Source(SourceKind.ENTRY, tuple(FileLine(*place) for place in places))


def data_rule(place: tuple[str, int]) -> Source:
    """Return the source of a range that an entry's rule over the data narrowed."""
    return Source(SourceKind.DATA_RULE, (FileLine(*place),))


def names_table(place: tuple[str, int]) -> Source:
    """Return the source of a range that follows from a hyperparameter's name."""
    return Source(SourceKind.NAMES_TABLE, (FileLine(*place),))


def decision_table(place: tuple[str, int], row: str) -> Source:
    """Return the source of a setting that a row of a decision table decides."""
    return Source(SourceKind.DECISION_TABLE, (FileLine(*place),), row)
