"""The words that a library accepts for a hyperparameter, which its class does not declare."""

from pydantic import Field

from autotune.knowledge.hyperparameter import KnowledgePart, Value, Versions


class LegalValues(KnowledgePart):
    """All values that the library accepts for one hyperparameter, described here or not."""

    name: str = Field(description="The hyperparameter; its aliases have the same values.")
    values: list[Value] = Field(
        min_length=1, description="Every value; those in unset are accepted too."
    )
    versions: Versions = Field("", description="Versions of the library with these values.")
    source: str = Field(description="The key, in sources, of where the values are listed.")
