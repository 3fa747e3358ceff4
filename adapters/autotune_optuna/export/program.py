"""A plan as a program for Optuna that needs no autotune and tries the same trials."""

from collections.abc import Sequence

from autotune.engines import ExportedProgram
from autotune.errors import EngineError
from autotune.export.embed import Wanted
from autotune.export.evaluation import Evaluation, evaluation_of
from autotune.export.formatting import assigned, printable, remarked
from autotune.export.literals import text_code, value_code
from autotune.export.program import Program, begin_program, constants
from autotune.plan.spec import PlanSpec
from autotune_optuna.compiled import CompiledOptunaPlan
from autotune_optuna.export import conditions, sampler, space, stopping

TEMPLATES = "autotune_optuna.export.templates"
PLACE_TO_FILL_IN = "What a trial evaluates is yours to fill in: see objective."
PARALLEL = (
    "Trials run one after the other. For several at once, start it several times with the same "
    "--storage; which trials are drawn then depends on which end first."
)


def source(compiled: CompiledOptunaPlan) -> ExportedProgram:
    """Return the program.

    Raises:
        EngineError: if an estimator or value cannot be written as code; the message names it.
    """
    evaluation = evaluation_of(compiled.plan)
    trial = "trial" if evaluation.takes_data else "trial_with_reports"
    trial = f"constrained_{trial}" if compiled.plan.constraints else trial
    main = "main_with_data" if evaluation.takes_data else "main"
    running = (f"{TEMPLATES}.{trial}:run_trial", f"{TEMPLATES}.optimization:optimize")
    program = start_program(compiled, evaluation, "Optuna", [*running, f"{TEMPLATES}.{main}:main"])
    notes = notes_of(compiled.plan)
    return ExportedProgram(program.text(notes), tuple(notes))


def start_program(
    compiled: CompiledOptunaPlan, evaluation: Evaluation, engine: str, running: Sequence[Wanted]
) -> Program:
    """Return a program for any engine that draws by Optuna's samplers, with all of its plan.

    ``running`` are the definitions by which its trials run, ``main`` the last.
    """
    plan = compiled.plan
    if compiled.native.known:
        raise EngineError(
            "a program cannot hold the results of warm_start's parents, "
            f"got {len(compiled.native.known)} trials.",
            "Export a plan without warm_start.",
        )
    drawing = [*stopping.templates(plan), *sampler.templates(compiled), *conditions.templates(plan)]
    program = begin_program(
        plan, engine, [*evaluation.templates, *running[:-1], *drawing, running[-1]]
    )
    _write_plan(program, compiled, evaluation)
    return program


def _write_plan(program: Program, compiled: CompiledOptunaPlan, evaluation: Evaluation) -> None:
    """Add what comes from the plan."""
    plan, imports = compiled.plan, program.imports
    if evaluation.takes_data:
        is_supervised = plan.facts.get("task") not in ("clustering", "outlier", "density")
        options = value_code(plan.facts.get("file", {}), imports, "facts.file")
        target = [
            assigned("TARGET_IS_REQUIRED", repr(is_supervised)),
            *remarked(assigned("CSV_OPTIONS", options), "For pandas.read_csv."),
        ]
    else:
        target = []
    evaluated = evaluation.write(imports)
    imports.module("optuna")
    program.blocks += [
        [*_caps(plan), *evaluated[0], *target, *stopping.constants(plan, imports)],
        space.distributions_code(plan, imports),
        sampler.initial_trials(compiled),
        space.suggest_params(plan, imports),
        conditions.is_allowed(plan, imports),
        *evaluated[1:],
        sampler.make_sampler(compiled, imports),
        stopping.make_pruner(plan, imports),
        stopping.should_stop(plan),
    ]
    program.tables.append(sampler.portfolio(plan))


def _caps(plan: PlanSpec) -> list[str]:
    names = [
        ("SEED", repr(plan["seed"]), "seed"),
        ("MODE", text_code(plan["mode"]), "mode"),
        ("MAX_TRIALS", repr(plan["max_trials"]), "max_trials"),
        ("MAX_RUNTIME", repr(plan["max_runtime"]), "max_runtime"),
    ]
    return [assigned("STUDY", text_code(_study_name(plan))), *constants(plan, names)]


def _study_name(plan: PlanSpec) -> str:
    """Return the study's name where the command line gives none."""
    return printable("-".join(n.rpartition(".")[2] for n in plan.estimator.split(", ")))


def limits(plan: PlanSpec) -> list[str]:
    """Return the limits of a trial, which a program cannot hold."""
    names = ("trial_timeout", "memory_limit")
    return [f"{name}={plan[name]:g}" for name in names if plan[name] is not None]


def has_place_to_fill_in(plan: PlanSpec) -> bool:
    """Return whether the plan has hyperparameters, but nothing to evaluate them by."""
    return plan.target is None or isinstance(plan.target, str)


def notes_of(plan: PlanSpec) -> list[str]:
    """Return what of the plan an Optuna program does not carry out, or does otherwise."""
    notes = []
    if limits(plan):
        notes.append(
            f"Not carried out: {', '.join(limits(plan))}. "
            "Optuna runs trials in its own process, and ends none of them."
        )
    if has_place_to_fill_in(plan):
        notes.append(PLACE_TO_FILL_IN)
    return [*notes, PARALLEL] if plan["max_parallel"] > 1 else notes
