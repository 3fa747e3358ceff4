"""How a table's columns become what the estimators take: the setting ``encode``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autotune import knowledge
from autotune.errors import SettingError
from autotune.facts import Part, Subject
from autotune.facts.algorithm_choice import each
from autotune.facts.table import column_kinds, is_table, takes_tables
from autotune.facts.types import Table
from autotune.knowledge import Entry
from autotune.knowledge.entry import TableForm
from autotune.knowledge.tables import Encoders
from autotune.objective.fit_params import open_seeds
from autotune.plan.choices import Range, Setting
from autotune.plan.encoder import FIXED_CATEGORIES, PLAIN_NAMES, Encoder
from autotune.plan.overrides import Overrides
from autotune.recommend.decision_tables import decide
from autotune.recommend.entry_values import entry_of
from autotune.serialization.values import differs, from_plain
from autotune.space.domains import listed, same
from autotune.text import count

ONE_HOT = TableForm.model_validate({"form": "one-hot"})


def encode_setting(
    subject: Subject, overrides: Overrides, facts: Mapping[str, object], *, command_line: bool
) -> Setting | None:
    """Decide whether a table is encoded; None where it is not, and the user did not say so.

    Raises:
        SettingError: if the user asks for it where there is no table, or an estimator reads it
            itself.
    """
    given = overrides.settings.get("encode")
    if given is not None and given.value is not None:
        _check_asked(subject, given.where)
    if subject.kind != "estimator":
        return None
    context: dict[str, Any] = {
        **facts,
        "command_line": command_line,
        "takes_tables": any(map(takes_tables, each(subject.target))),
    }
    setting = decide(("encode",), overrides, context)["encode"]
    return setting if given is not None or setting.value is not None else None


def _check_asked(subject: Subject, where: str) -> None:
    if subject.kind != "estimator":
        got = f"a {subject.kind}, which reads its data itself"
    elif any(map(takes_tables, each(subject.target))):
        got = "a pipeline that takes the table's columns as they are"
    else:
        return
    raise SettingError(
        "encode='auto' must go with an estimator that takes numbers",
        "Drop encode.",
        name="encode",
        value="auto",
        got=got,
        where=where,
    )


def kinds_of(X: Table) -> dict[str, list[str]]:
    """Return the columns of each kind, where X is a table that can be looked at."""
    if X is None:
        return {}
    if not is_table(X):
        raise SettingError(
            "encode='auto' must have a table of rows and columns",
            "Drop encode.",
            name="encode",
            got=f"X of type {type(X).__name__}",
        )
    table = _installed()
    return column_kinds(X, from_plain(table.look))


def _installed() -> Encoders:
    from importlib.util import find_spec

    table: Encoders = knowledge.table("encoders").content
    if find_spec(table.library) is None:
        raise SettingError(
            f"encode='auto' needs {table.library}, which is not installed.",
            f"Install it: {table.install}. Or set encode=None for a table of numbers only.",
            name="encode",
        )
    return table


@dataclass(frozen=True)
class Encoding:
    """How the columns are encoded: for each estimator, and in words."""

    encoders: Mapping[str, Encoder]
    """The encoders by the prefix of the estimator that they are for."""
    words: str
    """What became of the columns."""


def encoding_of(
    subject: Subject, ranges: Mapping[str, Range], context: Mapping[str, Any]
) -> Encoding:
    """Return how each of the estimators gets a table, by what is known of it."""
    table, kinds = _installed(), context.get("kinds", {})
    prefixes = [f"{name}__" for name in subject.algorithms] or [""]
    encoders, words = {}, []
    for prefix, estimator in zip(prefixes, each(subject.target), strict=True):
        one = _One(table, subject, prefix, estimator, ranges, kinds)
        encoders[prefix] = one.encoder(context["seed"])
        name = f"{prefix.removesuffix('__')}: " if prefix else ""
        words.append(name + one.words(context.get("missing")))
    columns = sum(map(len, kinds.values()))
    what = f"{count(columns, 'column')}: " if columns else ""
    return Encoding(encoders, what + "; ".join(words))


@dataclass(frozen=True)
class _One:
    """One estimator and the table that it gets."""

    table: Encoders
    subject: Subject
    prefix: str
    estimator: Any
    ranges: Mapping[str, Range]
    kinds: Mapping[str, list[str]]

    @property
    def _last(self) -> Part:
        """The part that learns: a pipeline's last step."""
        prefix = self.prefix
        steps = getattr(self.estimator, "steps", None)
        while steps:
            prefix, steps = f"{prefix}{steps[-1][0]}__", getattr(steps[-1][1], "steps", None)
        return next(part for part in self.subject.parts if part.prefix == prefix)

    @property
    def _wanted(self) -> TableForm:
        entry_file = entry_of(self._last)
        entry: Entry | None = entry_file.content if entry_file else None
        return (entry.table if entry else None) or ONE_HOT

    @property
    def form(self) -> TableForm:
        """The form that the estimator takes, as it is set and tuned."""
        wanted = self._wanted
        if not wanted.otherwise:
            return wanted
        is_alone = self._last.prefix == self.prefix
        holds = all(self._is_always(name, values) for name, values in wanted.when.items())
        is_free = all(self._is_free(name, value) for name, value in wanted.set.items())
        if is_alone and holds and is_free:
            return wanted
        kept = wanted.model_dump(include={"scale", "plain_names"})
        return TableForm.model_validate({**kept, "form": wanted.otherwise})

    def _is_always(self, name: str, values: list[Any]) -> bool:
        searched = self.ranges.get(self.prefix + name)
        possible = listed(searched.value) if searched is not None else [self._last.params.get(name)]
        return bool(possible) and all(any(same(v, value) for value in values) for v in possible)

    def _is_free(self, name: str, value: object) -> bool:
        """Return whether a hyperparameter may be set: the user left it, or set it so already."""
        if _is_columns(value):
            return bool(self._filled(value))
        if self.prefix + name in self.ranges:
            return False
        return name not in self._last.explicit or not differs(self._last.params[name], value)

    @property
    def _columns(self) -> dict[str, list[str]]:
        """The columns of each kind; where the user named those of one, these."""
        columns = dict(self.kinds)
        for name, value in self._wanted.set.items():
            if _is_columns(value) and name in self._last.explicit:
                columns[value["columns"]] = self._named(name)
        return columns

    def _named(self, name: str) -> list[str]:
        given = self._last.params[name]
        names = list(given) if isinstance(given, Sequence) and not isinstance(given, str) else []
        if not names or not all(isinstance(n, str) for n in names):
            raise SettingError(
                f"{name} must be names of columns beside encode='auto'",
                f"Name them, or leave {name} out: encode='auto' sets it.",
                name=self.prefix + name,
                value=given,
            )
        return names

    def _filled(self, plain: Any) -> Any:
        """Return plain data with the names of columns where their kind stands."""
        if _is_columns(plain):
            return list(self._columns.get(plain["columns"], ()))
        if isinstance(plain, dict):
            return {key: self._filled(value) for key, value in plain.items()}
        return [self._filled(item) for item in plain] if isinstance(plain, list) else plain

    def encoder(self, seed: int) -> Encoder:
        """Return the steps before the estimator, and what is set in it."""
        form = self.form
        recipes = list(self.table.forms[form.form].steps)
        recipes += [self.table.impute] if self.imputes else []
        recipes += [self._scale] if self._scales(form) else []
        steps = [_seeded(from_plain(self._filled(recipe)), seed) for recipe in recipes]
        steps += [PLAIN_NAMES] if form.plain_names else []
        steps += [FIXED_CATEGORIES] if form.fixed_categories else []
        values = {name: self._filled(value) for name, value in form.set.items()}
        params = {n: tuple(v) if isinstance(v, list) else v for n, v in values.items()}
        return Encoder(tuple(steps), params, self._became(form))

    def _became(self, form: TableForm) -> dict[str, str]:
        """Return what columns of each kind become, in words."""
        scaled = (["from 0 to 1"] if self.takes_no_negatives else ["scaled"]) * self._scales(form)
        filled = ["gaps filled in"] if self.imputes else []
        became = {"numbers": ", ".join([*filled, *scaled]) or "numbers", "empty": "left out"}
        became.update(self.table.forms[form.form].words.items())
        return became

    @property
    def imputes(self) -> bool:
        """Whether missing values are filled in before the estimator."""
        tags = getattr(self.estimator, "__sklearn_tags__", None)
        return tags is None or not tags().input_tags.allow_nan

    @property
    def takes_no_negatives(self) -> bool:
        """Whether the estimator, or a step of it, refuses negative values."""
        steps = getattr(self.estimator, "steps", None) or [("", self.estimator)]
        tags = [step.__sklearn_tags__() for _, step in steps if hasattr(step, "__sklearn_tags__")]
        return any(each.input_tags.positive_only for each in tags)

    @property
    def _scale(self) -> Any:
        table = self.table
        return table.scale_from_zero if self.takes_no_negatives else table.scale

    def _scales(self, form: TableForm) -> bool:
        return form.scale or self.takes_no_negatives

    def words(self, missing: float | None) -> str:
        """Return what became of the columns."""
        became = self._became(self.form)
        parts = [f"{kind} {len(names)}: {became[kind]}" for kind, names in self.kinds.items()]
        if not self.kinds:
            parts = [f"{kind}: {words}" for kind, words in became.items()]
        if missing:
            filled = "filled in" if self.imputes else "the estimator's own"
            parts.append(f"missing values {missing:.2%}: {filled}")
        return " · ".join(parts)


def _is_columns(plain: object) -> bool:
    return isinstance(plain, dict) and set(plain) == {"columns"}


def _seeded(step: Any, seed: int) -> Any:
    """Return a step whose open seeds are set, so that each trial encodes alike."""
    names = knowledge.table("names").content.seeds
    return step.set_params(**open_seeds(step.get_params(), {}, names, seed))


def with_words(setting: Setting, encoding: Encoding) -> Setting:
    """Return the setting with what became of the columns."""
    return setting.changed(f"{encoding.words}.")
