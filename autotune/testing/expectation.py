"""A check by its name, and how it says what does not hold."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field

from autotune.engines import find
from autotune.errors import AutotuneError

LONGEST = 300  # characters of what was got


@dataclass(frozen=True)
class Check:
    """One check, by a name that says what holds."""

    function: Callable[..., None]
    """Called with the engine's name, the arguments, and a folder where it runs whole jobs."""
    arguments: tuple[object, ...] = field(default=(), repr=False)
    """What the function takes beside the engine's name."""
    label: str = ""
    """Which of several checks of one function this is."""
    needs: str = ""
    """The capability without which there is nothing to check."""
    strategy: str = ""
    """The strategy without which there is nothing to check."""
    sampler: str = ""
    """The sampler without which there is nothing to check."""

    @property
    def runs_a_job(self) -> bool:
        """Whether the check runs a whole job."""
        return self.function.__name__.startswith("job_")

    def applies(self, engine: str) -> bool:
        """Return whether the engine declares what is checked."""
        capabilities = find(engine).adapter.capabilities
        return (
            (not self.strategy or self.strategy in capabilities.strategies)
            and (not self.sampler or self.sampler in capabilities.samplers)
            and (not self.needs or bool(getattr(capabilities, self.needs)))
        )

    def __call__(self, engine: str) -> None:
        """Check an engine.

        Raises:
            AssertionError: if it does not conform.
            EngineError: if it cannot be found or lacks a member of the seam.
        """
        if not self.applies(engine):
            return
        if not self.runs_a_job:
            self.function(engine, *self.arguments)
            return
        with tempfile.TemporaryDirectory(prefix="autotune-") as folder:
            self.function(engine, *self.arguments, folder=folder)

    def __str__(self) -> str:
        return f"{self.function.__name__}({self.label})" if self.label else self.function.__name__


def expect(holds: bool, expected: str, got: object, look: str) -> None:
    """Refuse what does not hold.

    Args:
        holds: Whether it holds.
        expected: What must hold, as words after "expected".
        got: What was got instead.
        look: The part of the adapter to look at.

    Raises:
        AssertionError: with all three, in one line.
    """
    if not holds:
        text = str(got) if isinstance(got, str | AutotuneError) else repr(got)
        raise AssertionError(f"expected {expected}; got {text[:LONGEST]}; look at {look}")
