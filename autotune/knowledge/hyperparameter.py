"""The format of one hyperparameter: what it may be, when it matters, and where that comes from."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from autotune import expressions
from autotune.errors import AutotuneError
from autotune.knowledge.versions import are_versions
from autotune.space.domains import Choice, Domain, Float, Int

Level = Literal["essential", "useful", "all"]
LEVELS: tuple[Level, ...] = ("essential", "useful", "all")
Number = int | float
Value = bool | int | float | str | None | list[Any]
Words = Annotated[str, Field(min_length=3, max_length=600)]


class KnowledgePart(BaseModel):
    """A part of a knowledge file: unknown names are refused, and values are not converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def refuse_as_value(build: Callable[[], object]) -> None:
    """Raise what a builder refuses as the error that a model's validators raise."""
    try:
        build()
    except (AutotuneError, TypeError) as error:
        raise ValueError(str(error)) from None


def _check_versions(versions: str) -> str:
    if not are_versions(versions):
        raise ValueError("must name versions such as >=1.4 or >=1.4,<2")
    return versions


Versions = Annotated[str, AfterValidator(_check_versions)]


def _check_rule(rule: str) -> str:
    refuse_as_value(partial(expressions.parse, rule))
    return rule


Rule = Annotated[str, AfterValidator(_check_rule)]


class Relevance(KnowledgePart):
    """A rule that decides whether a hyperparameter matters here, and what a plan says if not."""

    rule: Rule = Field(
        description="A rule over the data's facts, metric and metric_sees_weights (whether the "
        "metric moves when classes are weighed)."
    )
    why: Words = Field(description="What a plan says where the rule leaves the hyperparameter out.")


class Hyperparameter(KnowledgePart):
    """One hyperparameter: what it may be, where that comes from, and how much it matters."""

    type: Literal["float", "int", "choice"]
    low: Number | None = Field(None, description="Lowest value, inclusive.")
    high: Number | None = Field(None, description="Highest value, inclusive.")
    log: bool | Literal["reverse"] = Field(
        False, description="Search the logarithm; 'reverse': the logarithm of 1 - value."
    )
    step: Number | None = Field(None, description="Distance between values, counted from low.")
    choices: list[Value] | None = Field(None, description="The values of a choice.")
    also: list[Value] = Field(
        [], description="Values of another kind that a number may take too, such as null or sqrt."
    )
    default: Value = Field(
        None,
        description="The library's default; leave out where it is null or follows from the data.",
    )
    data: dict[Literal["low", "high"], Rule] = Field(
        {}, description="Rules over the data's facts that replace low or high."
    )
    when: dict[str, list[Value]] = Field(
        {}, description="Used only where each named hyperparameter has one of these values."
    )
    needs: Relevance | None = Field(
        None, description="Tuned only where this rule is known to hold; not without the facts."
    )
    unless: list[Relevance] = Field([], description="Not tuned where one of these rules holds.")
    within: dict[Literal["low", "high"], Rule] = Field(
        {},
        description="Rules over the entry's other hyperparameters that narrow the range; each "
        "name is the largest number it may take here, and a rule over an unlimited one says "
        "nothing.",
    )
    widest: dict[Literal["low", "high"], Rule] = Field(
        {},
        description="Rules over the data's facts for the ends that a range never exceeds, except "
        "to hold a value that the user set.",
    )
    apart: list[Number] = Field(
        [],
        description="Numbers with a meaning of their own, such as 0 for no limit: beside the "
        "range where the user set one, never in a wider range.",
    )
    tuples: bool = Field(False, description="Whether lists among the choices stand for tuples.")
    task: list[str] = Field([], description="Only for these tasks; empty: for all.")
    importance: Level = Field("useful", description="From which effort level on it is tuned.")
    aliases: list[str] = Field([], description="Other names the library accepts for it.")
    bounds: list[Number | None] | None = Field(
        None, description="[lowest, highest] value the library accepts; null: no limit."
    )
    versions: Versions = Field(
        "", description="Versions of the library that have it, such as >=1.2."
    )
    source: str = Field(description="The key, in sources, of where the range comes from.")
    why: Words = Field(
        description="What it does to the model and why this range, as a practitioner reads it."
    )
    evidence: str = Field(
        "", max_length=600, description="The figures behind it, in full sentences; source cites."
    )

    @model_validator(mode="after")
    def _check_fields(self) -> "Hyperparameter":
        numbers = self.type != "choice"
        if numbers and (self.low is None or self.high is None or self.choices is not None):
            raise ValueError(f"type {self.type} must have low and high, and no choices")
        if not numbers and (not self.choices or self.low is not None or self.high is not None):
            raise ValueError("type choice must have choices, and no low or high")
        if self.bounds is not None and len(self.bounds) != 2:
            raise ValueError("bounds must be [lowest, highest]")
        refuse_as_value(self.domain)
        return self

    def domain(self, **changes: Any) -> Domain:
        """Return the range as a domain, with changed fields."""
        if self.type == "choice":
            return Choice([self._as_tuple(value) for value in self.choices or []])
        fields: dict[str, Any] = {
            "low": self.low,
            "high": self.high,
            "log": self.log,
            "also": tuple(self.also),
            **changes,
        }
        if self.type == "int":
            return Int(**fields, step=int(self.step or 1))
        return Float(**fields, step=self.step)

    def _as_tuple(self, value: Value) -> object:
        return tuple(value) if self.tuples and isinstance(value, list) else value


class Note(KnowledgePart):
    """A plain line that a plan says of the estimator where a rule over facts holds."""

    when: Rule = Field("True", description="A rule over the data's facts and static values.")
    say: Words
