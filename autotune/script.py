"""A command that trains, in any language: what runs, with what, how its metrics are read."""

import json
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from autotune.errors import SettingError, did_you_mean

NUMBER = r"([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?(?i:nan|inf(?:inity)?))"
RESERVED = "AUTOTUNE_"


@dataclass(frozen=True)
class ScriptSpec:
    r"""A command to tune: hyperparameters are its arguments, metrics are read from its output.

    No shell sees the values. Each trial runs in a new process group, without standard input;
    what it leaves running is killed when the command ends. Its environment has
    AUTOTUNE_CHECKPOINT_DIR, a folder that a retry and a resumed job find again,
    AUTOTUNE_METRICS_FILE, AUTOTUNE_TRIAL and AUTOTUNE_SEED.

    Args:
        command: A file or program, or a list with its first arguments. A ``.py`` file runs with
            this Python.
        hyperparameters: Their static values by name. None leaves an argument out; True is written
            ``True``; lists and mappings are written as JSON.
        metrics: The pattern of each metric by name, the first being tuned by default: a regular
            expression whose first group is the number, where ``{number}`` stands for a group that
            takes any number. The last match of a metric counts. Or a list of names, where the
            command appends JSON lines such as ``{"loss": 0.5}`` to a file.
        metrics_file: That file's name in the trial's folder; the one AUTOTUNE_METRICS_FILE names
            where left out.
        arguments: How a hyperparameter is written, words separated by spaces, such as
            ``{name}={value}``; or a list of all words, such as ``["{lr}", "--size={batch-size}"]``.
        env: Further environment variables, which are saved in the job's record; a secret one
            is passed on from your own.
        folder: Where it runs; a folder of its own for each trial where left out, in which relative
            paths do not reach yours.
        steps: Whether the metric is told step by step, so that a poor trial can end early:
            True, False, or a pattern whose group is the step's number, such as ``epoch {number}``.
            Where left out, each match but the last is a step.

    Raises:
        SettingError: if one of these cannot be used; that the command is there is checked when it
            is run.
    """

    command: str | Sequence[str]
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, str] | Sequence[str] = ()
    metrics_file: str | None = None
    arguments: str | Sequence[str] = "--{name} {value}"
    env: Mapping[str, Any] = field(default_factory=dict)
    folder: str | Path | None = None
    steps: bool | str | None = None

    def __post_init__(self) -> None:
        checked = {
            "command": _command(self.command),
            "hyperparameters": _hyperparameters(self.hyperparameters),
            "metrics": _metrics(self.metrics),
            "env": _env(self.env),
            "folder": None if self.folder is None else _text("folder", str(self.folder)),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "arguments", _arguments(self.arguments, self.hyperparameters))
        self._check_file()
        self._check_steps()

    @property
    def words(self) -> tuple[str, ...]:
        """The command, word by word."""
        return (self.command,) if isinstance(self.command, str) else tuple(self.command)

    @property
    def name(self) -> str:
        """The name of the file that is run, or of the program."""
        files = [word for word in self.words[1:] if Path(word).suffix and not word.startswith("-")]
        return Path(next(iter(files), self.words[0])).name

    @property
    def patterns(self) -> dict[str, str]:
        """The regular expression of each metric that is read off the log."""
        return (
            {name: _expanded(pattern) for name, pattern in self.metrics.items()}
            if isinstance(self.metrics, Mapping)
            else {}
        )

    @property
    def step_pattern(self) -> str | None:
        """The regular expression of a step's number, if any."""
        return _expanded(self.steps) if isinstance(self.steps, str) else None

    def arguments_for(self, params: Mapping[str, object]) -> list[str]:
        """Return the arguments that give these hyperparameters to the command, word by word."""
        texts = {name: text_of(value) for name, value in params.items()}
        if not isinstance(self.arguments, str):
            return [
                "".join(before + texts.get(name or "", "") for before, name in _parsed(word))
                for word in self.arguments
            ]
        words = self.arguments.split()
        pairs = [(name, text) for name, text in texts.items() if params[name] is not None]
        return [word.format(name=name, value=text) for name, text in pairs for word in words]

    def describe(self) -> dict[str, Any]:
        """Return what was given, by the names of the arguments."""
        return {
            argument.name: getattr(self, argument.name)
            for argument in fields(ScriptSpec)
            if getattr(self, argument.name) != _default(argument)
        }

    def _check_file(self) -> None:
        if self.metrics_file is None:
            return
        path = Path(_text("metrics_file", self.metrics_file))
        if path.is_absolute() or ".." in path.parts:
            raise SettingError(
                f"metrics_file must lie in the trial's folder, got {self.metrics_file!r}."
            )
        if isinstance(self.metrics, Mapping):
            raise SettingError(
                "metrics_file must go with a list of names in metrics, got patterns.",
                "Drop one of them.",
            )
        if self.folder is not None:
            raise SettingError(
                "metrics_file must lie in a folder of the trial's own, got folder, which all trials"
                " share.",
                "Write to the file that AUTOTUNE_METRICS_FILE names.",
            )

    def _check_steps(self) -> None:
        if isinstance(self.steps, str):
            check_pattern("steps", self.steps)
        elif self.steps not in (None, True, False):
            raise SettingError(f"steps must be True, False, None or a pattern, got {self.steps!r}.")


def _default(argument: Any) -> Any:
    return argument.default_factory() if callable(argument.default_factory) else argument.default


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise SettingError(f"{name} must be a text that is not empty, got {value!r}.")
    return value


