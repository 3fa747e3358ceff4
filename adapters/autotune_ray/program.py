"""A plan as a program for Ray Tune that needs no autotune; with one trial at a time it tries the same trials."""

from typing import Any

from autotune.engines import ExportedProgram
from autotune.errors import EngineError
from autotune.export.formatting import Group, laid_out
from autotune.export.program import Draft, constants, main_lines
from autotune.plan.spec import PlanSpec
from autotune_optuna.compiled import CompiledOptunaPlan
from autotune_optuna.export.program import ARGUMENTS as OF_STUDY
from autotune_optuna.export.program import RESULT, data_blocks, drafted, study_blocks, study_lines
from autotune_optuna.export.study import done_lines
from autotune_ray.cluster import quiet_ray

ARGUMENTS = (
    *OF_STUDY,
    '    parser.add_argument("--parallel", type=int, default=MAX_PARALLEL, help="trials at once (%(default)s)")',
    '    parser.add_argument("--address", help="a running cluster, such as 10.0.0.1:6379 or auto; else one of its own")',
)
QUIET = (
    'os.environ["RAY_AIR_NEW_OUTPUT"] = "0"  # quiet, and no usage report',
    'os.environ["RAY_USAGE_STATS_ENABLED"] = "0"',
)
RETRIES = "Not carried out: max_retries={}. Ray would try failed configurations again, too; going on with --storage does not."
LIMITS = "Not carried out: {}. Ray ends a trial between its reports only."


def source(compiled: CompiledOptunaPlan) -> ExportedProgram:
    """Return the program for Ray of a plan compiled for Optuna, whose searcher is Ray's `OptunaSearch`.

    Raises:
        EngineError: if an estimator or value cannot be written as code, or Ray would mix two names
            up.
    """
    plan = compiled.plan
    _check_names(plan, compiled)
    stops = plan["early_stopping"] is not None
    draft = drafted(compiled, _early_stopping() if stops else [])
    imports = draft.imports
    for module in ("random", "optuna", "ray"):
        imports.module(module)
    imports.module("numpy", "np")
    if not stops:
        imports.name("ray.tune.search.optuna.OptunaSearch")
    imports.name("ray.tune")
    draft.blocks[0] = [
        *draft.blocks[0],
        *constants(plan, [("MAX_PARALLEL", repr(plan["max_parallel"]), "max_parallel")]),
    ]
    draft.blocks += [
        _suggest_trial(),
        _run_trial(draft),
        _optimize(draft, stops),
        *study_blocks(draft),
    ]
    draft.blocks.append(_done() if done_lines(plan) else [])
    passed = "options.storage, options.study, options.parallel, options.address"
    draft.blocks += [main_lines(draft, ARGUMENTS, passed), *data_blocks(draft)]
    said = notes(plan)
    return ExportedProgram(draft.text("Ray Tune", said, QUIET), tuple(said))


def _check_names(plan: PlanSpec, compiled: CompiledOptunaPlan) -> None:
    names = set(compiled.native.distributions)
    for name in names:
        parts = name.split("/")
        if any("/".join(parts[:i]) in names for i in range(1, len(parts))):
            raise EngineError(
                f"Ray takes a slash for a dict within, so {name!r} must not begin with another's name.",
                "Rename it.",
            )


def notes(plan: PlanSpec) -> list[str]:
    """Return what of the plan a Ray program does not carry out, or does otherwise."""
    limits = [f"{n}={plan[n]:g}" for n in ("trial_timeout", "memory_limit") if plan[n] is not None]
    found = [LIMITS.format(", ".join(limits))] if limits else []
    if plan["max_retries"]:
        found.append(RETRIES.format(plan["max_retries"]))
    if plan.target is None or isinstance(plan.target, str):
        found.append("What a trial evaluates is yours to fill in: see objective.")
    same = "With --parallel 1 it tries what the plan tries with one worker; with more, what is drawn depends on which end first."
    return [*found, same]


