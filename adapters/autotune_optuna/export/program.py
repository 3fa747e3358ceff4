"""A plan as a program for Optuna that needs no autotune and tries the same trials."""

from collections.abc import Sequence
from typing import Any

from autotune.engines import ExportedProgram
from autotune.errors import EngineError
from autotune.export.embed import embedded
from autotune.export.evaluation import evaluation_of
from autotune.export.formatting import assigned, comment, printable
from autotune.export.imports import Imports
from autotune.export.literals import text_code
from autotune.export.program import Draft, constants, load_lines, main_lines
from autotune.export.reserved_names import NAMES
from autotune.plan.spec import PlanSpec
from autotune_optuna.compiled import CompiledOptunaPlan
from autotune_optuna.export import sampler, space, stopping
from autotune_optuna.export.study import done_lines, storage_lines

ARGUMENTS = (
    '    parser.add_argument("--storage", help="file or URL that keeps the study, such as study.journal, sqlite:///study.db")',
    '    parser.add_argument("--study", default=STUDY, help="the study\'s name in it (%(default)s); one that is there goes on")',
)
PARALLEL = (
    "Trials run one after the other. For several at once, start it several times with the same --storage; which trials are "
    "drawn then depends on which end first."
)


def source(compiled: CompiledOptunaPlan) -> ExportedProgram:
    """Return the program.

    Raises:
        EngineError: if an estimator or value cannot be written as code; the message names it.
    """
    draft = drafted(compiled)
    plan, imports = compiled.plan, draft.imports
    imports.module("random")
    imports.module("numpy", "np")
    imports.module("optuna")
    draft.blocks += [_run_trial(draft), _optimize(draft), *study_blocks(draft)]
    draft.blocks += [
        main_lines(draft, ARGUMENTS, "options.storage, options.study"),
        *data_blocks(draft),
    ]
    said = notes(plan)
    return ExportedProgram(draft.text("Optuna", said), tuple(said))


def drafted(compiled: CompiledOptunaPlan, embeds: Sequence[Any] = ()) -> Draft:
    """Return a program's part that any engine has which draws by Optuna's samplers: caps, space, sampler, evaluation.

    ``embeds`` are what else of ours stands below.
    """
    plan, evaluation = compiled.plan, evaluation_of(compiled.plan)
    if compiled.native.known:
        raise EngineError(
            f"a program cannot hold the results of warm_start's parents, got {len(compiled.native.known)} trials.",
            "Export a plan without warm_start.",
        )
    below = embedded(
        [*sampler.embeds(compiled), *stopping.embeds(plan), *embeds, *evaluation.embeds]
    )
    imports = Imports(NAMES | below.names)
    below.add_imports(imports)
    draft = Draft(plan, evaluation, below, imports, compiled.every is not None)
    evaluated = evaluation.write(imports)
    draft.blocks = [
        [*_caps(plan), *evaluated[0], *_criteria(plan), *stopping.rule_lines(plan, imports)],
        space.space_lines(plan, imports),
        sampler.first_lines(compiled),
        space.define_lines(plan, imports),
        space.allowed_lines(plan, imports),
        *evaluated[1:],
        sampler.sampler_lines(compiled, imports),
        sampler.allows_lines(plan),
        sampler.every_lines(compiled),
        suggester_lines(imports),
    ]
    return draft


def notes(plan: PlanSpec) -> list[str]:
    """Return what of the plan an Optuna program does not carry out, or does otherwise."""
    found = []
    if plan["trial_timeout"] is not None or plan["memory_limit"] is not None:
        limits = [
            f"{n}={plan[n]:g}" for n in ("trial_timeout", "memory_limit") if plan[n] is not None
        ]
        found.append(
            f"Not carried out: {', '.join(limits)}. Optuna runs trials in its own process, and ends none of them."
        )
    if plan.target is None or isinstance(plan.target, str):
        found.append("What a trial evaluates is yours to fill in: see objective.")
    return [*found, PARALLEL] if plan["max_parallel"] > 1 else found


def _caps(plan: PlanSpec) -> list[str]:
    direction = f'"{plan.direction}"'
    named = [
        ("SEED", repr(plan["seed"]), "seed"),
        ("DIRECTION", direction, "mode"),
        ("MAX_TRIALS", repr(plan["max_trials"]), "max_trials"),
        ("MAX_RUNTIME", repr(plan["max_runtime"]), "max_runtime"),
    ]
    return [assigned("STUDY", text_code(study_name(plan))), *constants(plan, named)]


def study_name(plan: PlanSpec) -> str:
    """Return the study's name where none is given."""
    return printable("-".join(n.rpartition(".")[2] for n in plan.estimator.split(", ")))


