"""A job as a file: the estimator or script, its data, and every setting by name, checked with the line of each mistake."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autotune.errors import KnowledgeError, SettingError, did_you_mean
from autotune.plan.other_names import refusal
from autotune.plan.overrides import UserValue, from_document
from autotune.plan.settings import CHECKS
from autotune.script import Script
from autotune.serialization import documents
from autotune.serialization.values import script_from

TEXTS = (
    "estimator",
    "data",
    "target",
    "name",
    "storage",
    "engine",
    "address",
    "groups",
    "sample_weight",
)
KEYS = (*TEXTS, "script", "static", "drop", "facts", "settings", "ranges", *CHECKS)


@dataclass(frozen=True)
class JobFile:
    """What a job file says; ``given`` holds settings, ranges and static hyperparameters with the line of each."""

    path: Path
    words: Mapping[str, Any]
    given: tuple[tuple[str, UserValue], ...] = ()
    facts: Mapping[str, Any] | None = None
    drop: tuple[str, ...] = field(default=())

    @property
    def data(self) -> str | None:
        """The data file's path, relative to the job file."""
        named = self.words.get("data")
        return str(self.path.parent / named) if named else None


def read_job(document: documents.Document) -> JobFile:
    """Return what the file says.

    Raises:
        KnowledgeError: with file, line and column of an unknown key or a wrong type.
    """
    data = document.data
    for key in data:
        if key not in KEYS:
            foreign = refusal(key, data[key], document.at((key,)))
            raise KnowledgeError(
                f"{key!r} is no name of a job file",
                foreign.hint if foreign else did_you_mean(key, KEYS),
                name=key,
                where=document.at((key,)),
            )
    for key in TEXTS:
        several = (
            key == "estimator"
            and isinstance(data.get(key), list)
            and all(isinstance(n, str) for n in data[key])
        )
        _check(document, key, list if several else str, "text")
    for key in ("script", "static", "facts", "settings", "ranges"):
        _check(document, key, dict, "a mapping")
    _check(document, "drop", list, "a list of columns")
    if ("estimator" in data) == ("script" in data):
        got = "both" if "script" in data else "neither"
        raise KnowledgeError(
            f"{document.at(())}: a job file must have 'estimator' or 'script', got {got}.",
            "For example: estimator: sklearn.svm.SVC",
        )
    top = {k: v for k, v in data.items() if k in CHECKS or k == "ranges"}
    given = [*from_document(document, top, ())]
    for section in ("settings", "static"):
        given += from_document(document, data.get(section, {}), (section,))
    words = {k: data[k] for k in TEXTS if k in data}
    if "script" in data:
        words["estimator"] = _script(document)
    return JobFile(
        Path(document.path), words, tuple(given), data.get("facts"), tuple(data.get("drop", ()))
    )


def _script(document: documents.Document) -> Script:
    """Return the script, its files found from the folder of the job file."""
    from autotune.objective.command import placed

    try:
        return placed(script_from(document.data["script"]), Path(document.path).parent)
    except SettingError as error:
        raise KnowledgeError(f"{document.at(('script',))}: {error}") from None


def _check(document: documents.Document, key: str, kind: type, what: str) -> None:
    value = document.data.get(key)
    if key in document.data and not isinstance(value, kind):
        raise KnowledgeError(f"{document.at((key,))}: {key} must be {what}, got {value!r}.")
