"""Which versions of a library knowledge is for."""

from functools import lru_cache

from autotune.version import installed_version


def applies(library: str, versions: str) -> bool:
    """Return whether the installed version of the library is one of ``versions``.

    True where the library is not installed, or where either is empty.
    """
    if not library or not versions:
        return True
    installed = installed_version(library)
    return installed is None or _contains(versions, installed)


@lru_cache(maxsize=256)
def are_versions(text: str) -> bool:
    """Return whether a text names versions, as packaging tools write them.

    >>> are_versions(">=1.4"), are_versions(">=1.4,<2"), are_versions("banana")
    (True, True, False)
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        return False
    return True


@lru_cache(maxsize=256)
def _contains(versions: str, installed: str) -> bool:
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(versions).contains(installed, prereleases=True)
