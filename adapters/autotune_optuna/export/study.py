"""What keeps a program's study, and when it is done, as code."""

from collections.abc import Sequence
from typing import Any

from autotune.export.formatting import comment
from autotune.export.imports import Imports
from autotune.plan.mode import Mode
from autotune.plan.spec import PlanSpec
from autotune_optuna.export import sampler


def done_lines(plan: PlanSpec) -> list[str]:
    """Return ``is_done``, or nothing where trials and time alone end a study."""
    checks = [*_complete(plan), *_given_up(plan)]
    if not checks:
        return []
    return [
        "def is_done(study):",
        '    """Return whether a study is complete before its trials are spent, or to be given up as its trials fail."""',
        "    ended = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.FAIL))",
        *checks,
        "    return False",
    ]


def _complete(plan: PlanSpec) -> list[str]:
    criteria = sampler.criteria(plan)
    values = "    values = [trial.value for trial in ended if trial.state is TrialState.COMPLETE]"
    names = [n for n in criteria if n != "tolerance"]
    if not names:
        return []
    if set(criteria) <= sampler.SIMPLE:
        best, sign = ("max", ">=") if plan.mode is Mode.MAX else ("min", "<=")
        reached = " or ".join(f'{best}(values) {sign} COMPLETION["{n}"]' for n in names)
        reached = f"({reached})" if len(names) > 1 else reached
        return [values, f"    if values and {reached}:", "        return True"]
    return [
        values,
        f'    completion = Completion(COMPLETION, "{plan["mode"]}")',
        "    for value in values:",
        "        completion.add(value)",
        "    if completion.fired:",
        "        return True",
    ]


def _given_up(plan: PlanSpec) -> list[str]:
    limits: dict[str, Any] = {n: v for n, v in plan["max_failures"].items() if v}
    if not limits:
        return []
    conditions = {
        "first": f"(len(failed) >= {limits.get('first')} and all(failed))",
        "in_a_row": f"(len(failed) >= {limits.get('in_a_row')} and all(failed[-{limits.get('in_a_row')}:]))",
    }
    return [
        *comment(plan.settings["max_failures"].reason, 4),
        "    failed = [trial.state is TrialState.FAIL for trial in ended]",
        f"    if {' or '.join(conditions[n] for n in limits)}:",
        "        return True",
    ]


def storage_lines(imports: Imports) -> Sequence[str]:
    """Return ``storage_at``."""
    imports.name("optuna.storages.InMemoryStorage")
    imports.name("optuna.storages.JournalStorage")
    imports.name("optuna.storages.RDBStorage")
    imports.name("optuna.storages.journal.JournalFileBackend")
    return [
        "def storage_at(place):",
        '    """Return what keeps the study: memory, a database by its URL, or a journal file."""',
        "    if place is None:",
        "        return InMemoryStorage()",
        '    return RDBStorage(place) if "://" in place else JournalStorage(JournalFileBackend(place))',
    ]
