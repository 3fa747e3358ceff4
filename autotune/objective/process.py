"""A command as a process group: no shell, read while it prints, ended with all its children."""

import contextlib
import math
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from autotune.objective.bounded_log import Lines
from autotune.workers import child_processes

CHUNK = 1 << 16
TICK = 0.05
PATIENCE = 5.0  # seconds to end in, after SIGTERM
Hear = Callable[[list[bytes]], None]


class CommandFailed(Exception):
    """A command that did not start, failed, or told no metric; its notes end its log."""


class Process:
    """A command that runs; a context in which it is started and at whose end nothing of it is left.

    Args:
        words: The program, by its whole path or a name on PATH, and its arguments.
        folder: The folder it runs in.
        env: Environment variables beside this process's own.

    Raises:
        CommandFailed: if it cannot be started.
    """

    def __init__(self, words: list[str], folder: Path, env: Mapping[str, str]) -> None:
        child_processes.adopt_orphans()
        self._spared = child_processes.descendants()
        try:
            self._process = subprocess.Popen(
                words,
                cwd=folder,
                env={"PYTHONUNBUFFERED": "1", **os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                process_group=0,
                preexec_fn=child_processes.die_with_parent,  # noqa: PLW1509
            )
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            raise CommandFailed(
                f"{words[0]} cannot be started: {getattr(error, 'strerror', None) or error}"
            ) from None
        self._lines = {
            pipe: Lines()
            for pipe in (self._process.stdout, self._process.stderr)
            if pipe is not None
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end_all()
        for pipe in self._lines:
            pipe.close()

    def follow(self, hear: Hear, look: Callable[[], None], until: float = math.inf) -> int | None:
        """Return the exit status, negative for a signal's number; None if it runs on at ``until``.

        Args:
            hear: Called with the lines it prints, as they come.
            look: Called again and again meanwhile.
            until: The time to end at, by the monotonic clock.
        """
        with selectors.DefaultSelector() as selector:
            for pipe in self._lines:
                selector.register(pipe, selectors.EVENT_READ)
            while time.monotonic() < until and (selector.get_map() or self._process.poll() is None):
                self._listen(selector, hear)
                look()
                if selector.get_map() and self._process.poll() is not None:
                    self._end_all()  # those it left behind hold its output open
                    until = min(until, time.monotonic() + PATIENCE)
        return self._process.poll()

    def _listen(self, selector: selectors.BaseSelector, hear: Hear) -> None:
        """Read what it printed, or wait a moment, also after it closed its output."""
        if not selector.get_map():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(TICK)
        for key, _ in selector.select(TICK) if selector.get_map() else ():
            lines = self._lines[key.fileobj]  # type: ignore[index]
            data = os.read(key.fd, CHUNK)
            hear(lines.feed(data) if data else lines.end())
            if not data:
                selector.unregister(key.fileobj)

    def ask_to_end(self, hear: Hear) -> None:
        """Send SIGTERM and read on until it ends, for a while; leaving the context kills it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        self.follow(hear, lambda: None, time.monotonic() + PATIENCE)

    def _end_all(self) -> None:
        """Kill the group, and what has left it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(
            subprocess.TimeoutExpired
        ):  # stuck in the kernel, on a dead disk for example
            self._process.wait(PATIENCE)
        child_processes.end_descendants(self._spared)
