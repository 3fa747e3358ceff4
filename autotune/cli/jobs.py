"""The commands that look at jobs."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from autotune.cli import completion
from autotune.cli.output import Address, Data, Json, Storage, Target, print_json, print_parts
from autotune.record.status import JobStatus

if TYPE_CHECKING:
    from autotune.api import Job

Name = Annotated[
    str,
    typer.Argument(
        help="The job's name, as `autotune list` shows it.", autocompletion=completion.job_names
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("describe", epilog="Example: autotune describe my-job --trials")(describe)
    app.command("log", epilog="Example: autotune log my-job 3")(log)
    app.command("stop", epilog="Example: autotune stop my-job")(stop)
    app.command("resume", epilog="Example: autotune resume my-job")(resume)
    app.command("best", epilog="Example: autotune best my-job --format python")(best)


def describe(
    name: Name,
    storage: Storage = None,
    trials: Annotated[bool, typer.Option("--trials", help="Show every trial.")] = False,
    steps: Annotated[
        bool, typer.Option("--steps", help="Show every intermediate value of each metric.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show a job's whole record: how it went, and every setting with its source and reason."""
    from autotune.api import Job
    from autotune.record.frames import step_rows
    from autotune.reports.job import job_tables, steps_table, trials_table
    from autotune.reports.plan import plan_tables

    job = Job.load(name, storage)
    if as_json:
        print_json(
            {
                **job.describe(),
                **({"trials": [_plain(trial) for trial in job.all_trials()]} if trials else {}),
                **({"steps": step_rows(job.all_trials(), job.plan.metric_name)} if steps else {}),
            }
        )
    else:
        asked = [trials_table(job)] * trials + [steps_table(job)] * steps
        print_parts([*job_tables(job), *(asked or plan_tables(job.plan))])
        print(go_on(job), file=sys.stderr, end="\n" if go_on(job) else "")


def _plain(trial: Any) -> dict[str, Any]:
    timed = {
        "started": str(trial.started or ""),
        "ended": str(trial.ended or ""),
        "seconds": trial.seconds,
        "error": trial.error,
        "reason": trial.reason,
    }
    return {**trial.describe(), "status": trial.status, **timed}


def log(
    name: Name,
    number: Annotated[int, typer.Argument(help="The trial's number.")],
    storage: Storage = None,
    as_json: Json = False,
) -> None:
    """Print what a trial printed and logged, the middle left out where that is long."""
    from autotune.api import Job

    job = Job.load(name, storage)
    text = job.log(number)
    if as_json:
        print_json(
            {
                "name": name,
                "number": number,
                "folder": str(job.trials_path / str(number)),
                "log": text,
            }
        )
    else:
        print(text, end="")
        print(
            "" if text else f"Trial {number} printed nothing here.",
            file=sys.stderr,
            end="\n" * (not text),
        )


def stop(name: Name, storage: Storage = None, as_json: Json = False) -> int:
    """Stop a running job, on any machine; it keeps its finished trials and can be resumed."""
    from autotune.api import Job

    job = Job.load(name, storage)
    was = job.status
    status = job.stop()
    if as_json:
        print_json({"name": name, "was": was, "status": status, "reason": job.state.get("reason")})
    elif was is not JobStatus.RUNNING:
        print(f"{name} was not running: {was}.")
    elif status is JobStatus.RUNNING:
        print(f"{name} was asked to stop and has not ended yet.", file=sys.stderr)
    else:
        print(f"{name}: {status}. {go_on(job)}")
    return 1 if status is JobStatus.RUNNING else 0


def resume(
    name: Name,
    storage: Storage = None,
    data: Data = None,
    target: Target = None,
    address: Address = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    as_json: Json = False,
) -> int:
    """Resume a job that was interrupted, stopped or given up, with the same plan and totals.

    The data are kept beside the job until it completes; on another machine, give them again.
    """
    from autotune.api import Job
    from autotune.cli.data import load_any

    job = Job.load(name, storage)
    if job.over:
        print(f"{name} has nothing left to do.", file=sys.stderr)
    given = load_any(data, target)
    resumed = ended(lambda: job.resume(**given, address=address, progress=not quiet))
    return tell(resumed, as_json)


def ended(run: Callable[[], "Job"]) -> "Job":
    """Return the job that a call runs, also where a signal ended it."""
    from autotune.api import Job
    from autotune.run.signals import Signals

    try:
        return run()
    except (KeyboardInterrupt, SystemExit) as error:
        job = Signals.job_of(error)
        if job is None:
            raise
        return Job.of(job)


def tell(job: "Job", as_json: bool) -> int:
    """Print how a job went, and what can be done with it; return the exit code.

    Raises:
        SystemExit: with 130 if the job was stopped.
    """
    from autotune.reports.job import job_tables

    if as_json:
        print_json(job.describe())
    else:
        print_parts(job_tables(job))
        hints = [go_on(job), f"See it again: autotune describe {job.name}{job.store.option}"]
        print("\n" + "\n".join(hint for hint in hints if hint), file=sys.stderr)
        print(f"In a browser: {job.store.command(job.name)}", file=sys.stderr)
    if job.status is JobStatus.STOPPED:
        raise SystemExit(130)  # as wished, and told above: not the interruption of a command
    return 1 if job.status is JobStatus.FAILED else 0


def go_on(job: "Job") -> str:
    """Return the command that resumes a job, or nothing if it cannot be resumed."""
    return (
        ""
        if job.over or job.status is JobStatus.RUNNING
        else f"To go on: {job.store.resuming(job.name)}"
    )


def best(
    name: Name,
    storage: Storage = None,
    format_: Annotated[
        Literal["yaml", "json", "python"], typer.Option("--format", help="How to print it.")
    ] = "yaml",
    as_json: Json = False,
) -> None:
    """Print a job's best configuration, to use elsewhere."""
    from autotune.api import Job

    configuration = Job.load(name, storage).best
    texts = {
        "yaml": configuration.to_yaml,
        "json": configuration.to_json,
        "python": configuration.to_python,
    }
    print(texts["json" if as_json else format_]().rstrip())
