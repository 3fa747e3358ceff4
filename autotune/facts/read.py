"""Several estimators read as one: their parts side by side, each used with its algorithm only."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from autotune.errors import SettingError
from autotune.facts.algorithm_choice import ALGORITHM, OneOf, below
from autotune.facts.subject import Part, Subject, read_one
from autotune.facts.types import Tunable

MAX_ESTIMATORS = 10  # as SageMaker: definitions in one job
TASKS = {"classification", "regression"}


def read_subject(target: Tunable, static: Mapping[str, object], task: str | None) -> Subject:
    """Read what is tuned, one or a list; ``static`` holds hyperparameters given by name beside it.

    Raises:
        SettingError: if it is no estimator, function, or name that can be found, or a list that is
            no choice of algorithms.
    """
    if isinstance(target, OneOf):
        return _together({key: read_one(e, {}, task) for key, e in target.estimators.items()})
    if not isinstance(target, list | tuple):
        return read_one(target, static, task)
    if not 1 <= len(target) <= MAX_ESTIMATORS:
        raise SettingError(
            f"a list must hold 1 to {MAX_ESTIMATORS} estimators, got {len(target)}.",
            "Make several jobs of more.",
        )
    plain = [read_one(t, {}, task) for t in target]
    keys = _keys(plain)
    whole = _together(dict(zip(keys, plain, strict=True)))
    whole.check_static(static)
    if not static:
        return whole
    return _together(
        {k: read_one(t, below(k, static), task) for k, t in zip(keys, target, strict=True)}
    )


def _keys(subjects: Sequence[Subject]) -> list[str]:
    """Name estimators as ``make_pipeline`` does: by class in lower case, numbered if repeated."""
    names = [s.name.rpartition(".")[2].lower().replace("_", "") for s in subjects]
    many = Counter([*names, ALGORITHM])
    return [f"{n}-{names[: i + 1].count(n)}" if many[n] > 1 else n for i, n in enumerate(names)]


def _together(subjects: Mapping[str, Subject]) -> Subject:
    """Return the subjects as one, whose root part is the choice among them."""
    _check(list(subjects.values()))
    keys = tuple(subjects)
    parts = [Part("", (), None, {}, frozenset(), options={ALGORITHM: keys})]
    for key, subject in subjects.items():
        parts += [
            replace(p, prefix=f"{key}__{p.prefix}", when={ALGORITHM: (key,)}) for p in subject.parts
        ]
    whole = all(s.kind == "estimator" for s in subjects.values())
    target = OneOf(keys[0], **{key: s.target for key, s in subjects.items()}) if whole else None
    name = ", ".join(s.name for s in subjects.values())
    return Subject(
        "estimator" if whole else "name", name, target, tuple(parts), subjects[keys[0]].task
    )


def _check(subjects: Sequence[Subject]) -> None:
    """Refuse a list with functions in it, or whose estimators cannot be compared by one metric."""
    for subject in subjects:
        if subject.kind in ("function", "script"):
            raise SettingError(
                f"a list must hold estimators only, got the {subject.kind} {subject.name}.",
                "Tune it by itself.",
            )
    tasks = {s.task for s in subjects if s.task or s.kind == "estimator"}
    if len(tasks) > 1 or not tasks <= TASKS:
        got = ", ".join(f"{s.name.rpartition('.')[2]} ({s.task or 'neither'})" for s in subjects)
        raise SettingError(
            f"a list must hold classifiers only or regressors only, got {got}.",
            "Tune each kind by itself.",
        )
