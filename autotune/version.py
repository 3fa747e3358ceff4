"""The release, and the releases of installed distributions."""

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

__version__ = "0.1.0"


@lru_cache(maxsize=64)
def installed_version(library: str) -> str | None:
    """Return a distribution's installed version, also of its CPU-only form, or None."""
    for name in (library, f"{library}-cpu"):
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return None
