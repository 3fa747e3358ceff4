"""The job store: an Optuna storage. By default a folder with one journal file per job; else any storage URL."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from autotune.errors import StoreError, did_you_mean

if TYPE_CHECKING:
    import optuna

RECORD = "autotune:record"
STATE = "autotune:state"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
SUFFIX = ".journal"
WAIT_FOR_LOCK = 5


def default_folder() -> Path:
    """Return the folder of jobs: ``AUTOTUNE_HOME/jobs`` where that is set, else the user's data folder."""
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
            f"a job's name must be 1 to 100 letters, digits, dots, dashes or underscores, starting with a letter or digit, got {name!r}."
        )
    return name


def without_secrets(storage: str) -> str:
    """Return a storage's text with any password of its URL hidden."""
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", storage)


@dataclass(frozen=True)
class Store:
    """Where jobs lie: ``text`` is a folder or an Optuna storage URL."""

    text: str

    @property
    def folder(self) -> Path | None:
        """The folder of journal files, or None for a URL."""
        return None if "://" in self.text else Path(self.text)

    def begin(self, name: str, record: Mapping[str, Any], direction: Any) -> "optuna.Study":
        """Create a job with its record.

        Raises:
            StoreError: if the name is taken, or the store cannot be written.
        """
        import optuna

        check_name(name)
        try:
            with quiet():
                study = optuna.create_study(storage=self._storage(name, create=True), study_name=name, direction=direction)
            study.set_user_attr(RECORD, dict(record))
        except optuna.exceptions.DuplicatedStudyError:
            raise StoreError(
                f"a job's name must be new, got {name!r}, which exists in {self}.", "Choose another name."
            ) from None
        except _unusable() as error:
            raise self._broken(error) from None
        return study

    def find(self, name: str) -> "optuna.Study":
        """Return a job's study.

        Raises:
            StoreError: if there is no such job, or the store cannot be read.
        """
        import optuna

        check_name(name)
        if self.folder is not None and not self._path(name).is_file():
            raise StoreError(f"a job named {name!r} must be in {self}, got none.", did_you_mean(name, self.names()))
        try:
            with quiet():
                return optuna.load_study(study_name=name, storage=self._storage(name))
        except KeyError:
            raise StoreError(f"a job named {name!r} must be in {self}, got none.", did_you_mean(name, self.names())) from None
        except _unusable() as error:
            raise self._broken(error) from None

    def delete(self, name: str) -> None:
        """Delete a job with all its trials; errors as for `find`."""
        import optuna

        study = self.find(name)
        if self.folder is not None:
            self._path(name).unlink()
            return
        with quiet():
            optuna.delete_study(study_name=study.study_name, storage=self._storage(name))

    def names(self) -> list[str]:
        """Return the names of all jobs."""
        if self.folder is not None:
            return sorted(p.name.removesuffix(SUFFIX) for p in self.folder.glob(f"*{SUFFIX}"))
        import optuna

        try:
            with quiet():
                return sorted(optuna.get_all_study_names(storage=self._storage("")))
        except _unusable() as error:
            raise self._broken(error) from None

    def __str__(self) -> str:
        return without_secrets(self.text)

    def command(self, name: str) -> str:
        """Return the command that opens the job in optuna-dashboard."""
        return f"optuna-dashboard {self._path(name) if self.folder is not None else self}"

    def _path(self, name: str) -> Path:
        assert self.folder is not None
        return self.folder / f"{name}{SUFFIX}"

    def _storage(self, name: str, create: bool = False) -> Any:
        from optuna.storages import JournalStorage, RDBStorage
        from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

        if self.folder is None:
            return RDBStorage(self.text)
        if create:
            self.folder.mkdir(parents=True, exist_ok=True)
        path = str(self._path(name))
        return JournalStorage(JournalFileBackend(path, lock_obj=JournalFileOpenLock(path, grace_period=WAIT_FOR_LOCK)))

    def _broken(self, error: Exception) -> StoreError:
        first = without_secrets(str(error).strip().splitlines()[0][:200]) if str(error).strip() else type(error).__name__
        return StoreError(f"the job store {self} must be readable and writable: {first}.")


def _unusable() -> tuple[type[Exception], ...]:
    """Return what a store that cannot be used raises, from the file system up to SQLAlchemy."""
    import optuna
    from sqlalchemy.exc import SQLAlchemyError

    return (OSError, SQLAlchemyError, ImportError, ValueError, optuna.exceptions.StorageInternalError)


def quiet() -> Any:
    """Return a context in which Optuna does not log and its experimental marks are not repeated."""
    import contextlib
    import warnings

    import optuna

    @contextlib.contextmanager
    def hushed() -> Any:
        level = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            try:
                yield
            finally:
                optuna.logging.set_verbosity(level)

    return hushed()


def open_store(storage: str | Path | None = None) -> Store:
    """Return the store at a folder or storage URL, the default folder where none is given.

    Raises:
        StoreError: if it is neither.
    """
    text = str(storage) if storage is not None else str(default_folder())
    scheme = urlsplit(text).scheme if "://" in text else ""
    if scheme and not re.match(r"(sqlite|postgresql|mysql)(\+\w+)?$", scheme):
        raise StoreError(f"storage must be a folder or a URL such as sqlite:///jobs.db, got {without_secrets(text)!r}.")
    if not scheme and Path(text).is_file():
        raise StoreError(f"storage must be a folder or a URL, got the file {text!r}.", "Did you mean its folder?")
    return Store(text)
