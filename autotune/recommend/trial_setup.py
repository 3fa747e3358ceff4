"""How trials are set up, by knowledge: read once while a plan is made, and kept in the plan."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from autotune import knowledge
from autotune.errors import SettingError
from autotune.facts import Part, Subject, read_subject
from autotune.facts.algorithm_choice import OneOf
from autotune.knowledge import Entry
from autotune.knowledge.names import normal
from autotune.knowledge.tables import Names
from autotune.plan.trial_setup import Continuation, GroupArgument, TrialSetup
from autotune.recommend.entry_values import entry_of, own_value, spelling
from autotune.serialization.values import differs
from autotune.stopping.catalog import declaration_of

Entries = Mapping[str, Entry | None]
Setting = dict[str, object] | None


def make_trial_setup(
    subject: Subject, entries: Entries, *, fidelity: Setting, rule: Setting
) -> TrialSetup:
    """Return how trials of a subject are set up.

    Args:
        subject: What is tuned.
        entries: The entry of each of its parts, by the part's prefix.
        fidelity: The plan's setting of this name.
        rule: The plan's setting ``early_stopping``.
    """
    names = knowledge.table("names").content
    defaults = _library_defaults(subject, entries)
    setup = TrialSetup(
        thread_names=tuple(names.threads),
        learned=_learned(rule),
        library_defaults=defaults,
        irrelevant=_irrelevant({**subject.static, **defaults}, names),
    )
    if subject.kind != "estimator":
        seeds = tuple(name for name in subject.static if normal(name) in names.seeds)
        return replace(setup, seed_names=seeds)
    return replace(
        setup,
        seed_names=tuple(names.seeds),
        unlisted_threads=_unlisted_threads(subject, entries),
        housekeeping=_housekeeping(subject, entries),
        early_stopping=_early_stopping(subject, entries),
        continuation=_continuation(subject, entries, fidelity),
        labels_from_zero=_labels_from_zero(subject, entries),
        groups=_groups(subject),
    )


def setup_of_older_plan(
    target: object, estimator: str, task: object, *, fidelity: Setting, rule: Setting
) -> TrialSetup:
    """Return the setup of a plan whose file was written before plans held one.

    It is read from the knowledge that is installed where the file is loaded, once. A target that
    cannot be read here, such as a function of another program, gets an
    empty one but for what was learned of its rule.
    """
    tuned = target if target is not None else estimator
    try:
        subject = read_subject(tuned, {}, task if isinstance(task, str) else None)
    except SettingError:
        return TrialSetup(learned=_learned(rule))
    entries = {part.prefix: _content_of(part) for part in subject.parts}
    return make_trial_setup(subject, entries, fidelity=fidelity, rule=rule)


def _content_of(part: Part) -> Entry | None:
    entry = entry_of(part)
    return None if entry is None else entry.content


def learned_fields(names: frozenset[str]) -> dict[str, object]:
    """Return fields of what is known of early stopping; nothing is read where none is wanted."""
    if not names:
        return {}
    return dict(knowledge.table("stopping").content.model_dump(include=set(names)))


def _learned(rule: Setting) -> dict[str, object]:
    fields = learned_fields(declaration_of(rule).network) if rule else {}
    return {"network": fields} if fields else {}


def _entry_in(entries: Entries, part: Part) -> Entry | None:
    """Return a part's entry; not one that describes a function or script, by its names alone."""
    return entries.get(part.prefix) if part.names or part.entry else None


def _with_entries(subject: Subject, entries: Entries) -> Iterator[tuple[Part, Entry]]:
    """Yield the parts that have an entry, each with it."""
    for part in subject.parts:
        entry = _entry_in(entries, part)
        if entry is not None:
            yield part, entry


def _housekeeping(subject: Subject, entries: Entries) -> dict[str, object]:
    """Return what entries set in each trial where the user left it open."""
    return {
        part.prefix + name: value
        for part, entry in _with_entries(subject, entries)
        for name, value in entry.trial.items()
        if name not in part.explicit
    }


def _unlisted_threads(subject: Subject, entries: Entries) -> tuple[str, ...]:
    """Return the thread hyperparameters of estimators whose ``get_params`` shows none.

    CatBoost lists only what was given, so nothing there shows that it takes all cores.
    """
    listed = subject.target.get_params()
    unlisted = []
    for part, entry in _with_entries(subject, entries):
        threads = [part.prefix + name for name in entry.threads if part.open or name in part.params]
        if threads and not any(name in listed for name in threads):
            unlisted.append(threads[0])
    return tuple(unlisted)