def _early_stopping() -> list[Any]:
    """Return what of ours a program needs to end trials early under Ray."""
    quiet_ray()
    from autotune_ray.scheduler import PrunerScheduler
    from autotune_ray.searcher import PrunedSearch

    return [PrunedSearch, PrunerScheduler]


def _suggest_trial() -> list[str]:
    return [
        "def suggest_trial(trial):",
        '    """Return what Ray gives a trial beside its parameters: its hyperparameters, and the seed of its number."""',
        '    return {"trial": {"settings": define(suggester(trial)), "seed": trial_seed(SEED, trial.number)}}',
    ]


def _run_trial(draft: Draft) -> list[str]:
    """Return the trainable."""
    start = [
        "def run_trial(config, evaluate_one):",
        '    """Report the value of a trial."""',
        '    settings, seed = config["trial"]["settings"], config["trial"]["seed"]',
        "    random.seed(seed)",
        "    np.random.seed(seed)",
    ]
    if draft.evaluation.takes_data:
        return [*start, "    tune.report({METRIC: evaluate_one(settings, seed)})"]
    return [
        *start,
        "    steps = []",
        "",
        "    def report(step, value):",
        "        steps.append(step)",
        "        tune.report({METRIC: value})",
        "",
        "    value = evaluate_one(settings, seed, report)",
        "    if not steps:",
        "        tune.report({METRIC: value})",
    ]


def _optimize(draft: Draft, stops: bool) -> list[str]:
    plan = draft.plan
    cpus = plan["threads_per_trial"]
    mode = f'"{plan["mode"]}"'
    arguments = [
        ("", "suggest_trial"),
        ("metric=", "METRIC"),
        ("mode=", mode),
        ("sampler=", "study.sampler"),
    ]
    arguments += [("study_name=", "name"), ("storage=", "storage")]
    search = Group(f"{'PrunedSearch' if stops else 'OptunaSearch'}(", arguments, ")")
    wanted = "parallel" if cpus == 1 else f"{cpus} * parallel"
    return [
        "ENDED = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)",
        "",
        "",
        "def optimize(evaluate_one, trials=MAX_TRIALS, storage=None, name=STUDY, parallel=MAX_PARALLEL, address=None):",
        '    """Return the best configuration and its value; a study that has trials already is gone on with."""',
        *study_lines(draft),
        f'    own = {{}} if address else {{"num_cpus": max(os.cpu_count(), {wanted}), "include_dashboard": False}}',
        '    # "local": else Ray connects to whatever cluster was started on this machine before.',
        '    ray.init(address=address or "local", log_to_driver=False, logging_level="ERROR", **own)',
        f"    search = {laid_out(search, 4, 13)}",
        "    if left > 0:",
        "        trainable = tune.with_parameters(run_trial, evaluate_one=evaluate_one)",
        "        tune.Tuner(",
        f'            tune.with_resources(trainable, {{"cpu": {cpus}}}),',
        "            tune_config=tune.TuneConfig(",
        "                search_alg=search,",
        *(["                scheduler=PrunerScheduler(search, study.pruner),"] if stops else []),
        "                num_samples=left,",
        "                max_concurrent_trials=parallel,",
        "                time_budget_s=MAX_RUNTIME,",
        "                reuse_actors=True,",
        "            ),",
        f"            run_config=tune.RunConfig({'stop=Done(study), ' if done_lines(plan) else ''}verbose=0),",
        "        ).fit()",
        *RESULT,
    ]


def _done() -> list[str]:
    return [
        "class Done(tune.Stopper):",
        '    """Ends all trials when the study is done."""',
        "",
        "    def __init__(self, study):",
        "        self.study = study",
        "",
        "    def __getstate__(self):",
        "        return {}  # Ray keeps a copy of what it is given; the study stays here",
        "",
        "    def __call__(self, trial_id, result):",
        "        return False",
        "",
        "    def stop_all(self):",
        "        return is_done(self.study)",
    ]
