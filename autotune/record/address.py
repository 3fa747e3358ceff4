"""Where a job store is: a folder or a storage URL, and the names that jobs may have in it."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from autotune.errors import StoreError, without_passwords

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def default_folder() -> Path:
    """Return the folder of jobs: in ``AUTOTUNE_HOME`` if that is set, else in the user's data."""
    import os

    from platformdirs import user_data_path

    home = os.environ.get("AUTOTUNE_HOME")
    return (Path(home) if home else user_data_path("autotune")) / "jobs"


def check_name(name: object) -> str:
    """Return the job's name.

    Raises:
        StoreError: if it has characters that a file name or URL cannot carry.
    """
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise StoreError(
            "a job's name must be 1 to 100 letters, digits, dots, dashes or underscores, "
            f"starting with a letter or digit, got {name!r}."
        )
    return name


def checked_address(storage: str | Path | None) -> str:
    """Return the folder or URL as text, the default folder where none is given.

    Raises:
        StoreError: if it is neither.
    """
    if not isinstance(storage, str | Path | None) or (
        isinstance(storage, str) and not storage.strip()
    ):
        raise StoreError(
            f"storage must be a folder or a URL such as sqlite:///jobs.db, got {storage!r}."
        )
    text = str(storage) if storage is not None else str(default_folder())
    scheme = urlsplit(text).scheme if "://" in text else ""
    in_memory = scheme.startswith("sqlite") and urlsplit(text).path.strip("/") in ("", ":memory:")
    if in_memory or re.match(r"(sqlite|postgresql|mysql)(\+\w+)?:(?!//)", text):
        raise StoreError(
            f"storage must outlive this process, got {text!r}.", "For example sqlite:///jobs.db."
        )
    if scheme and not re.match(r"(sqlite|postgresql|mysql)(\+\w+)?$", scheme):
        raise StoreError(
            "storage must be a folder or a URL such as sqlite:///jobs.db, "
            f"got {without_passwords(text)!r}."
        )
    if not scheme and Path(text).is_file():
        raise StoreError(
            f"storage must be a folder or a URL, got the file {text!r}.", "Did you mean its folder?"
        )
    return text
