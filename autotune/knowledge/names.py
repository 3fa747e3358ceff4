"""What a hyperparameter's name means everywhere, by ``names.yaml``."""

import re
from functools import lru_cache

from autotune import knowledge
from autotune.knowledge import Known


def normal(name: str) -> str:
    """Return a hyperparameter's name as names.yaml spells it: lower case with underscores."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").replace(".", "_").lower()


def never_reason(name: str) -> str:
    """Return why a name is never tuned unless the user names it, or nothing."""
    spelled = normal(name)
    for reason, pattern in _never(knowledge.table("names")):
        if pattern.fullmatch(spelled) or pattern.fullmatch(name):
            return reason
    return ""


@lru_cache(maxsize=4)
def _compiled(
    never: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[tuple[str, re.Pattern[str]], ...]:
    def pattern(names: tuple[str, ...]) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(n).replace(r"\*", ".*") for n in names))

    return tuple((reason, pattern(names)) for reason, names in never)


def _never(names: Known) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return _compiled(tuple((reason, tuple(of)) for reason, of in names.content.never.items()))


def meaning_of(name: str) -> str | None:
    """Return the key in names.yaml that a hyperparameter's name or alias stands for."""
    names = knowledge.table("names").content.names
    spelled = normal(name)
    if name in names or spelled in names:
        return name if name in names else spelled
    return next(
        (key for key, m in names.items() if name in m.aliases or spelled in m.aliases), None
    )
