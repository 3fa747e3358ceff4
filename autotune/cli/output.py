"""What commands print: tables for people, one JSON document for programs."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]
Data = Annotated[str | None, typer.Option("--data", help="CSV or parquet file; sharpens the plan.")]
Target = Annotated[str | None, typer.Option("--target", help="The column to predict.")]
Address = Annotated[
    str | None,
    typer.Option("--address", help="Of a cluster, such as 10.0.0.1:6379, auto or local."),
]
Storage = Annotated[
    str | None,
    typer.Option("--storage", help="Folder or URL of the jobs; the default folder where left out."),
]


def print_json(data: object) -> None:
    """Print plain data as one JSON document."""
    from autotune.serialization.documents import to_json

    print(to_json(data))


def print_parts(parts: "Sequence[RenderableType]") -> None:
    """Print tables: in color and as wide as the terminal, or plain if there is none."""
    from rich.console import Console

    from autotune.reports.tables import render

    if sys.stdout.isatty():
        console = Console(highlight=False)
        for part in parts:
            console.print(part)
    else:
        print(render(parts))
