"""Ctrl-C, SIGTERM and a closed terminal, as requests that the loop looks at between events."""

import signal
import threading
from types import FrameType
from typing import Any


class Signals:
    """Counts Ctrl-C while it is entered; the third raises KeyboardInterrupt as usual.

    SIGTERM and SIGHUP ask to end now.

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

    def _take(self, number: int, _: FrameType | None) -> None:
        if number != signal.SIGINT:
            self.terminated = signal.Signals(number).name
            return
        self.interrupts += 1
        if self.interrupts > 2:
            raise KeyboardInterrupt
