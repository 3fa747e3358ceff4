"""Writing the learned starts, and what they were measured on, beside an entry."""

import re
import textwrap
from collections.abc import Mapping
from pathlib import Path

import yaml

from autotune.knowledge import CatalogEntry, Entry
from autotune.knowledge.parts import part_paths
from autotune.learn.effects import Effects
from autotune.learn.portfolio import DEFAULTS, Scored
from autotune.serialization.scores import write_scores
from autotune.space.domains import label_of

WIDTH = 124


def learned_files(
    catalog_entry: CatalogEntry,
    portfolio: Scored,
    *,
    source: str,
    command: str,
    remaining_gain: Mapping[str, float],
    effects: Effects | None = None,
    key: str = "learned",
) -> dict[str, str]:
    """Return an entry's files with the portfolio as its starts, by their paths in a folder.

    Starts and figures go to the entry's ``learned`` part; the entry itself only cites them.

    Args:
        catalog_entry: The entry; a start that it had from another source keeps that.
        portfolio: The configurations and their scores.
        source: What the learned starts came from, in words.
        command: The command that learned them.
        remaining_gain: By number of trials, the share of the gain that remains.
        effects: What each hyperparameter matters; as in the entry if None.
        key: The learned starts' key among the sources.
    """
    entry, path = catalog_entry.content, Path(catalog_entry.document.path)
    text = _without_block(_without_block(path.read_text(encoding="utf-8"), "starts"), "measured")
    files = {
        f"{folder}/{path.name}": part.read_text(encoding="utf-8")
        for folder, part in part_paths(path).items()
    }
    starts = "".join(_start(portfolio, i, entry, key) for i in range(len(portfolio.points)))
    measured = _folded("  tasks: ", _quoted(" ".join(portfolio.tasks))) + _ends(portfolio)
    measured += _effects(effects or recorded_effects(entry)) + _remaining(remaining_gain)
    measured += f"  command: {_quoted(command)}\n"
    learned = f"# What was measured for {path.name}; `{command}` wrote it.\n"
    files[f"learned/{path.name}"] = f"{learned}starts:\n{starts}measured:\n{measured}"
    return {path.name: _with_source(text, key, source), **files}


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts into a folder, by their paths in it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _start(portfolio: Scored, index: int, entry: Entry, key: str) -> str:
    point = portfolio.points[index]
    lines = _folded("  - params: ", _flow(point)) + _folded(
        "    scores: ", write_scores(portfolio.scores[index]), text=True
    )
    previous = next(
        (
            start
            for start in entry.starts
            if dict(start.params) == dict(point) and start.source != key
        ),
        None,
    )
    if portfolio.origins[index] == DEFAULTS:
        lines += f"    why: {_quoted(_baseline(entry, point, key))}\n"
    if previous is None:
        return lines if key == "learned" else f"{lines}    source: {key}\n"
    task = f"    task: [{', '.join(previous.task)}]\n" if previous.task else ""
    why = (
        f"    why: {_quoted(previous.why)}\n"
        if previous.why and previous.source != "learned"
        else ""
    )
    return (
        lines
        + task
        + (f"    source: {previous.source}\n" if previous.source != "learned" else "")
        + why
    )


def _baseline(entry: Entry, point: Mapping[str, object], key: str) -> str:
    """Return what the entry says of its defaults as a start, or what most entries say."""
    written = (s.why for s in entry.starts if dict(s.params) == dict(point) and s.source == key)
    return next(written, "") or "The library's defaults, as a baseline."


def _flow(point: Mapping[str, object]) -> str:
    return "{" + ", ".join(f"{name}: {_plain(value)}" for name, value in point.items()) + "}"


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_plain, value))}]"
    return (
        _quoted(value)
        if isinstance(value, str)
        else "null"
        if value is None
        else label_of(value).lower()
    )


def _quoted(text: str) -> str:
    written: str = yaml.safe_dump(text, width=10_000, default_flow_style=True)
    return written.removesuffix("\n...\n").strip()


def _folded(head: str, body: str, text: bool = False) -> str:
    """Return a line, continued on others with more indentation if it is too long."""
    body = f'"{body}"' if text else body
    lines = textwrap.wrap(body, WIDTH - len(head), break_long_words=False, break_on_hyphens=False)
    return head + ("\n" + " " * len(head)).join(lines) + "\n"


def _ends(portfolio: Scored) -> str:
    if not any(portfolio.ends):
        return ""
    texts = [[f"{end[index]:.4g}" if end else "." for end in portfolio.ends] for index in (0, 1)]
    return _folded("  middle: ", " ".join(texts[0]), text=True) + _folded(
        "  best: ", " ".join(texts[1]), text=True
    )


def recorded_effects(entry: Entry) -> Effects:
    """Return the effects that an entry records."""
    measured = entry.measured
    return (
        Effects(dict(measured.importance), dict(measured.bests), dict(measured.cost))
        if measured
        else Effects()
    )


def _effects(effects: Effects) -> str:
    shares = ", ".join(f"{name}: {share:g}" for name, share in effects.importance.items())
    bests = ", ".join(f"{name}: [{low:g}, {high:g}]" for name, (low, high) in effects.bests.items())
    cost = ", ".join(f"{name}: {power:g}" for name, power in effects.cost.items())
    blocks = {"importance": shares, "bests": bests, "cost": cost}
    return "".join(_folded(f"  {name}: ", f"{{{text}}}") for name, text in blocks.items() if text)


def _remaining(remaining_gain: Mapping[str, float]) -> str:
    pairs = ", ".join(f'"{trials}": {share:.3f}' for trials, share in remaining_gain.items())
    return f"  left: {{{pairs}}}\n" if remaining_gain else ""


def _without_block(text: str, key: str) -> str:
    """Return the text without a top-level key and what it holds."""
    return re.sub(rf"^{key}:.*\n(?:[ \-#].*\n|\n)*", "", text, count=1, flags=re.MULTILINE)


def _with_source(text: str, key: str, words: str) -> str:
    """Return the text with a source replaced."""
    line = f"  {key}: {_quoted(words) if ': ' not in words else chr(34) + words + chr(34)}\n"
    body = re.sub(rf"^  {key}: .*\n", "", text, flags=re.MULTILINE)
    return body.replace("\nsources:\n", f"\nsources:\n{line}", 1)
