"""What a hyperparameter's name means everywhere, by ``names.yaml``."""

import re

from autotune import knowledge
from autotune.knowledge.tables import NeverTuned


def normal(name: str) -> str:
    """Return a hyperparameter's name as names.yaml spells it: lower case with underscores.

    >>> normal("learningRate"), normal("model.max-depth")
    ('learning_rate', 'model_max_depth')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").replace(".", "_").lower()


def never_tuned(name: str) -> NeverTuned | None:
    """Return the group of names never tuned unless the user names them that holds the name."""
    return knowledge.table("names").content.never_tuned(normal(name), name)


def meaning_of(name: str) -> str | None:
    """Return the key in names.yaml that a hyperparameter's name or alias stands for."""
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
