"""One place for a trial on a node of a cluster: a Ray actor that keeps a worker process there.

The trial runs in that process, not in the actor. So it is killed as on any machine, with all that
it started and whatever it is doing, its memory is watched on its node, and the actor answers all
the while.
"""

import asyncio
import os
import pickle
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from autotune.workers.events import Event
from autotune.workers.pool import WorkerPool

LOOK_EVERY = 0.05  # seconds between two looks at a trial's memory, and at whether it was killed

Options = Mapping[str, Any]
"""Keyword arguments of `WorkerPool`."""


def stamp_of(file: Path) -> tuple[int, int]:
    """Return what tells a file from another that had its name."""
    status = file.stat()
    return status.st_size, status.st_mtime_ns


class Host:
    """Keeps one worker process on the node it is placed on.

    Args:
        folder: Where the job was begun; trials run there where the node has it.
        options: What `Workers` takes beside the objective.
    """

    def __init__(self, folder: str, options: Options) -> None:
        if Path(folder).is_dir():
            os.chdir(folder)
        self.options = options

    async def find(self, file: str, stamp: tuple[int, int]) -> bool:
        """Start with the objective's file, and return whether this node has it.

        A node has it that is the job's own machine or shares its folder.
        """
        path = Path(file)
        is_present = path.is_file() and stamp_of(path) == stamp
        if is_present:
            with path.open("rb") as opened:
                self._start(path, pickle.load(opened))
        return is_present

    async def keep(self, name: str, sent: list[Awaitable[bytes]]) -> bool:
        """Start with an objective from the object store."""
        content = await sent[0]
        self._start(partial(_shared_file, name=name, content=content), pickle.loads(content))
        return True

    def _start(self, objective: Path | Callable[[Path], Path], path: list[str]) -> None:
        sys.path[:] = [*path, *(entry for entry in sys.path if entry not in path)]
        self.workers = WorkerPool(1, objective, **self.options)

    async def run(self, number: int, params: Mapping[str, Any], seed: int) -> list[Event | int]:
        """Run a trial and return its first event, or its number where it exceeds its memory."""
        self.workers.submit(number, params, seed)
        return await self._next_events(number)

    async def answer(self, number: int, stop: bool) -> list[Event | int]:
        """Answer a trial's report and return what it tells next."""
        self.workers.answer(number, stop)
        return await self._next_events(number)

    async def kill(self, number: int) -> None:
        """Kill the trial, if it still runs."""
        if number in self.workers.running:
            self.workers.kill(number)

    async def close(self) -> None:
        """End the worker process and remove its files."""
        self.workers.close()

    async def _next_events(self, number: int) -> list[Event | int]:
        """Wait until the trial tells something, is over its memory, or is killed."""
        while number in self.workers.running:
            await self._readable()
            events = [*self.workers.wait(0), *self.workers.over()]
            if events:
                return events[:1]
        return []

    async def _readable(self) -> None:
        """Wait until the worker process sent something, at most a moment."""
        ready, loop, descriptor = (
            asyncio.Event(),
            asyncio.get_running_loop(),
            self.workers.descriptors[0],
        )
        loop.add_reader(descriptor, ready.set)
        try:
            await asyncio.wait_for(ready.wait(), LOOK_EVERY)
        except TimeoutError:
            return
        finally:
            loop.remove_reader(descriptor)


def _shared_file(folder: Path, name: str, content: bytes) -> Path:
    """Return an objective as a file in a worker's folder; the workers of a node share one copy."""
    path = folder / name
    with _alone(folder.parent):
        existing = next(folder.parent.glob(f"autotune-*/{name}"), None)
        if existing is None:
            path.write_bytes(content)
        else:
            path.hardlink_to(existing)
    return path


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep the node's other hosts out."""
    import fcntl  # Windows lacks it

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
