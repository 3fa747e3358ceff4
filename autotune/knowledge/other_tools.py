"""What other tools call autotune's settings and their values, by ``other-tools.yaml``."""

from typing import Literal

from pydantic import Field, model_validator

from autotune.knowledge.hyperparameter import KnowledgePart, Number, Value


class OtherName(KnowledgePart):
    """A name from other tools: the setting it stands for, or advice where there is none."""

    tools: list[str] = Field(min_length=1, description="The tools that the name comes from.")
    setting: str = Field("", description="The setting of autotune that it stands for.")
    values: str = Field("", description="The group of words, in values, for its value.")
    factor: Number = Field(1, description="What a number is multiplied by: 60 for minutes.")
    key: str = Field("", description="The key within the setting, where that is a mapping.")
    advice: str = Field("", description="The way out where no setting stands for it.")

    @model_validator(mode="after")
    def _check_fields(self) -> "OtherName":
        if bool(self.setting) == bool(self.advice):
            raise ValueError("a name must have a setting or advice, and not both")
        return self


class OtherWords(KnowledgePart):
    """Words of other tools for one value, and the settings to write instead."""

    words: list[str] = Field(min_length=1, description="The words, and names of classes.")
    write: dict[str, Value] = Field(description="The settings that say the same.")


class OtherTools(KnowledgePart):
    """What other tools call autotune's settings and their values."""

    schema_: Literal[1] = Field(alias="schema")
    names: dict[str, OtherName]
    values: dict[str, list[OtherWords]]

    @model_validator(mode="after")
    def _check_groups(self) -> "OtherTools":
        for name, other in self.names.items():
            if other.values and other.values not in self.values:
                raise ValueError(f"{name}: values must name one of {', '.join(self.values)}")
        return self

    def settings_for(self, group: str, value: object) -> dict[str, Value] | None:
        """Return the settings that say what a word, class or object of another tool says."""
        word = _plain(_word_of(value))
        for row in self.values.get(group, ()):
            if word in map(_plain, row.words):
                return row.write
        return None


def _word_of(value: object) -> str:
    if isinstance(value, str | bool) or value is None:
        return str(value)
    return value.__name__ if isinstance(value, type) else type(value).__name__


def _plain(word: str) -> str:
    return "".join(character for character in word.lower() if character.isalnum())
