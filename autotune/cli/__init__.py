"""The command line: ask for a plan, run it, look at jobs and knowledge."""

import sys
from io import TextIOWrapper
from typing import Annotated, Any

import typer

from autotune.cli import compare, jobs, knowledge, manage, plans
from autotune.cli.output import print_json

app = typer.Typer(
    name="autotune",
    help="Which hyperparameters to tune, in which ranges, how and for how long, and why.",
    epilog="Start with: autotune plan sklearn.ensemble.RandomForestClassifier",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
plans.add_to(app)
jobs.add_to(app)
manage.add_to(app)
compare.add_to(app)
app.add_typer(knowledge.app, name="knowledge")


def _version(wanted: bool) -> None:
    if wanted:
        from autotune import __version__

        print(f"autotune {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Which hyperparameters to tune, in which ranges, how and for how long, and why."""


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit with its code: 1 for a failed job, 2 for wrong input.

    An error is one line on standard error.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(
                errors="replace"
            )  # a terminal without these characters still gets the rest
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    import os

    from autotune.errors import AutotuneError, JobError, TrialError

    try:
        code = int(_command(arguments) or 0)
        return (
            _fail("interrupted", code) if code == 130 else code
        )  # Typer ends a Ctrl-C without a word
    except AutotuneError as error:
        if "--json" in (sys.argv if arguments is None else arguments):
            print_json(error.describe())
        return _fail(error, 1 if isinstance(error, JobError | TrialError) else 2)
    except BrokenPipeError:
        # The reader of a pipe went away, as `head` does; standard output is pointed elsewhere for
        # the last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, EOFError):
        return _fail("interrupted", 130)


def _command(arguments: list[str] | None) -> Any:
    """Run Typer's command without its own error pages; wrong usage is an error of one line too."""
    from autotune.errors import SettingError

    command = typer.main.get_command(app)
    try:
        return command.main(args=arguments, prog_name="autotune", standalone_mode=False)
    except Exception as error:
        # Typer carries its own copy of click, so its errors are told by their names and what they
        # offer.
        kind = type(error).__name__
        if kind == "Abort":
            raise KeyboardInterrupt from None
        if not hasattr(error, "format_message"):
            raise
        if kind == "NoArgsIsHelpError":
            print(error.format_message())
            return 0
        at = getattr(getattr(error, "ctx", None), "command_path", "autotune")
        message = error.format_message().replace("Value error, ", "").rstrip(".")
        raise SettingError(f"{message}.", f"See {at} --help.") from None


def _fail(error: object, code: int) -> int:
    print("\n".join([*getattr(error, "__notes__", []), f"autotune: {error}"]), file=sys.stderr)
    return code


__all__ = ["app", "main"]
