"""The formats of files that are not entries: decision tables, names and learned curves."""

import re
from collections.abc import Mapping
from functools import cached_property, partial
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from autotune import expressions
from autotune.knowledge.hyperparameter import (
    Hyperparameter,
    KnowledgePart,
    Note,
    Number,
    Value,
    Words,
    refuse_as_value,
)


class Row(KnowledgePart):
    """One row of a decision table: the value of a setting where the rule holds."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    when: str = Field("True", description="A rule over facts; the row fires where it holds.")
    value: Value | dict[str, Value | dict[str, Value]] = Field(
        None, description="The value, as it stands."
    )
    rule: str | dict[str, str] = Field(
        "", description="A rule that computes the value instead, or one for each of its names."
    )
    why: Words
    evidence: str = Field(
        "", max_length=600, description="The figures behind it, in full sentences; source cites."
    )
    source: str = Field("", description="The key, in sources, of the evidence.")

    @model_validator(mode="after")
    def _check_fields(self) -> "Row":
        for rule in (self.when, *self.computed.values()):
            refuse_as_value(partial(expressions.parse, rule))
        return self

    @property
    def computed(self) -> dict[str, str]:
        """The rules by name; a single one under no name."""
        if isinstance(self.rule, dict):
            return self.rule
        return {"": self.rule} if self.rule else {}

    def evaluate(self, facts: Mapping[str, object]) -> object:
        """Return the row's value for these facts.

        Raises:
            Unknown: if a fact that it needs is missing.
        """
        if not self.computed:
            return self.value
        values = {name: expressions.evaluate(rule, facts) for name, rule in self.computed.items()}
        return values.get("", values)


class Table(KnowledgePart):
    """A decision table for each setting: the first row that fires decides."""

    schema_: Literal[1] = Field(alias="schema")
    facts: dict[str, Words] = Field(
        {}, description="What rules read beside the data's facts and the settings, and what it is."
    )
    settings: dict[str, list[Row]]
    warnings: list[Note] = Field(
        [], description="What a plan warns of, by rules over facts and settings; worst first."
    )
    sources: dict[str, Words]


class NeverTuned(KnowledgePart):
    """Names that are tuned only if the user names them, for one reason."""

    why: Words = Field(description="The reason, as a plan says it.")
    names: list[str] = Field(description="Names, where a trailing * matches any ending.")
    affects_results: bool = Field(
        True, description="Whether two trials that differ in such a value have different results."
    )


class Meaning(Hyperparameter):
    """What a name means everywhere: its range where no entry describes it."""

    beside: list[str] = Field(
        [], description="Only where a hyperparameter of one of these names is beside it."
    )
    differs: Words | dict[str, Words] = Field(
        {},
        description="Why the range has less than half in common with an entry's of the same name: "
        "by entry, or one reason for all.",
    )


class Names(KnowledgePart):
    """What names mean everywhere, and which are never tuned unless named."""

    schema_: Literal[1] = Field(alias="schema")
    never: dict[str, NeverTuned] = Field(description="Groups of names, each by a key.")
    threads: list[str] = Field(description="Names of hyperparameters that set a number of threads.")
    seeds: list[str] = Field(description="Names of hyperparameters that set a seed.")
    fidelity: list[str] = Field(description="Names of hyperparameters that are a trial's budget.")
    parts: list[str] = Field(
        [], description="Words for parts of a model that may stand before or after a name."
    )
    names: dict[str, Meaning]
    sources: dict[str, Words]

    def never_tuned(self, *spellings: str) -> NeverTuned | None:
        """Return the first group that holds a name, in one of these spellings, or None."""
        exact, patterns = self._places
        places = [exact[spelling] for spelling in spellings if spelling in exact]
        places += [i for i, pattern in patterns if any(map(pattern.fullmatch, spellings))]
        return list(self.never.values())[min(places)] if places else None

    @cached_property
    def _places(self) -> tuple[dict[str, int], list[tuple[int, re.Pattern[str]]]]:
        """The place of the first group by name, and of groups by the pattern of their endings."""
        exact: dict[str, int] = {}
        patterns = []
        for place, group in enumerate(self.never.values()):
            exact = dict.fromkeys(group.names, place) | exact
            starred = [re.escape(name).replace(r"\*", ".*") for name in group.names if "*" in name]
            if starred:
                patterns.append((place, re.compile("|".join(starred))))
        return exact, patterns


class Network(KnowledgePart):
    """A small network: a row of bias and weights for each hidden number, and one for the output."""

    hidden: list[list[Number]]
    output: list[Number]


class Stopping(KnowledgePart):
    """What autotune's rule of early stopping learned from learning curves of other tasks."""

    schema_: Literal[1] = Field(alias="schema")
    promise: Number = Field(description="A trial whose curve promises less is stopped ...")
    promise_after_starts: Number = Field(
        description="... and where the search knows good configurations of other tasks."
    )
    protect: int = Field(description="How many trials must have finished before one is stopped.")
    tasks: str = Field(description="The tasks whose curves it learned from, with spaces between.")
    command: str = Field(description="The command that learned it.")
    means: list[Number] = Field(description="What is taken from each input, and then ...")
    spreads: list[Number] = Field(description="... by what it is divided.")
    networks: list[Network] = Field(description="Networks whose mean answer is the promise.")
    sources: dict[str, Words]


class EncoderForm(KnowledgePart):
    """A form of columns: the steps that bring a table to it."""

    words: dict[Literal["categories", "dates", "text"], str] = Field(
        description="What columns of each kind become, as a plan says it."
    )
    steps: list[dict[str, Any]] = Field(description="Transformers, by class and parameters.")
    source: str = Field(description="The key, in sources, of where it comes from.")


class Encoders(KnowledgePart):
    """How a table becomes what an estimator takes."""

    schema_: Literal[1] = Field(alias="schema")
    library: str = Field(description="The distribution that the steps are of.")
    install: str = Field(description="The command that installs it.")
    look: dict[str, Any] = Field(description="The transformer that tells what each column is.")
    forms: dict[str, EncoderForm]
    impute: dict[str, Any] = Field(description="For estimators that take no missing values.")
    scale: dict[str, Any] = Field(description="For estimators that compare columns.")
    scale_from_zero: dict[str, Any] = Field(
        description="In place of scale, for estimators that refuse negative values."
    )
    sources: dict[str, Words]

    @model_validator(mode="after")
    def _check_fields(self) -> "Encoders":
        for name, form in self.forms.items():
            if form.source not in self.sources:
                raise ValueError(f"forms.{name}.source must be one of {', '.join(self.sources)}")
        return self
