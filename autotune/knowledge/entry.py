"""The format of an entry: one algorithm family's hyperparameters, ranges and sources.

The fields' descriptions are the format's reference and the editors' JSON Schema.
"""

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, model_validator

from autotune.knowledge.hyperparameter import (
    Hyperparameter,
    KnowledgePart,
    Note,
    Number,
    Value,
    Versions,
    Words,
)
from autotune.knowledge.legal_values import LegalValues
from autotune.serialization.scores import are_scores


class Start(KnowledgePart):
    """One good starting configuration; names left out keep the user's own value."""

    params: dict[str, Value] = Field(validation_alias=AliasChoices("params", "settings"))
    scores: str = Field(
        "",
        description="In percent on each of measured.tasks: 100 the best known there, 0 the "
        "median of a random search; . unknown.",
    )
    task: list[str] = Field([], description="Only for these tasks; empty: for all.")
    source: str = Field("learned", description="The key, in sources, of where it comes from.")
    why: str = Field(
        "", max_length=600, description="Why it is good; may be left out where scores say it."
    )

    @model_validator(mode="after")
    def _check_fields(self) -> "Start":
        if len(self.why) < 3 and not self.scores:
            raise ValueError("why must be given where there are no scores")
        if not are_scores(self.scores):
            raise ValueError("scores must be whole numbers or dots, with spaces between")
        return self


class Measured(KnowledgePart):
    """What the starting configurations were measured on, and how far a search with them comes."""

    tasks: str = Field(
        description="The tasks' names, with spaces between, in the order of the starts' scores."
    )
    middle: str = Field(
        "",
        description="What the median of a random search scored on each task, higher is better; . "
        "unknown.",
    )
    best: str = Field("", description="What the best configuration known scored on each task.")
    importance: dict[str, float] = Field(
        {},
        description="By hyperparameter, the share of the score's variance that goes when it "
        "alone is held: mean over tasks.",
    )
    bests: dict[str, list[Number]] = Field(
        {}, description="By hyperparameter, 5 and 95 % of the tasks' best values."
    )
    cost: dict[str, float] = Field(
        {},
        description="By hyperparameter, the power of it that a fit's seconds grow with, where "
        "they do.",
    )
    left: dict[str, float] = Field(
        {},
        description="By number of trials, the share of the gain over a median random trial that "
        "is still open, on tasks left out.",
    )
    command: str = Field(description="The command that measured it.")

    @property
    def names(self) -> list[str]:
        """The tasks' names."""
        return self.tasks.split()


class Metric(KnowledgePart):
    """The metric that follows from a static hyperparameter's value."""

    when: dict[str, list[Value]]
    metric: str
    why: Words


class Continued(KnowledgePart):
    """How a fit goes on from where it was, by more of the fidelity."""

    by: str = Field(
        description="warm_start, partial_fit (1 at a time), or the argument of fit that takes "
        "the model so far."
    )
    total: bool = Field(
        False, description="Whether the fidelity then counts what was done before, too."
    )
    default: int | None = Field(
        None,
        description="The library's default of the fidelity, where the estimator does not show it.",
    )


class TableForm(KnowledgePart):
    """The form in which an estimator takes a table's columns; encoders.yaml has the forms."""

    form: str = Field(description="The name of a form in encoders.yaml.")
    set: dict[str, Any] = Field({}, description="What the estimator must have set for this form.")
    when: dict[str, list[Value]] = Field(
        {}, description="Only where each named hyperparameter has one of these values, ..."
    )
    otherwise: str = Field("", description="... else, or where the user set them, this form.")
    scale: bool = Field(True, description="Whether numbers are scaled.")
    plain_names: bool = Field(False, description="Whether it refuses marks in names of columns.")
    fixed_categories: bool = Field(
        False, description="Whether it refuses categories that it was not fitted on."
    )

    @model_validator(mode="after")
    def _check_fields(self) -> "TableForm":
        if (self.when or self.set) and not self.otherwise:
            raise ValueError("otherwise must go with when or set")
        return self


