"""Estimators that search by themselves, such as GridSearchCV, are no subject of a search."""

from autotune.errors import SettingError
from autotune.facts import Part, Subject
from autotune.recommend.entry_values import entry_of


def refuse_searches(subject: Subject) -> None:
    """Refuse a plan for a search, or for what holds one, and name the estimator to give instead.

    Raises:
        SettingError: if the estimator or a part of it is a search around another one.
    """
    for part in subject.parts:
        entry_file = entry_of(part)
        if entry_file is not None and entry_file.content.instead:
            _refuse(part, entry_file.content.instead)


def _refuse(part: Part, holder: str) -> None:
    name = part.names[0].rpartition(".")[2] if part.names else "the search"
    inner = type(part.params.get(holder)).__name__
    raise SettingError(
        f"{part.prefix.removesuffix('__') or 'the estimator'} must not be a search itself",
        f"Give the estimator that it searches, {inner}(…), and its grid as ranges={{…}}.",
        name=part.prefix.removesuffix("__"),
        got=f"{name} around {inner}",
    )
