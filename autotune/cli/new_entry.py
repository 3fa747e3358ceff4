"""A draft of a knowledge entry, from a class's signature, constraints and names."""

import re
from pathlib import Path
from typing import Any

from autotune.errors import SettingError
from autotune.facts import read_subject
from autotune.plan.choices import Range
from autotune.recommend.from_names import from_names
from autotune.serialization import documents
from autotune.serialization.values import to_plain
from autotune.space.domains import Choice, Float, Int
from autotune.version import installed_version

HEAD = """# yaml-language-server: $schema=schema.json
# A draft: order the hyperparameters by importance, and replace each range, source and why by
# evidence. Not proposed, add those that matter: {undetermined}.
"""


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
    data["sources"] = {
        "draft": f"Draft from the signature and constraints of {dotted} {version or ''}; "
        "replace by evidence"
    }
    undetermined = ", ".join(
        parameter for parameter in part.params if parameter in proposal.undetermined
    )
    return HEAD.format(undetermined=undetermined or "none") + documents.to_yaml(data)


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
        "source": "draft",
        "why": f"Draft, replace by evidence. {chosen.reason}"[:590],
    }
