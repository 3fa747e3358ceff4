"""A command that trains, in any language: what runs, with what, how its metrics are read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.script_fields import (
    NUMBER,
    PLACE,
    arguments_value,
    check_pattern,
    command_value,
    env_value,
    expanded,
    fields_in,
    flags_value,
    hyperparameter_values,
    metrics_value,
    parsed,
    text_of,
    text_value,
)

__all__ = ["NUMBER", "ScriptSpec", "text_of"]


@dataclass(frozen=True)
class ScriptSpec:
    r"""A command to tune: hyperparameters are its arguments, metrics are read from its output.

    No shell sees the values. Each trial runs in a new process group, without standard input;
    what it leaves running is killed when the command ends. Its environment has
    AUTOTUNE_CHECKPOINT_DIR, a folder that a retry and a resumed job find again,
    AUTOTUNE_METRICS_FILE, AUTOTUNE_TRIAL, AUTOTUNE_SEED, and AUTOTUNE_HYPERPARAMETERS, all of them
    as JSON.

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
        flags: Hyperparameters whose argument is a flag without a value: ``amp`` writes ``--amp``
            where it is True, and ``bn/no-bn`` writes ``--bn`` or ``--no-bn``.
        env: Further environment variables, which are saved in the job's record; a secret one
            is passed on from your own. ``{lr}`` in one stands for that hyperparameter.
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
    flags: str | Sequence[str] = ()
    env: Mapping[str, Any] = field(default_factory=dict)
    folder: str | Path | None = None
    steps: bool | str | None = None

    def __post_init__(self) -> None:
        checked = {
            "command": command_value(self.command),
            "hyperparameters": hyperparameter_values(self.hyperparameters),
            "metrics": metrics_value(self.metrics),
            "env": env_value(self.env),
            "folder": None if self.folder is None else text_value("folder", str(self.folder)),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "flags", flags_value(self.flags, self.hyperparameters))
        in_env = set(self._places)
        static = [name for name in self.hyperparameters if name not in in_env]
        object.__setattr__(self, "arguments", arguments_value(self.arguments, static))
        if self.flags and not isinstance(self.arguments, str):
            raise SettingError(
                "flags must go with arguments as a text, got a list of words.", "Drop one of them."
            )
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
            {name: expanded(pattern) for name, pattern in self.metrics.items()}
            if isinstance(self.metrics, Mapping)
            else {}
        )

    @property
    def step_pattern(self) -> str | None:
        """The regular expression of a step's number, if any."""
        return expanded(self.steps) if isinstance(self.steps, str) else None

    @property
    def written(self) -> frozenset[str] | None:
        """The hyperparameters that the command's words or variables name; None where all are."""
        if isinstance(self.arguments, str):
            return None
        words = [name for word in self.arguments for name in fields_in(word)]
        return frozenset(words) | (set(self._places) & set(self.hyperparameters))

    @property
    def _places(self) -> list[str]:
        return [name for text in self.env.values() for name in PLACE.findall(text)]

    def check_written(self, names: Collection[str]) -> None:
        """Refuse words that name what is no hyperparameter, static or with a range.

        Raises:
            SettingError: with the nearest name.
        """
        words = [] if isinstance(self.arguments, str) else self.arguments
        for name in (name for word in words for name in fields_in(word)):
            if name not in names:
                raise SettingError(
                    f"arguments: {name!r} must be a hyperparameter.", did_you_mean(name, names)
                )

    def env_for(self, params: Mapping[str, object]) -> dict[str, str]:
        """Return the environment variables with the hyperparameters that they name in place."""
        texts = {name: text_of(value, name) for name, value in params.items()}

        def value(place: Any) -> str:
            return str(texts.get(place[1], place[0]))

        return {name: PLACE.sub(value, text) for name, text in self.env.items()}

    def arguments_for(self, params: Mapping[str, object]) -> list[str]:
        """Return the arguments that give these hyperparameters to the command, word by word."""
        texts = {name: text_of(value) for name, value in params.items()}
        if not isinstance(self.arguments, str):
            return [
                "".join(before + texts.get(name or "", "") for before, name in parsed(word))
                for word in self.arguments
            ]
        words, flags = self.arguments.split(), {flag.partition("/")[0]: flag for flag in self.flags}
        written: list[str] = []
        for name, text in texts.items():
            if name in flags:
                written += self._flag(flags[name], params[name])
            elif params[name] is not None:
                written += [word.format(name=name, value=text) for word in words]
        return written

    def _flag(self, flag: str, value: object) -> list[str]:
        """Return the word of a flag, as it stands before a name in ``arguments``."""
        on, _, off = flag.partition("/")
        word = on if value is True else off
        before = str(self.arguments).split()[0].partition("{name}")[0]
        return [before + word] if word and value is not None else []

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
        path = Path(text_value("metrics_file", self.metrics_file))
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
