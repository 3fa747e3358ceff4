"""The grid strategy: inferred ranges become a few levels, so all configurations can be tried."""

import math
from dataclasses import replace

from autotune.errors import SettingError
from autotune.plan.choices import Range, Setting
from autotune.plan.overrides import Overrides
from autotune.recommend.merge import Merged
from autotune.space.domains import Choice, Float, Int
from autotune.text import value_text

USUAL = 60
MAX_ENUMERATED = 10_000


def gridded(merged: Merged, overrides: Overrides) -> Merged:
    """Return the ranges, the inferred numeric ones cut to the levels that max_trials has room for.

    Raises:
        SettingError: if a range that the user gave has no finite number of values.
    """
    endless = [
        name
        for name in overrides.ranges
        if name in merged.ranges and merged.ranges[name].value.size == math.inf
    ]
    if endless:
        raise SettingError(
            "strategy='grid' must have finite ranges",
            "Give a list of values, or a step.",
            name="strategy",
            value="grid",
            got=f"a continuous one for {', '.join(endless)}",
        )
    room = overrides.value("max_trials", USUAL)
    for levels in (10, 7, 5, 4, 3, 2):
        cut = _cut(merged, overrides, levels)
        if cut.space.grid(room) is not None or levels == 2:
            return _enumerable(cut)
    return merged


def _enumerable(merged: Merged) -> Merged:
    if merged.space.grid(MAX_ENUMERATED) is None:
        raise SettingError(
            f"strategy='grid' must have at most {MAX_ENUMERATED:,} combinations",
            "Give fewer values, tune fewer hyperparameters, or take strategy='random'.",
            name="strategy",
            value="grid",
            got=f"more with {len(merged.ranges)} hyperparameters",
        )
    return merged


def of_grid(max_trials: Setting, strategy: object, configurations: int | None) -> Setting:
    """Return the number of trials with what a grid has beyond it, and which part is tried."""
    if strategy != "grid" or configurations is None or max_trials.value >= configurations:
        return max_trials
    why = (
        f"The grid has {configurations:,} combinations; {max_trials.value:,} spread over it"
        " are tried."
    )
    return max_trials.changed(why)


def _cut(merged: Merged, overrides: Overrides, levels: int) -> Merged:
    ranges = {
        name: chosen if name in overrides.ranges else _levels(name, chosen, merged, levels)
        for name, chosen in merged.ranges.items()
    }
    return replace(merged, ranges=ranges)


def _levels(name: str, chosen: Range, merged: Merged, levels: int) -> Range:
    if not isinstance(chosen.value, Int | Float) or chosen.value.size <= levels:
        return chosen
    values = [*chosen.value.levels(levels)]
    if name in merged.baselines and not Choice(values).contains(merged.baselines[name]):
        values.append(merged.baselines[name])
    domain = Choice(list({repr(value): value for value in values}.values()))
    return replace(chosen, value=domain).changed(
        f"The grid tries {levels} values of {value_text(chosen.value)}."
    )
