"""Carrying a plan elsewhere: as a program, as the engine's configuration, or as scikit-learn's distributions."""

from typing import Any, Literal

from autotune.engines import DEFAULT_ENGINE, Source, compile_plan
from autotune.errors import SettingError, did_you_mean
from autotune.plan.spec import Plan
from autotune.serialization import documents

Format = Literal["program", "config"]
OTHERS = ("config", "sklearn")


def exported(plan: Plan, to: str, format_: str = "program", name: str = "") -> Source:
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

        return Source(param_distributions_code(plan), (ONLY_RANGES,))
    if to == "config" or format_ == "config":
        engine = DEFAULT_ENGINE if to == "config" else to
        config = compile_plan(plan, engine, OTHERS).config()
        return Source(
            documents.to_json(config) + "\n"
            if name.endswith(".json")
            else documents.to_yaml(config)
        )
    return compile_plan(plan, to, OTHERS).source()


ONLY_RANGES = (
    "Of the plan it has the ranges: strategy, first trials and caps are RandomizedSearchCV's own."
)


def export(plan: Plan, to: str, path: Any, format_: str, force: bool) -> Any:
    """Write a plan elsewhere, or return it; `Plan.export` says what the arguments are."""
    if path is None and to == "sklearn":
        from autotune.export.sklearn import param_distributions

        return param_distributions(plan)
    text = exported(plan, to, format_, str(path or "")).text
    if path is not None:
        documents.write_new(path, text, force)
    return text
