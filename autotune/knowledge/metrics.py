"""What metrics are called, and which follow from what is minimised, by ``metrics.yaml``."""

from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from autotune.knowledge.hyperparameter import KnowledgePart, Value, Words


class ScorerRow(KnowledgePart):
    """One scorer: the function behind it, and the names that people write instead of its own."""

    function: str = Field(description="The dotted name of the metric's function.")
    response: list[str] = Field([], description="The methods that it judges, where it is made.")
    is_loss: bool = Field(False, description="Whether it is made of a loss, which it negates.")
    params: dict[str, Value] = Field({}, description="Arguments of the function.")
    names: list[str] = Field([], description="Other names for it.")


class OtherResponse(KnowledgePart):
    """An argument by which a scorer asks for another method of the estimator."""

    scorer: str
    argument: str
    response: list[str]


class ParamOf(KnowledgePart):
    """An argument of a metric that is the value of a hyperparameter."""

    of: str = Field(description="The hyperparameter, or the argument within a text.")
    default: Value = Field(None, description="The library's default.")


class Follows(KnowledgePart):
    """The metric that follows from an estimator, or from what it minimises."""

    estimators: list[str]
    when: dict[str, list[Value]] = Field({}, description="Static values; all must match.")
    metric: str = ""
    params: dict[str, ParamOf] = Field({}, description="The metric's arguments.")
    why: Words = "It follows from what is minimised."
    refuse: str = Field("", description="Why no metric can be chosen, and the way out.")

    @model_validator(mode="after")
    def _check_fields(self) -> "Follows":
        if bool(self.metric) == bool(self.refuse):
            raise ValueError("a rule must have a metric or refuse, and not both")
        return self


class GroupsOf(KnowledgePart):
    """How the fit of a ranker is told which rows belong together."""

    estimators: list[str]
    argument: str = Field(description="The argument of fit.")
    form: Literal["ids", "sizes"] = Field(description="One for each row, or one for each group.")


class Metrics(KnowledgePart):
    """The scorers by name, and the metrics that follow from an estimator."""

    schema_: Literal[1] = Field(alias="schema")
    scorers: dict[str, ScorerRow]
    responses: list[OtherResponse]
    targets: list[str] = Field(description="Names of a metric function's first argument.")
    follows: list[Follows]
    groups: list[GroupsOf]
    sources: dict[str, Words]

    def scorer_named(self, name: str) -> str | None:
        """Return the scorer that another name stands for, or None."""
        return self._by_name.get(_plain(name))

    @cached_property
    def _by_name(self) -> dict[str, str]:
        names = {_plain(scorer): scorer for scorer in self.scorers}
        for scorer, row in self.scorers.items():
            names |= {_plain(name): scorer for name in row.names if _plain(name) not in names}
        return names


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
