"""Whether Ray is installed: its programs can be written without it, its jobs need it."""

from importlib.util import find_spec

from autotune.errors import EngineError


def require_ray() -> None:
    """Refuse to go on where Ray is not installed.

    Raises:
        EngineError: saying how to install it.
    """
    if find_spec("ray") is None:
        raise EngineError(
            "engine 'ray' needs Ray, which is not installed.",
            "Try: pip install 'autotune-hpo[ray]'.",
        )
