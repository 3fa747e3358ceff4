"""What a hyperparameter's name means everywhere, by ``names.yaml``."""

import re
from collections.abc import Iterator

from autotune import knowledge
from autotune.knowledge.tables import NeverTuned


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


def meaning_of(name: str) -> str | None:
    """Return the key in names.yaml that a hyperparameter's name or alias stands for."""
    return _known(name)[1]


def _known(name: str) -> tuple[NeverTuned | None, str | None]:
    """Return what is known of a name: of itself, else of its last part, else without part words."""
    table = knowledge.table("names").content
    for spelling in _spellings(name, table.parts):
        never = table.never_tuned(normal(spelling), spelling)
        meaning = None if never else _meaning(spelling)
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


def _meaning(name: str) -> str | None:
    names = knowledge.table("names").content.names
    spelled = normal(name)
    for candidate in (name, spelled):
        if candidate in names:
            return candidate
    by_alias = (
        key
        for key, meaning in names.items()
        if name in meaning.aliases or spelled in meaning.aliases
    )
    return next(by_alias, None)
