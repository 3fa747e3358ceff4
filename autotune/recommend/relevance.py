"""Whether a hyperparameter of an entry is for this estimator and these data at all."""

from collections.abc import Mapping

from autotune import expressions
from autotune.facts import Part
from autotune.knowledge import Entry, Hyperparameter
from autotune.knowledge.versions import applies
from autotune.recommend.entry_values import spelling


def excluded(part: Part, entry: Entry, canonical: str, facts: Mapping[str, object]) -> str:
    """Return why the hyperparameter is not for this part, or nothing."""
    hyperparameter = entry.hyperparameters[canonical]
    task = facts.get("task")
    if hyperparameter.task and task is not None and not fits_task(hyperparameter.task, str(task)):
        return f"it is for {' and '.join(hyperparameter.task)}, not {task}"
    if part.cls is None and part.names and entry.lacks(part.names[0], canonical):
        return "this estimator has none"
    if not applies(entry.library, hyperparameter.versions):
        return f"it needs {entry.library}{hyperparameter.versions}"
    if (
        not part.open
        and canonical not in part.params
        and spelling(part, canonical, hyperparameter) not in part.params
    ):
        return "this estimator has none"
    if canonical == entry.fidelity and _stops_early(part, entry):
        return f"{entry.early_stopping} ends each fit, so it is only the most a fit may take"
    return _irrelevant(hyperparameter, {**_set_numbers(part), **facts})


def _set_numbers(part: Part) -> dict[str, object]:
    """Return the numbers that the user set, which rules may read beside the facts."""
    values = {name: part.params[name] for name in part.explicit if name in part.params}
    return {name: value for name, value in values.items() if isinstance(value, int | float)}


def _stops_early(part: Part, entry: Entry) -> bool:
    return bool(entry.early_stopping and part.params.get(entry.early_stopping))


def _irrelevant(hyperparameter: Hyperparameter, facts: Mapping[str, object]) -> str:
    if hyperparameter.needs and not holds(hyperparameter.needs.rule, facts):
        return hyperparameter.needs.why
    return next((each.why for each in hyperparameter.unless if holds(each.rule, facts)), "")


def holds(rule: str, facts: Mapping[str, object]) -> bool:
    """Return whether a rule is known to hold; one over an unknown fact is not."""
    try:
        return bool(expressions.evaluate(rule, facts))
    except expressions.Unknown:
        return False


def fits_task(tasks: list[str], task: str) -> bool:
    """Return whether the task is among the tasks; 'classification' and its kinds fit each other."""
    kinds = {"classification": {"binary", "multiclass", "multilabel"}}
    return (
        task in tasks
        or bool(kinds.get(task, set()) & set(tasks))
        or ("classification" in tasks and task in kinds["classification"])
    )
