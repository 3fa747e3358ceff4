"""Whether parameters are legal together."""

from typing import Any

from autotune_optuna.export.templates.placeholders import is_allowed, suggest_params


def is_legal(encoded: dict[str, Any]) -> bool:
    """Return whether no forbidden combination is among parameters of SPACE."""
    return is_allowed(suggest_params(encoded.__getitem__))
