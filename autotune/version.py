"""The release, and the releases of installed distributions."""

from functools import lru_cache

__version__ = "0.1.0"


@lru_cache(maxsize=64)
def installed_version(library: str) -> str | None:
    """Return a distribution's installed version, also of its CPU-only form, or None."""
    # Imported here: it takes longer than all else that `import autotune` does.
    from importlib.metadata import PackageNotFoundError, version

    for name in (library, f"{library}-cpu"):
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return None
