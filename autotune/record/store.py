"""The job store: an Optuna storage; by default a folder with one journal file per job."""

import shlex
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autotune.errors import NameTaken, StoreError, did_you_mean, without_passwords
from autotune.record.address import check_name, checked_address, default_folder
from autotune.record.creation import RECORD, Begun, Direction, NewJob
from autotune.record.internals import sql_engine, study_id
from autotune.record.lease import FileLease, Lease, RowLease
from autotune.record.quiet import quiet
from autotune.record.storage import (
    database_storage,
    first_line,
    journal_storage,
    unusable,
)
from autotune.record.writer import Writer

if TYPE_CHECKING:
    import optuna

SUFFIX = ".journal"


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
    ) -> Begun:
        """Create a job with its record and take its lease; a reader sees the whole job, or none.

        ``prepare`` is called when the name is this process's alone, before the job is there.

        Raises:
            NameTaken: if a job has the name.
            StoreError: if the store cannot be written.
        """
        check_name(name)
        taken = NameTaken(
            f"a job's name must be new, got {name!r}, which exists in {self}.",
            "Choose another name.",
        )
        job = NewJob(name, attributes, direction, prepare)
        try:
            with quiet():
                created = (
                    job.in_folder(self._path(name))
                    if self.folder is not None
                    else job.in_database(self._storage(name))
                )
        except unusable() as error:
            raise self.broken(error) from None
        if created is None:
            raise taken
        return created

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
        """Delete a job: its record, trials, logs, checkpoints, and what its trials evaluate.

        Nothing else is touched, such as the folder of a script or what a function wrote elsewhere.
        Errors as for `find`.
        """
        import optuna

        study = self.find(name)
        job_id = study.user_attrs.get(RECORD, {}).get("id", "")
        objective, trials = self.objective_path(name, job_id), self.trials_path(name, job_id)
        objective.unlink(missing_ok=True)
        objective.with_name(f"{objective.name}.new").unlink(missing_ok=True)
        if trials.is_symlink():  # the user moved it: what it points to may hold more
            trials.unlink()
        shutil.rmtree(trials, ignore_errors=True)
        if self.folder is not None:
            for suffix in (SUFFIX, ".new", f"{SUFFIX}.lock", ".lease"):
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
    return Store(checked_address(storage))
