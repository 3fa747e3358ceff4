"""The shipped knowledge as a later version might have it: other ranges, starts and traits."""

from pathlib import Path

from autotune.knowledge import catalog
from autotune.serialization import documents

KEPT = [
    "schema",
    "name",
    "title",
    "estimators",
    "scripts",
    "library",
    "versions",
    "trials",
    "sources",
]
PLAIN = [
    "type",
    "low",
    "high",
    "log",
    "choices",
    "source",
    "why",
    "importance",
    "bounds",
    "aliases",
]


def write(folder: Path) -> None:
    """Write all entries, changed, and the names of hyperparameters without their seeds."""
    folder.mkdir()
    for path in catalog.files_of(catalog.shipped()):
        content = documents.read(path).data
        if path.stem == "names":
            content["seeds"] = []
        elif path.stem in catalog.entry_names():
            content = changed(content)
        else:
            continue
        documents.write(folder / path.name, content)


def changed(entry):
    """Return an entry with the lower half of its unconditional ranges, and without its traits."""
    free = {n: p for n, p in entry["hyperparameters"].items() if "when" not in p}
    hyperparameters = {n: lower_half(p) for n, p in free.items()}
    return {k: entry[k] for k in KEPT if k in entry} | {"hyperparameters": hyperparameters}


def lower_half(parameter):
    """Return a hyperparameter with the lower half of its range, or without its last choice."""
    new = {k: v for k, v in parameter.items() if k in PLAIN}
    if "high" in new:
        whole = parameter["type"] == "int"
        low, high = float(new["low"]), float(new["high"])
        new["high"] = (int(low) + int(high) + 1) // 2 if whole else (low + high) / 2
    elif len(new.get("choices", ())) > 2:
        new["choices"] = new["choices"][:-1]
    return new
