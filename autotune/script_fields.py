"""The fields of a script, each checked and in its one form."""

import json
import re
import string
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autotune.errors import SettingError, did_you_mean

NUMBER = r"([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?(?i:nan|inf(?:inity)?))"
RESERVED = "AUTOTUNE_"
PLACE = re.compile(r"\{([^{}\s=:!\"']+)\}")


def text_value(name: str, value: object) -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise SettingError(f"{name} must be a text that is not empty, got {value!r}.")
    return value


def command_value(command: object) -> str | tuple[str, ...]:
    """Return a command: a text, or its words."""
    if isinstance(command, Path):
        command = str(command)
    if isinstance(command, str):
        return text_value("command", command)
    if not isinstance(command, list | tuple) or not command:
        raise SettingError(
            f"command must be a file or program, or a list of words, got {command!r}."
        )
    return tuple(
        text_value("each word of command", str(word) if isinstance(word, Path) else word)
        for word in command
    )


def hyperparameter_values(values: object) -> dict[str, Any]:
    """Return static values by name."""
    if not isinstance(values, Mapping):
        raise SettingError(
            f"hyperparameters must be a mapping from names to values, got {values!r}."
        )
    for name, value in values.items():
        if (
            not isinstance(name, str)
            or not name
            or name.startswith("-")
            or set(name) & set("= \t\n\r\0{}:!")
        ):
            hint = f"Did you mean {str(name).lstrip('-')!r}?" if str(name).startswith("-") else ""
            raise SettingError(
                f"hyperparameters: a name must be text without spaces or '=', got {name!r}.", hint
            )
        if "\0" in text_of(value, name):
            raise SettingError(
                f"hyperparameters: {name!r} must be without NUL characters, got {value!r}."
            )
    return {
        name: value.item()
        if hasattr(value, "item") and getattr(value, "shape", None) == ()
        else value
        for name, value in values.items()
    }


def text_of(value: object, name: str = "a value") -> str:
    """Return a hyperparameter's value as the command gets it.

    >>> text_of(1e-05), text_of(True), text_of([1, 2]), text_of(None)
    ('1e-05', 'True', '[1, 2]', '')

    Raises:
        SettingError: if it has no such form.
    """
    if value is None or isinstance(value, str):
        return value or ""
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()
    if isinstance(value, bool | int | float):
        return repr(value)
    try:
        return json.dumps(value)
    except (TypeError, ValueError):
        raise SettingError(
            f"hyperparameters: {name!r} must be a number, text, True, False, None, or a list or"
            f" mapping of them, got {value!r}."
        ) from None


def metrics_value(metrics: Any) -> dict[str, str] | tuple[str, ...]:
    """Return patterns by name, or names."""
    names = list(metrics) if isinstance(metrics, Mapping | list | tuple) else []
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise SettingError(
            f"metrics must be patterns by name, or a list of the names in a file, got {metrics!r}.",
            "For example metrics={'loss': 'loss: {number}'}.",
        )
    if not isinstance(metrics, Mapping):
        return tuple(metrics)
    for name, pattern in metrics.items():
        check_pattern(f"the pattern of {name!r}", pattern)
    return dict(metrics)


def expanded(pattern: str) -> str:
    """Return a pattern with its places for numbers."""
    return pattern.replace("{number}", NUMBER)


def check_pattern(what: str, pattern: Any) -> None:
    """Refuse what is not a regular expression with a group.

    Raises:
        SettingError: saying what is wrong with it.
    """
    import regex

    try:
        groups = regex.compile(expanded(pattern)).groups
    except (regex.error, TypeError) as error:
        raise SettingError(
            f"{what} must be a regular expression, got {pattern!r}: {error}."
        ) from None
    if groups == 0:
        raise SettingError(
            f"{what} must have a group that takes the number, got {pattern!r}.",
            "Write {number} where the number stands.",
        )


def flags_value(flags: object, values: Mapping[str, object]) -> tuple[str, ...]:
    """Return the flags; a single one needs no list."""
    listed = (flags,) if isinstance(flags, str) else flags
    if not isinstance(listed, list | tuple) or not all(
        isinstance(flag, str) and flag.partition("/")[0] for flag in listed
    ):
        raise SettingError(
            f"flags must be names of hyperparameters, such as 'amp' or 'bn/no-bn', got {flags!r}."
        )
    for name in (flag.partition("/")[0] for flag in listed):
        if name in values and not isinstance(values[name], bool | None):
            raise SettingError(
                f"flags: {name!r} must be True, False or None, got {values[name]!r}."
            )
    return tuple(listed)


def arguments_value(arguments: object, names: Sequence[str]) -> str | tuple[str, ...]:
    """Return how arguments are written; a list of words must hold each of some names."""
    if isinstance(arguments, str):
        if not {"name", "value"} <= set(fields_in(arguments)) <= {"name", "value"}:
            raise SettingError(
                f"arguments must hold {{name}} and {{value}}, and no other names,"
                f" got {arguments!r}."
            )
        return arguments
    if not isinstance(arguments, list | tuple) or not all(
        isinstance(word, str) for word in arguments
    ):
        raise SettingError(
            "arguments must be a text such as '--{name} {value}' or a list of words,"
            f" got {arguments!r}."
        )
    used = [name for word in arguments for name in fields_in(word)]
    if missing := [name for name in names if name not in used]:
        raise SettingError(
            f"arguments must hold every hyperparameter, got none for {', '.join(missing)}.",
            next((did_you_mean(name, names, 0) for name in used if name not in names), ""),
        )
    return tuple(arguments)


def fields_in(word: str) -> list[str]:
    """Return the names in braces of a word."""
    return [name for _, name in parsed(word) if name is not None]


def parsed(word: str) -> list[tuple[str, str | None]]:
    """Return the names in braces, each with the text before it; doubled braces are plain ones."""
    try:
        parts = list(string.Formatter().parse(word))
    except ValueError as error:
        raise SettingError(
            f"arguments: {word!r} must have its braces closed: {error}.", "Double plain braces."
        ) from None
    if any(spec or conversion for _, _, spec, conversion in parts):
        raise SettingError(f"arguments: {word!r} must hold names in braces, without formats.")
    return [(before, name) for before, name, _, _ in parts]


def env_value(env: object) -> dict[str, str]:
    """Return environment variables as texts."""
    if not isinstance(env, Mapping):
        raise SettingError(f"env must be a mapping from names to texts, got {env!r}.")
    for name, value in env.items():
        if (
            not isinstance(name, str)
            or not name
            or set(name) & set("=\0")
            or not isinstance(value, str | int | float)
        ):
            raise SettingError(
                f"env: {name!r} must be the name of a variable with a text, got {value!r}."
            )
        if name.startswith(RESERVED) or "\0" in str(value):
            raise SettingError(
                f"env: {name!r} must not begin with {RESERVED}, nor its text hold NUL,"
                f" got {value!r}."
            )
    return {name: str(value) for name, value in env.items()}
