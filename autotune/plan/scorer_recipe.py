"""How a scorer is made of a metric's function, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from autotune.serialization.documents import PlainMapping
from autotune.serialization.values import from_plain, to_plain


@dataclass(frozen=True)
class ScorerRecipe:
    """A metric's function, and how a scorer calls it."""

    function: str
    """The function's dotted name; it takes the targets and what the estimator says of them."""

    response: tuple[str, ...] = ("predict",)
    """The methods of the estimator that give it; the first that there is."""

    is_loss: bool = False
    """Whether lower values are better, so that the scorer negates them."""

    params: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments of the function."""

    def describe(self) -> dict[str, Any]:
        """Return the recipe as JSON-safe data."""
        return {
            "function": self.function,
            "response": list(self.response),
            "is_loss": self.is_loss,
            "params": {name: to_plain(value) for name, value in self.params.items()},
        }

    @classmethod
    def from_described(cls, plain: PlainMapping) -> Self:
        """Return the recipe that `describe` gave."""
        return cls(
            plain["function"],
            tuple(plain["response"]),
            plain["is_loss"],
            {name: from_plain(value) for name, value in plain["params"].items()},
        )
