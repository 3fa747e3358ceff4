"""The lease of a job: one process at a time works on it, and others see whether it lives.

On a folder the lease is a lock on a file, which the kernel frees the moment its process is gone,
however it went. In a database it is a row that the owner renews; one on another machine that has
not been renewed for long counts as gone.
"""

import json
import os
import time
import uuid
import weakref
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from autotune.errors import StoreError
from autotune.record.owner import is_alive, on_this_machine, this_process

if TYPE_CHECKING:
    import sqlalchemy

KEY = "autotune:lease"
STALE = 30.0
TRY_FOR = 0.5
Note = dict[str, Any]


class Lease(Protocol):
    """The right to work on a job.

    Its note holds ``owner`` and ``seconds``: what the job has consumed over all sessions.
    """

    def take(self) -> bool:
        """Take it for this process; False where another holds it."""

    def keep(self, seconds: float) -> bool:
        """Renew it and note the seconds consumed; False where another process took it over."""

    def release(self) -> None:
        """Give it back."""

    def held(self) -> bool:
        """Return whether a living process holds it."""

    def note(self) -> Note:
        """Return the last owner's note; empty where there is none."""


class FileLease:
    """A lease by a lock on a file; ``job`` is the job's own file beside it."""

    def __init__(self, path: Path, job: Path) -> None:
        self.path, self.job = path, job
        self._file: int | None = None

    def take(self) -> bool:
        """Take it; tries for half a second, as a call of `held` elsewhere locks it for a moment."""
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        until = time.monotonic() + TRY_FOR
        while not _locked(file, shared=False):
            if time.monotonic() > until:
                os.close(file)
                return False
            time.sleep(0.01)
        self._file = file
        _TAKEN.add(self)
        self._write(float(self.note().get("seconds") or 0.0))
        return True

    def keep(self, seconds: float) -> bool:
        """Note the seconds; False where the job's files were removed or replaced.

        Removed files free the job's name for others.
        """
        if self._file is None:
            return False
        self._write(seconds)
        try:
            return self.job.exists() and self.path.stat().st_ino == os.fstat(self._file).st_ino
        except FileNotFoundError:
            return False

    def _write(self, seconds: float) -> None:
        assert self._file is not None
        text = json.dumps({"owner": this_process(), "seconds": round(seconds, 3)}).encode()
        os.pwrite(self._file, text.ljust(512), 0)

    def release(self) -> None:
        """Give it back; the note stays."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def held(self) -> bool:
        """Return whether a living process holds the lock.

        For a moment, a child that its dead owner had just begun may hold it.
        """
        try:
            file = os.open(self.path, os.O_RDONLY)
        except OSError:
            return False
        try:
            taken = not _locked(file, shared=True)
        finally:
            os.close(file)
        owner = self.note().get("owner") or {}
        return taken and not (on_this_machine(owner) and not is_alive(owner))

    def note(self) -> Note:
        """Return what the owner noted last."""
        try:
            content = json.loads(self.path.read_bytes() or b"{}")
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}


# A child that the user's program forks must not keep the lock when its parent is gone.
_TAKEN: "weakref.WeakSet[FileLease]" = weakref.WeakSet()


def _release_in_child() -> None:
    for lease in _TAKEN:
        lease.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_release_in_child)


def _locked(file: int, shared: bool) -> bool:
    # Windows lacks fcntl; plans are made there all the same.
    try:
        import fcntl
    except ImportError:
        raise StoreError(
            "jobs must run where files can be locked", "On Windows, use its subsystem for Linux."
        ) from None
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class RowLease:
    """A lease by a row in the database, timed by the database's clock, not the machines'."""

    def __init__(self, engine: "sqlalchemy.Engine", study_id: int) -> None:
        self.engine, self.study_id = engine, study_id
        self.token = uuid.uuid4().hex

    def take(self) -> bool:
        """Take it, unless a living process holds it."""
        return self._change(
            lambda note, now: None if _lives(note, now) else {"seconds": note.get("seconds", 0.0)}
        )

    def keep(self, seconds: float) -> bool:
        """Renew it, unless another process took it over."""
        return self._change(
            lambda note, _: (
                {"seconds": round(seconds, 3)} if note.get("token") == self.token else None
            )
        )

    def release(self) -> None:
        """Give it back, where it is still this process's; the seconds stay."""
        self._change(
            lambda note, _: {**note, "owner": None} if note.get("token") == self.token else None
        )

    def held(self) -> bool:
        """Return whether its owner lives.

        On this machine the kernel knows; of other machines the last renewal decides.
        """
        with self.engine.connect() as connection:
            return _lives(*self._read(connection))

    def note(self) -> Note:
        """Return what the owner noted last."""
        with self.engine.connect() as connection:
            return self._read(connection)[0]

    def _change(self, change: Callable[[Note, datetime], Note | None]) -> bool:
        """Change the row while no other process can; False where the change says no."""
        import sqlalchemy as sql

        studies = sql.table("studies", sql.column("study_id"), sql.column("study_name"))
        rows, condition = self._rows()
        with self.engine.begin() as connection:
            # Writing the study's row locks it in every database, so that of two takers one waits
            # for the other.
            same = (
                sql.update(studies)
                .where(studies.c.study_id == self.study_id)
                .values(study_name=studies.c.study_name)
            )
            connection.execute(same)
            note, now = self._read(connection)
            changed = change(note, now)
            if changed is None:
                return False
            row = {
                "owner": this_process(),
                "token": self.token,
                "beat": now.isoformat(),
                **changed,
            }
            connection.execute(sql.delete(rows).where(condition))
            connection.execute(
                sql.insert(rows).values(study_id=self.study_id, key=KEY, value_json=json.dumps(row))
            )
        return True

    def _read(self, connection: "sqlalchemy.Connection") -> tuple[Note, datetime]:
        import sqlalchemy as sql

        rows, condition = self._rows()
        text = connection.execute(sql.select(rows.c.value_json).where(condition)).scalar()
        now: datetime = connection.execute(sql.select(sql.func.now())).scalar_one()
        return json.loads(text) if text else {}, now if now.tzinfo else now.replace(tzinfo=UTC)

    def _rows(self) -> tuple[Any, Any]:
        """Return Optuna's table of study attributes, and the condition for the lease's row."""
        import sqlalchemy as sql

        rows = sql.table(
            "study_user_attributes",
            sql.column("study_id"),
            sql.column("key"),
            sql.column("value_json"),
        )
        return rows, sql.and_(rows.c.study_id == self.study_id, rows.c.key == KEY)


def _lives(note: Note, now: datetime) -> bool:
    owner = note.get("owner")
    if not owner:
        return False
    if on_this_machine(owner):
        return is_alive(owner)
    return (now - datetime.fromisoformat(note["beat"])).total_seconds() < STALE
