"""The command that compares ranges set by hand with autotune's."""

from typing import Annotated

import typer

from autotune.cli.output import Json, Storage, print_json, print_parts
from autotune.cli.plans import Estimator, Sets


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    example = (
        "Example: autotune compare sklearn.svm.SVC --data train.csv --target y --mine mine.yaml"
    )
    app.command("compare", epilog=example)(compare)


def compare(
    estimator: Estimator,
    data: Annotated[str, typer.Option("--data", help="CSV or parquet file.")],
    target: Annotated[str, typer.Option("--target", help="The column to predict.")],
    ranges_file: Annotated[
        str | None,
        typer.Option("--mine", help="YAML or JSON file with your ranges, and any settings."),
    ] = None,
    set_: Sets = None,
    seeds: Annotated[
        int, typer.Option("--seeds", help="How many seeds, 2 to 16; each is two jobs.")
    ] = 5,
    trials: Annotated[
        int | None,
        typer.Option("--trials", help="Trials of each job; autotune's choice where left out."),
    ] = None,
    baseline: Annotated[
        str, typer.Option("--baseline-strategy", help="The strategy that searches your ranges.")
    ] = "bayesian",
    groups: Annotated[
        str | None, typer.Option("--groups", help="The column of groups, none of which is split.")
    ] = None,
    storage: Storage = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the records of all jobs.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    as_json: Json = False,
) -> None:
    """Compare your ranges with autotune's on your data: the same budget, paired tests."""
    from autotune.cli.data import load, refuse_text
    from autotune.comparison.arms import plan_on_all_rows
    from autotune.comparison.compare import Design, Where, carry_out
    from autotune.plan.overrides import collect
    from autotune.reports.comparison import comparison_tables

    overrides = collect({} if trials is None else {"max_trials": trials}, ranges_file, set_ or ())
    design = Design.checked(overrides, None, seeds, baseline, 0.25)
    loaded = load(data, target, {"groups": groups})
    plan = plan_on_all_rows(estimator, loaded["X"], loaded["y"], overrides, None)
    if not plan.trial_setup.encoders:
        refuse_text(loaded["X"], plan.target)
    result = carry_out(estimator, loaded, design, Where(storage, keep, not quiet))
    print_json(result.describe()) if as_json else print_parts(comparison_tables(result))
