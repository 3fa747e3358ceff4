"""Names and values that users of other tools type: refused with what to write instead."""

import json
from collections.abc import Mapping

from autotune import knowledge
from autotune.errors import KEYWORD, SettingError, one_line, short
from autotune.knowledge.names import normal
from autotune.knowledge.other_tools import OtherName

SET_OPTION = "--set"
GROUPS = {"mode": "mode", "strategy": "search", "sampler": "search", "early_stopping": "stopping"}
MAX_VALUE = 60  # characters of a value within the advice


def is_other_name(name: str) -> bool:
    """Return whether a name is one that another tool has for a setting."""
    return normal(name) in knowledge.table("other-tools").content.names


def refusal(name: str, value: object, where: str = KEYWORD) -> SettingError | None:
    """Return the error for another tool's name, which says what to write; None for other names.

    Args:
        name: The name as the user wrote it.
        value: Its value.
        where: ``keyword``, ``--set``, or a place in a file.
    """
    other = knowledge.table("other-tools").content.names.get(normal(name))
    if other is None:
        return None
    tools = " and ".join(f"{tool}'s" for tool in other.tools[:2])
    hint = other.advice or f"Write {_written(_settings(other, value), where)}."
    return SettingError(f"{name!r} is {tools} name", hint, name=name, where=where)


def advice_on_value(setting: str, value: object, where: str = KEYWORD) -> str:
    """Return what to write instead of a word that another tool has for a value, or nothing."""
    tools = knowledge.table("other-tools").content
    settings = tools.settings_for(GROUPS.get(setting, ""), value)
    return "" if settings is None else f"Write {_written(settings, where)}."


def _settings(other: OtherName, value: object) -> Mapping[str, object]:
    words = knowledge.table("other-tools").content.settings_for(other.values, value)
    if words is not None:
        return words
    if isinstance(value, int | float) and other.factor != 1:
        value = value * other.factor
    return {other.setting: {other.key: value} if other.key else value}


def _written(settings: Mapping[str, object], where: str) -> str:
    """Return settings as the user would write them in the same place."""
    if where == KEYWORD:
        return ", ".join(f"{name}={short(value, MAX_VALUE)}" for name, value in settings.items())
    plain = {name: _as_yaml(value) for name, value in settings.items()}
    if where == SET_OPTION:
        return " ".join(f"--set {name}={text}" for name, text in plain.items())
    return ", ".join(f"{name}: {text}" for name, text in plain.items())


def _as_yaml(value: object) -> str:
    if isinstance(value, str):
        return value
    try:
        return one_line(json.dumps(value), MAX_VALUE)
    except (TypeError, ValueError):
        return short(value, MAX_VALUE)
