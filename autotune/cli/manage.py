"""The commands that list jobs, delete, continue and compare them."""

import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from autotune.cli import completion
from autotune.cli.jobs import tell
from autotune.cli.output import Data, Json, Storage, Target, print_json, print_parts

if TYPE_CHECKING:
    from autotune.api import Job, Plan

Status = Literal["running", "interrupted", "stopped", "completed", "failed", "unreadable"]
Names = Annotated[
    list[str],
    typer.Argument(metavar="NAME...", help="Names of jobs.", autocompletion=completion.job_names),
]
Compared = Annotated[
    str,
    typer.Argument(
        help="A job's name, or a saved plan (.yaml, .json).", autocompletion=completion.job_names
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("list", epilog="Example: autotune list --status completed --sort best")(list_)
    app.command("delete", epilog="Example: autotune delete my-job --yes")(delete)
    app.command(
        "continue", epilog="Example: autotune continue my-job --wider --data train.csv --target y"
    )(continue_)
    app.command("confirm", epilog="Example: autotune confirm my-job --times 5")(confirm)
    app.command("diff", epilog="Example: autotune diff my-job plan.yaml")(diff)


def list_(
    storage: Storage = None,
    status: Annotated[
        Status | None, typer.Option("--status", help="Only jobs with this status, such as running.")
    ] = None,
    estimator: Annotated[
        str | None,
        typer.Option("--estimator", help="Only jobs of it; a part of the name, such as xgb."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="Only jobs begun since a date, or within 7d, 12h or 30m."),
    ] = None,
    sort: Annotated[
        Literal["created", "best", "name"],
        typer.Option("--sort", help="What to sort by; best: by metric, the best job first."),
    ] = "created",
    as_json: Json = False,
) -> None:
    """List the jobs of a store."""
    from autotune.cli.times import moment
    from autotune.record.job_list import in_order, list_jobs, selected
    from autotune.reports.tables import table
    from autotune.text import number

    time = None if since is None else moment(since)
    everything = list_jobs(storage)
    jobs = in_order(selected(everything, status=status, estimator=estimator, since=time), sort)
    if as_json:
        print_json(jobs)
    elif not jobs:
        none = "No jobs yet. Start one with: autotune run ESTIMATOR --data FILE --target COLUMN"
        print("No job matches these options." if everything else none)
    else:
        rows = [
            (
                job["name"],
                job["status"],
                str(job["trials"]),
                "" if job["best"] is None else number(job["best"]),
                f"{job['metric']} ({job['mode']})" if job["mode"] else "",
                job["created"][:16].replace("T", " "),
            )
            for job in jobs
        ]
        print_parts(
            [
                table(
                    "",
                    ("job", "status", "trials", "best", "metric", "created (UTC)"),
                    rows,
                    unbroken=4,
                )
            ]
        )


def delete(
    names: Names,
    storage: Storage = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Json = False,
) -> int:
    """Delete jobs with their trials, logs and checkpoints; one that runs is refused.

    Files that scripts and functions wrote elsewhere stay.
    """
    from autotune.api import Job
    from autotune.errors import StoreError
    from autotune.record.status import JobStatus

    jobs = [Job.load(name, storage) for name in dict.fromkeys(names)]
    for job in jobs:
        if job.status is JobStatus.RUNNING:
            raise StoreError(
                f"job {job.name!r} must have ended to be deleted, got status 'running'.",
                f"First: autotune stop {job.name}{job.store.option}",
            )
    if not yes and not _agreed(jobs):
        print("Nothing was deleted.", file=sys.stderr)
        return 1
    for job in jobs:
        job.delete()
    if as_json:
        print_json({"deleted": [job.name for job in jobs]})
    else:
        print(f"Deleted {', '.join(job.name for job in jobs)}.")
    return 0


def _agreed(jobs: "list[Job]") -> bool:
    """Ask on a terminal whether the jobs are to be deleted.

    Raises:
        SettingError: if there is no terminal to ask on.
    """
    from autotune.errors import SettingError
    from autotune.text import counted

    if not sys.stdin.isatty():
        raise SettingError(
            "deleting must be confirmed, and there is no terminal to ask on.", "Add --yes."
        )
    for job in jobs:
        trials = counted(len(job.all_trials()), "trial")
        print(f"{job.name}: {job.plan.estimator}, {job.status}, {trials}", file=sys.stderr)
    print(f"Delete {counted(len(jobs), 'job')} for good? [y/N] ", file=sys.stderr, end="")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def continue_(
    name: Annotated[
        str,
        typer.Argument(help="The job's name.", autocompletion=completion.job_names),
    ],
    storage: Storage = None,
    data: Data = None,
    target: Target = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE, such as max_trials=40 or ranges.max_depth=3..10."),
    ] = None,
    wider: Annotated[
        bool, typer.Option("--wider", help="Widen the ranges at whose end the best lies.")
    ] = False,
    new_name: Annotated[
        str | None,
        typer.Option("--name", help="The new job's name; this one's with a number if left out."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    as_json: Json = False,
) -> int:
    """Run the next round of a job: a new one with other settings that knows its results."""
    from autotune.api import Job
    from autotune.cli.data import load_any
    from autotune.errors import SettingError
    from autotune.plan.overrides import collect

    job = Job.load(name, storage)
    given = collect({}, None, set_ or ())
    if given.static:
        raise SettingError(f"--set must name settings, got {', '.join(given.static)}.")
    ranges: dict[str, Any] = {**(job.wider_ranges() if wider else {}), **given.ranges}
    if wider and not ranges:
        raise SettingError(
            f"the best of {name!r} must lie at the end of a range to widen it, and does not.",
            "Drop --wider.",
        )
    settings: dict[str, Any] = {key: value.value for key, value in given.settings.items()}
    changes = {**settings, **({"ranges": ranges} if ranges else {})}
    places = load_any(data, target)
    return tell(job.continue_with(**places, name=new_name, progress=not quiet, **changes), as_json)


def confirm(
    name: Annotated[
        str,
        typer.Argument(help="The job's name.", autocompletion=completion.job_names),
    ],
    storage: Storage = None,
    times: Annotated[int, typer.Option("--times", help="How often each is evaluated.")] = 3,
    as_json: Json = False,
) -> int:
    """Evaluate a job's winner and your own configuration again, to tell a gain from chance.

    For functions and scripts. These evaluations are no trials, and do not count in max_trials.
    """
    from autotune.api import Job

    return tell(Job.load(name, storage).confirm(times), as_json)


def diff(a: Compared, b: Compared, storage: Storage = None, as_json: Json = False) -> None:
    """Show in which ranges and settings two plans or jobs differ, a line for each."""
    from autotune.serialization.values import to_plain

    found = _plan(a, storage).diff(_plan(b, storage))
    if as_json:
        print_json(
            {
                name: {"before": to_plain(before), "after": to_plain(after)}
                for name, (before, after) in found.items()
            }
        )
    else:
        print(found)


def _plan(what: str, storage: str | None) -> "Plan":
    from autotune.api import Job, Plan

    is_file = what.endswith((".yaml", ".yml", ".json"))
    return Plan.load(what) if is_file else Job.load(what, storage).plan
