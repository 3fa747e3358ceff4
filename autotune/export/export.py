"""Taking a plan elsewhere: as a program, a configuration, or scikit-learn's distributions."""

from pathlib import Path
from typing import Literal, TypeAlias

from autotune.engines import DEFAULT_ENGINE, ExportedProgram, compile_plan
from autotune.errors import SettingError, did_you_mean
from autotune.plan.spec import PlanSpec
from autotune.serialization import documents

Format: TypeAlias = Literal["program", "config"]
FORMATS = ("program", "config")
TARGETS = ("config", "sklearn")  # besides the engines
ONLY_RANGES = (
    "Of the plan it has the ranges: strategy, first trials and caps are RandomizedSearchCV's own."
)


def exported(plan: PlanSpec, to: str, format_: str = "program", name: str = "") -> ExportedProgram:
    """Return a plan as text for an engine, or for ``config`` or ``sklearn``.

    A configuration is JSON if ``name``, the file's, ends in ``.json``, else YAML.

    Raises:
        EngineError: if the engine is unknown or not installed, or cannot carry the plan out.
        SettingError: if the format is unknown.
    """
    if format_ not in FORMATS:
        raise SettingError(
            f"format must be 'program' or 'config', got {format_!r}.",
            did_you_mean(str(format_), FORMATS),
        )
    if to == "sklearn":
        from autotune.export.sklearn import param_distributions_code

        return ExportedProgram(param_distributions_code(plan), (ONLY_RANGES,))
    if to == "config" or format_ == "config":
        engine = DEFAULT_ENGINE if to == "config" else to
        config = compile_plan(plan, engine, TARGETS).config()
        is_json = name.endswith(".json")
        return ExportedProgram(
            f"{documents.to_json(config)}\n" if is_json else documents.to_yaml(config)
        )
    return compile_plan(plan, to, TARGETS).source()


def export(plan: PlanSpec, to: str, path: str | Path | None, format_: str, force: bool) -> object:
    """Write a plan elsewhere, or return it; `Plan.export` says what the arguments are."""
    if path is None and to == "sklearn":
        from autotune.export.sklearn import param_distributions

        return param_distributions(plan)
    text = exported(plan, to, format_, str(path or "")).text
    if path is not None:
        documents.write_new(path, text, force)
    return text
