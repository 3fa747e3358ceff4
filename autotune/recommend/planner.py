"""From the user's arguments to a plan: overrides, subject, facts, recommendation."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from autotune.errors import SettingError
from autotune.facts import Subject, check_facts, check_missing, read_data, read_subject
from autotune.facts.algorithm_choice import each
from autotune.facts.subject import not_installed
from autotune.facts.types import Column, Estimator, Table
from autotune.knowledge.catalog import unchanging
from autotune.plan.other_names import refusal
from autotune.plan.overrides import Overrides, UserValue, collect
from autotune.plan.spec import NOT_INSTALLED, PlanSpec
from autotune.recommend import recommend
from autotune.recommend.encoding import encode_setting, kinds_of
from autotune.recommend.searches import refuse_searches


@unchanging()
def make_plan(
    estimator: Estimator,
    X: Table,
    y: Column,
    *,
    overrides: Any,
    facts: Any,
    keywords: Mapping[str, Any],
    sets: Iterable[str] = (),
    job_file: Iterable[tuple[str, UserValue]] = (),
    command_line: bool = False,
) -> PlanSpec:
    """Return the plan; `autotune.autotune` says what the arguments are.

    ``sets`` holds the command line's ``--set``, ``job_file`` what a job file says, which all else
    overrides. ``command_line`` says that data are a file's, which are encoded where they must be.

    Raises:
        AutotuneError: if anything given cannot be used.
    """
    collected = collect(keywords, overrides, sets, job_file)
    if facts is None and "facts" in collected.static:
        facts = collected.static["facts"].value
    by_hand = check_facts(facts)
    static = {name: value for name, value in collected.static.items() if name != "facts"}
    subject = _read_subject(estimator, static, by_hand.get("task") or _task_of_target(y))
    subject = replace(subject, by_name=isinstance(estimator, str), has_data=X is not None)
    refuse_searches(subject)
    data = {} if X is None else read_data(X, y, subject.task)
    encode = encode_setting(subject, collected, {**data, **by_hand}, command_line=command_line)
    if encode is not None and encode.value is not None:
        data["kinds"] = kinds_of(X)
    elif subject.kind == "estimator":
        for member in each(subject.target):
            check_missing(member, data.get("missing", 0.0))
    missing = not_installed(subject)
    absent = {NOT_INSTALLED: ", ".join(missing)} if missing else {}
    facts = {**data, **by_hand, **absent}
    return recommend(subject, facts, _without_static(collected), encode)


def _read_subject(
    estimator: Estimator, static: Mapping[str, UserValue], task: str | None
) -> Subject:
    """Read what is tuned; a static hyperparameter that is refused is told with its place."""
    try:
        return read_subject(estimator, {name: value.value for name, value in static.items()}, task)
    except SettingError as error:
        if error.name not in static:
            raise
        value = static[error.name]
        refused = refusal(error.name, value.value, value.where) or error
        raise refused.at(value.where) from None


def _task_of_target(y: Column) -> str | None:
    """Guess, for an entry's name only, whether a target asks for the family's regressor."""
    kind = getattr(getattr(y, "dtype", None), "kind", None)
    return None if y is None else "regression" if kind == "f" else "multiclass"


def _without_static(overrides: Overrides) -> Overrides:
    return Overrides(overrides.settings, overrides.ranges, dict[str, UserValue]())