def _criteria(plan: PlanSpec) -> list[str]:
    criteria = sampler.criteria(plan)
    if not set(criteria) - {"tolerance"}:
        return []
    return [
        *comment(plan.settings["completion"].reason),
        assigned("COMPLETION", sampler.params_code(criteria)),
    ]


def suggester_lines(imports: Imports) -> list[str]:
    """Return ``suggester``, which asks a trial for parameters by name."""
    for name in ("CategoricalDistribution", "IntDistribution"):
        imports.name(f"optuna.distributions.{name}")
    return [
        "def suggester(trial):",
        '    """Return the function that asks a trial for a parameter of SPACE."""',
        "",
        "    def suggest(name):",
        "        kind = SPACE[name]",
        "        if isinstance(kind, CategoricalDistribution):",
        "            return trial.suggest_categorical(name, kind.choices)",
        "        ask = trial.suggest_int if isinstance(kind, IntDistribution) else trial.suggest_float",
        "        return ask(name, kind.low, kind.high, log=kind.log, step=kind.step)",
        "",
        "    return suggest",
    ]


def _run_trial(draft: Draft) -> list[str]:
    call, report = "evaluate_one(settings, seed)", []
    if not draft.evaluation.takes_data:
        call = "evaluate_one(settings, seed, report)"
        report = [
            "",
            "    def report(step, value):",
            "        trial.report(value, step)",
            "        if trial.should_prune():",
            "            raise optuna.TrialPruned",
            "",
        ]
    return [
        "def run_trial(evaluate_one, trial):",
        '    """Return a trial\'s value; its number alone decides its seed."""',
        "    settings, seed = define(suggester(trial)), trial_seed(SEED, trial.number)",
        "    random.seed(seed)",
        "    np.random.seed(seed)",
        *report,
        f"    return {call}",
    ]


def study_lines(draft: Draft) -> list[str]:
    """Return the lines of ``optimize`` that begin a study or find it again, and say how many trials are left."""
    draft.imports.name("optuna.trial.TrialState")
    grid = draft.plan["strategy"] == "grid"
    first = (
        "[*FIRST, *(params for params in every if params not in FIRST)][:trials]"
        if grid
        else "FIRST[:trials]"
    )
    return [
        *(WHOLE if draft.finite else []),
        "    storage = storage_at(storage)",
        "    study = optuna.create_study(",
        "        study_name=name,",
        "        direction=DIRECTION,",
        "        sampler=make_sampler(),",
        f"        pruner={stopping.pruner_code(draft.plan)},",
        "        storage=storage,",
        "        load_if_exists=True,",
        "    )",
        "    if not study.trials:",
        f"        for params in {first}:",
        "            study.enqueue_trial(params)",
        "    left = trials - len(study.get_trials(deepcopy=False, states=ENDED))",
    ]


def study_blocks(draft: Draft) -> list[Sequence[str]]:
    """Return what ``optimize`` needs of any engine's program: when a study is done, and what keeps it."""
    return [done_lines(draft.plan), storage_lines(draft.imports)]


def data_blocks(draft: Draft) -> list[Sequence[str]]:
    """Return how data are read, and what the sampler knows."""
    return [
        load_lines(draft.imports) if draft.evaluation.takes_data else [],
        sampler.known_lines(draft.plan),
    ]


WHOLE = (
    "    every = every_configuration()",
    "    trials = min(trials, len(every) + sum(params not in every for params in FIRST))",
)
RESULT = (
    "    if not study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)):",
    '        raise SystemExit("no trial finished")',
    "    return define(study.best_params.__getitem__), study.best_value",
)


def _optimize(draft: Draft) -> list[str]:
    draft.imports.name("optuna.study.MaxTrialsCallback")
    done = bool(done_lines(draft.plan))
    stop = [
        "",
        "    def stop_when_done(study, trial):",
        "        if is_done(study):",
        "            study.stop()",
        "",
    ]
    return [
        "ENDED = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)",
        "",
        "",
        "def optimize(evaluate_one, trials=MAX_TRIALS, storage=None, name=STUDY):",
        '    """Return the best configuration and its value; a study that has trials already is gone on with."""',
        *study_lines(draft),
        *(stop if done else []),
        "    if left > 0:",
        "        study.optimize(",
        "            lambda trial: run_trial(evaluate_one, trial),",
        "            n_trials=left,",
        "            timeout=MAX_RUNTIME,",
        f"            callbacks=[MaxTrialsCallback(trials, ENDED){', stop_when_done' if done else ''}],",
        "            catch=(Exception,),",
        "        )",
        *RESULT,
    ]
