"""The embedded store's file: an Optuna journal that survives full disks and dying writers.

Optuna's own backend leaves a torn last line behind in both cases, and from the next write on nobody
can read the file.
"""

import json
import os
from pathlib import Path
from typing import IO, Any

from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

WAIT_FOR_LOCK = 5


class WholeJournal(JournalFileBackend):
    """A journal to which a line is added whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._exclusive = JournalFileOpenLock(str(path), grace_period=WAIT_FOR_LOCK)
        super().__init__(str(path), lock_obj=self._exclusive)

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        """Add lines and have them on the disk; where that fails, the file is as it was.

        Raises:
            OSError: if they cannot be written.
        """
        text = "".join(json.dumps(log, separators=(",", ":")) + "\n" for log in logs)
        self._exclusive.acquire()
        try:
            _append(self._path, text.encode())
        finally:
            self._exclusive.release()


def _append(path: Path, data: bytes) -> None:
    with path.open("r+b", buffering=0) as file:
        end = mend(file)
        try:
            remaining = memoryview(data)
            while remaining:
                remaining = remaining[file.write(remaining) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(end)
            raise


def mend(file: IO[bytes]) -> int:
    """Cut off a torn last line that a dead writer left; return the size, where the next goes."""
    size: int = file.seek(0, os.SEEK_END)
    end = size
    while end:
        begin = max(0, end - 4096)
        file.seek(begin)
        newline = file.read(end - begin).rfind(b"\n")
        if newline >= 0:
            end = begin + newline + 1
            break
        end = begin
    if end < size:
        file.truncate(end)
    file.seek(end)
    return end


def free(path: Path) -> None:
    """Remove the lock of a writer that died holding it; only the job's owner may call this."""
    Path(f"{path}.lock").unlink(missing_ok=True)
