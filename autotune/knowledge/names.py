"""What a hyperparameter's name means everywhere, by ``names.yaml``."""

import re
from collections.abc import Iterable, Iterator, Mapping

from autotune import knowledge
from autotune.knowledge.tables import Meaning, NeverTuned


def normal(name: str) -> str:
    """Return a hyperparameter's name as names.yaml spells it: lower case with underscores.

    >>> normal("learningRate"), normal("model.max-depth")
    ('learning_rate', 'model_max_depth')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").replace(".", "_").lower()


def last_part(name: str) -> str:
    """Return what a dotted or marked name says last, which tells what it is.

    >>> last_part("+optimizer.lr"), last_part("module__dropout"), last_part("--batch-size")
    ('lr', 'dropout', 'batch-size')
    """
    return re.split(r"[./:]|__", name.lstrip("+-~"))[-1] or name


def never_tuned(name: str) -> NeverTuned | None:
    """Return the group of names never tuned unless the user names them that holds the name."""
    return _known(name)[0]


def meaning_of(name: str, others: Iterable[str] = ()) -> str | None:
    """Return the key in names.yaml that a hyperparameter's name or alias stands for.

    ``others`` are the names beside it, by which one name may have several meanings.
    """
    return _known(name, frozenset(normal(last_part(other)) for other in others))[1]


def _known(name: str, others: frozenset[str] = frozenset()) -> tuple[NeverTuned | None, str | None]:
    """Return what is known of a name: of itself, else of its last part, else without part words."""
    table = knowledge.table("names").content
    for spelling in _spellings(name, table.parts):
        never = table.never_tuned(normal(spelling), spelling)
        meaning = None if never else _meaning(spelling, others)
        if never or meaning:
            return never, meaning
    return None, None


def _spellings(name: str, parts: list[str]) -> Iterator[str]:
    """Yield what a name may be known as, the most exact first: ``encoder_lr_2`` at last as lr."""
    yield name
    last = last_part(name)
    yield last
    words = re.sub(r"(?<=[a-z])(?=\d+$)", "_", normal(last)).split("_")
    while len(words) > 1 and (words[-1] in parts or words[-1].isdigit()):
        words = words[:-1]
        yield "_".join(words)
    while len(words) > 1 and words[0] in parts:
        words = words[1:]
        yield "_".join(words)


def _meaning(name: str, others: frozenset[str]) -> str | None:
    """Return the key of a name's meaning; those that depend on other names come first."""
    names = knowledge.table("names").content.names
    special = {key: row for key, row in names.items() if others.intersection(row.beside)}
    plain = {key: row for key, row in names.items() if not row.beside}
    return _spelled(name, special) or _spelled(name, plain)


def _spelled(name: str, names: Mapping[str, Meaning]) -> str | None:
    spellings = (name, normal(name))
    by_key = (spelling for spelling in spellings if spelling in names)
    by_alias = (key for key, row in names.items() if not {*spellings}.isdisjoint(row.aliases))
    return next(by_key, None) or next(by_alias, None)
