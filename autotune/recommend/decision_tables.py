"""Settings by the decision tables of settings.yaml: the first row that fires decides."""

from collections.abc import Iterable, Mapping
from typing import Any

from autotune import expressions, knowledge
from autotune.errors import KnowledgeError
from autotune.knowledge.tables import Table
from autotune.plan import provenance
from autotune.plan.choices import Setting
from autotune.plan.overrides import Overrides
from autotune.plan.provenance import Source
from autotune.text import cited


def decide(
    names: Iterable[str], overrides: Overrides, context: dict[str, object]
) -> dict[str, Setting]:
    """Decide settings in order; each one decided, by the user or a row, is a fact for the next.

    Args:
        names: Settings, in the order they are decided.
        overrides: What the user set.
        context: Facts the rules read; what is decided is added to it.
    """
    decided: dict[str, Setting] = {}
    for name in names:
        if name in overrides.settings:
            chosen = overrides.settings[name]
            setting = Setting(chosen.value, chosen.source, "You said so.")
        else:
            setting = by_table(name, context)
        decided[name] = setting
        context[name] = setting.value
    return decided


def by_table(name: str, context: Mapping[str, object]) -> Setting:
    """Return a setting as its table decides it.

    Raises:
        KnowledgeError: if no row of it fires.
    """
    table_file = knowledge.table("settings")
    rows: list[knowledge.Row] = table_file.content.settings.get(name, [])
    for index, row in enumerate(rows):
        if _fires(row, context):
            source, reason, evidence, changes = _provenance(table_file, name, index, row, context)
            return Setting(row.evaluate(context), source, reason, evidence, changes=changes)
    raise KnowledgeError(
        f"the table of {name!r} must have a row that always fires, got none.",
        where=table_file.document.at(("settings",)),
    )


def _fires(row: knowledge.Row, context: Mapping[str, object]) -> bool:
    try:
        row.evaluate(context)
        return bool(expressions.evaluate(row.when, context))
    except expressions.Unknown:
        return False


def _provenance(
    table_file: knowledge.KnowledgeFile[Table],
    name: str,
    index: int,
    row: knowledge.Row,
    context: Mapping[str, Any],
) -> tuple[Source, str, str, str]:
    """Return source, reason, evidence and what decided of a row.

    Where the row takes an entry's word, they are that entry's.
    """
    entry_setting: Setting | None = context.get(f"{name}_from_entry")
    if entry_setting is not None and row.id == "entry":
        return entry_setting.source, entry_setting.reason, entry_setting.evidence, ""
    facts = sorted(set().union(*map(expressions.names_in, (row.when, *row.computed.values()))))
    read = ", ".join(
        f"{fact}={_short(context[fact])}" for fact in facts if context.get(fact) is not None
    )
    source_text = table_file.content.sources[row.source] if row.source else ""
    source = provenance.decision_table(table_file.place("settings", name, index), row.id)
    evidence = cited(row.evidence, source_text)
    return source, row.why, evidence, f"It follows from {read}." if read else ""


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
