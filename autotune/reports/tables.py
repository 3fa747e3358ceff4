"""Values as short texts, and tables a person reads: rich in a terminal, plain elsewhere."""

from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

WIDTH = 100


def table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int] = (),
    unbroken: int = 0,
) -> "RenderableType":
    """Return a table.

    ``widths`` are the most that each column but the last may take, which gets the remaining width.
    The first ``unbroken`` columns, names to be copied, are never broken.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    grid = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for index, column in enumerate(columns):
        most = widths[index] if index < len(widths) else None
        grid.add_column(column, overflow="fold", max_width=most, no_wrap=index < unbroken)
    for row in rows:
        grid.add_row(*(Text(str(cell)) for cell in row))
    return grid


def render(parts: Sequence["RenderableType"], width: int | None = None) -> str:
    """Return renderables as plain text, as wide as the terminal, if any."""
    import shutil

    from rich.console import Console

    console = Console(
        width=width or shutil.get_terminal_size((WIDTH, 24)).columns,
        color_system=None,
        file=StringIO(),
    )
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return "\n".join(line.rstrip() for line in captured.get().strip("\n").splitlines())
