"""A job as a file: the estimator or script, its data, and settings, each with its line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autotune.errors import KnowledgeError, did_you_mean
from autotune.facts.data import check_facts
from autotune.plan.other_names import refusal
from autotune.plan.overrides import UserValue, from_document
from autotune.plan.settings import CHECKS
from autotune.script import ScriptSpec
from autotune.serialization.documents import Document
from autotune.serialization.validation import located
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
MAPPINGS = ("script", "static", "facts", "settings", "ranges")
KEYS = (*TEXTS, *MAPPINGS, "drop", *CHECKS)


@dataclass(frozen=True)
class JobFile:
    """What a job file says."""

    path: Path
    """The file itself: paths in it are relative to its folder."""
    words: Mapping[str, Any]
    """What is tuned and the texts, by their keys."""
    overrides: tuple[tuple[str, UserValue], ...] = ()
    """Settings, ranges and static hyperparameters by name, each with its line."""
    facts: Mapping[str, Any] | None = None
    """Facts about data that is elsewhere."""
    drop: tuple[str, ...] = field(default=())
    """Columns that are left out of the data."""

    @property
    def data(self) -> str | None:
        """The data file's path, relative to the job file."""
        name = self.words.get("data")
        return str(self.path.parent / name) if name else None


def read_job(document: Document) -> JobFile:
    """Return what the file says.

    Raises:
        KnowledgeError: with file, line and column of an unknown key or a wrong type.
    """
    _check_keys(document)
    data = document.data
    top = {key: value for key, value in data.items() if key in CHECKS or key == "ranges"}
    settings = [*from_document(document, top, ())]
    for section in ("settings", "static"):
        settings += from_document(document, data.get(section, {}), (section,))
    words = {key: data[key] for key in TEXTS if key in data}
    if "script" in data:
        words["estimator"] = _script(document)
    drop = tuple(map(str, data.get("drop", ())))
    return JobFile(Path(document.path), words, tuple(settings), data.get("facts"), drop)


def _check_keys(document: Document) -> None:
    data = document.data
    for key in data:
        if key not in KEYS:
            foreign = refusal(key, data[key], document.at((key,)))
            raise KnowledgeError(
                f"{key!r} is no name of a job file",
                foreign.hint if foreign else did_you_mean(key, KEYS),
                name=key,
                where=document.at_key((key,)),
            )
    _check_estimator(document)
    for key in TEXTS[1:]:
        _check_type(document, key, str, "a text")
    for key in MAPPINGS:
        _check_type(document, key, dict, "a mapping of names to values")
    _check_type(document, "drop", list, "a list of columns")
    with located(document, "facts"):
        check_facts(data.get("facts"))


def _check_estimator(document: Document) -> None:
    data = document.data
    if ("estimator" in data) == ("script" in data):
        raise KnowledgeError(
            "a job file must have 'estimator' or 'script'",
            "For example estimator: sklearn.svm.SVC.",
            got="both" if "script" in data else "neither",
            where=document.at(()),
        )
    names = data.get("estimator", "")
    names = names if isinstance(names, list) and names else [names]
    if not all(isinstance(name, str) for name in names):
        raise KnowledgeError(
            "estimator must be a text, or a list of texts",
            name="estimator",
            value=data["estimator"],
            where=document.at(("estimator",)),
        )


def _check_type(document: Document, key: str, kind: type, description: str) -> None:
    value = document.data.get(key)
    if key in document.data and not isinstance(value, kind):
        raise KnowledgeError(
            f"{key} must be {description}", name=key, value=value, where=document.at((key,))
        )


def _script(document: Document) -> ScriptSpec:
    """Return the script; its files are found from the folder of the job file."""
    from autotune.objective.command import placed

    with located(document, "script"):
        return placed(script_from(document.data["script"]), Path(document.path).parent)
