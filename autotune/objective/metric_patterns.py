"""Metrics read from what a command prints, by regular expressions, or from its JSON lines."""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

import regex

from autotune.objective.bounded_log import Lines
from autotune.objective.metric_reports import Steps
from autotune.script import NUMBER, ScriptSpec

MAX_SEARCH_SECONDS = 1.0  # seconds for one pattern on one line
CHUNK = 1 << 16
CUT = regex.compile(r"[eE][-+]?[0-9]")
# Lengths are bounded, as what is searched may be one long word.
NAMED = regex.compile(r"(?<!\w)([A-Za-z_][\w./-]{0,80}+)[ \t]{0,80}+[:=][ \t]{0,80}" + NUMBER)
# Colors and cursor movements of a terminal, as rich, Lightning and tqdm print them (ECMA-48).
CONTROL = regex.compile(r"\x1b(?:\[[0-?]{0,40}+[ -/]{0,8}+[@-~]|[@-Z\\^_])")


def plain(text: str) -> str:
    """Return a line of a log without a terminal's control sequences."""
    return CONTROL.sub("", text) if "\x1b" in text else text


class Reading:
    """Finds a script's metrics in its lines and gives them to `Steps`."""

    def __init__(self, script: ScriptSpec, steps: Steps) -> None:
        self.steps = steps
        self._patterns = {name: regex.compile(pattern) for name, pattern in script.patterns.items()}
        self._step = regex.compile(script.step_pattern) if script.step_pattern else None
        self._at: int | None = None

    def line(self, text: str) -> None:
        """Read one line of the log.

        Raises:
            ValueError: if a pattern takes too long, or matches what is not a number.
        """
        text = plain(text)
        if self._step and (match := _search("steps", self._step, text)):
            self._at = int(_number("steps", match, text))
        for name, pattern in self._patterns.items():
            if match := _search(f"the pattern of {name!r}", pattern, text):
                self.steps.take({name: _number(name, match, text)}, self._at)

    def json_line(self, text: str, where: str) -> None:
        """Read one line of the metrics file; errors as `line`."""
        try:
            metrics = json.loads(text)
        except (ValueError, RecursionError):
            metrics = None
        if not isinstance(metrics, dict):
            raise ValueError(
                f"{where} must hold a JSON object of metrics in each line, got {text[:80]!r}"
            )
        step = metrics.pop("step", None)
        numbers = {
            name: value
            for name, value in metrics.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        }
        if numbers:
            self.steps.take(numbers, int(step) if isinstance(step, int | float) else None)


class MetricsFile:
    """A file of JSON lines that grows while it is read; what it held before is left alone."""

    def __init__(self, path: Path, reading: Reading) -> None:
        self._path, self._reading = path, reading
        self._offset = path.stat().st_size if path.exists() else 0
        self._lines = Lines()

    def look(self) -> None:
        """Read what was added; a file that is shorter than before is read again."""
        try:
            with self._path.open("rb") as file:
                size = file.seek(0, 2)
                self._offset = self._offset if size >= self._offset else 0
                file.seek(self._offset)
                while data := file.read(CHUNK):
                    self._offset += len(data)
                    self._take(self._lines.feed(data))
        except FileNotFoundError:
            return

    def end(self) -> None:
        """Read to the end, the last line also where no line break ends it."""
        self.look()
        self._take(self._lines.end())

    def _take(self, lines: list[bytes]) -> None:
        for line in lines:
            self._reading.json_line(line.decode(errors="replace"), self._path.name)


def _search(what: str, pattern: "regex.Pattern[str]", text: str) -> "regex.Match[str] | None":
    try:
        return pattern.search(text, timeout=MAX_SEARCH_SECONDS)
    except TimeoutError:
        raise ValueError(
            f"{what} must find its number quickly, and took over {MAX_SEARCH_SECONDS:g} s"
            f" on a line of {len(text)} characters: {pattern.pattern!r}"
        ) from None


def _number(name: str, match: "regex.Match[str]", text: str) -> float:
    """Return the number that a group took.

    Raises:
        ValueError: if it is none, or only a part of one, as ``[0-9.]+`` takes of ``1e-05``.
    """
    taken = match.group(1)
    if taken is None or CUT.match(text, match.end(1)):
        word = "" if taken is None else text[match.start(1) : match.end(1) + 8].split(maxsplit=1)[0]
        raise ValueError(
            f"the pattern of {name!r} must take a whole number, got {taken!r} of {word!r};"
            " write {number}"
        )
    try:
        return float(taken.rstrip("."))
    except ValueError:
        raise ValueError(
            f"the pattern of {name!r} must take a number, got {taken[:80]!r}; write {{number}}"
        ) from None


def nearest(name: str, lines: list[str]) -> str:
    """Say what in the lines looks like a metric of a similar name, or nothing."""
    values: Mapping[str, str] = {
        match.group(1): match.group(2) for line in lines for match in NAMED.finditer(plain(line))
    }
    near = get_close_matches(name, values, n=1, cutoff=0.5)
    return f" (did you mean {near[0]!r}, which is {values[near[0]]} there?)" if near else ""
