"""What a worker process prints: kept in a log of each trial, of bounded size, on its machine."""

import logging
import os
import sys
import tempfile
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

from autotune.objective.bounded_log import Log

LOG = "log.txt"
LAST_WORDS = 300
MAX_BYTES = 1_000_000  # of output that waits to be moved to a trial's log
BLOCK = 512  # bytes, the unit of a file's blocks
KEPT_BYTES = 400_000  # of the beginning, and of the end, where there is more


class Output:
    """The file that a worker's standard output and error go to."""

    def __init__(self, folder: Path) -> None:
        import fcntl  # Windows lacks it

        self.file: IO[Any] = tempfile.TemporaryFile("a+b", buffering=0, dir=folder)  # noqa: SIM115 - open as long as the process
        # TemporaryFile opens it otherwise; the process must write at the end after a cut, too.
        flags = fcntl.fcntl(self._descriptor, fcntl.F_GETFL)
        fcntl.fcntl(self._descriptor, fcntl.F_SETFL, flags | os.O_APPEND)

    @property
    def _descriptor(self) -> int:
        return self.file.fileno()

    @property
    def size(self) -> int:
        """How many bytes wait."""
        return os.fstat(self._descriptor).st_size

    def last_words(self) -> str:
        """Return the last line of what the process wrote."""
        lines = self._read(max(0, self.size - LAST_WORDS), LAST_WORDS).decode(errors="replace")
        line = next((line.strip() for line in reversed(lines.split("\n")) if line.strip()), "")
        return "".join(character if character.isprintable() else "?" for character in line)

    def trim(self) -> None:
        """Free the middle once the file has grown long, so that endless output fills no disk."""
        status = os.fstat(self._descriptor)
        if status.st_blocks * BLOCK <= MAX_BYTES:
            return
        if not _free(self._descriptor, KEPT_BYTES, status.st_size - 2 * KEPT_BYTES):
            # A file system without holes: what the process writes at this moment is lost.
            content = self._content()
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, content)

    def move_to(self, folder: Path) -> None:
        """Move what was written to the log in a trial's folder, which is made if there is any."""
        if not self.size:
            return
        lines = self._content().rstrip(b"\n").split(b"\n")
        os.ftruncate(self._descriptor, 0)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with Log(folder / LOG) as log:
                log.write_lines(lines)
        except OSError as error:  # a full disk must not end the job for a log
            print(f"autotune: a trial's log could not be kept: {error}", file=sys.stderr)

    def _content(self) -> bytes:
        """Return what was written; of much the beginning and the end."""
        size = self.size
        if size <= 2 * KEPT_BYTES:
            return self._read(0, size)
        note = f"\n[{size - 2 * KEPT_BYTES:,} bytes left out]\n".encode()
        return self._read(0, KEPT_BYTES) + note + self._read(size - KEPT_BYTES, KEPT_BYTES)

    def close(self) -> None:
        """Remove the file."""
        self.file.close()

    def _read(self, begin: int, count: int) -> bytes:
        return os.pread(self._descriptor, count, begin)


def _free(descriptor: int, begin: int, length: int) -> bool:
    """Free a part of a file, whose size stays; False where the system cannot."""
    import ctypes

    keep_size, punch_hole = 1, 2
    try:
        fallocate = ctypes.CDLL(None, use_errno=True).fallocate
    except AttributeError:
        return False
    offset = ctypes.c_longlong
    return bool(fallocate(descriptor, keep_size | punch_hole, offset(begin), offset(length)) == 0)


def prepare_streams() -> None:
    """Let this process write its output line by line, and its log records from INFO on.

    A program's own ``logging.basicConfig`` still decides where its records go.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(line_buffering=True, errors="replace")
    logging.getLogger().setLevel(logging.INFO)
    if logging.lastResort is not None:
        logging.lastResort.setLevel(logging.INFO)


def flush_streams() -> None:
    """Write out what Python's and C's buffers of standard output and error hold."""
    import contextlib
    import ctypes

    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # closed by the trial
            stream.flush()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).fflush(None)
