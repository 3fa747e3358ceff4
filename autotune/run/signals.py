"""Ctrl-C, SIGTERM and a closed terminal, as requests that the loop looks at between events."""

import signal
import threading
from types import FrameType
from typing import Any

from autotune.record.job import JobRecord


class Words(str):
    """What a KeyboardInterrupt says after Ctrl-C ended a job, with the job.

    Python ends a program as by Ctrl-C for KeyboardInterrupt itself only, not for a kind of it.
    """

    __slots__ = ("job",)
    job: JobRecord


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
            KeyboardInterrupt: after Ctrl-C.
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
            words = Words(f"job {job.name!r} was interrupted; its record is whole")
            words.job = job
            raise KeyboardInterrupt(words)

    @staticmethod
    def job_of(error: BaseException) -> JobRecord | None:
        """Return the job that the signal behind an exception ended, if any."""
        if isinstance(error, Terminated):
            return error.job
        words = error.args[0] if error.args else None
        return words.job if isinstance(words, Words) else None

    def _take(self, number: int, _: FrameType | None) -> None:
        if number != signal.SIGINT:
            self.terminated = signal.Signals(number).name
            return
        self.interrupts += 1
        if self.interrupts > 2:
            raise KeyboardInterrupt
