"""The commands that look at knowledge, check it, and start new entries."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autotune.cli import completion
from autotune.cli.learn import learn
from autotune.cli.output import Json, print_json, print_parts

if TYPE_CHECKING:
    from rich.console import RenderableType

    from autotune.knowledge import CatalogEntry
    from autotune.knowledge.entry import Start

app = typer.Typer(
    help="Knowledge files: list, show, check, start and learn them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command(epilog="Example: autotune knowledge learn --from ./jobs -o our-knowledge")(learn)


@app.command("list", epilog="Example: autotune knowledge list")
def list_(as_json: Json = False) -> None:
    """List every entry, those of your own folders first."""
    from autotune.knowledge import entries
    from autotune.reports.tables import table

    summaries = [
        (
            entry.content.name,
            len(entry.content.hyperparameters),
            entry.content.estimators,
            entry.document.path,
        )
        for entry in entries()
    ]
    if as_json:
        keys = ("name", "hyperparameters", "estimators", "file")
        print_json([dict(zip(keys, row, strict=True)) for row in summaries])
        return
    rows = [
        (name, str(count), ", ".join(class_name.rpartition(".")[2] for class_name in classes))
        for name, count, classes, _ in summaries
    ]
    print_parts([table("", ("entry", "tuned", "estimators"), rows)])


@app.command(epilog="Example: autotune knowledge show random-forest")
def show(
    name: Annotated[
        str,
        typer.Argument(
            help="An entry's name, or an estimator's class.",
            autocompletion=completion.entry_names,
        ),
    ],
    as_json: Json = False,
) -> None:
    """Show one entry: what it tunes, in which ranges, and where each comes from."""
    from rich.text import Text

    from autotune.reports.tables import table
    from autotune.text import value_text

    catalog_entry = _find(name)
    entry = catalog_entry.content
    if as_json:
        print_json(catalog_entry.document.data)
        return
    rows = [
        (
            parameter,
            value_text(hyperparameter.domain()),
            hyperparameter.importance,
            hyperparameter.why,
        )
        for parameter, hyperparameter in entry.hyperparameters.items()
    ]
    parts: list[RenderableType] = [
        table(
            f"{entry.title} ({name})",
            ("hyperparameter", "range", "from effort", "why"),
            rows,
            (20, 18, 10),
        )
    ]
    if entry.starts:
        starts = [(value_text(start.params), _why(start)) for start in entry.starts]
        parts.append(table("Starting configurations", ("hyperparameters", "why"), starts, (40,)))
    sources = "\n".join(f"{key}: {text}" for key, text in entry.sources.items())
    print_parts([*parts, Text(f"Sources\n{sources}\nFile: {catalog_entry.document.path}")])


def _why(start: "Start") -> str:
    """Return why a starting configuration is one: its mean score, then what the entry says."""
    from autotune.serialization.scores import read_scores

    scores = [100 * score for score in read_scores(start.scores) if score is not None]
    mean = (
        f"{sum(scores) / len(scores):.0f} of 100 on average over {len(scores)} tasks. "
        if scores
        else ""
    )
    return f"{mean}{start.why}".strip()


def _find(name: str) -> "CatalogEntry":
    from autotune.errors import KnowledgeError, did_you_mean
    from autotune.knowledge import entries, entry_for, find_entry

    catalog_entry = find_entry(name) or (entry_for({name}) if "." in name else None)
    if catalog_entry is None:
        raise KnowledgeError(
            f"{name!r} must be an entry's name.",
            did_you_mean(name, [entry.content.name for entry in entries()]),
        )
    return catalog_entry


@app.command(epilog="Example: autotune knowledge check our-knowledge/*.yaml")
def check(
    paths: Annotated[list[str], typer.Argument(metavar="FILE...", help="Knowledge files.")],
    as_json: Json = False,
) -> int:
    """Check knowledge files; each mistake shows file:line:column and what was expected."""
    from autotune.recommend.examined import examined_file

    results = [examined_file(path) for path in paths]
    if as_json:
        print_json([result.describe() for result in results])
    for result in results if not as_json else ():
        for error in result.errors:
            print(f"autotune: {error}", file=sys.stderr)
        notes = "".join(f"; {note}" for note in result.notes)
        if not result.errors or notes:
            print(f"{result.path}: {'not ok' if result.errors else 'ok'}{notes}")
    return 2 if any(result.errors for result in results) else 0


@app.command(epilog="Example: autotune knowledge new --from-estimator sklearn.svm.NuSVC")
def new(
    from_estimator: Annotated[
        str, typer.Option("--from-estimator", help="The class's dotted name.")
    ],
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="The file; its name is the entry's name.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
    as_json: Json = False,
) -> None:
    """Write a draft of an entry from a class's signature and constraints; you add the evidence."""
    from autotune.cli.new_entry import draft, entry_name, write_schema
    from autotune.serialization.documents import write_new

    path = output or f"{entry_name(from_estimator)}.yaml"
    text = draft(from_estimator, path)
    write_new(path, text, force)
    schema = str(write_schema(Path(path).parent))
    if as_json:
        print_json({"file": path, "schema": schema})
        return
    print(f"{path}: a draft; replace its ranges and sources by evidence, then check it.")
    print(f"{schema}: the format, by which editors complete and check the draft.")
