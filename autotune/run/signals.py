"""Ctrl-C, SIGTERM and a closed terminal, as requests that the loop looks at between events."""

import signal
import threading
from types import FrameType
from typing import Any

from autotune.record.job import JobRecord


class Interrupted(KeyboardInterrupt):
    """Ctrl-C ended a job, whose record is whole; the program around it ends as by any Ctrl-C."""

    def __init__(self, job: JobRecord) -> None:
        super().__init__(f"job {job.name!r} was interrupted")
        self.job = job


class Terminated(SystemExit):
    """A signal that ends a process ended a job, whose record is whole; so does the program."""

    def __init__(self, job: JobRecord, number: int) -> None:
        super().__init__(128 + number)
        self.job = job


class Signals:
    """Counts Ctrl-C while it is entered; the third raises KeyboardInterrupt as usual.

    SIGTERM and SIGHUP ask to end now. What was asked of the job was asked of the whole program:
    `pass_on` hands it on when the job's record is whole.

    A signal that the process was told to ignore, as ``nohup`` and background shells do, stays
    ignored. Outside the main thread nothing changes, as Python allows signal handlers there only.
    """

    def __init__(self) -> None:
        self.interrupts = 0
        self.terminated = ""
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "Signals":
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._take)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)

    def pass_on(self, job: JobRecord) -> None:
        """Let the program have the signal that the job had: its own handler, or the usual end.

        Raises:
            Interrupted: after Ctrl-C.
            Terminated: after SIGTERM or SIGHUP.
        """
        number = int(signal.Signals[self.terminated] if self.terminated else signal.SIGINT)
        if not self.terminated and not self.interrupts:
            return
        handler = self._before.get(number)
        if callable(handler) and handler is not signal.default_int_handler:
            handler(number, None)
        elif self.terminated:
            raise Terminated(job, number)
        else:
            raise Interrupted(job)

    def _take(self, number: int, _: FrameType | None) -> None:
        if number != signal.SIGINT:
            self.terminated = signal.Signals(number).name
            return
        self.interrupts += 1
        if self.interrupts > 2:
            raise KeyboardInterrupt
