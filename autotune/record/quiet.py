"""Optuna kept quiet while autotune calls it, without a change that other threads can see."""

import contextlib
import logging
import threading
import warnings
from collections.abc import Iterator

_OPTUNA = "optuna"


class _Hush(logging.Filter):
    """Drops what Optuna logs below WARNING in threads that are in `quiet`."""

    def __init__(self) -> None:
        super().__init__()
        self.threads = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or not getattr(self.threads, "depth", 0)


class _Shared:
    """Ignores experimental marks while any thread is inside: the filters are the process's own.

    Threads that each saved and restored the filters would leave one another's behind.
    """

    def __init__(self) -> None:
        self._lock, self._inside = threading.Lock(), 0
        self._saved = contextlib.ExitStack()

    def enter(self, category: type[Warning]) -> None:
        with self._lock:
            if not self._inside:
                self._saved.enter_context(warnings.catch_warnings())
                warnings.simplefilter("ignore", category)
            self._inside += 1

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._saved.close()


_HUSH, _SHARED = _Hush(), _Shared()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep Optuna from logging in this thread, and its experimental marks from being repeated.

    Optuna's verbosity is left as it is, so what other threads log is shown.
    """
    import optuna

    for name in list(logging.Logger.manager.loggerDict):
        if name == _OPTUNA or name.startswith(f"{_OPTUNA}."):
            logging.getLogger(name).addFilter(_HUSH)  # once, however often it is called
    depth = getattr(_HUSH.threads, "depth", 0)
    _HUSH.threads.depth = depth + 1
    _SHARED.enter(optuna.exceptions.ExperimentalWarning)
    try:
        yield
    finally:
        _SHARED.leave()
        _HUSH.threads.depth = depth
