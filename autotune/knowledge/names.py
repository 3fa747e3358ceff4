"""What a hyperparameter's name means everywhere, by ``names.yaml``."""

import re
from functools import lru_cache

from autotune import knowledge
from autotune.knowledge.tables import Names


def normal(name: str) -> str:
    """Return a hyperparameter's name as names.yaml spells it: lower case with underscores.

    >>> normal("learningRate"), normal("model.max-depth")
    ('learning_rate', 'model_max_depth')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").replace(".", "_").lower()


def never_reason(name: str) -> str:
    """Return why a name is never tuned unless the user names it, or an empty text."""
    spelled = normal(name)
    for reason, pattern in _never(knowledge.table("names").content):
        if pattern.fullmatch(spelled) or pattern.fullmatch(name):
            return reason
    return ""


def meaning_of(name: str) -> str | None:
    """Return the key in names.yaml that a hyperparameter's name or alias stands for."""
    names = knowledge.table("names").content.names
    spelled = normal(name)
    for candidate in (name, spelled):
        if candidate in names:
            return candidate
    by_alias = (key for key, m in names.items() if name in m.aliases or spelled in m.aliases)
    return next(by_alias, None)


def _never(names: Names) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return _compiled(tuple((reason, tuple(listed)) for reason, listed in names.never.items()))


@lru_cache(maxsize=4)
def _compiled(
    never: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[tuple[str, re.Pattern[str]], ...]:
    def pattern(names: tuple[str, ...]) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(name).replace(r"\*", ".*") for name in names))

    return tuple((reason, pattern(names)) for reason, names in never)
