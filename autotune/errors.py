"""The errors that autotune raises, each one line: what must hold, what was got, and the way out.

::

    AutotuneError             anything that autotune refuses
    ├── SettingError          a setting or range: unknown, illegal, or contradicting another
    ├── KnowledgeError        a knowledge, plan, job or overrides file that breaks its format
    ├── DataError             data that the estimator cannot be tuned on
    ├── PreflightError        an estimator that cannot be fitted, told before any trial
    ├── EngineError           an engine that is missing or cannot carry a plan out
    ├── StoreError            a job store, or a job in it, that cannot be used
    │   └── JobError          a job that cannot continue
    └── TrialError            a job without a finished trial
        └── FailedJobError    such a job, when it ends; ``job`` is the job itself

Each carries what it is about, so that a program need not read its text:

>>> error = SettingError("'max_trials' must be a whole number >= 1", name="max_trials", value="x")
>>> str(error), error.name, error.value
("'max_trials' must be a whole number >= 1, got 'x'.", 'max_trials', 'x')
"""

import pickle
import re
from collections.abc import Iterable
from copy import copy
from difflib import get_close_matches
from math import isfinite
from typing import Any, ClassVar, Self

MAX_TEXT = 500  # characters of a whole message
MAX_VALUE = 90  # characters of a value within it
MAX_PART = 140  # characters of a place or a hint that must give way
KEYWORD = "keyword"  # the place of what came as an argument; messages leave it out


class _NoValue:
    """Stands for a value where an error is not about one; None is a value like any other."""

    def __repr__(self) -> str:
        return "<no value>"

    def __reduce__(self) -> str:
        return "NO_VALUE"


NO_VALUE = _NoValue()


class AutotuneError(Exception):
    """Input, a plan or a store that cannot be used; its text is one line of at most 500 characters.

    Args:
        message: What must hold, as a sentence.
        hint: The way out, a sentence of its own.
        name: What the error is about: a setting, a hyperparameter, a file, a job.
        value: What was got instead; its short form is added to the message.
        got: Words for what was got, where the value's own form would not help.
        where: Where it was set: ``file:line``, ``--set``, or ``keyword``.
    """

    _place_first: ClassVar[bool] = False

    name: str
    """What the error is about: a setting, a hyperparameter, a file, a job; may be empty."""
    value: Any
    """What was got, or None where the error is not about a value."""
    hint: str
    """The way out; may be empty."""
    where: str
    """``file:line``, ``file:line:column``, ``--set`` or ``keyword``; may be empty."""

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        name: str = "",
        value: object = NO_VALUE,
        got: str = "",
        where: str = "",
    ) -> None:
        super().__init__(without_passwords(message))
        self.name = without_passwords(name)
        self.value = None if value is NO_VALUE else _without_password(value)
        self.hint = without_passwords(hint)
        self.where = without_passwords(where)
        self._message = without_passwords(message)
        self._got = got or ("" if value is NO_VALUE else short(value))

    def __str__(self) -> str:
        where = "" if self.where == KEYWORD else self.where
        parts = _Parts(self._message, self._got, where, self.hint, self._place_first)
        return parts.text() if len(parts.text()) <= MAX_TEXT else parts.shortened().text()

    def __reduce__(self) -> tuple[Any, ...]:
        state = dict(vars(self))
        if not _pickles(self.value):
            state["value"] = short(self.value)
        return _restored, (type(self), state)

    def at(self, where: str) -> Self:
        """Return the same error with its place, unless it has one."""
        return self if self.where or not where else self._with(where=where)

    def hinted(self, hint: str) -> Self:
        """Return the same error with another way out, unless that is empty."""
        return self._with(hint=hint) if hint else self

    def within(self, name: str) -> Self:
        """Return the same error about a part of something larger, whose name comes first."""
        return self._with(name=name, _message=f"{name}: {self._message}")

    def describe(self) -> dict[str, Any]:
        """Return the error as JSON-safe data, with the text of a value that JSON cannot hold."""
        return {
            "error": type(self).__name__,
            "message": str(self),
            "name": self.name,
            "value": _plain(self.value),
            "hint": self.hint,
            "where": self.where,
        }

    def _with(self, **changes: Any) -> Self:
        error = copy(self)
        vars(error).update(changes)
        return error


class SettingError(AutotuneError):
    """A setting or range that is unknown, illegal or contradicts another."""


class KnowledgeError(AutotuneError):
    """A knowledge, plan, job or overrides file that does not say what its format asks for."""

    _place_first = True


class DataError(AutotuneError):
    """Data that the estimator cannot be tuned on."""


class PreflightError(AutotuneError):
    """An estimator that cannot be fitted or scored on its data; no trial ran, no job is there."""


class EngineError(AutotuneError):
    """An engine that is missing or cannot carry a plan out."""


class StoreError(AutotuneError):
    """A job store, or a job in it, that cannot be found, read or written."""


class NameTaken(StoreError):
    """A new job's name is that of another job."""


class JobError(StoreError):
    """A job that cannot continue: its store was away too long, or another process took it over."""


class TrialError(AutotuneError):
    """A job without a finished trial, so without a best one; carries the first trial's error."""


