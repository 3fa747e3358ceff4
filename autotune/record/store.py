"""The job store: an Optuna storage; by default a folder with one journal file per job."""

import re
import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from autotune.errors import StoreError, did_you_mean, without_passwords
from autotune.record.internals import sql_engine, study_id
from autotune.record.lease import FileLease, Lease, RowLease
from autotune.record.storage import (
    database_storage,
    first_line,
    journal_storage,
    quiet,
    unusable,
)
from autotune.record.writer import Writer

if TYPE_CHECKING:
    import optuna

    _Begun = tuple[optuna.Study, Lease]

Direction = Literal["minimize", "maximize"]
RECORD = "autotune:record"
STATE = "autotune:state"
STOP = "autotune:stop"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
SUFFIX = ".journal"


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


@dataclass(frozen=True)
class Store:
    """Where jobs lie: ``text`` is a folder or an Optuna storage URL."""

    text: str

    @property
    def folder(self) -> Path | None:
        """The folder of journal files, or None for a URL."""
        return None if "://" in self.text else Path(self.text)

    def begin(
        self,
        name: str,
        attributes: Mapping[str, object],
        direction: Direction,
        prepare: Callable[[], object],
    ) -> "tuple[optuna.Study, Lease]":
        """Create a job with its record and take its lease; a reader sees the whole job, or none.

        ``prepare`` is called when the name is this process's alone, before the job is there.

        Raises:
            StoreError: if the name is taken, or the store cannot be written.
        """
        check_name(name)
        taken = StoreError(
            f"a job's name must be new, got {name!r}, which exists in {self}.",
            "Choose another name.",
        )
        try:
            with quiet():
                created = (self._begin_file if self.folder is not None else self._begin_row)(
                    name, attributes, direction, prepare
                )
        except unusable() as error:
            raise self.broken(error) from None
        if created is None:
            raise taken
        return created

    def _begin_file(
        self,
        name: str,
        attributes: Mapping[str, object],
        direction: Direction,
        prepare: Callable[[], object],
    ) -> "_Begun | None":
        """Write the new journal beside its place, and move it there whole."""
        import optuna

        assert self.folder is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        lease = FileLease(self._path(name, ".lease"), self._path(name))
        if not lease.take():
            return None
        with _released_on_error(lease):
            path, new = self._path(name), self._path(name, ".new")
            if path.exists():
                lease.release()
                return None
            new.unlink(missing_ok=True)
            prepare()
            study = optuna.create_study(
                storage=journal_storage(new), study_name=name, direction=direction
            )
            for key, value in attributes.items():
                study.set_user_attr(key, value)
            new.replace(path)
            return optuna.load_study(study_name=name, storage=self._storage(name)), lease

    def _begin_row(
        self,
        name: str,
        attributes: Mapping[str, object],
        direction: Direction,
        prepare: Callable[[], object],
    ) -> "_Begun | None":
        """Create the study, or take over one that a process left empty when it died."""
        import optuna

        study = optuna.create_study(
            storage=self._storage(name), study_name=name, direction=direction, load_if_exists=True
        )
        lease = self.lease(study)
        if not lease.take():
            return None
        with _released_on_error(lease):
            if RECORD in study.user_attrs or study.get_trials(deepcopy=False):
                lease.release()
                return None
            prepare()
            for key, value in attributes.items():
                study.set_user_attr(key, value)
            return study, lease

    def lease(self, study: "optuna.Study") -> Lease:
        """Return the lease of a job, by which one process at a time works on it."""
        if self.folder is not None:
            return FileLease(self._path(study.study_name, ".lease"), self._path(study.study_name))
        return RowLease(sql_engine(study), study_id(study))

    def take(self, study: "optuna.Study") -> Lease:
        """Take a job's lease and leave its file as a living writer would.

        Raises:
            StoreError: if another process works on the job, naming it; or the store cannot be used.
        """
        from autotune.record import journal

        lease = self.lease(study)
        try:
            if not lease.take():
                owner = lease.note().get("owner") or {}
                who = (
                    f"process {owner.get('pid')} on {owner.get('host')}"
                    if owner
                    else "another process"
                )
                raise StoreError(
                    f"job {study.study_name!r} must be run by one process, and {who} runs it."
                )
            if self.folder is not None:
                journal.free(self._path(study.study_name))
        except unusable() as error:
            raise self.broken(error) from None
        return lease

    def writer(self, name: str) -> Writer:
        """Return what writes to a job and waits for the store where it is away for a while."""
        return Writer(self.resuming(name), str(self), unusable(), first_line)

    def objective_path(self, name: str, job_id: str) -> Path:
        """Return where a job's pickled objective is, from which it is resumed.

        There the job's own id tells it from one of the same name in another database.
        """
        if self.folder is not None:
            return self._path(name, ".objective")
        return default_folder() / f"{name}-{job_id}.objective"

    def trials_path(self, name: str, job_id: str) -> Path:
        """Return the folder that holds each trial's folder, for checkpoints and logs."""
        return self.objective_path(name, job_id).with_suffix(".trials")

    def find(self, name: str) -> "optuna.Study":
        """Return a job's study.

        Raises:
            StoreError: if there is no such job, or the store cannot be read.
        """
        import optuna

        check_name(name)
        missing = f"a job named {name!r} must be in {self}, got none."
        if self.folder is not None and not self._path(name).is_file():
            raise StoreError(missing, did_you_mean(name, self.names()))
        try:
            with quiet():
                return optuna.load_study(study_name=name, storage=self._storage(name))
        except KeyError:
            if self.folder is not None:
                raise StoreError(
                    f"{self._path(name)} must hold the job {name!r}, and does not: "
                    "it was damaged or renamed."
                ) from None
            raise StoreError(missing, did_you_mean(name, self.names())) from None
        except Exception as error:  # a damaged file may break Optuna's reading anywhere
            raise self.broken(error, name) from None

    def delete(self, name: str) -> None:
        """Delete a job with all its trials; errors as for `find`."""
        import optuna

        study = self.find(name)
        job_id = study.user_attrs.get(RECORD, {}).get("id", "")
        self.objective_path(name, job_id).unlink(missing_ok=True)
        shutil.rmtree(self.trials_path(name, job_id), ignore_errors=True)
        if self.folder is not None:
            for suffix in (SUFFIX, ".lease"):
                self._path(name, suffix).unlink(missing_ok=True)
            return
        with quiet():
            optuna.delete_study(study_name=study.study_name, storage=self._storage(name))

    def names(self) -> list[str]:
        """Return the names of all jobs."""
        if self.folder is not None:
            return sorted(path.name.removesuffix(SUFFIX) for path in self.folder.glob(f"*{SUFFIX}"))
        try:
            with quiet():
                return sorted(
                    study.study_name
                    for study in self._storage("").get_all_studies()
                    if RECORD in study.user_attrs
                )
        except unusable() as error:
            raise self.broken(error) from None

    def __str__(self) -> str:
        return without_passwords(self.text)

    @property
    def option(self) -> str:
        """The option by which a command finds this store; nothing for the default one."""
        return "" if self == open_store() else f" --storage {shlex.quote(str(self))}"

    def resuming(self, name: str) -> str:
        """Return the command that goes on with the job."""
        return f"autotune resume {name}{self.option}"

    def command(self, name: str) -> str:
        """Return the command that opens the job in optuna-dashboard."""
        return f"optuna-dashboard {self._path(name) if self.folder is not None else self}"

    def _path(self, name: str, suffix: str = SUFFIX) -> Path:
        assert self.folder is not None
        return self.folder / f"{name}{suffix}"

    def _storage(self, name: str) -> Any:
        return (
            journal_storage(self._path(name))
            if self.folder is not None
            else database_storage(self.text)
        )

    def broken(self, error: Exception, name: str = "") -> StoreError:
        """Return the error that says in one line why the store, or a job's file, is unusable."""
        if isinstance(error, ImportError):
            driver = (
                "pip install 'autotune-hpo[postgresql]', and write the URL as postgresql+pg8000://…"
            )
            return StoreError(
                f"the job store {self} needs a database driver: {first_line(error)}.",
                f"Try: {driver}",
            )
        where = (
            f"{self._path(name)}" if name and self.folder is not None else f"the job store {self}"
        )
        return StoreError(f"{where} must be readable and writable: {first_line(error)}.")


def open_store(storage: str | Path | None = None) -> Store:
    """Return the store at a folder or storage URL, the default folder where none is given.

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
    return Store(text)


@contextmanager
def _released_on_error(lease: Lease) -> Iterator[None]:
    try:
        yield
    except BaseException:
        lease.release()
        raise
