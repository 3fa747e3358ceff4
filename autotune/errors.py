"""The errors autotune raises: what must hold, what was got, and the way out, in one line."""

from collections.abc import Iterable
from difflib import get_close_matches


class AutotuneError(Exception):
    """Input, plan or store that cannot be used; the message is one line a person can act on.

    Args:
        message: What must hold and what was got.
        hint: The way out, added after the message.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        text = " ".join(f"{message} {hint}".split())
        super().__init__(text)


class SettingError(AutotuneError):
    """A setting or range that is unknown, illegal or contradicts another."""


class KnowledgeError(AutotuneError):
    """A knowledge, plan or overrides file that does not say what its format asks for."""


class DataError(AutotuneError):
    """Data that the estimator cannot be tuned on."""


class EngineError(AutotuneError):
    """An engine that is missing or cannot carry a plan out."""


class StoreError(AutotuneError):
    """A job store, or a job in it, that cannot be found, read or written."""


class JobError(StoreError):
    """A job that cannot go on although it ran: its store was away for too long, or another process took it over."""


class TrialError(AutotuneError):
    """No trial finished, so there is no best one; carries the first trial's error."""


def did_you_mean(name: object, known: Iterable[str], limit: int = 12) -> str:
    """Return the hint that names the nearest of the known names, or else the first ones up to the limit."""
    names = sorted(set(known))
    near = get_close_matches(str(name), names, n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(repr(n) for n in near)}?"
    if not names or not limit:
        return ""
    listed = ", ".join(names[:limit]) + (", …" if len(names) > limit else "")
    return f"Known: {listed}."
