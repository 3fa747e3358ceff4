"""Several estimators read as one: their parts side by side, each used with its algorithm only."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from autotune.errors import SettingError
from autotune.facts.algorithm_choice import ALGORITHM, OneOf, below
from autotune.facts.subject import Part, Subject, read_one
from autotune.facts.types import Tunable

MAX_ESTIMATORS = 10  # as SageMaker: definitions in one job
TASKS = {"classification", "regression", "ranking"}


def read_subject(target: Tunable, static: Mapping[str, object], task: str | None) -> Subject:
    """Read what is tuned, one or a list; ``static`` holds further values by name.

    Raises:
        SettingError: if it is not an estimator, a function or a name that can be found, or a list
            of what cannot be compared.
    """
    if isinstance(target, OneOf):
        return _together(
            {key: read_one(estimator, {}, task) for key, estimator in target.estimators.items()}
        )
    if not isinstance(target, list | tuple):
        return read_one(target, static, task)
    if not 1 <= len(target) <= MAX_ESTIMATORS:
        raise SettingError(
            f"a list must hold 1 to {MAX_ESTIMATORS} estimators, got {len(target)}.",
            "Make several jobs of more.",
        )
    plain = [read_one(estimator, {}, task) for estimator in target]
    keys = _keys(plain)
    subject = _together(dict(zip(keys, plain, strict=True)))
    subject.check_static(static)
    if not static:
        return subject
    return _together(
        {
            key: read_one(estimator, below(key, static), task)
            for key, estimator in zip(keys, target, strict=True)
        }
    )


def _keys(subjects: Sequence[Subject]) -> list[str]:
    """Name estimators as ``make_pipeline`` does: by class in lower case, numbered if repeated."""
    names = [subject.name.rpartition(".")[2].lower().replace("_", "") for subject in subjects]
    many = Counter([*names, ALGORITHM])
    return [
        f"{name}-{names[: i + 1].count(name)}" if many[name] > 1 else name
        for i, name in enumerate(names)
    ]


def _together(subjects: Mapping[str, Subject]) -> Subject:
    """Return the subjects as one, whose root part is the choice among them."""
    _check(list(subjects.values()))
    keys = tuple(subjects)
    parts = [Part("", (), None, {}, frozenset(), options={ALGORITHM: keys})]
    for key, subject in subjects.items():
        parts += [
            replace(part, prefix=f"{key}__{part.prefix}", when={ALGORITHM: (key,)})
            for part in subject.parts
        ]
    only_estimators = all(subject.kind == "estimator" for subject in subjects.values())
    target = (
        OneOf(keys[0], **{key: subject.target for key, subject in subjects.items()})
        if only_estimators
        else None
    )
    name = ", ".join(subject.name for subject in subjects.values())
    return Subject(
        "estimator" if only_estimators else "name",
        name,
        target,
        tuple(parts),
        subjects[keys[0]].task,
    )


def _check(subjects: Sequence[Subject]) -> None:
    """Refuse a list with functions in it, or whose estimators cannot be compared by one metric."""
    for subject in subjects:
        if subject.kind in ("function", "script"):
            raise SettingError(
                f"a list must hold estimators only, got the {subject.kind} {subject.name}.",
                "Tune it by itself.",
            )
    tasks = {subject.task for subject in subjects if subject.task or subject.kind == "estimator"}
    if len(tasks) > 1 or not tasks <= TASKS:
        got = ", ".join(
            f"{subject.name.rpartition('.')[2]} ({subject.task or 'neither'})"
            for subject in subjects
        )
        raise SettingError(
            f"a list must hold classifiers only or regressors only, got {got}.",
            "Tune each kind by itself.",
        )
