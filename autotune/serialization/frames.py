"""pandas, where a data frame is asked for; nothing else needs it."""

from types import ModuleType

from autotune.errors import DataError


def pandas_for(purpose: str, alternative: str = "") -> ModuleType:
    """Return pandas.

    Args:
        purpose: What needs it, as the subject of the message.
        alternative: What to call instead, as a sentence.

    Raises:
        DataError: if pandas is not installed.
    """
    try:
        import pandas
    except ImportError:
        install = "Install it: pip install 'autotune-hpo[frames]'."
        hint = f"{install} {alternative}".strip()
        raise DataError(f"{purpose} needs pandas, which is not installed.", hint) from None
    return pandas
