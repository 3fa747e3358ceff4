"""Optuna's storages as the job store opens them, their errors, and URLs without secrets."""

import re
import sys
import time
import weakref
from functools import lru_cache
from pathlib import Path
from typing import Any

from autotune.errors import without_passwords

CREATING = 10


def journal_storage(path: Path) -> Any:
    """Return the storage of one journal file, which stays whole whatever happens to its writers."""
    from optuna.storages import JournalStorage

    from autotune.record.journal import WholeJournal

    return JournalStorage(WholeJournal(path))


@lru_cache(maxsize=8)
def database_storage(url: str) -> Any:
    """Return the database's storage; one pool of connections for each process."""
    from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

    from autotune.record.database import WholeDatabase

    for attempt in range(CREATING):
        try:
            return _closing(WholeDatabase(url, engine_kwargs={"pool_pre_ping": True}))
        except (IntegrityError, OperationalError, ProgrammingError) as error:
            # Another process creates the same tables at this moment.
            if attempt + 1 == CREATING or not re.search(
                "already exists|UNIQUE|duplicate", str(error)
            ):
                raise
            time.sleep(0.2)
    raise AssertionError


def _closing(storage: Any) -> Any:
    """Return the storage, which closes its connections when it has left the cache above."""
    weakref.finalize(storage, storage.engine.dispose).atexit = False
    return storage


def unusable() -> tuple[type[Exception], ...]:
    """Return what a store that cannot be used raises, from the file system up to SQLAlchemy.

    SQLAlchemy takes long to import, and only what a database loaded it for raises its errors.
    """
    import optuna

    sql = sys.modules.get("sqlalchemy.exc")
    return (
        OSError,
        *((sql.SQLAlchemyError,) if sql else ()),
        ImportError,
        ValueError,
        RuntimeError,
        optuna.exceptions.StorageInternalError,
    )


def first_line(error: Exception) -> str:
    """Return what an error says in one line without secrets."""
    lines = str(error).strip().splitlines()
    text = without_passwords(lines[0][:200].rstrip(".")) if lines else ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
