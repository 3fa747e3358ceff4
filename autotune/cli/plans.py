"""The commands that make plans and run them."""

import sys
from typing import Annotated, Literal

import typer

from autotune.cli import completion
from autotune.cli.jobs import ended, tell
from autotune.cli.output import Address, Data, Json, Storage, Target, print_json, print_parts
from autotune.cli.request import make_request

Estimator = Annotated[
    str,
    typer.Argument(
        help="A class such as sklearn.svm.SVC, an entry's name, or several, separated by commas.",
        autocompletion=completion.entry_names,
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", help="NAME=VALUE, such as max_trials=40 or ranges.max_depth=3..10."),
]
Overrides = Annotated[
    str | None, typer.Option("--overrides", help="YAML or JSON file of settings by name.")
]
Facts = Annotated[
    list[str] | None,
    typer.Option("--fact", help="NAME=VALUE where the data is elsewhere, such as rows=100000."),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(
        "plan", epilog="Example: autotune plan xgboost.XGBClassifier --data train.csv --target y"
    )(plan)
    app.command("export", epilog="Example: autotune export optuna plan.yaml -o tune.py")(export)
    app.command(
        "run",
        epilog="Example: autotune run sklearn.svm.SVC --data train.csv --target y "
        "--set max_trials=20",
    )(run)
    app.command("try", epilog="Example: autotune try my-job.yaml")(try_)


def plan(
    estimator: Estimator,
    data: Data = None,
    target: Target = None,
    set_: Sets = None,
    overrides: Overrides = None,
    fact: Facts = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", help="Save the plan as YAML, or JSON where it ends in .json."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the output file.")] = False,
    probe: Annotated[
        bool, typer.Option("--probe", help="Time a few fits, and say what the job will take.")
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option("--explain", help="Say in words what was chosen for one name, and why."),
    ] = None,
    details: Annotated[
        bool, typer.Option("--details", help="Show every setting with its evidence and source.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what to tune, in which ranges, how, for how long, and why; only --probe trains."""
    from autotune.reports.plan import plan_tables
    from autotune.reports.plan_screen import screen_parts
    from autotune.serialization.documents import to_json, to_yaml, write_new

    request = make_request(estimator, data, target, set_, overrides, fact)
    proposal = request.plan
    estimate = proposal.estimate(**request.data) if probe else None
    if output:
        write = to_json if output.endswith(".json") else to_yaml
        write_new(output, write(proposal.describe()) + "\n", force)
    if explain:
        text = proposal.explain(explain)
        print_json({explain: text}) if as_json else print(text)
    elif as_json:
        print_json(
            {**proposal.describe(), **({"estimate": estimate.describe()} if estimate else {})}
        )
    else:
        print_parts(plan_tables(proposal) if details else screen_parts(proposal))
        if estimate:
            print(f"\n{estimate}")
        if output:
            print(f"\nSaved to {output}.")


def export(
    to: Annotated[
        str,
        typer.Argument(
            metavar="ENGINE|sklearn|config", help="What to write it for, such as an engine's name."
        ),
    ],
    what: Annotated[str, typer.Argument(metavar="PLAN", help="A saved plan, a job file, a class.")],
    data: Data = None,
    target: Target = None,
    set_: Sets = None,
    overrides: Overrides = None,
    fact: Facts = None,
    format_: Annotated[
        Literal["program", "config"], typer.Option("--format", help="What to write for an engine.")
    ] = "program",
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="The file; standard output where left out.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
    as_json: Json = False,
) -> None:
    """Write a plan as a program that needs no autotune, as a configuration or as distributions."""
    from autotune.export.export import exported
    from autotune.serialization.documents import write_new

    exported_plan = exported(
        make_request(what, data, target, set_, overrides, fact).plan, to, format_, output or ""
    )
    if output:
        write_new(output, exported_plan.text, force)
    if as_json:
        print_json(
            {
                "file": output,
                "notes": list(exported_plan.notes),
                **({} if output else {"text": exported_plan.text}),
            }
        )
    else:
        print(f"Saved to {output}." if output else exported_plan.text.rstrip())
        for note in exported_plan.notes:
            print(note, file=sys.stderr)


def run(
    what: Annotated[
        str,
        typer.Argument(
            help="A class, an entry's name, several with commas, a job file or a saved plan "
            "(.yaml, .json)."
        ),
    ],
    data: Data = None,
    target: Target = None,
    set_: Sets = None,
    overrides: Overrides = None,
    fact: Facts = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name", help="The job's name; made from the estimator and the time where left out."
        ),
    ] = None,
    storage: Storage = None,
    engine: Annotated[
        str | None,
        typer.Option("--engine", help="The engine that searches and runs trials."),
    ] = None,
    address: Address = None,
    exists: Annotated[
        Literal["error", "return", "resume", "replace"],
        typer.Option("--exists", help="What happens where the name is taken."),
    ] = "error",
    preflight: Annotated[
        bool, typer.Option(help="Refuse what fails in an estimator's first trial.")
    ] = True,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    as_json: Json = False,
) -> int:
    """Make a plan and carry it out; the record is found again by the job's name."""
    request = make_request(what, data, target, set_, overrides, fact)
    options = {
        key: value
        for key, value in {
            "name": name,
            "storage": storage,
            "engine": engine,
            "address": address,
        }.items()
        if value is not None
    }
    from_file = {
        key: value
        for key, value in request.words.items()
        if key in ("name", "storage", "engine", "address")
    }
    places = {**from_file, **options}
    job = ended(
        lambda: request.plan.run(
            **request.data, **places, progress=not quiet, exists=exists, preflight=preflight
        )
    )
    return tell(job, as_json)


def try_(
    what: Annotated[str, typer.Argument(metavar="FILE", help="A job file with a script.")],
    set_: Sets = None,
    limit: Annotated[
        float, typer.Option("--limit", help="Seconds after which it is killed.")
    ] = 600.0,
    as_json: Json = False,
) -> None:
    """Run a job file's script once with its static values, and show what its metrics matched."""
    from autotune.errors import SettingError
    from autotune.run.script_check import try_once
    from autotune.script import ScriptSpec

    target = make_request(what, None, None, set_, None, None).plan.target
    if not isinstance(target, ScriptSpec):
        raise SettingError(
            "try must be given a job file with a script, got another.",
            "Use plan --probe for estimators.",
        )
    tried = try_once(target, limit)
    print_json(tried.describe()) if as_json else print(tried)
