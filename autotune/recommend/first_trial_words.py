"""What a plan says of its first trials: which are tried, and what excludes the user's own."""

from dataclasses import dataclass

from autotune.facts.algorithm_choice import ALGORITHM
from autotune.plan.spec import PlanSpec
from autotune.recommend.merge import Merged
from autotune.space.domains import label_of
from autotune.text import count

EXCLUDED = "the ranges, max_trials or a forbidden combination exclude it"


@dataclass(frozen=True)
class Counts:
    """How many initial trials there are of each origin."""

    baselines: int
    """The user's own configurations that can be tried."""
    algorithms: int
    """The algorithms that may be chosen."""
    user_points: int
    """The points that the user gave."""
    good: int
    """The known configurations that max_trials has room for."""
    excluded: int
    """The known configurations outside the search space."""
    limit: int
    """The most trials of the plan."""


def in_words(counts: Counts, excluded_by: str) -> str:
    """Return in words which points come in which order.

    ``excluded_by`` says why the user's own configuration cannot be tried.
    """
    words = _of_baselines(min(counts.baselines, counts.limit), counts.algorithms, excluded_by)
    if counts.user_points:
        words += f" Then your {count(counts.user_points, 'point')}."
    if counts.good:
        words += f" Then {count(counts.good, 'good configuration')} of other datasets, best first."
    if counts.excluded:
        verb = "is" if counts.excluded == 1 else "are"
        words += (
            f" {count(counts.excluded, 'good configuration')} of other datasets {verb} left out, "
            "outside this search space."
        )
    if counts.baselines + counts.user_points > counts.limit:
        words += f" max_trials={counts.limit} leaves out the rest."
    return words


def of_plan(plan: PlanSpec) -> str:
    """Return in words which of the user's own configurations a plan tries first."""
    searched = plan.ranges.get(ALGORITHM)
    algorithms = int(searched.value.size) if searched else 1
    return _of_baselines(len(plan.baselines), algorithms, EXCLUDED)


def obstacle(merged: Merged) -> str:
    """Return what keeps the user's own configuration from being tried: a value, or a lack."""
    outside = [
        f"{name}={label_of(value)}"
        for name, value in merged.baselines.items()
        if name in merged.ranges and not merged.ranges[name].value.contains(value)
    ]
    if outside:
        verb = "is" if len(outside) == 1 else "are"
        return f"{', '.join(outside)} {verb} outside the search space"
    unset = [name for name in merged.ranges if name not in merged.baselines]
    if unset:
        verb = "has" if len(unset) == 1 else "have"
        return f"{', '.join(unset)} {verb} no value of yours"
    return EXCLUDED


def _of_baselines(tried: int, algorithms: int, excluded_by: str) -> str:
    """Return in words how many of the user's own configurations are tried."""
    if tried == 0:
        return f"Your own configuration is not tried: {excluded_by}."
    if algorithms == 1:
        return "Your own configuration is trial 0, so the result is never worse."
    which = f"s are trials 0 to {tried - 1}" if tried > 1 else " is trial 0"
    if tried == algorithms:
        return (
            f"Your own configuration{which}, one of each algorithm, "
            "so the result is never worse than any."
        )
    return (
        f"Your own configuration{which}, of {tried} of {algorithms} algorithms; "
        "your ranges or max_trials exclude the rest."
    )
