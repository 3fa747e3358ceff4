"""The settings beside the ranges, by the decision tables of settings.yaml: the first row that fires decides."""

from collections.abc import Iterable, Mapping
from typing import Any

from autotune import knowledge
from autotune.errors import KnowledgeError
from autotune.knowledge import expressions
from autotune.knowledge.tables import Table
from autotune.plan import provenance
from autotune.plan.choices import Setting
from autotune.plan.overrides import Overrides
from autotune.plan.provenance import Source


def decide(names: Iterable[str], given: Overrides, context: dict[str, Any]) -> dict[str, Setting]:
    """Decide settings in order; each one decided, by the user or a row, is a fact for the next.

    Args:
        names: Settings, in the order they are decided.
        given: What the user set.
        context: Facts the rules read; what is decided is added to it.
    """
    decided: dict[str, Setting] = {}
    for name in names:
        if name in given.settings:
            chosen = given.settings[name]
            setting = Setting(chosen.value, chosen.source, "You said so.")
        else:
            setting = _by_table(name, context)
        decided[name] = setting
        context[name] = setting.value
    return decided


def _by_table(name: str, context: Mapping[str, Any]) -> Setting:
    known = knowledge.table("settings")
    rows: list[knowledge.Row] = known.content.settings.get(name, [])
    for index, row in enumerate(rows):
        if _fires(row, context):
            return Setting(row.evaluate(context), *_provenance(known, name, index, row, context))
    raise KnowledgeError(
        f"{known.document.at(('settings',))}: the table of {name!r} must have a row that always "
        "fires, got none."
    )


def _fires(row: knowledge.Row, context: Mapping[str, Any]) -> bool:
    try:
        row.evaluate(context)
        return bool(expressions.evaluate(row.when, context))
    except expressions.Unknown:
        return False


def _provenance(
    known: knowledge.KnowledgeFile[Table],
    name: str,
    index: int,
    row: knowledge.Row,
    context: Mapping[str, Any],
) -> tuple[Source, str, str]:
    """Return source, reason and evidence of a row; where it takes an entry's word, that entry's."""
    said: Setting | None = context.get(f"{name}_said")
    if said is not None and row.id == "entry":
        return said.source, said.reason, said.evidence
    facts = sorted(set().union(*map(expressions.names_in, (row.when, *row.computed.values()))))
    read = ", ".join(f"{f}={_short(context[f])}" for f in facts if context.get(f) is not None)
    evidence = known.content.sources[row.source] if row.source else ""
    source = provenance.decision_table(known.place("settings", name, index), row.id)
    return source, row.why + (f" ({read})" if read else ""), evidence


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
