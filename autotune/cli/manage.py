"""The commands that delete jobs and compare what they were to do."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from autotune.cli import completion
from autotune.cli.output import Json, Storage, print_json

if TYPE_CHECKING:
    from autotune.api import Job, Plan

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
    app.command("delete", epilog="Example: autotune delete my-job --yes")(delete)
    app.command("diff", epilog="Example: autotune diff my-job plan.yaml")(diff)


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
