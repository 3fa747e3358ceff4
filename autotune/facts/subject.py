"""What is tuned: an estimator with its parts, a function, a script or a name, as it was given."""

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from autotune import knowledge
from autotune.errors import SettingError, did_you_mean
from autotune.facts.algorithm_choice import ALGORITHM
from autotune.facts.params import params_of, with_params
from autotune.facts.task import task_of
from autotune.facts.types import Estimator, Tunable
from autotune.plan.other_names import is_other_name
from autotune.script import ScriptSpec
from autotune.serialization.values import (
    class_names,
    differs,
    dotted_name,
    is_estimator,
    load_dotted,
    signature_defaults,
)

SKIPS = ("passthrough", "drop")
"""What stands for a step that does nothing, or takes its columns away."""

Kind = Literal["estimator", "function", "script", "name"]


@dataclass(frozen=True)
class Part:
    """One estimator of those that are tuned together: its prefix, class and hyperparameters."""

    prefix: str
    """What comes before its hyperparameters in full names; empty for the outermost."""
    names: tuple[str, ...]
    """The dotted names of its class, by which its knowledge entry is looked up."""
    cls: type | None
    """Its class, or None if there is no object to read."""
    params: Mapping[str, Any]
    """The value of each hyperparameter, by the part's own names."""
    explicit: frozenset[str]
    """The hyperparameters whose value is not the constructor's default."""
    open: bool = False
    """Whether names that ``params`` lacks are accepted too."""
    required: frozenset[str] = frozenset()
    """The arguments of a function that have no value, which a range must give."""
    bound: frozenset[str] = frozenset()
    """The arguments of a function that hold data, unless a range names them."""
    spelled: frozenset[str] = frozenset()
    """The names that the user wrote for hyperparameters that have several."""
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """The condition, by full names, under which the part is used at all."""
    options: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """The values of hyperparameters that follow from a list of estimators."""
    entry: knowledge.CatalogEntry | None = field(default=None, compare=False)
    """The knowledge entry that the user named, if any."""

    def accepts(self, name: str) -> bool:
        """Return whether a name that ``params`` lacks may still be a hyperparameter."""
        if name in self.required or name in self.bound:
            return True
        entry = self._open_entry
        return self.open and (entry is None or entry.content.accepts(name))

    def lists(self, name: str) -> bool:
        """Return whether the part's entry names a hyperparameter that ``params`` lacks."""
        return self._open_entry is not None and self._open_entry.content.lists(name)

    @property
    def _open_entry(self) -> knowledge.CatalogEntry | None:
        if not self.open:
            return None
        return self.entry or knowledge.entry_for(set(self.names))


