"""The commands that look at jobs."""

from typing import Annotated, Any, Literal

import typer

from autotune.cli.output import Json, Storage, print_json, print_parts

Name = Annotated[str, typer.Argument(help="The job's name, as `autotune list` shows it.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("describe", epilog="Example: autotune describe my-job --trials")(describe)
    app.command("list", epilog="Example: autotune list --status completed --sort best")(list_)
    app.command("best", epilog="Example: autotune best my-job --format python")(best)


def describe(
    name: Name,
    storage: Storage = None,
    trials: Annotated[bool, typer.Option("--trials", help="Show every trial.")] = False,
    as_json: Json = False,
) -> None:
    """Show a job's whole record: how it went, and every setting with its source and reason."""
    from autotune.job import Job
    from autotune.show import plan_tables
    from autotune.show_job import job_tables, trials_table

    job = Job.load(name, storage)
    if as_json:
        print_json({**job.describe(), **({"trials": [_plain(t) for t in job.all_trials()]} if trials else {})})
    else:
        print_parts([*job_tables(job), *([trials_table(job)] if trials else plan_tables(job.plan))])


def _plain(trial: Any) -> dict[str, Any]:
    timed = {
        "started": str(trial.started or ""),
        "ended": str(trial.ended or ""),
        "seconds": trial.seconds,
        "error": trial.error,
    }
    return {**trial.describe(), "status": trial.status, **timed}


def list_(
    storage: Storage = None,
    status: Annotated[
        str | None, typer.Option("--status", help="Only jobs with this status, such as running or completed.")
    ] = None,
    sort: Annotated[Literal["created", "best", "name"], typer.Option("--sort", help="What to sort by.")] = "created",
    as_json: Json = False,
) -> None:
    """List the jobs of a store."""
    from autotune.job import list_jobs
    from autotune.show import number, table

    found = [j for j in list_jobs(storage) if status in (None, j["status"])]
    found.sort(key=lambda j: (j[sort] is None, j[sort]))
    if as_json:
        print_json(found)
    elif not found:
        print("No jobs yet. Start one with: autotune run ESTIMATOR --data FILE --target COLUMN")
    else:
        rows = [
            (
                j["name"],
                j["status"],
                str(j["trials"]),
                "" if j["best"] is None else number(j["best"]),
                j["metric"],
                j["created"][:16],
            )
            for j in found
        ]
        print_parts([table("", ("job", "status", "trials", "best", "metric", "created (UTC)"), rows)])


def best(
    name: Name,
    storage: Storage = None,
    format_: Annotated[Literal["yaml", "json", "python"], typer.Option("--format", help="How to print it.")] = "yaml",
    as_json: Json = False,
) -> None:
    """Print a job's best configuration, to use elsewhere."""
    from autotune.job import Job

    found = Job.load(name, storage).best
    texts = {"yaml": found.to_yaml, "json": found.to_json, "python": found.to_python}
    print(texts["json" if as_json else format_]().rstrip())
