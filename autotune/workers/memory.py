"""How much memory a trial uses, with all the processes it started."""

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil


def used(pid: int) -> int:
    """Return the bytes of memory of a process and its descendants; shared pages count once.

    The quick sum counts shared pages for each process; `exceeds` looks closer only where it is over
    a limit.
    """
    return sum(_bytes(process, exact=True) for process in _family(pid))


def exceeds(pid: int, limit: int) -> bool:
    """Return whether a process and its descendants use more memory than the limit, in bytes."""
    return (
        sum(_bytes(process, exact=False) for process in _family(pid)) > limit and used(pid) > limit
    )


def _family(pid: int) -> "list[psutil.Process]":
    import psutil

    with contextlib.suppress(psutil.Error):
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    return []


def _bytes(process: "psutil.Process", *, exact: bool) -> int:
    import psutil

    try:
        if not exact:
            return int(process.memory_info().rss)
        info = process.memory_full_info()
        return int(getattr(info, "pss", info.uss))
    except (psutil.Error, OSError):  # gone meanwhile
        return 0
