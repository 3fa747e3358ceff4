"""A job's creation in a store: a reader sees the whole job, or none."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from autotune.record.internals import sql_engine, study_id
from autotune.record.lease import FileLease, Lease, RowLease
from autotune.record.storage import journal_storage

if TYPE_CHECKING:
    import optuna

Begun: TypeAlias = "tuple[optuna.Study, Lease]"
"""A new job's study, and the lease of the process that runs it."""
Direction = Literal["minimize", "maximize"]
RECORD = "autotune:record"
STATE = "autotune:state"
STOP = "autotune:stop"
CONFIRMATION = "autotune:confirmation"


@dataclass(frozen=True)
class NewJob:
    """A job to create: its name, its first attributes, its direction.

    ``prepare`` is called when the name is this process's alone, before the job is there.
    """

    name: str
    attributes: Mapping[str, object]
    direction: Direction
    prepare: Callable[[], object]

    def in_folder(self, path: Path) -> "Begun | None":
        """Write the new journal beside its place, and move it there whole; None where taken."""
        import optuna

        path.parent.mkdir(parents=True, exist_ok=True)
        lease = FileLease(path.with_name(f"{self.name}.lease"), path)
        if not lease.take():
            return None
        with _released_on_error(lease):
            new = path.with_name(f"{self.name}.new")
            if path.exists():
                lease.release()
                return None
            new.unlink(missing_ok=True)
            self.prepare()
            study = optuna.create_study(
                storage=journal_storage(new), study_name=self.name, direction=self.direction
            )
            for key, value in self.attributes.items():
                study.set_user_attr(key, value)
            new.replace(path)
            return optuna.load_study(study_name=self.name, storage=journal_storage(path)), lease

    def in_database(self, storage: Any) -> "Begun | None":
        """Create the study, or take over one that a process left empty when it died."""
        import optuna

        study = optuna.create_study(
            storage=storage,
            study_name=self.name,
            direction=self.direction,
            load_if_exists=True,
        )
        lease = RowLease(sql_engine(study), study_id(study))
        if not lease.take():
            return None
        with _released_on_error(lease):
            if RECORD in study.user_attrs or study.get_trials(deepcopy=False):
                lease.release()
                return None
            self.prepare()
            for key, value in self.attributes.items():
                study.set_user_attr(key, value)
            return study, lease


@contextmanager
def _released_on_error(lease: Lease) -> Iterator[None]:
    try:
        yield
    except BaseException:
        lease.release()
        raise
