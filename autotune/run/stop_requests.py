"""What ends a job from outside: Ctrl-C, a signal, ``autotune stop``, or another process."""

import contextlib
import sys
import time
from typing import TYPE_CHECKING

from autotune.errors import JobError
from autotune.record.creation import STOP
from autotune.record.internals import storage_of, study_id
from autotune.record.lease import Lease
from autotune.record.status import JobStatus
from autotune.record.storage import unusable
from autotune.run.outcomes import Ending
from autotune.run.signals import Signals

if TYPE_CHECKING:
    import optuna

LOOK_EVERY = 0.5


class Control:
    """Looks for requests to end, and renews the lease, by which others see that the job runs."""

    def __init__(
        self, study: "optuna.Study", lease: Lease, signals: Signals, session: int, resuming: str
    ) -> None:
        self.study, self.lease, self.signals, self.session, self.resuming = (
            study,
            lease,
            signals,
            session,
            resuming,
        )
        self._next = 0.0
        self._stop: Ending | None = None
        self._announced = False
        self._trouble = unusable()

    def __call__(self, seconds: float) -> Ending | None:
        """Return why the job is to end, or None.

        Raises:
            JobError: if another process took the job over while this one slept.
        """
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + LOOK_EVERY
            with contextlib.suppress(
                *self._trouble
            ):  # a store that is away: the writer tells when that takes too long
                self._look(seconds)
        if self.signals.terminated:
            return Ending(
                JobStatus.STOPPED, "signal", f"ended by {self.signals.terminated}", now=True
            )
        if self.signals.interrupts > 1:
            return Ending(JobStatus.STOPPED, "interrupt", "interrupted (Ctrl-C twice)", now=True)
        return self._stop or (self._finish() if self.signals.interrupts else None)

    def _look(self, seconds: float) -> None:
        if not self.lease.keep(seconds):
            raise JobError(
                f"job {self.study.study_name!r} was taken over by another process, "
                "or its files were removed; this one ends."
            )
        request = storage_of(self.study).get_study_user_attrs(study_id(self.study)).get(STOP)
        if request and request.get("session") == self.session:
            self._stop = Ending(JobStatus.STOPPED, "stop", f"stopped by {request['by']}", now=True)

    def _finish(self) -> Ending:
        if not self._announced:
            self._announced = True
            print(
                "autotune: ends when the running trials have; Ctrl-C again ends them now. "
                f"To go on later: {self.resuming}",
                file=sys.stderr,
            )
        return Ending(JobStatus.STOPPED, "interrupt", "interrupted (Ctrl-C)")
