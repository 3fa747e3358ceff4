"""A plan as a program for Ray Tune that needs no autotune; Ray itself need not be installed.

With one trial at a time the program tries the same trials.
"""

from autotune.engines import ExportedProgram
from autotune.errors import EngineError
from autotune.export.embed import Wanted
from autotune.export.evaluation import Evaluation, evaluation_of
from autotune.export.formatting import assigned
from autotune.export.program import constants
from autotune.plan.spec import PlanSpec
from autotune_optuna.compiled import CompiledOptunaPlan
from autotune_optuna.export.program import (
    PLACE_TO_FILL_IN,
    has_place_to_fill_in,
    limits,
    start_program,
)

TEMPLATES = "autotune_ray.export.templates"
QUIET = (
    'os.environ["RAY_AIR_NEW_OUTPUT"] = "0"  # quiet, and no usage report',
    'os.environ["RAY_USAGE_STATS_ENABLED"] = "0"',
)
ORDER = (
    "With --parallel 1 it tries what the plan tries with one worker; "
    "with more, what is drawn depends on which end first."
)


def source(compiled: CompiledOptunaPlan) -> ExportedProgram:
    """Return the program of a plan compiled for Optuna; its searcher is Ray's `OptunaSearch`.

    Raises:
        EngineError: if an estimator or value cannot be written as code, or Ray would mix up two
            names.
    """
    plan = compiled.plan
    _check_names(compiled)
    evaluation = evaluation_of(plan)
    program = start_program(compiled, evaluation, "Ray Tune", _templates(plan, evaluation))
    program.environment = QUIET
    program.blocks[0] = [
        *program.blocks[0],
        *constants(plan, [("MAX_PARALLEL", repr(plan["max_parallel"]), "max_parallel")]),
        f"{assigned('CPUS_PER_TRIAL', repr(plan['threads_per_trial']))}  # For its threads.",
    ]
    notes = notes_of(plan)
    return ExportedProgram(program.text(notes), tuple(notes))


def _templates(plan: PlanSpec, evaluation: Evaluation) -> list[Wanted]:
    """Return the definitions by which trials run."""
    trainable = "trainable" if evaluation.takes_data else "trainable_with_reports"
    search = "search" if plan["early_stopping"] is None else "pruned_search"
    if plan.constraints:
        trainable, search = f"constrained_{trainable}", "constrained_search"
    main = "main_with_data" if evaluation.takes_data else "main"
    return [
        f"{TEMPLATES}.{trainable}:run_trial",
        f"{TEMPLATES}.{search}:make_search_and_scheduler",
        f"{TEMPLATES}.optimization:optimize",
        f"{TEMPLATES}.{main}:main",
    ]


def _check_names(compiled: CompiledOptunaPlan) -> None:
    names = set(compiled.native.distributions)
    for name in names:
        parts = name.split("/")
        if any("/".join(parts[:i]) in names for i in range(1, len(parts))):
            raise EngineError(
                "Ray takes a slash for a dict within, "
                f"so {name!r} must not begin with another's name.",
                "Rename it.",
            )


def notes_of(plan: PlanSpec) -> list[str]:
    """Return what of the plan a Ray program does not carry out, or does otherwise."""
    notes = []
    if limits(plan):
        notes.append(
            f"Not carried out: {', '.join(limits(plan))}. "
            "Ray ends a trial between its reports only."
        )
    if plan["max_retries"]:
        notes.append(
            f"Not carried out: max_retries={plan['max_retries']}. Ray would try failed "
            "configurations again, too; resuming the study with --storage does not."
        )
    if has_place_to_fill_in(plan):
        notes.append(PLACE_TO_FILL_IN)
    return [*notes, ORDER]