@dataclass(frozen=True)
class Subject:
    """What is tuned, as read off what the user gave."""

    kind: Kind
    """What kind of thing it is."""
    name: str
    """Its dotted name, or the name of the script or entry."""
    target: Tunable
    """The very object that the user gave."""
    parts: tuple[Part, ...]
    """Its parts; the first is the outermost."""
    task: str | None
    """What it does, such as classification, if that is known."""
    steps: bool = False
    """Whether it reports metrics step by step."""
    by_name: bool = False
    """Whether it was given by its name only."""
    has_data: bool = False
    """Whether data was given, too."""

    @property
    def static(self) -> dict[str, Any]:
        """Every hyperparameter's value, by its full name."""
        return {
            part.prefix + name: value for part in self.parts for name, value in part.params.items()
        }

    @property
    def explicit(self) -> frozenset[str]:
        """The full names of the hyperparameters that the user set."""
        return frozenset(part.prefix + name for part in self.parts for name in part.explicit)

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The names of the estimators to choose from; empty for a single one."""
        return self.parts[0].options.get(ALGORITHM, ())

    def owner(self, name: str) -> Part:
        """Return the part that a full name belongs to, the innermost one."""
        return max(
            (part for part in self.parts if name.startswith(part.prefix)),
            key=lambda part: len(part.prefix),
        )

    def accepts(self, name: str) -> bool:
        """Return whether a full name that ``static`` lacks may be a hyperparameter all the same."""
        part = self.owner(name)
        return part.accepts(name.removeprefix(part.prefix))

    def check_static(self, names: Iterable[str]) -> None:
        """Refuse static hyperparameters that the estimator does not have.

        Other tools' names for settings, such as ``n_trials``, are more likely meant as those, so an
        estimator that accepts any name must list them.

        Raises:
            SettingError: with the nearest names.
        """
        for name in names:
            part = self.owner(name)
            listed = name in self.static or part.lists(name.removeprefix(part.prefix))
            if not listed and (is_other_name(name) or not self.accepts(name)):
                raise unknown_name(name, self.static)


def read_one(target: Tunable, static: Mapping[str, object], task: str | None) -> Subject:
    """Read one estimator, function or name.

    ``static`` holds hyperparameters that the user gave by name in the same call.

    Raises:
        SettingError: if it is not an estimator, a function or a name that can be found.
    """
    if isinstance(target, str):
        return _read_name(target, static, task)
    if isinstance(target, type) and hasattr(target, "get_params"):
        target = _instance(target)
    if is_estimator(target):
        return _read_estimator(_with(target, static))
    if isinstance(target, ScriptSpec):
        return _read_script(target, static)
    if callable(target) and not isinstance(target, type):
        return _read_function(target, static)
    raise SettingError(
        "an estimator must have get_params (as scikit-learn's have), be a Python function, a Script"
        f" or a name, got {_short(target)}.",
        "Give an instance such as RandomForestClassifier(), or"
        " 'sklearn.ensemble.RandomForestClassifier'.",
    )


def _short(value: object) -> str:
    text = " ".join(repr(value).split())
    return f"{text[:60]}{'…' if len(text) > 60 else ''} of type {type(value).__name__}"


def _instance(cls: type) -> Any:
    missing = [
        parameter.name
        for parameter in inspect.signature(cls).parameters.values()
        if parameter.default is parameter.empty and parameter.kind not in (2, 4)
    ]
    if missing:
        raise SettingError(
            f"{cls.__name__} must be given as an instance: it needs {', '.join(missing)}.",
            f"Pass {cls.__name__}(…).",
        )
    return cls()


def _with(estimator: Estimator, static: Mapping[str, object]) -> Any:
    if not static:
        return estimator
    subject = _read_estimator(estimator)
    subject.check_static(static)
    return with_params(estimator, static)


def unknown_name(name: str, choices: Mapping[str, object] | set[str]) -> SettingError:
    """Return the error for a name that is neither a setting nor a hyperparameter."""
    from autotune.plan.settings import SETTINGS

    candidates = [*SETTINGS, *choices]
    return SettingError(
        f"{name!r} must be a setting or a hyperparameter of the estimator",
        did_you_mean(name, candidates),
        name=name,
    )


def _accepts_any(cls: type) -> bool:
    return any(
        parameter.kind is parameter.VAR_KEYWORD
        for parameter in inspect.signature(cls).parameters.values()
    )


def _read_estimator(estimator: Estimator) -> Subject:
    deep = params_of(estimator, deep=True)
    parts = [_part("", estimator)]
    parts += [_part(f"{name}__", value) for name, value in deep.items() if is_estimator(value)]
    with_steps = tuple(_with_steps(part, deep) for part in parts)
    return Subject(
        "estimator", dotted_name(type(estimator)), estimator, with_steps, task_of(estimator)
    )


def _with_steps(part: Part, deep: Mapping[str, Any]) -> Part:
    """Return the part with the steps that it lists only with all that lies below it."""
    below = {
        name.removeprefix(part.prefix): value
        for name, value in deep.items()
        if isinstance(name, str) and name.startswith(part.prefix)
    }
    steps = {
        name: value
        for name, value in below.items()
        if "__" not in name and name not in part.params and (is_estimator(value) or _is_skip(value))
    }
    return replace(part, params={**part.params, **steps}) if steps else part


def _is_skip(value: object) -> bool:
    return isinstance(value, str) and value in SKIPS


def _part(prefix: str, estimator: Estimator) -> Part:
    cls = type(estimator)
    defaults = signature_defaults(cls)
    shallow = params_of(estimator, deep=False)
    params = {
        **{
            name: value
            for name, value in defaults.items()
            if name not in shallow and not _accepts_any(cls)
        },
        **shallow,
    }
    explicit = frozenset(
        name
        for name, value in shallow.items()
        if name not in defaults or differs(value, defaults[name])
    )
    return Part(
        prefix,
        class_names(cls),
        cls,
        {name: value for name, value in params.items() if isinstance(name, str)},
        explicit,
        _accepts_any(cls),
    )


def _read_name(name: str, static: Mapping[str, object], task: str | None) -> Subject:
    entry_file = knowledge.find_entry(name)
    if entry_file is not None:
        return _read_entry(entry_file, static, task)
    if "." not in name:
        raise SettingError(
            f"{name!r} must be a dotted name or a knowledge entry's name.", knowledge.nearest(name)
        )
    entry_file = knowledge.entry_for({name})
    if entry_file is not None and not _importable(name):
        return _name_only(name, (name,), entry_file, static)
    target = load_dotted(name)
    if isinstance(target, str):
        raise SettingError(
            f"{name!r} must name an estimator or a function, got the text {target!r}."
        )
    if entry_file is not None and isinstance(target, type) and not hasattr(target, "get_params"):
        return _name_only(
            name, (name,), entry_file, static
        )  # its entry says what it takes: the arguments of a trainer, a network
    return read_one(target, static, task)


def not_installed(subject: Subject) -> list[str]:
    """Return the distributions of what is tuned that are not installed here."""
    return sorted(
        {
            (part.entry and part.entry.content.library) or name.partition(".")[0]
            for part in subject.parts
            for name in part.names[:1]
            if part.cls is None and not _importable(name)
        }
    )


def _importable(name: str) -> bool:
    from importlib.util import find_spec

    try:
        return find_spec(name.partition(".")[0]) is not None
    except (ImportError, ValueError):
        return False


def _read_entry(
    entry_file: knowledge.CatalogEntry, static: Mapping[str, object], task: str | None
) -> Subject:
    """Take the first estimator that fits the task and can be imported, else the entry alone."""
    names = entry_file.content.estimators
    wanted = (
        "Regressor"
        if task == "regression"
        else "Classifier"
        if task in ("binary", "multiclass")
        else ""
    )
    fitting = sorted(names, key=lambda name: bool(wanted) and not name.endswith(wanted))
    if fitting and _importable(fitting[0]) and hasattr(load_dotted(fitting[0]), "get_params"):
        subject = read_one(load_dotted(fitting[0]), static, task)
        return replace(
            subject, parts=(replace(subject.parts[0], entry=entry_file), *subject.parts[1:])
        )
    return _name_only(entry_file.content.name, tuple(fitting), entry_file, static)


def _name_only(
    name: str,
    names: tuple[str, ...],
    entry_file: knowledge.CatalogEntry,
    static: Mapping[str, object],
) -> Subject:
    described = entry_file.content.hyperparameters
    for key in static:
        foreign = is_other_name(key) and not entry_file.content.lists(key)
        foreign = foreign or bool(names and entry_file.content.lacks(names[0], key))
        if foreign or (key not in described and not entry_file.content.library):
            raise unknown_name(key, set(described))
    params = {name: field.default for name, field in described.items() if not field.task} | dict(
        static
    )
    part = Part("", names, None, params, frozenset(static), open=True, entry=entry_file)
    tasks = {"Classifier": "classification", "Regressor": "regression"}
    task = next((task for ending, task in tasks.items() if name.endswith(ending)), None)
    return Subject("name", name, name, (part,), task)


def _read_function(function: Any, static: Mapping[str, Any]) -> Subject:
    from autotune.facts.function import arguments_of, plain_function
    from autotune.facts.reporting import reports

    arguments = arguments_of(function)
    named = {*arguments.defaults, *arguments.required, *arguments.bound}
    for name in static:
        if name not in named and (not arguments.open or is_other_name(name)):
            raise unknown_name(name, named)
    params = {**arguments.defaults, **static}
    part = Part(
        *("", (), None, params, frozenset(params)),
        open=arguments.open,
        required=arguments.required - set(static),
        bound=arguments.bound - set(static),
    )
    name = dotted_name(plain_function(function))
    return Subject("function", name, function, (part,), None, steps=reports(function))


def _read_script(script: ScriptSpec, static: Mapping[str, object]) -> Subject:
    for name in static:
        if name not in script.hyperparameters:
            raise unknown_name(name, script.hyperparameters)
    script = replace(script, hyperparameters={**script.hyperparameters, **static})
    params = dict(script.hyperparameters)
    part = Part("", (), None, params, frozenset(params), open=True)
    return Subject("script", script.name, script, (part,), None, steps=script.steps is not False)
