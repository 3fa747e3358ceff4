"""A plan in all its details: tables in a terminal, HTML in a notebook."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autotune.plan import explanation
from autotune.plan.choices import Range, Setting
from autotune.plan.spec import PlanSpec
from autotune.reports.plan_notes import plan_notes, setup_notes
from autotune.reports.plan_screen import WIDTH, how, screen_parts
from autotune.reports.tables import render, table
from autotune.space.domains import label_of
from autotune.text import setting_text, value_text

if TYPE_CHECKING:
    from rich.console import RenderableType

MOST_NAMES = 12  # of columns, in a row of a table


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
    parts += _columns(plan)
    if plan.static:
        parts.append(
            Text(
                "Set by you: "
                + ", ".join(f"{name}={label_of(value)}" for name, value in plan.static.items())
            )
        )
    if _untuned(plan):
        parts.append(table("Not tuned", ("hyperparameter", "why"), _untuned(plan), (24,)))
    return parts + [Text(note) for note in plan_notes(plan)]


def _untuned(plan: PlanSpec) -> list[tuple[str, str]]:
    return [*plan.left_out.items(), *plan.fixed.items()]


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
    """Return the condition, reason, changes, evidence and source of a choice in one cell."""
    when = chosen.when if isinstance(chosen, Range) else {}
    return " ".join(
        filter(
            None,
            (
                f"Only when {explanation.condition_text(when)}." if when else "",
                chosen.reason,
                chosen.changes,
                chosen.evidence,
                f"[{chosen.source.brief}]",
            ),
        )
    )


def plan_details(plan: PlanSpec) -> str:
    """Return every range and setting of the plan with its evidence and source, as plain text."""
    return render(plan_tables(plan))


def plan_text(plan: PlanSpec) -> str:
    """Return the plan's one screen as plain text."""
    return render(screen_parts(plan), WIDTH)


def plan_html(plan: PlanSpec) -> str:
    """Return the plan for a notebook: its one screen, and the details folded."""
    from html import escape

    tuned = [
        (name, value_text(range_.value), range_.reason, range_.changes)
        for name, range_ in plan.ranges.items()
    ]
    every = [
        (name, setting_text(name, setting.value), _because(setting))
        for name, setting in {**plan.ranges, **plan.settings}.items()
    ]
    notes = "".join(f"<p>{escape(note)}</p>" for note in setup_notes(plan))
    warnings = "".join(f"<p>{escape(note)}</p>" for note in plan.notes)
    return (
        f"<p><b>Plan for {escape(plan.estimator)}</b></p>"
        + _html_table(("hyperparameter", "range", "why", "here"), tuned)
        + _html_table(("", ""), list(how(plan)))
        + notes
        + "<details><summary>Every setting, its evidence and source</summary>"
        + _html_table(("name", "value", "reason, evidence, source"), every)
        + _html_table(("not tuned", "why"), _untuned(plan))
        + warnings
        + "</details>"
    )


def _html_table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    from html import escape

    if not rows:
        return ""
    head = "".join(f"<th style='text-align:left'>{escape(cell)}</th>" for cell in columns)
    body = "".join(
        "<tr>"
        + "".join(f"<td style='text-align:left'>{escape(str(cell))}</td>" for cell in row)
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
