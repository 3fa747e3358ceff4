"""The workers of a job on a Ray cluster: an actor for each trial that runs at once."""

import sys
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import ray
from ray.exceptions import RayError

from autotune.errors import EngineError
from autotune.workers.events import Died, Event, Report
from autotune_ray.worker_actor import Host, stamp_of

PATIENCE = 2.0
SILENCE = 10.0  # seconds without any place, after which it is said what the job waits for
SLOW_START = 60.0  # seconds that a worker may take to start where the cluster has a free place
MAX_FAILED_STARTS = 10  # actors in a row that did not start
MAX_REASON_LENGTH = 300
HINT = "Install the same Python packages on every node, autotune-hpo[ray] among them."

Trial = tuple[int, dict[str, Any], int]


@dataclass(eq=False)
class Slot:
    """One actor, its pending call, and the trial it works on.

    ``placed`` says that the actor has a node.
    """

    host: Any
    call: Any
    placed: bool = False
    trial: Trial | None = None
    started_at: float = 0.0


class RayWorkers:
    """Evaluates trials in worker processes on the nodes of a cluster.

    Actors are kept from trial to trial. One whose node is lost is replaced wherever the cluster has
    room, and trials wait while it has none.

    Args:
        count: How many trials run at once.
        objective: A file with what `pickled` gave. It travels once, through the object store, to
            nodes that do not have it.
        threads: CPUs that each actor holds, and threads that its trials may use.
        options: What else `autotune.workers.pool.WorkerPool` takes.
    """

    def __init__(self, count: int, objective: Path, threads: int = 1, **options: Any) -> None:
        self._objective, self._name = objective.absolute(), f"objective-{uuid.uuid4().hex}"
        self._ref: Any = None
        options = {**options, "threads": threads}
        self._make = ray.remote(Host).options(num_cpus=threads, max_restarts=0, max_task_retries=0)
        self._arguments = (str(Path.cwd()), options)
        self._waiting: list[Trial] = []
        self._over: set[int] = set()
        self._misses = 0
        self._since, self._announced = time.monotonic(), False
        free = ray.available_resources().get("CPU", 0)  # type: ignore[no-untyped-call]
        self._patience = SLOW_START if free >= threads else SILENCE
        self._slots = [self._started() for _ in range(count)]

    def __enter__(self) -> "RayWorkers":
        """Wait a while for the first actor, so that its start is not taken from the job's time.

        A full cluster is waited for briefly; where a place is free, only the start takes time.
        """
        while not self.free and time.monotonic() - self._since < self._patience:
            self.wait(0.2)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def running(self) -> dict[int, float]:
        """The submitted trials, and when each began by the monotonic clock.

        One that has no place yet begins now.
        """
        started_at = {slot.trial[0]: slot.started_at for slot in self._slots if slot.trial}
        return started_at | {number: time.monotonic() for number, _, _ in self._waiting}

    @property
    def free(self) -> int:
        """How many more trials have a place."""
        return sum(slot.placed and slot.trial is None for slot in self._slots) - len(self._waiting)

    def submit(self, number: int, params: Mapping[str, object], seed: int) -> None:
        """Give a trial to a free actor, or keep it until there is one."""
        self._waiting.append((number, dict(params), seed))
        self._feed()

    def wait(self, timeout: float | None = None) -> list[Event]:
        """Return the events of trials as soon as there is one; none after ``timeout`` seconds."""
        self._tell_silence()
        calls = {slot.call: slot for slot in self._slots if slot.call is not None}
        if not calls:
            time.sleep(timeout or 0)
            return []
        first, _ = ray.wait(list(calls), timeout=timeout)
        ready = ray.wait(list(calls), num_returns=len(calls), timeout=0)[0] if first else []
        events = [event for call in ready for event in self._received(calls[call])]
        self._feed()
        return events

    def answer(self, number: int, stop: bool) -> None:
        """Answer a trial's report: whether it is to stop."""
        slot = self._slot(number)
        slot.call = slot.host.answer.remote(number, stop)

    def over(self) -> set[int]:
        """Return the trials that use more memory than they may, as their nodes saw it."""
        return self._over & self.running.keys()

    def kill(self, number: int) -> None:
        """Kill a trial with all processes it started.

        An actor that does not answer is killed as well, and replaced.
        """
        self._waiting = [waiting for waiting in self._waiting if waiting[0] != number]
        if not any(slot.trial and slot.trial[0] == number for slot in self._slots):
            return
        slot = self._slot(number)
        slot.trial = slot.call = None
        try:
            ray.get(slot.host.kill.remote(number), timeout=PATIENCE)
        except RayError:
            self._replace(slot)

    def close(self) -> None:
        """End all actors and their processes."""
        ends = [slot.host.close.remote() for slot in self._slots if slot.placed]
        if ends:
            ray.wait(ends, num_returns=len(ends), timeout=PATIENCE)
        for slot in self._slots:
            ray.kill(slot.host)
        self._slots = []

    def _started(self) -> Slot:
        """Ask for an actor; where it has a place, it looks for the objective first."""
        host: Any = self._make.remote(*self._arguments)
        return Slot(host, host.find.remote(str(self._objective), stamp_of(self._objective)))

    def _sent(self) -> Any:
        """Return the objective in the object store, put there once."""
        if self._ref is None:
            self._ref = ray.put(np.asarray(np.memmap(self._objective, np.uint8, "r")))
        return self._ref

    def _replace(self, slot: Slot) -> None:
        ray.kill(slot.host)
        self._slots[self._slots.index(slot)] = self._started()

    def _feed(self) -> None:
        """Start the trials that wait where there is a place."""
        for slot in self._slots:
            if self._waiting and slot.placed and slot.trial is None:
                slot.trial, slot.started_at = self._waiting.pop(0), time.monotonic()
                slot.call = slot.host.run.remote(*slot.trial)

    def _received(self, slot: Slot) -> list[Event]:
        call, slot.call = slot.call, None
        try:
            result = ray.get(call)
        except RayError as error:
            return self._lost(slot, error)
        if not slot.placed:
            self._placed(slot, result)
            return []
        events = [event for event in result if not isinstance(event, int)]
        self._over |= {event for event in result if isinstance(event, int)}
        if any(not isinstance(event, Report) for event in events):
            slot.trial = None
        return events

    def _placed(self, slot: Slot, has_objective: bool) -> None:
        """Take an actor that has a node; one whose node lacks the objective is sent it."""
        slot.placed, self._misses = has_objective, 0
        if not has_objective:
            slot.call = slot.host.keep.remote(self._name, [self._sent()])

    def _lost(self, slot: Slot, error: RayError) -> list[Event]:
        """Replace an actor that is gone, as with its node; its trial is told to have died."""
        reason = " ".join(str(error).split())[:MAX_REASON_LENGTH]
        self._misses += not slot.placed
        if self._misses > MAX_FAILED_STARTS:
            raise EngineError(
                f"workers must start on the nodes of the cluster, got: {reason}.", HINT
            )
        self._replace(slot)
        if slot.placed:
            print(
                "autotune: the Ray cluster lost a worker or its node; "
                "what ran there is tried again.",
                file=sys.stderr,
            )
        return [Died(slot.trial[0], reason, lost=True)] if slot.trial else []

    def _slot(self, number: int) -> Slot:
        return next(slot for slot in self._slots if slot.trial and slot.trial[0] == number)

    def _tell_silence(self) -> None:
        """Say once what the job waits for where no trial has had a place for a while."""
        if any(slot.placed for slot in self._slots):
            self._since = time.monotonic()
        elif not self._announced and time.monotonic() - self._since > self._patience:
            self._announced = True
            print(
                "autotune: waits for a place on the Ray cluster, none has started yet; "
                "max_runtime holds meanwhile.",
                file=sys.stderr,
            )
