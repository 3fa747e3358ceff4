"""The folds of a plan: the same in every trial, and none of a later time in training."""

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autotune.errors import SettingError
from autotune.plan.choices import Setting
from autotune.serialization.values import from_plain, is_tagged

MAX_SEED = 2**31 - 1
ORDERS = {
    "index": "the index is in order of time",
    "column": "a column of dates is in order",
    "lags": "the columns' names say that they are lags",
}


def settled(setting: Setting, seed: int, context: Mapping[str, Any]) -> Setting:
    """Return the setting ``cv`` with what is random in it settled, and a word on rows in time.

    Raises:
        SettingError: if it is an iterator that is used up.
    """
    cv = from_plain(setting.value) if is_tagged(setting.value) else setting.value
    setting = replace(setting, value=cv)
    if hasattr(cv, "split"):
        setting = _seeded(setting, seed)
    elif not isinstance(cv, int) and cv is not None:
        setting = replace(setting, value=_listed(cv))
    return _with_time(setting, context)


def _listed(cv: Any) -> list[Any]:
    splits = list(cv)
    if not splits:
        raise SettingError(
            "cv must hold splits into training and test rows",
            "An iterator that was used once is empty: list(...) keeps its splits.",
            name="cv",
            value=cv,
            got="none",
        )
    return splits


def _seeded(setting: Setting, seed: int) -> Setting:
    """Give a splitter that draws anew each time a fixed seed: else every trial has other folds."""
    cv = setting.value
    state = getattr(cv, "random_state", 0)
    if isinstance(state, int) or not getattr(cv, "shuffle", True) or not _seedable(state):
        return setting
    fixed = copy.copy(cv)
    fixed.random_state = seed if state is None else int(copy.deepcopy(state).randint(MAX_SEED))
    return replace(setting, value=fixed).changed(
        f"random_state={fixed.random_state} gives every trial the same folds; your splitter "
        "drew others each time."
    )


def _seedable(state: object) -> bool:
    return state is None or hasattr(state, "randint")


def _with_time(setting: Setting, context: Mapping[str, Any]) -> Setting:
    """Say that folds mix past and future, where the rows are in order of time."""
    told = ORDERS.get(str(context.get("time")))
    if told is None or not isinstance(setting.value, int):
        return setting
    return setting.changed(
        f"Warning: {told}, and shuffled folds fit on later rows than they test; "
        "cv=TimeSeriesSplit(5) tests on later rows only."
    )
