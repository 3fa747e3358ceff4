"""What a hyperparameter's name means everywhere, by ``names.yaml``."""

import re

from autotune import knowledge


def normal(name: str) -> str:
    """Return a hyperparameter's name as names.yaml spells it: lower case with underscores."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").replace(".", "_").lower()


def never_reason(name: str) -> str:
    """Return why a name is never tuned unless the user names it, or nothing."""
    reason: str = knowledge.table("names").content.never_reason(normal(name), name)
    return reason


def meaning_of(name: str) -> str | None:
    """Return the key in names.yaml that a hyperparameter's name or alias stands for."""
    names = knowledge.table("names").content.names
    spelled = normal(name)
    if name in names or spelled in names:
        return name if name in names else spelled
    return next(
        (key for key, m in names.items() if name in m.aliases or spelled in m.aliases), None
    )
