"""What plan files of the first release say in words only: their sources and the baselines.

No other module reads such texts; later files hold the same as data.
"""

import re
from collections.abc import Mapping, Sequence

from autotune.plan.provenance import (
    COMPARISON,
    DECLARED,
    ENGINE_DEFAULT,
    ESTIMATOR,
    ESTIMATOR_LIST,
    SCRIPT,
    WARM_START,
    FileLine,
    Source,
    SourceKind,
)

_WARM_START = ", and warm_start"
_ENTRY = re.compile(r"knowledge (?P<places>.+:\d+)")
_THEN = re.compile(r"your estimator, then (?P<entry>knowledge .+)")
_BY_PREFIX = {
    re.compile(r"names (?P<place>.+:\d+)"): SourceKind.NAMES_TABLE,
    re.compile(r"data rule (?P<place>.+:\d+)"): SourceKind.DATA_RULE,
}
_ROW = re.compile(r"knowledge (?P<place>.+:\d+) \(row (?P<row>[a-z0-9-]+)\)")
_USER = re.compile(r"you(?: \((?:(?P<option>--set)|(?P<place>.+:\d+))\))?(?P<hint>, as a hint)?")
_FIXED = {
    str(source): source
    for source in (
        ESTIMATOR,
        ESTIMATOR_LIST,
        SCRIPT,
        DECLARED,
        ENGINE_DEFAULT,
        COMPARISON,
        WARM_START,
    )
}
_BASELINES = re.compile(r"Your own configurations? (?:is trial|are trials 0 to) (\d+)")


def source_from_text(text: str) -> Source:
    """Return the source that a text of the first release stands for; its own text is the same.

    >>> source_from_text("you (mine.yaml:3)").places
    (FileLine(file='mine.yaml', line=3),)
    """
    try:
        source = _parsed(text)
    except ValueError:  # a list of places that is none
        source = None
    if source is not None and str(source) == text:
        return source
    return Source(SourceKind.OTHER, text=text or "unknown")


def baselines_from_reason(
    reason: str, initial_trials: Sequence[Mapping[str, object]]
) -> tuple[dict[str, object], ...]:
    """Return the user's own configurations, which the first release told in a sentence only."""
    match = _BASELINES.match(reason)
    count = int(match[1]) + 1 if match else 0
    return tuple(dict(point) for point in initial_trials[:count])


def _parsed(text: str) -> Source | None:
    if text in _FIXED:
        return _FIXED[text]
    if text.endswith(_WARM_START):
        before = _parsed(text.removesuffix(_WARM_START))
        return before and before.then(WARM_START)
    if match := _USER.fullmatch(text):
        return _by_user(match)
    if match := _THEN.fullmatch(text):
        entry = _parsed(match["entry"])
        return entry and ESTIMATOR.then(entry)
    if match := _ROW.fullmatch(text):
        return Source(SourceKind.DECISION_TABLE, (_place(match["place"]),), match["row"])
    if match := _ENTRY.fullmatch(text):
        places = re.split(r"(?<=\d), ", match["places"])
        return Source(SourceKind.ENTRY, tuple(map(_place, places)))
    for pattern, kind in _BY_PREFIX.items():
        if match := pattern.fullmatch(text):
            return Source(kind, (_place(match["place"]),))
    return None


def _by_user(match: re.Match[str]) -> Source:
    return Source(
        SourceKind.USER,
        (_place(match["place"]),) if match["place"] else (),
        option=match["option"] or "",
        is_hint=bool(match["hint"]),
    )


def _place(text: str) -> FileLine:
    file, _, line = text.rpartition(":")
    return FileLine(file, int(line))