class Entry(KnowledgePart):
    """A knowledge file: one algorithm family."""

    schema_: Literal[1] = Field(alias="schema", description="The format's version.")
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Words
    estimators: list[Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*\.[A-Za-z_]\w*$")]] = Field(
        description="Dotted names of the classes."
    )
    scripts: list[str] = Field(
        [],
        description="Names of hyperparameters by which a script or function of this kind is "
        "told; on one line.",
    )
    library: str = Field(
        "", description="The distribution whose versions gate the entry, such as scikit-learn."
    )
    versions: Versions = Field(
        "", description="The versions of the library the entry is for, such as >=1.4."
    )
    unset: list[Value] = Field(
        [], description="Static values that mean 'the library's default', as null does in XGBoost."
    )
    absent: dict[str, list[str]] = Field(
        {},
        description="By class, without its module: the hyperparameters of the entry that it lacks; "
        "for plans made where the library is not installed.",
    )
    hyperparameters: dict[str, Hyperparameter] = Field(description="Most important first.")
    others: list[str] = Field(
        [],
        description="Other names that an estimator which takes any name knows; one that is in "
        "neither list is refused.",
    )
    kept: dict[str, Words] = Field(
        {},
        description="Hyperparameters that are not tuned where the user set them, and why: they "
        "decide what is learned, or are legal only up to what an entry cannot see.",
    )
    aliases: dict[str, list[str]] = Field(
        {},
        description="Other names of hyperparameters that are not described here, by the name that "
        "is set on the estimator.",
    )
    legal: list[LegalValues] = Field(
        [], description="Values that the library accepts, where its class does not declare them."
    )
    forbidden: list[dict[str, list[Value]] | str] = Field(
        [],
        description="Combinations the library refuses: every name has one of its values, or a "
        "rule over hyperparameters holds.",
    )
    starts: list[Start] = Field([], description="Good starting configurations, best first.")
    measured: Measured | None = Field(None, description="What the starts' scores were measured on.")
    trials: str = Field(
        "",
        description="A rule for how many trials are worth it, over dims (hyperparameters tuned) "
        "and facts.",
    )
    fidelity: str = Field("", description="The hyperparameter that is the budget of one trial.")
    continues: Continued | None = Field(
        None, description="How a fit goes on, for reports on the way; needs fidelity."
    )
    instead: str = Field(
        "",
        description="Of a search around an estimator: the hyperparameter that holds the estimator "
        "to give in its place; a plan for the search itself is refused.",
    )
    closed: list[str] = Field(
        [],
        description="Hyperparameters that hold an estimator in which nothing is set or fitted any "
        "more, so that nothing in it is tuned.",
    )
    notes: list[Note] = Field([], description="What a plan says of the estimator as a whole.")
    threads: list[str] = Field([], description="Hyperparameters that set the number of threads.")
    early_stopping: str = Field(
        "", description="The hyperparameter that, where set, stops a fit early on an eval_set."
    )
    stoppers: dict[str, list[str]] = Field(
        {},
        description="By hyperparameter, the classes of objects in it that stop a fit early; "
        "refused, as early_stopping does it in trials.",
    )
    labels_from_zero: bool = Field(
        False,
        description="Whether its classifier takes the class labels 0, 1, 2, … only, so that "
        "others are encoded around it.",
    )
    trial: dict[str, Value] = Field(
        {},
        description="Set in every trial where the user left it open: files and messages kept "
        "quiet.",
    )
    table: TableForm | None = Field(
        None, description="How encode='auto' hands it a table; left out: one-hot and scaled."
    )
    metrics: list[Metric] = Field(
        [], description="Metrics that follow from static hyperparameters; the first that fits."
    )
    sources: dict[str, Words] = Field(
        description="Where ranges come from: article, library, measurement."
    )

    def legal_values(self, name: str) -> LegalValues | None:
        """Return the values that the library accepts for a name or an alias, where listed."""
        row = next((row for row in self.spellings() if name in row), (name,))
        return next((legal for legal in self.legal if legal.name in row), None)

    def lacks(self, dotted: str, name: str) -> bool:
        """Return whether a class is known not to have a hyperparameter of the entry."""
        return name in self.absent.get(dotted.rpartition(".")[2], ())

    def accepts(self, name: str) -> bool:
        """Return whether the library has a hyperparameter; unknown libraries may have any."""
        return not self.others or self.lists(name)

    def lists(self, name: str) -> bool:
        """Return whether the entry itself names the hyperparameter, or one with this alias."""
        return name in self.others or self.describes(name)

    def describes(self, name: str) -> bool:
        """Return whether the entry knows the hyperparameter, under its name or an alias."""
        return any(name in row for row in self.spellings())

    def spellings(self) -> list[tuple[str, ...]]:
        """Return the names of each hyperparameter that is known, its own first."""
        described = {name: field.aliases for name, field in self.hyperparameters.items()}
        return [(name, *aliases) for name, aliases in {**self.aliases, **described}.items()]
