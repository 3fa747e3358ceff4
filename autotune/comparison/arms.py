"""The two arms of a comparison as plans that differ only in what is compared, and their rows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from autotune.api import Plan
from autotune.errors import DataError, SettingError
from autotune.facts.types import Column, Estimator, Splits, Table, Tunable
from autotune.objective.rows import take
from autotune.plan.choices import Setting
from autotune.plan.overrides import Overrides, UserValue
from autotune.plan.provenance import COMPARISON, ESTIMATOR, Source
from autotune.plan.settings import CHECKS
from autotune.recommend.first_trial_words import of_plan
from autotune.recommend.planner import make_plan

YOURS, AUTOTUNE = "yours", "autotune"
OPEN_TO_AUTOTUNE = ("strategy", "effort", "keep_static")
DIFFER = (*OPEN_TO_AUTOTUNE, "seed", "initial_trials", "tune", "sampler", "portfolio")
NOTHING_KNOWN = Setting((), COMPARISON, "Your ranges are searched without what autotune knows.")


@dataclass(frozen=True)
class Round:
    """The jobs of one seed."""

    seed: int
    """The seed of both jobs and of the rows held out."""
    tuned: Any
    """The indices of the rows that both arms tune on."""
    held_out: Any
    """The indices of the rows that neither arm sees."""
    plans: Mapping[str, Plan]
    """The plan of each arm, ``yours`` and ``autotune``."""


def check_overrides(overrides: Overrides) -> None:
    """Refuse what leaves nothing to compare, or says what the comparison decides.

    Raises:
        SettingError: naming it and the way out.
    """
    if not overrides.ranges:
        raise SettingError(
            "ranges must hold your own ranges by name, got none.",
            "For example ranges={'max_depth': (3, 10)}.",
        )
    for name in ("tune", "initial_trials"):
        if name in overrides.settings:
            raise SettingError(
                f"{name} must be left out of a comparison, which tunes the names in your ranges.",
                "Drop it.",
            )
    if overrides.value("warm_start"):
        raise SettingError(
            "warm_start must be left out of a comparison: its jobs have seen the rows held out.",
            "Drop it.",
        )
    cv = overrides.value("cv", 2)
    if not isinstance(cv, int) and not hasattr(cv, "split"):
        raise SettingError(
            "cv must be a number of folds or a splitter, as rows are held out first, "
            "got lists of rows."
        )


def plan_on_all_rows(
    estimator: Estimator, X: Table, y: Column, overrides: Overrides, facts: object
) -> Plan:
    """Return autotune's plan on all rows, after the user's ranges were checked, too.

    Raises:
        SettingError: if the plan does not cross-validate an estimator. AutotuneError: if the plan
            cannot be made.
    """
    ranges = [(f"ranges.{name}", setting) for name, setting in overrides.ranges.items()]
    for extra in (
        ranges,
        [],
    ):  # without `tune`, a mistake is told with its place in the user's file
        values = [*_for_autotune(overrides, 0), *extra]
        plan = make_plan(estimator, X, y, overrides=None, facts=facts, keywords={}, job_file=values)
    if X is None or y is None or plan.target is None or not hasattr(plan.target, "get_params"):
        raise SettingError(
            "a comparison must have an installed estimator and X and y.",
            "Call compare(estimator, X, y, ranges=…).",
        )
    return Plan.of(plan)


def metric_of(plan: Plan) -> dict[str, UserValue]:
    """Return the settings of a plan's metric as if they were given, so that all rounds have it."""
    return {
        name: UserValue(plan[name], _source(plan.settings[name]))
        for name in ("metric", "metric_params", "mode")
        if name in plan.settings
    }


def _source(setting: Setting) -> Source:
    return setting.source if setting.source.by_user else COMPARISON


def make_round(
    target: Tunable,
    data: Mapping[str, object],
    overrides: Overrides,
    facts: object,
    *,
    seed: int,
    rows: tuple[object, object],
    baseline: str,
) -> Round:
    """Return the plans of both arms for one seed, made on the rows they tune on.

    Raises:
        AutotuneError: if a range or setting cannot be used.
    """
    X, y = take(data["X"], rows[0]), take(data["y"], rows[0])

    def plan(values: Iterable[tuple[str, UserValue]]) -> Any:
        return make_plan(target, X, y, overrides=None, facts=facts, keywords={}, job_file=values)

    autotune_plan = plan(_for_autotune(overrides, seed))
    user_plan = plan(_for_yours(overrides, seed, baseline))
    shared = {
        name: setting for name, setting in autotune_plan.settings.items() if name not in DIFFER
    }
    first = Setting(user_plan.baselines, ESTIMATOR, of_plan(user_plan))
    user_plan = replace(
        user_plan,
        settings={
            **user_plan.settings,
            **shared,
            "initial_trials": first,
            "portfolio": NOTHING_KNOWN,
        },
        trial_setup=autotune_plan.trial_setup,
    )
    return Round(seed, *rows, {YOURS: Plan.of(user_plan), AUTOTUNE: Plan.of(autotune_plan)})


def _for_autotune(overrides: Overrides, seed: int) -> Iterator[tuple[str, UserValue]]:
    # Both arms spend the same trials, unless the user asks for an earlier end.
    yield "completion", UserValue({}, COMPARISON)
    yield from overrides.settings.items()
    yield from overrides.static.items()
    yield "seed", UserValue(seed, COMPARISON)


def _for_yours(overrides: Overrides, seed: int, baseline: str) -> Iterator[tuple[str, UserValue]]:
    yield from (
        (name, setting)
        for name, setting in _for_autotune(overrides, seed)
        if name not in OPEN_TO_AUTOTUNE
    )
    yield from ((f"ranges.{name}", setting) for name, setting in overrides.ranges.items())
    yield "tune", UserValue(list(overrides.ranges), COMPARISON)
    yield "strategy", UserValue(CHECKS["strategy"]("baseline_strategy", baseline), COMPARISON)
    if baseline == "bayesian":
        yield "sampler", UserValue("tpe", COMPARISON)  # Optuna's own default


def split(
    data: Mapping[str, Any], task: str | None, cv: Splits, share: float, seed: int
) -> tuple[Any, Any]:
    """Return the rows to tune on and those held out: by class, by group, or the last in time.

    Raises:
        DataError: if the data cannot be split so.
    """
    from sklearn.model_selection import (
        GroupShuffleSplit,
        ShuffleSplit,
        StratifiedShuffleSplit,
        TimeSeriesSplit,
    )

    count = data["X"].shape[0] if hasattr(data["X"], "shape") else len(data["X"])
    if isinstance(cv, TimeSeriesSplit):
        last = max(1, round(count * share))
        return list(range(count - last)), list(range(count - last, count))
    groups = data.get("groups")
    classes = task in ("binary", "multiclass")
    kind = (
        GroupShuffleSplit
        if groups is not None
        else StratifiedShuffleSplit
        if classes
        else ShuffleSplit
    )
    try:
        tuned, held_out = next(
            kind(1, test_size=share, random_state=seed).split(
                [0] * count, data["y"] if classes else None, groups
            )
        )
    except ValueError as error:
        raise DataError(
            f"the data must leave rows to hold out: {str(error).splitlines()[0].rstrip('.')}."
        ) from None
    return tuned, held_out
