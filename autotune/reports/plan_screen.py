"""A plan on one screen: what is tuned and why, how the job runs, and what the user set."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autotune.plan import explanation
from autotune.plan.choices import Range
from autotune.plan.spec import PlanSpec
from autotune.reports.plan_notes import first_warning, setup_notes
from autotune.reports.tables import table
from autotune.space.domains import label_of
from autotune.text import class_names, counted, number, setting_text, value_text

if TYPE_CHECKING:
    from rich.console import RenderableType

WIDTH = 80
MOST_NAMES = 8  # of what is not tuned, on the screen
HOUR = 3600.0
CRITERIA = {
    "target": "when a trial reaches {}",
    "best_possible": "when a trial reaches {}, the best possible",
    "no_improvement": "after {} trials without improvement",
    "convergence": "when the better half of at least {} trials agrees",
}


def screen_parts(plan: PlanSpec) -> list["RenderableType"]:
    """Return the plan's one screen: a table of what is tuned, then a line for each other matter."""
    from rich.text import Text

    rows = [(name, value_text(range_.value), _why(range_)) for name, range_ in plan.ranges.items()]
    title = Text(_title(plan))
    tuned = [table("", ("hyperparameter", "range", "why"), rows, (22, 20))] if rows else []
    return [title, *tuned, _lines(plan), *map(Text, setup_notes(plan))]


def how(plan: PlanSpec) -> Iterator[tuple[str, str]]:
    """Yield what a plan decides besides the ranges: a label and a line for each matter."""
    if "metric" in plan.settings:
        yield "judged by", _judged(plan)
    if "encode" in plan.settings and plan["encode"] is not None:
        yield "columns", plan.settings["encode"].changes
    if "max_trials" in plan.settings:
        yield "search", _search(plan)
    yield from _starts(plan)
    yield from _budget(plan)
    if user := _set_by_user(plan):
        yield "you set", user
    if plan.left_out:
        yield "not tuned", _names(list(plan.left_out))
    if warning := first_warning(plan):
        yield "warning", warning
    yield "more", "plan.explain(name) says why, for any name; plan.details() shows all"


def _title(plan: PlanSpec) -> str:
    tuned = counted(len(plan.ranges), "hyperparameter") if plan.tunes else "nothing"
    trials = f" in {counted(plan['max_trials'], 'trial')}" if "max_trials" in plan.settings else ""
    return f"{class_names(plan.estimator, plan.recipe)}: {tuned} tuned{trials}"


def _why(chosen: Range) -> str:
    when = f"If {explanation.condition_text(chosen.when)}: " if chosen.when else ""
    return " ".join(filter(None, (when + chosen.reason, chosen.changes)))


def _judged(plan: PlanSpec) -> str:
    higher = "higher" if plan.direction == "maximize" else "lower"
    parts = [f"{plan.metric_name}, {higher} is better"]
    if "cv" in plan.settings:
        parts.append(_folds(plan["cv"]))
    if plan.metric_params:
        parts.append(setting_text("metric_params", plan.metric_params))
    return "; ".join(parts)


def _folds(cv: object) -> str:
    if cv is None:
        return "on all rows"
    return f"mean of {cv} folds" if isinstance(cv, int) else f"folds of {setting_text('cv', cv)}"


def _search(plan: PlanSpec) -> str:
    parts = [counted(plan["max_trials"], "trial"), str(plan["strategy"])]
    if plan["strategy"] == "bayesian" and plan["sampler"] is not None:
        parts[-1] += f" ({plan['sampler']})"
    if plan["max_parallel"] > 1:
        parts.append(f"{plan['max_parallel']} at a time")
    return ", ".join(parts)


def _starts(plan: PlanSpec) -> Iterator[tuple[str, str]]:
    if "initial_trials" not in plan.settings:
        return
    first = plan.settings["initial_trials"].reason
    portfolio = plan.settings["portfolio"].value if "portfolio" in plan.settings else ()
    known = f" It draws on {counted(len(portfolio), 'good configuration')} of other datasets."
    yield "starts", first + (known if portfolio else "")
    if "results" in plan.settings:
        yield "warm start", setting_text("results", plan["results"])


def _budget(plan: PlanSpec) -> Iterator[tuple[str, str]]:
    settings = plan.settings
    if "fidelity" in settings and plan["fidelity"]:
        budget = plan["fidelity"]
        yield "each trial", f"up to {number(budget['max'])} {budget['name']}"
    if "early_stopping" in settings and plan["early_stopping"]:
        yield "early stop", f"unpromising trials, by the rule {plan['early_stopping']['rule']}"
    if "completion" in settings and plan["completion"]:
        yield "ends early", ", or ".join(_criteria(plan["completion"]))
    caps = [
        f"{_hours(plan[name])} {what}"
        for name, what in (("max_runtime", "in all"), ("trial_timeout", "a trial"))
        if name in settings and plan[name] is not None
    ]
    if "memory_limit" in settings and plan["memory_limit"] is not None:
        caps.append(f"{setting_text('memory_limit', plan['memory_limit'])} a trial")
    if caps:
        yield "at most", ", ".join(caps)


def _criteria(completion: dict[str, Any]) -> list[str]:
    words = [
        CRITERIA[name].format(number(value))
        for name, value in completion.items()
        if name in CRITERIA
    ]
    tolerance = completion.get("tolerance")
    return words if not tolerance else [*words[:-1], f"{words[-1]} within {100 * tolerance:g} %"]


def _hours(seconds: float) -> str:
    if seconds >= HOUR:
        return f"{number(seconds / HOUR)} hours"
    return f"{number(seconds)} seconds"


def _set_by_user(plan: PlanSpec) -> str:
    values = {name: label_of(value) for name, value in plan.static.items()}
    ranges = {
        name: value_text(chosen.value)
        for name, chosen in plan.ranges.items()
        if chosen.source.by_user
    }
    settings = {
        name: setting_text(name, chosen.value)
        for name, chosen in plan.settings.items()
        if chosen.source.by_user
    }
    return ", ".join(f"{name}={text}" for name, text in {**values, **ranges, **settings}.items())


def _names(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def _lines(plan: PlanSpec) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in how(plan):
        grid.add_row(Text(label), Text(text))
    return grid
