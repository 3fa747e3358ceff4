"""Plans and jobs as tables a person reads: rich in a terminal, plain elsewhere, HTML in a notebook."""

import re
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any

from autotune.domain import Choice, Fixed, Float, Int, LogNormal, Normal, label_of

if TYPE_CHECKING:
    from rich.console import RenderableType

    from autotune.plan import Plan

WIDTH = 100


def number(value: float) -> str:
    """Return a number as short as it reads: at most four digits that matter."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def value_text(value: Any) -> str:
    """Return a setting's value, or a range, in a few words."""
    match value:
        case Float() | Int():
            scale = {True: " log", "reverse": " reverse log", False: ""}[value.log]
            step = f" step {number(value.step)}" if value.step not in (None, 1) else ""
            also = "".join(f" or {label_of(v)}" for v in value.also)
            return f"{number(value.low)} .. {number(value.high)}{scale}{step}{also}"
        case Choice():
            return ", ".join(value.labels)
        case Fixed():
            return f"= {label_of(value.value)}"
        case Normal():
            name = "lognormal" if isinstance(value, LogNormal) else "normal"
            return f"{name}({number(value.mean)}, {number(value.std)})"
    return _plain_text(value)


def _plain_text(value: Any) -> str:
    if isinstance(value, float):
        return number(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{k}={value_text(v)}" for k, v in value.items()) or "none"
    if isinstance(value, tuple) and value and isinstance(value[0], Mapping):
        return f"{len(value)} configurations"
    if isinstance(value, list | tuple):
        return ", ".join(map(value_text, value))
    return "none" if value is None else label_of(value)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int] = ()) -> "RenderableType":
    """Return a table; ``widths`` are the most that each column but the last may take, which gets the rest."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for index, column in enumerate(columns):
        made.add_column(column, overflow="fold", max_width=widths[index] if index < len(widths) else None)
    for row in rows:
        made.add_row(*(Text(str(cell)) for cell in row))
    return made


def plan_tables(plan: "Plan") -> list["RenderableType"]:
    """Return the plan as tables: what is tuned, the settings, and a line on what is not."""
    from rich.text import Text

    ranges = [(n, value_text(r.value), _because(r)) for n, r in plan.ranges.items()]
    settings = [(n, _setting_text(n, s.value), _because(s)) for n, s in plan.settings.items()]
    title = f"Plan for {plan.estimator}"
    parts: list[RenderableType] = (
        [table(title, ("hyperparameter", "range", "reason, source"), ranges, (24, 20))] if ranges else []
    )
    parts.append(table("" if ranges else title, ("setting", "value", "reason, source"), settings, (24, 20)))
    if plan.static:
        parts.append(Text("Set by you: " + ", ".join(f"{n}={label_of(v)}" for n, v in plan.static.items())))
    if plan.left_out:
        parts.append(Text(f"Not tuned: {', '.join(plan.left_out)}. plan.explain(name) says why."))
    return parts


def _setting_text(name: str, value: Any) -> str:
    if name in ("max_runtime", "trial_timeout") and value is not None:
        return f"{number(value)} s" + (f" ({number(value / 3600)} h)" if value >= 3600 else "")
    if name == "memory_limit" and value is not None:
        return f"{value / 1e6:,.0f} MB"
    return "none" if value == {} else value_text(value)


def short_source(source: str) -> str:
    """Return a source as a table holds it: the knowledge file and line without its folder."""
    return re.sub(r"(^knowledge )?\b(knowledge|data)/|^knowledge | \(row [^)]*\)", "", source)


def _because(chosen: Any) -> str:
    """Return the condition, reason and source of a range or setting in one cell."""
    when = " and ".join(f"{n} is {' or '.join(map(label_of, vs))}" for n, vs in getattr(chosen, "when", {}).items())
    return (f"Only when {when}. " if when else "") + f"{chosen.reason} [{short_source(chosen.source)}]"


def plan_text(plan: "Plan") -> str:
    """Return the plan's tables as plain text."""
    return render(plan_tables(plan))


def render(parts: Sequence["RenderableType"], width: int | None = None) -> str:
    """Return renderables as plain text, as wide as the terminal where there is one."""
    import shutil

    from rich.console import Console

    console = Console(width=width or shutil.get_terminal_size((WIDTH, 24)).columns, color_system=None, file=StringIO())
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return "\n".join(line.rstrip() for line in captured.get().strip("\n").splitlines())


def plan_html(plan: "Plan") -> str:
    """Return the plan as one HTML table for a notebook."""
    from html import escape

    items: dict[str, Any] = {**plan.ranges, **plan.settings}
    cells = [(n, value_text(s.value), s.source, s.reason) for n, s in items.items()]
    rows = "".join(
        "<tr>" + "".join(f"<td style='text-align:left'>{escape(str(c))}</td>" for c in row) + "</tr>" for row in cells
    )
    head = "".join(f"<th>{c}</th>" for c in ("name", "value", "source", "reason"))
    return f"<table><caption>Plan for {escape(plan.estimator)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def duration(seconds: float) -> str:
    """Return seconds as a person says them."""
    if seconds < 10:
        return f"{seconds:.2g} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
