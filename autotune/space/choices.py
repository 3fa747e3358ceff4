"""Hyperparameters that are one of some values, one fixed value, or an example to start from."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from autotune.errors import SettingError
from autotune.space.calls import called_as
from autotune.space.conditions import When, condition
from autotune.space.labels import labels_of, same


@called_as("Choice([a, b, c], when=None)")
@dataclass(frozen=True)
class Choice:
    """One of some values of any type, tuples, None and objects included.

    >>> Choice(["gini", "entropy"]).contains("gini")
    True

    Raises:
        SettingError: if there is no value, or one twice.
    """

    choices: Sequence[Any]
    """The values, which engines get as labels."""
    _: KW_ONLY
    when: When | None = field(default=None, repr=False, compare=False)
    """The values of others under which it is used, such as ``{"optimizer": ["sgd"]}``."""

    def __post_init__(self) -> None:
        if isinstance(self.choices, str | bytes) or not isinstance(self.choices, Sequence):
            raise SettingError("choices must be a list", name="choices", value=self.choices)
        # A numpy scalar has another text in a file than in memory; as a plain number it is the
        # same choice in both.
        plain = [
            choice.item() if getattr(choice, "shape", None) == () else choice
            for choice in self.choices
        ]
        object.__setattr__(self, "choices", tuple(plain))
        object.__setattr__(self, "when", condition(self.when))
        if not self.choices:
            raise SettingError(
                "choices must hold at least one value", name="choices", value=(), got="none"
            )
        if len(set(self.labels)) < len(self.labels):
            raise SettingError("choices must differ", name="choices", value=list(self.labels))

    @property
    def labels(self) -> tuple[str, ...]:
        """The text of each choice in order; quoted where another choice reads the same."""
        return labels_of(self.choices)

    def contains(self, value: object) -> bool:
        """Return whether the value is one of the choices, of the same type."""
        return any(same(value, choice) for choice in self.choices)

    @property
    def size(self) -> float:
        """The number of choices."""
        return len(self.choices)

    def levels(self, count: int) -> tuple[Any, ...]:
        """Return all choices."""
        return tuple(self.choices)


@called_as("Fixed(value, when=None)")
@dataclass(frozen=True)
class Fixed:
    """A hyperparameter held at one value."""

    value: Any
    """The value."""
    _: KW_ONLY
    when: When | None = field(default=None, repr=False, compare=False)
    """The values of others under which it is used, such as ``{"optimizer": ["sgd"]}``."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "when", condition(self.when))

    def contains(self, value: object) -> bool:
        """Return whether the value is the fixed one."""
        return same(value, self.value)

    @property
    def size(self) -> float:
        """Always 1."""
        return 1

    def levels(self, count: int) -> tuple[Any, ...]:
        """Return the one value."""
        return (self.value,)


@called_as("Hint(value, when=None)")
@dataclass(frozen=True)
class Hint:
    """A value to infer a range around: ``ranges={"alpha": Hint(0.1)}``."""

    value: Any
    """The example."""
    _: KW_ONLY
    when: When | None = field(default=None, repr=False, compare=False)
    """The values of others under which it is used, such as ``{"optimizer": ["sgd"]}``."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "when", condition(self.when))