def _early_stopping(subject: Subject, entries: Entries) -> dict[str, str]:
    """Return the estimators that the user asks to stop early, which needs rows to watch.

    Of a pipeline that is its last step.
    """
    prefixes = {prefix + _last_step(estimator): prefix for prefix, estimator in _tuned(subject)}
    return {
        prefixes[part.prefix]: part.prefix + name
        for part, entry in _with_entries(subject, entries)
        if entry.early_stopping and part.prefix in prefixes
        for name in _spellings(entry)
        if part.params.get(name) and name in part.explicit
    }


def _labels_from_zero(subject: Subject, entries: Entries) -> tuple[str, ...]:
    """Return the classifiers with a part that takes labels 0, 1, 2, … only, by prefix."""
    if subject.task != "classification":
        return ()
    needing = [p.prefix for p, entry in _with_entries(subject, entries) if entry.labels_from_zero]
    prefixes = [f"{name}__" for name in subject.algorithms] or [""]
    return tuple(prefix for prefix in prefixes if any(name.startswith(prefix) for name in needing))


def _groups(subject: Subject) -> dict[str, GroupArgument]:
    """Return how rankers are told the groups of rows, by prefix; that of a pipeline is its own."""
    prefixes = [f"{name}__" for name in subject.algorithms] or [""]
    rows = knowledge.table("metrics").content.groups if subject.task == "ranking" else []
    arguments = {}
    for part in subject.parts:
        row = next((row for row in rows if set(row.estimators) & set(part.names)), None)
        outer = next((prefix for prefix in prefixes if part.prefix.startswith(prefix)), "")
        if row is not None:
            arguments[outer] = GroupArgument(row.argument, row.form)
    return arguments


def _spellings(entry: Entry) -> tuple[str, ...]:
    """Return the names by which an estimator is asked to stop early."""
    name = entry.early_stopping
    return next((row for row in entry.spellings() if name in row), (name,))


def _tuned(subject: Subject) -> Iterator[tuple[str, object]]:
    """Yield what is tuned by the prefix of its hyperparameters: of several algorithms each."""
    if isinstance(subject.target, OneOf):
        yield from ((f"{name}__", each) for name, each in subject.target.estimators.items())
    else:
        yield "", subject.target


def _last_step(estimator: object) -> str:
    """Return the prefix of a pipeline's last step, also where that is a pipeline."""
    prefix = ""
    while getattr(estimator, "steps", None):
        name, estimator = estimator.steps[-1]  # type: ignore[attr-defined]
        prefix += f"{name}__"
    return prefix


def _continuation(subject: Subject, entries: Entries, fidelity: Setting) -> Continuation | None:
    if fidelity is None:
        return None
    entry = entries.get(subject.owner(str(fidelity["name"])).prefix)
    if entry is None or entry.continues is None:
        return None
    return Continuation(entry.continues.by, entry.continues.total)


def _library_defaults(subject: Subject, entries: Entries) -> dict[str, object]:
    """Return what libraries take for hyperparameters that are left open.

    Where only a name is known, it is all that its entry describes, as no object can be read.
    """
    defaults: dict[str, object] = {}
    for part in subject.parts:
        visible = part.params if subject.kind != "name" else {}
        values = {**({} if visible else part.params), **_values_by_entry(part, entries)}
        defaults |= {
            part.prefix + name: value
            for name, value in values.items()
            if name not in visible or differs(value, visible[name])
        }
    return defaults


def _values_by_entry(part: Part, entries: Entries) -> dict[str, object]:
    entry = _entry_in(entries, part)
    if entry is None:
        return {}
    values = {
        spelling(part, name, described): own_value(part, entry, name)
        for name, described in entry.hyperparameters.items()
    }
    return {name: value for name, (value, has_value) in values.items() if has_value}


def _irrelevant(full_names: Iterable[str], names: Names) -> tuple[str, ...]:
    """Return the full names of those hyperparameters whose value decides no result."""
    ends = {full: full.rpartition("__")[2] for full in full_names}
    groups = {full: names.never_tuned(normal(end), end) for full, end in ends.items()}
    return tuple(full for full, group in groups.items() if group and not group.affects_results)
