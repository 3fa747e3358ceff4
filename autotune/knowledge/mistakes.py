"""What an entry says that cannot be: names that nothing has, values outside their range.

The format itself is checked before. Each mistake has its place in the file.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from autotune import expressions
from autotune.errors import KnowledgeError, SettingError, did_you_mean
from autotune.knowledge.entry import Entry, Start
from autotune.knowledge.finding import Finding
from autotune.knowledge.hyperparameter import Hyperparameter, Value
from autotune.knowledge.tables import Names, Table
from autotune.knowledge.value_mistakes import of_range
from autotune.serialization.documents import Place
from autotune.space.forbidden_rules import ForbiddenRule

FACTS = frozenset(
    {
        *("rows", "columns", "classes", "minority", "rare_class", "missing", "sparse"),
        *("categorical", "labels_from_zero", "kinds", "file", "task", "time", "cores"),
        "unscaled",
    }
)
OF_METRIC = frozenset({"metric", "metric_sees_weights"})


@dataclass(frozen=True)
class EntryNames:
    """The names that an entry may use."""

    described: frozenset[str]
    """The hyperparameters that the entry describes, well or not."""
    every: frozenset[str] | None
    """All hyperparameters of its classes; None where they cannot be known."""


def findings_of(entry: Entry, names: EntryNames, *, cited: bool = True) -> Iterator[Finding]:
    """Yield the mistakes of an entry; ``cited`` says whether its sources could be read."""
    for name, described in entry.hyperparameters.items():
        place = ("hyperparameters", name)
        yield from _of_rules(described, place, names)
        yield from _unknown(described.when, (*place, "when"), names.every)
        yield from _never(described.when, (*place, "when"))
    yield from _of_entry(entry, names)
    for index, rule in enumerate(entry.forbidden):
        yield from _of_forbidden(rule, ("forbidden", index), names)
    for index, start in enumerate(entry.starts):
        yield from _of_start(entry, start, ("starts", index), names)
    if cited:
        yield from _of_sources(entry)


def findings_of_names(content: Names) -> Iterator[Finding]:
    """Yield the mistakes of what names mean."""
    names = EntryNames(frozenset(content.names), frozenset(content.names))
    for name, described in content.names.items():
        place = ("names", name)
        yield from of_range(described, place)
        yield from _of_rules(described, place, names)
        yield from _uncited(described.source, place, content.sources)


def findings_of_table(content: Table, facts: Iterable[str]) -> Iterator[Finding]:
    """Yield the mistakes of decision tables; ``facts`` are those that are computed for them."""
    readable = FACTS | OF_METRIC | {*content.settings, *content.facts, *facts}
    for setting, rows in content.settings.items():
        for index, row in enumerate(rows):
            place = ("settings", setting, index)
            yield from _unread(row.when, (*place, "when"), readable)
            for name, rule in row.computed.items():
                yield from _unread(rule, (*place, "rule", *([name] if name else [])), readable)
            if row.source:
                yield from _uncited(row.source, place, content.sources)
    for index, note in enumerate(content.warnings):
        yield from _unread(note.when, ("warnings", index, "when"), readable)


def _of_rules(described: Hyperparameter, place: Place, names: EntryNames) -> Iterator[Finding]:
    for field in ("data", "widest"):
        for end, rule in getattr(described, field).items():
            yield from _unread(rule, (*place, field, end), FACTS | OF_METRIC)
    for end, rule in described.within.items():
        yield from _unread(rule, (*place, "within", end), names.described)
    readable = None if names.every is None else FACTS | OF_METRIC | names.every
    if described.needs:
        yield from _unread(described.needs.rule, (*place, "needs", "rule"), readable)
    for index, relevance in enumerate(described.unless):
        yield from _unread(relevance.rule, (*place, "unless", index, "rule"), readable)


def _of_entry(entry: Entry, names: EntryNames) -> Iterator[Finding]:
    """Yield the unknown names of what an entry says of its classes as a whole."""
    if entry.trials:
        yield from _unread(entry.trials, ("trials",), FACTS | {"dims"})
    for field in ("fidelity", "early_stopping", "instead"):
        name = getattr(entry, field)
        yield from _unknown([name] if name else [], (field,), names.every)
    for field in ("trial", "stoppers"):
        yield from _unknown(getattr(entry, field), (field,), names.every)
    for index, note in enumerate(entry.notes):
        readable = None if names.every is None else FACTS | names.every
        yield from _unread(note.when, ("notes", index, "when"), readable)
    for index, metric in enumerate(entry.metrics):
        yield from _unknown(metric.when, ("metrics", index, "when"), names.every)
    if entry.continues and not entry.fidelity:
        yield Finding(("continues",), "must go with fidelity, which is missing")
    if entry.versions and not entry.library:
        yield Finding(("versions",), "must go with library, which is missing")
    yield from _of_absent(entry, names)
    yield from _of_legal(entry, names)


def _of_absent(entry: Entry, names: EntryNames) -> Iterator[Finding]:
    classes = [name.rpartition(".")[2] for name in entry.estimators]
    yield from _unknown(
        entry.absent, ("absent",), frozenset(classes), must="be one of estimators' classes"
    )
    for cls, lacking in entry.absent.items():
        for index, name in enumerate(lacking):
            yield from _unknown([name], ("absent", cls, index), names.described)


def _of_legal(entry: Entry, names: EntryNames) -> Iterator[Finding]:
    for place, row in enumerate(entry.legal):
        yield from _unknown([row.name], ("legal", place, "name"), names.every)
        described = entry.hyperparameters.get(row.name)
        for index, value in enumerate((described.choices or []) if described else []):
            if value not in row.values:
                where = ("hyperparameters", row.name, "choices", index)
                yield Finding(where, f"must be one of the legal values of {row.name}", repr(value))


def _of_forbidden(rule: object, place: Place, names: EntryNames) -> Iterator[Finding]:
    if isinstance(rule, dict):
        yield from _unknown(rule, place, names.every)
        yield from _never(rule, place)
        if not rule:
            yield Finding(place, "must name hyperparameters, as an empty one forbids everything")
        return
    try:
        read = ForbiddenRule(str(rule)).names
    except SettingError as error:
        yield Finding(place, str(error))
        return
    yield from _unknown(read, place, names.every)


def _never(condition: Mapping[str, list[Value]], place: Place) -> Iterator[Finding]:
    """Yield the names of a condition that has no value of theirs, so that it never holds."""
    for name, values in condition.items():
        if not values:
            yield Finding((*place, name), "must have at least one value", "none")


def _of_start(entry: Entry, start: Start, place: Place, names: EntryNames) -> Iterator[Finding]:
    yield from _unknown(start.params, (*place, "params"), names.described)
    tasks = len(entry.measured.names) if entry.measured else 0
    if start.scores and len(start.scores.split()) != tasks:
        message = f"scores must be one for each of measured.tasks ({tasks})"
        yield Finding((*place, "scores"), message, str(len(start.scores.split())))


def _of_sources(entry: Entry) -> Iterator[Finding]:
    cited: list[tuple[Place, str]] = [
        *((("hyperparameters", name), row.source) for name, row in entry.hyperparameters.items()),
        *((("starts", index), start.source) for index, start in enumerate(entry.starts)),
        *((("legal", index), row.source) for index, row in enumerate(entry.legal)),
    ]
    for place, key in cited:
        yield from _uncited(key, place, entry.sources)


def _uncited(key: str, place: Place, sources: Iterable[str]) -> Iterator[Finding]:
    """Yield that a source is cited that is not there."""
    if key not in sources:
        yield Finding(
            (*place, "source"), f"must be one of sources: {', '.join(sources)}", repr(key)
        )


def _unread(rule: str, place: Place, readable: frozenset[str] | None) -> Iterator[Finding]:
    """Yield the names of a rule that nothing gives a value."""
    try:
        names = sorted(expressions.names_in(rule))
    except KnowledgeError as error:
        yield Finding(place, str(error))
        return
    yield from _unknown(names, place, readable, must="read facts or hyperparameters that exist")


def _unknown(
    used: Iterable[str],
    place: Place,
    allowed: frozenset[str] | None,
    must: str = "be a hyperparameter that exists",
) -> Iterator[Finding]:
    """Yield the names that are not allowed, at their keys where they are those of a mapping."""
    for name in used if allowed is not None else ():
        if name not in (allowed or ()):
            keyed = isinstance(used, Mapping)
            hint = did_you_mean(name, sorted(allowed or ()))
            at = (*place, name) if keyed else place
            yield Finding(at, f"must {must}", repr(name), hint, at_key=keyed)
