"""What a command prints, in a file of bounded size, cut into lines of bounded length."""

import os
from pathlib import Path
from typing import Self

END = 500_000  # bytes kept of the beginning, and at least as many of the end
MAX_LINE_BYTES = 10_000  # bytes of a line that are kept
LOOK_BACK = 20_000


class Log:
    """A file with the beginning and the end of what is written to it, also if its writer dies."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._left_out = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def write_lines(self, lines: list[bytes]) -> None:
        """Write lines, and cut out the middle where the file has grown long."""
        os.write(self._file, b"".join(line + b"\n" for line in lines))
        size = os.fstat(self._file).st_size
        if size > 3 * END:
            end = os.pread(self._file, END, size - END)
            self._left_out += size - 2 * END
            os.ftruncate(self._file, END)
            os.write(self._file, f"\n[{self._left_out:,} bytes left out]\n".encode() + end)

    def tail(self, lines: int) -> list[str]:
        """Return the last lines that are not empty."""
        size = os.fstat(self._file).st_size
        text = os.pread(self._file, LOOK_BACK, max(0, size - LOOK_BACK)).decode(errors="replace")
        return [line.rstrip() for line in text.splitlines() if line.strip()][-lines:]


class Lines:
    """Cuts bytes into lines as they come; a carriage return ends one too, as in progress bars."""

    def __init__(self) -> None:
        self._unfinished = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines that these bytes end, without empty ones, each cut to its bound."""
        text = (self._unfinished + data).replace(b"\r", b"\n")
        *lines, unfinished = text.split(b"\n")
        self._unfinished = unfinished[:MAX_LINE_BYTES]
        return [line[:MAX_LINE_BYTES] for line in lines if line]

    def end(self) -> list[bytes]:
        """Return the last line where nothing ended it."""
        line, self._unfinished = self._unfinished, b""
        return [line] if line else []