class FailedJobError(TrialError):
    """A job that ended and none of whose trials finished; its record stays in its store.

    Args:
        message: What must hold, as a sentence.
        hint: The way out, a sentence of its own.
        job: The job, with its record; None where the error comes from another process.
    """

    job: Any
    """The job, with its record; None where the error comes from another process."""

    def __init__(self, message: str, hint: str = "", *, job: Any) -> None:
        super().__init__(message, hint, name=job.name)
        self.job = job

    def __reduce__(self) -> tuple[Any, ...]:
        restored, (cls, state) = super().__reduce__()
        return restored, (cls, {**state, "job": None})


def did_you_mean(name: object, choices: Iterable[str], limit: int = 12) -> str:
    """Return a hint with the nearest of the choices, or else the first ones up to the limit.

    Capital and small letters are alike.
    """
    names = sorted(set(choices))
    by_text = {choice.casefold(): choice for choice in reversed(names)}
    near = get_close_matches(str(name)[:MAX_VALUE].casefold(), by_text, n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(repr(by_text[text]) for text in near)}?"
    if not names or not limit:
        return ""
    listed = ", ".join(names[:limit]) + (", …" if len(names) > limit else "")
    return f"Known: {listed}."


def one_line(text: str, limit: int | None = None) -> str:
    """Return a text as one line without passwords, cut in its middle where it exceeds the limit."""
    line = " ".join(_escaped(without_passwords(str(text))).split())
    if limit is None or len(line) <= limit:
        return line
    head = (limit - 1) * 2 // 3
    return f"{line[:head]}…{line[head + 1 - limit :]}"


def short(value: object, limit: int = MAX_VALUE) -> str:
    """Return a value's text for a message, at most ``limit`` characters long."""
    try:
        return one_line(repr(value), limit)
    except Exception:  # any object's own code may run here
        return f"<{type(value).__name__}>"


def without_passwords(text: str) -> str:
    """Return the text with the passwords of database URLs in it hidden.

    >>> without_passwords("postgresql://me:secret@host/jobs")
    'postgresql://me:***@host/jobs'
    """
    hidden = _URL_PASSWORD.sub(r"\1:***@", _DATABASE_PASSWORD.sub(r"\1:***@", text))
    hidden = _WITHOUT_HOST.sub(r"\1:***", hidden)
    return _NAMED_PASSWORD.sub(r"\1***", hidden)


_DATABASES = r"(?:postgres(?:ql)?|mysql|mariadb|redis|mssql|oracle)(?:\+\w+)?:/{0,2}"
_DATABASE_PASSWORD = re.compile(rf"(?i)({_DATABASES}[^:/@\s]*):[^\n]*@")  # also malformed ones
_WITHOUT_HOST = re.compile(rf"(?i)({_DATABASES}[^:/@\s]+):(?!\d+(?:\W|$))(?!\*\*\*)[^@/\s'\"]+")
_URL_PASSWORD = re.compile(r"(://[^:/@\s]*):\S*@")
_NAMED_PASSWORD = re.compile(
    r"(?i)((?:password|passwd|pwd|token|secret|sslkey)"
    r"(?:=|['\"]\s*:\s*(?=['\"])))(?:'[^']*'|\"[^\"]*\"|[^&\s'\"]+)"
)


class _Parts:
    """The parts of a message, and how they are put together."""

    def __init__(self, message: str, got: str, where: str, hint: str, place_first: bool) -> None:
        self.message = one_line(message).rstrip(" .,;:")
        self.got = one_line(got).rstrip(" .")
        self.where = one_line(where)
        self.hint = one_line(hint)
        self.place_first = place_first

    def text(self) -> str:
        """Return what must hold, what was got, the place and the way out as two sentences."""
        text = f"{self.message}, got {self.got}" if self.got else self.message
        if self.where:
            text = f"{self.where}: {text}" if self.place_first else f"{text} ({self.where})"
        return f"{_ended(text)} {_ended(self.hint)}".strip()

    def shortened(self) -> "_Parts":
        """Return parts that fit: place and hint cut to their limit, then what was got.

        The message is cut to what remains, but not below that limit.
        """
        where, hint = one_line(self.where, MAX_PART), one_line(self.hint, MAX_PART)
        room = MAX_TEXT - len(_Parts("", "…", where, hint, self.place_first).text()) - 2
        message = one_line(self.message, max(MAX_PART, room - len(self.got)))
        got = one_line(self.got, room - len(message))
        return _Parts(message, got, where, hint, self.place_first)


def _ended(sentence: str) -> str:
    return sentence if not sentence or sentence[-1] in ".?!…" else f"{sentence}."


def _escaped(text: str) -> str:
    """Return the text with characters that a terminal would act on written as escapes."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character.isspace() else repr(character)[1:-1]
        for character in text
    )


def _without_password(value: object) -> object:
    return without_passwords(value) if isinstance(value, str) else value


def _plain(value: object) -> object:
    infinite = isinstance(value, float) and not isfinite(value)
    plain = value is None or isinstance(value, bool | int | float | str)
    return value if plain and not infinite else short(value)


def _pickles(value: object) -> bool:
    try:
        pickle.dumps(value)
    except Exception:  # any object's own code may run here
        return False
    return True


def _restored(cls: type[AutotuneError], state: dict[str, Any]) -> AutotuneError:
    error = cls.__new__(cls, state["_message"])
    vars(error).update(state)
    return error