def _command(command: object) -> str | tuple[str, ...]:
    if isinstance(command, Path):
        command = str(command)
    if isinstance(command, str):
        return _text("command", command)
    if not isinstance(command, list | tuple) or not command:
        raise SettingError(
            f"command must be a file or program, or a list of words, got {command!r}."
        )
    return tuple(
        _text("each word of command", str(word) if isinstance(word, Path) else word)
        for word in command
    )


def _hyperparameters(values: object) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        raise SettingError(
            f"hyperparameters must be a mapping from names to values, got {values!r}."
        )
    for name, value in values.items():
        if (
            not isinstance(name, str)
            or not name
            or name.startswith("-")
            or set(name) & set("= \t\n\r\0{}:!")
        ):
            hint = f"Did you mean {str(name).lstrip('-')!r}?" if str(name).startswith("-") else ""
            raise SettingError(
                f"hyperparameters: a name must be text without spaces or '=', got {name!r}.", hint
            )
        if "\0" in text_of(value, name):
            raise SettingError(
                f"hyperparameters: {name!r} must be without NUL characters, got {value!r}."
            )
    return {
        name: value.item()
        if hasattr(value, "item") and getattr(value, "shape", None) == ()
        else value
        for name, value in values.items()
    }


def text_of(value: object, name: str = "a value") -> str:
    """Return a hyperparameter's value as the command gets it.

    >>> text_of(1e-05), text_of(True), text_of([1, 2]), text_of(None)
    ('1e-05', 'True', '[1, 2]', '')

    Raises:
        SettingError: if it has no such form.
    """
    if value is None or isinstance(value, str):
        return value or ""
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()
    if isinstance(value, bool | int | float):
        return repr(value)
    try:
        return json.dumps(value)
    except (TypeError, ValueError):
        raise SettingError(
            f"hyperparameters: {name!r} must be a number, text, True, False, None, or a list or"
            f" mapping of them, got {value!r}."
        ) from None


def _metrics(metrics: Any) -> dict[str, str] | tuple[str, ...]:
    names = list(metrics) if isinstance(metrics, Mapping | list | tuple) else []
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise SettingError(
            f"metrics must be patterns by name, or a list of the names in a file, got {metrics!r}.",
            "For example metrics={'loss': 'loss: {number}'}.",
        )
    if not isinstance(metrics, Mapping):
        return tuple(metrics)
    for name, pattern in metrics.items():
        check_pattern(f"the pattern of {name!r}", pattern)
    return dict(metrics)


def _expanded(pattern: str) -> str:
    return pattern.replace("{number}", NUMBER)


def check_pattern(what: str, pattern: Any) -> None:
    """Refuse what is not a regular expression with a group.

    Raises:
        SettingError: saying what is wrong with it.
    """
    import regex

    try:
        groups = regex.compile(_expanded(pattern)).groups
    except (regex.error, TypeError) as error:
        raise SettingError(
            f"{what} must be a regular expression, got {pattern!r}: {error}."
        ) from None
    if groups == 0:
        raise SettingError(
            f"{what} must have a group that takes the number, got {pattern!r}.",
            "Write {number} where the number stands.",
        )


def _arguments(arguments: object, names: Mapping[str, object]) -> str | tuple[str, ...]:
    if isinstance(arguments, str):
        if not {"name", "value"} <= set(_fields(arguments)) <= {"name", "value"}:
            raise SettingError(
                f"arguments must hold {{name}} and {{value}}, and no other names,"
                f" got {arguments!r}."
            )
        return arguments
    if not isinstance(arguments, list | tuple) or not all(
        isinstance(word, str) for word in arguments
    ):
        raise SettingError(
            "arguments must be a text such as '--{name} {value}' or a list of words,"
            f" got {arguments!r}."
        )
    used = [name for word in arguments for name in _fields(word)]
    for name in used:
        if name not in names:
            raise SettingError(
                f"arguments: {name!r} must be a hyperparameter.", did_you_mean(name, names)
            )
    if missing := [name for name in names if name not in used]:
        raise SettingError(
            f"arguments must hold every hyperparameter, got none for {', '.join(missing)}."
        )
    return tuple(arguments)


def _fields(word: str) -> list[str]:
    return [name for _, name in _parsed(word) if name is not None]


def _parsed(word: str) -> list[tuple[str, str | None]]:
    """Return the names in braces, each with the text before it; doubled braces are plain ones."""
    try:
        parts = list(string.Formatter().parse(word))
    except ValueError as error:
        raise SettingError(
            f"arguments: {word!r} must have its braces closed: {error}.", "Double plain braces."
        ) from None
    if any(spec or conversion for _, _, spec, conversion in parts):
        raise SettingError(f"arguments: {word!r} must hold names in braces, without formats.")
    return [(before, name) for before, name, _, _ in parts]


def _env(env: object) -> dict[str, str]:
    if not isinstance(env, Mapping):
        raise SettingError(f"env must be a mapping from names to texts, got {env!r}.")
    for name, value in env.items():
        if (
            not isinstance(name, str)
            or not name
            or set(name) & set("=\0")
            or not isinstance(value, str | int | float)
        ):
            raise SettingError(
                f"env: {name!r} must be the name of a variable with a text, got {value!r}."
            )
        if name.startswith(RESERVED) or "\0" in str(value):
            raise SettingError(
                f"env: {name!r} must not begin with {RESERVED}, nor its text hold NUL,"
                f" got {value!r}."
            )
    return {name: str(value) for name, value in env.items()}
