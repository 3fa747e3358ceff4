"""A plan as a person reads it: tables in a terminal, HTML in a notebook."""

from typing import TYPE_CHECKING, Any

from autotune.plan.spec import PlanSpec
from autotune.reports.tables import render, table
from autotune.space.domains import label_of
from autotune.text import setting_text, value_text

if TYPE_CHECKING:
    from rich.console import RenderableType


def plan_tables(plan: PlanSpec) -> list["RenderableType"]:
    """Return the plan as tables: what is tuned, the settings, and a line on what is not."""
    from rich.text import Text

    ranges = [(n, value_text(r.value), _because(r)) for n, r in plan.ranges.items()]
    settings = [(n, setting_text(n, s.value), _because(s)) for n, s in plan.settings.items()]
    title = f"Plan for {plan.estimator}"
    parts: list[RenderableType] = (
        [table(title, ("hyperparameter", "range", "reason, source"), ranges, (24, 20))]
        if ranges
        else []
    )
    parts.append(
        table("" if ranges else title, ("setting", "value", "reason, source"), settings, (24, 20))
    )
    if plan.static:
        parts.append(
            Text("Set by you: " + ", ".join(f"{n}={label_of(v)}" for n, v in plan.static.items()))
        )
    if plan.left_out:
        parts.append(Text(f"Not tuned: {', '.join(plan.left_out)}. plan.explain(name) says why."))
    return parts


def _because(chosen: Any) -> str:
    """Return the condition, reason and source of a range or setting in one cell."""
    when = " and ".join(
        f"{n} is {' or '.join(map(label_of, vs))}" for n, vs in getattr(chosen, "when", {}).items()
    )
    return (f"Only when {when}. " if when else "") + f"{chosen.reason} [{chosen.source.brief}]"


def plan_text(plan: PlanSpec) -> str:
    """Return the plan's tables as plain text."""
    return render(plan_tables(plan))


def plan_html(plan: PlanSpec) -> str:
    """Return the plan as one HTML table for a notebook."""
    from html import escape

    texts = {n: value_text(r.value) for n, r in plan.ranges.items()} | {
        n: setting_text(n, s.value) for n, s in plan.settings.items()
    }
    cells = [(n, texts[n], s.source, s.reason) for n, s in {**plan.ranges, **plan.settings}.items()]
    rows = "".join(
        "<tr>"
        + "".join(f"<td style='text-align:left'>{escape(str(c))}</td>" for c in row)
        + "</tr>"
        for row in cells
    )
    head = "".join(f"<th>{c}</th>" for c in ("name", "value", "source", "reason"))
    caption = f"<caption>Plan for {escape(plan.estimator)}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
