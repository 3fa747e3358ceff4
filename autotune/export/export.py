"""Carrying a plan elsewhere: as a program, as the engine's configuration, or as scikit-learn's distributions."""

from typing import Any, Literal

from autotune.engines import ExportedProgram, find
from autotune.errors import SettingError, did_you_mean
from autotune.plan.spec import PlanSpec
from autotune.serialization import documents

Format = Literal["program", "config"]
OTHERS = ("config", "sklearn")


def exported(plan: PlanSpec, to: str, format_: str = "program", name: str = "") -> ExportedProgram:
    """Return a plan as text for an engine, or for ``config`` or ``sklearn``; ``name`` is the file's, whose ending counts.

    Raises:
        EngineError: if the engine is unknown or not installed, or cannot carry the plan out.
        SettingError: if the format is unknown.
    """
    if format_ not in ("program", "config"):
        raise SettingError(
            f"format must be 'program' or 'config', got {format_!r}.",
            did_you_mean(str(format_), OTHERS),
        )
    if to == "sklearn":
        from autotune.export.sklearn import param_distributions_code

        return ExportedProgram(param_distributions_code(plan), (ONLY_RANGES,))
    if to == "config" or format_ == "config":
        config = find("optuna" if to == "config" else to, OTHERS).compile(plan).config()
        return ExportedProgram(
            documents.to_json(config) + "\n"
            if name.endswith(".json")
            else documents.to_yaml(config)
        )
    return find(to, OTHERS).compile(plan).source()


ONLY_RANGES = (
    "Of the plan it has the ranges: strategy, first trials and caps are RandomizedSearchCV's own."
)


def export(plan: PlanSpec, to: str, path: Any, format_: str, force: bool) -> Any:
    """Write a plan elsewhere, or return it; `Plan.export` says what the arguments are."""
    if path is None and to == "sklearn":
        from autotune.export.sklearn import param_distributions

        return param_distributions(plan)
    text = exported(plan, to, format_, str(path or "")).text
    if path is not None:
        documents.write_new(path, text, force)
    return text
