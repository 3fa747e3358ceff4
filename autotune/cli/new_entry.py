"""A draft of a knowledge entry, from a class's signature, constraints and names."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from autotune.errors import SettingError
from autotune.facts import read_subject
from autotune.knowledge import Entry
from autotune.plan.choices import Range
from autotune.plan.provenance import SourceKind
from autotune.recommend.from_names import from_names
from autotune.serialization import documents
from autotune.serialization.values import to_plain
from autotune.space.domains import Choice, Float, Int
from autotune.version import installed_version

SCHEMA = "autotune-entry.schema.json"  # beside the draft, for editors
HEAD = """# yaml-language-server: $schema={schema}
# A draft: order the hyperparameters by importance, and replace each range, source and why by
# evidence.
# Ranges from names alone, which nothing measured for this class: {by_name}.
# Ranges around the default, within what the class accepts: {declared}.
# Without a range, add those that matter: {undetermined}.
"""
SOURCES = {
    SourceKind.NAMES_TABLE: (
        "name",
        "A draft, by the hyperparameter's name alone (names.yaml of autotune); replace by evidence",
    ),
    SourceKind.DECLARED: (
        "declared",
        "A draft, around the default of {dotted} {version}; replace by evidence",
    ),
}


def entry_name(dotted: str) -> str:
    """Return an entry's name for a class: NuSVC -> nu-svc."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", dotted.rpartition(".")[2]).lower()


def draft(dotted: str, path: str) -> str:
    """Return the draft's text.

    Raises:
        SettingError: if the class cannot be imported, is not an estimator, or the file's
            name cannot be an entry's.
    """
    subject = read_subject(dotted, {}, None)
    name = Path(path).stem
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name) or not path.endswith(".yaml"):
        raise SettingError(
            f"the file must be named in lower case and dashes and end in .yaml, got {path!r}.",
            f"Try {entry_name(dotted)}.yaml.",
        )
    if subject.kind != "estimator":
        raise SettingError(f"{dotted!r} must be an estimator's class to draft an entry from.")
    part = subject.parts[0]
    proposal = from_names(part, {})
    library = {"sklearn": "scikit-learn"}.get(dotted.partition(".")[0], dotted.partition(".")[0])
    version = installed_version(library)
    data: dict[str, Any] = {
        "schema": 1,
        "name": name,
        "title": f"{dotted.rpartition('.')[2]} (draft)",
        "estimators": [dotted],
    }
    if version:
        data |= {"library": library, "versions": f">={'.'.join(version.split('.')[:2])}"}
    data["hyperparameters"] = {
        parameter: _hyperparameter(candidate.range, part.params.get(parameter))
        for parameter, candidate in proposal.candidates.items()
    }
    kinds = {name: row.range.source.kind for name, row in proposal.candidates.items()}
    data["sources"] = {
        key: text.format(dotted=dotted, version=version or "").replace("  ", " ")
        for kind, (key, text) in SOURCES.items()
        if kind in kinds.values()
    }
    head = HEAD.format(
        schema=SCHEMA,
        by_name=_listed(name for name in kinds if kinds[name] is SourceKind.NAMES_TABLE),
        declared=_listed(name for name in kinds if kinds[name] is SourceKind.DECLARED),
        undetermined=_listed(name for name in part.params if name in proposal.undetermined),
    )
    return head + documents.to_yaml(data)


def write_schema(folder: Path) -> Path:
    """Write the format's schema for editors into a folder, and return its path."""
    path = folder / SCHEMA
    documents.write(path, Entry.model_json_schema())
    return path


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _hyperparameter(chosen: Range, default: object) -> dict[str, Any]:
    domain = chosen.value
    described: dict[str, Any] = {"type": type(domain).__name__.lower()}
    if isinstance(domain, Choice):
        described["choices"] = [to_plain(value) for value in domain.choices]
    if isinstance(domain, Int | Float):
        described |= {"low": domain.low, "high": domain.high, "log": domain.log}
        described |= {"also": [to_plain(value) for value in domain.also]} if domain.also else {}
    described |= {"default": to_plain(default)} if default is not None else {}
    return {
        **described,
        "importance": "useful",
        "source": SOURCES[chosen.source.kind][0],
        "why": chosen.reason,
        "evidence": "None yet: a draft.",
    }
