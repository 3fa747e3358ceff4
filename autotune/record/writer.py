"""Writes in order to a store, tried again while it is locked, full or away, up to a limit."""

import time
from collections import deque
from collections.abc import Callable

from autotune.errors import JobError

PATIENCE = 60.0
PAUSE = 0.5


class Writer:
    """Carries out writes one after another; one that the store refuses is tried again.

    Writes after it wait for it.

    Args:
        resuming: The command that goes on with the job, for the message.
        store: The store's text, for the message.
        trouble: The errors that mean the store cannot be used now.
        patience: Seconds after which it gives up.
    """

    def __init__(
        self,
        resuming: str,
        store: str,
        trouble: tuple[type[Exception], ...],
        describe: Callable[[Exception], str],
        patience: float | None = None,
    ) -> None:
        self.resuming, self.store = resuming, store
        self.patience = PATIENCE if patience is None else patience
        self._trouble, self._describe = trouble, describe
        self._waiting: deque[Callable[[], object]] = deque()
        self._since: float | None = None
        self._again = 0.0

    def __call__(self, write: Callable[[], object]) -> None:
        """Carry a write out, now or as soon as the store takes it."""
        self._waiting.append(write)
        self.flush()

    @property
    def waits(self) -> bool:
        """Whether writes wait for the store."""
        return bool(self._waiting)

    def flush(self, *, now: bool = False) -> None:
        """Try what waits again, unless the last try was a moment ago.

        Raises:
            JobError: if the store has refused for longer than the patience.
        """
        while self._waiting and (now or self._since is None or time.monotonic() >= self._again):
            try:
                self._waiting[0]()
            except self._trouble as error:
                self._note(error)
                return
            self._waiting.popleft()
            self._since = None

    def drain(self) -> None:
        """Wait until everything is written.

        Raises:
            JobError: as `flush`.
        """
        self.flush(now=True)
        while self._waiting:
            time.sleep(PAUSE)
            self.flush(now=True)

    def _note(self, error: Exception) -> None:
        moment = time.monotonic()
        self._since = moment if self._since is None else self._since
        self._again = moment + PAUSE
        if moment - self._since >= self.patience:
            raise JobError(
                f"the job store {self.store} could not be written for {self.patience:g} s: "
                f"{self._describe(error)}; "
                f"what it holds is whole, {len(self._waiting)} writes are lost.",
                f"Once it can be written: {self.resuming}",
            ) from None
