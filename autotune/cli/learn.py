"""The command that learns from recorded jobs."""

from typing import Annotated

import typer

from autotune.cli.output import Json, print_json, print_parts


def learn(
    store: Annotated[
        str,
        typer.Option("--from", metavar="STORE", help="Folder or URL of the jobs to learn from."),
    ],
    output: Annotated[
        str,
        typer.Option(
            "-o", "--output", metavar="FOLDER", help="The folder of knowledge to write to."
        ),
    ],
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[JOB]...", help="Only these jobs.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Learn starting configurations from your jobs, into a folder that precedes shipped entries."""
    from rich.text import Text

    from autotune.learn import learn_folder
    from autotune.reports.tables import table

    rows, skipped = learn_folder(store, output, names or [])
    if as_json:
        print_json({"entries": rows, "skipped": skipped})
        return
    if rows:
        cells = [(row["entry"], str(row["jobs"]), str(row["starts"]), row["file"]) for row in rows]
        print_parts([table("", ("entry", "jobs", "starting configurations", "file"), cells)])
        print_parts([Text(f"Used by: AUTOTUNE_KNOWLEDGE={output} autotune plan …")])
    for name, why in skipped.items():
        print(f"{name}: not learned from, {why}")
