"""What comes before an estimator, so that it takes a table as people have it: as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from autotune.serialization.documents import PlainMapping
from autotune.serialization.values import from_plain, to_plain

PLAIN_NAMES = "plain names"  # stands for the step that gives columns names of plain characters
FIXED_CATEGORIES = "fixed categories"  # stands for the step that makes new categories missing


@dataclass(frozen=True)
class Encoder:
    """How a table's columns become what one estimator takes."""

    steps: tuple[Any, ...]
    """Transformers, none of them fitted, before the estimator; or the text of such a
    step."""

    params: Mapping[str, object] = field(default_factory=dict)
    """What is set in the estimator for these steps, by its own names."""

    words: Mapping[str, str] = field(default_factory=dict)
    """What columns of each kind become."""

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages that the steps are of."""
        modules = [type(step).__module__ for step in self.steps if not isinstance(step, str)]
        return tuple(dict.fromkeys(module.partition(".")[0] for module in modules))

    def describe(self) -> dict[str, Any]:
        """Return the steps and values as JSON-safe data."""
        return {
            "steps": [to_plain(step) for step in self.steps],
            "params": {name: to_plain(value) for name, value in self.params.items()},
            "words": dict(self.words),
        }

    @classmethod
    def from_described(cls, plain: PlainMapping) -> Self:
        """Return the encoder that `describe` gave.

        Raises:
            SettingError: if a step is of a class that cannot be imported here.
        """
        params = {name: from_plain(value) for name, value in plain["params"].items()}
        steps = tuple(map(from_plain, plain["steps"]))
        return cls(steps, params, dict(plain.get("words", {})))
