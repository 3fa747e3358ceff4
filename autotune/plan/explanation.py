"""One hyperparameter or setting in words: its value, why, the evidence, and how to change it."""

from collections.abc import Mapping
from typing import Any

from autotune.plan.choices import Range, Setting
from autotune.space.domains import label_of
from autotune.text import setting_text, value_text

MOST = 4  # values of a condition that are all named


def of_range(name: str, chosen: Range) -> str:
    """Return in words which values a hyperparameter takes, and why."""
    when = f"Used only when {condition_text(chosen.when)}." if chosen.when else ""
    instead = f"ranges={{{name!r}: …}} sets another range, keep_static={name!r} none."
    return _lines(f"{name}: {value_text(chosen.value)}", chosen, when, instead)


def of_setting(name: str, chosen: Setting) -> str:
    """Return in words what a setting's value is, and why."""
    instead = f"{name}=… sets another value, --set {name}=… on the command line."
    return _lines(f"{name}: {setting_text(name, chosen.value)}", chosen, "", instead)


def of_fixed(name: str, reason: str, static: Mapping[str, Any]) -> str:
    """Return in words why a hyperparameter is not tuned."""
    value = f"It keeps your value {label_of(static[name])}." if name in static else ""
    lines = (
        f"{name} is not tuned: {reason}.",
        value,
        f"Instead: ranges={{{name!r}: …}} tunes it.",
    )
    return "\n  ".join(filter(None, lines))


def condition_text(when: Mapping[str, tuple[Any, ...]]) -> str:
    """Return a condition in words.

    >>> condition_text({"freq": tuple(range(1, 11)), "kind": ("a", "b")})
    'freq is 1, 2, … or 10 and kind is a or b'
    """
    return " and ".join(f"{parent} is {_or(values)}" for parent, values in when.items())


def _or(values: tuple[Any, ...]) -> str:
    labels = [label_of(value) for value in values]
    if len(labels) > MOST:
        return f"{labels[0]}, {labels[1]}, … or {labels[-1]}"
    return " or ".join(labels)


def _lines(head: str, chosen: Setting, when: str, instead: str) -> str:
    parts = {
        "": f"{chosen.reason} {when}".strip(),
        "Here: ": chosen.changes,
        "Evidence: ": chosen.evidence,
        "Source: ": chosen.source.cited,
        "Instead: ": instead,
    }
    return "\n  ".join([head, *(label + text for label, text in parts.items() if text)])
