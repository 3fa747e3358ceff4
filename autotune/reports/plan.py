"""A plan as a person reads it: tables in a terminal, HTML in a notebook."""

from typing import TYPE_CHECKING

from autotune.plan.choices import Setting
from autotune.plan.spec import NOT_INSTALLED, PlanSpec
from autotune.reports.tables import render, table
from autotune.space.domains import label_of
from autotune.text import setting_text, value_text

if TYPE_CHECKING:
    from rich.console import RenderableType

MOST_NAMES = 12  # of columns, in a row of a table
ENCODED = (
    "Class labels: numbered 0, 1, 2, … around the estimator, which takes no others; scores and "
    "predictions are in the data's own labels."
)


def plan_tables(plan: PlanSpec) -> list["RenderableType"]:
    """Return the plan as tables: what is tuned, the settings, and a line on what is not."""
    from rich.text import Text

    ranges = [
        (name, value_text(range_.value), _because(range_)) for name, range_ in plan.ranges.items()
    ]
    settings = [
        (name, setting_text(name, setting.value), _because(setting))
        for name, setting in plan.settings.items()
    ]
    title = f"Plan for {plan.estimator}"
    parts: list[RenderableType] = (
        [table(title, ("hyperparameter", "range", "reason, source"), ranges, (24, 20))]
        if ranges
        else []
    )
    parts.append(
        table("" if ranges else title, ("setting", "value", "reason, source"), settings, (24, 20))
    )
    if missing := plan.facts.get(NOT_INSTALLED):
        parts.append(
            Text(
                f"{missing} is not installed here, so this plan follows the knowledge of"
                f" {plan.estimator} alone. Install it to run the plan, or give"
                " plan.run(objective=…)."
            )
        )
    parts += _columns(plan)
    if plan.static:
        parts.append(
            Text(
                "Set by you: "
                + ", ".join(f"{name}={label_of(value)}" for name, value in plan.static.items())
            )
        )
    if plan.trial_setup.labels_from_zero and not plan.facts.get("labels_from_zero", True):
        parts.append(Text(ENCODED))
    if plan.left_out:
        parts.append(Text(f"Not tuned: {', '.join(plan.left_out)}. plan.explain(name) says why."))
    parts += [Text(note) for note in plan.notes]
    return parts


def _columns(plan: PlanSpec) -> list["RenderableType"]:
    """Return a table of what the columns of each kind become, where a table is encoded."""
    kinds = plan.facts.get("kinds", {})
    rows = [
        (kind, _listed(names), "; ".join(_became(plan, kind)))
        for kind, names in kinds.items()
        if plan.trial_setup.encoders
    ]
    return [table("Columns", ("kind", "columns", "become"), rows, (12, 44))] if rows else []


def _became(plan: PlanSpec, kind: str) -> list[str]:
    words = {
        prefix.removesuffix("__"): encoder.words.get(kind, "")
        for prefix, encoder in plan.trial_setup.encoders.items()
    }
    if len(set(words.values())) == 1:
        return list(words.values())[:1]
    return [f"{name}: {text}" for name, text in words.items()]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def _because(chosen: Setting) -> str:
    """Return the condition, reason and source of a range or setting in one cell."""
    when = " and ".join(
        f"{name} is {' or '.join(map(label_of, values))}"
        for name, values in getattr(chosen, "when", {}).items()
    )
    return (f"Only when {when}. " if when else "") + f"{chosen.reason} [{chosen.source.brief}]"


def plan_text(plan: PlanSpec) -> str:
    """Return the plan's tables as plain text."""
    return render(plan_tables(plan))


def plan_html(plan: PlanSpec) -> str:
    """Return the plan as one HTML table for a notebook."""
    from html import escape

    texts = {name: value_text(range_.value) for name, range_ in plan.ranges.items()} | {
        name: setting_text(name, setting.value) for name, setting in plan.settings.items()
    }
    cells = [
        (name, texts[name], setting.source, setting.reason)
        for name, setting in {**plan.ranges, **plan.settings}.items()
    ]
    rows = "".join(
        "<tr>"
        + "".join(f"<td style='text-align:left'>{escape(str(cell))}</td>" for cell in row)
        + "</tr>"
        for row in cells
    )
    head = "".join(f"<th>{cell}</th>" for cell in ("name", "value", "source", "reason"))
    caption = f"<caption>Plan for {escape(plan.estimator)}</caption>"
    notes = "".join(f"<p>{escape(note)}</p>" for note in plan.notes)
    return f"{notes}<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
