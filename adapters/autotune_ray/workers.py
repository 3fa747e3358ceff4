"""The workers of a job on a Ray cluster, as `autotune.workers.pool` has them on one machine: an actor for each trial at once."""

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
MAX_FAILED_STARTS = 10  # actors in a row that did not start
MAX_REASON_LENGTH = 300
HINT = "Install the same Python packages on every node, autotune-hpo[ray] among them."

Trial = tuple[int, dict[str, Any], int]


@dataclass(eq=False)
class Slot:
    """One actor, the call that is under way there, and the trial it works on; ``placed`` says that the actor has a node."""

    host: Any
    call: Any
    placed: bool = False
    trial: Trial | None = None
    begun: float = 0.0


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
        self._since, self._said = time.monotonic(), False
        self._slots = [self._started() for _ in range(count)]

    def __enter__(self) -> "RayWorkers":
        """Wait until the first actor has a place, so that its start is not taken from the job's time; but not for ever."""
        while not self.free and time.monotonic() - self._since < SILENCE:
            self.wait(0.2)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def running(self) -> dict[int, float]:
        """The trials that were submitted, and when each began by the monotonic clock; one that has no place yet begins now."""
        begun = {s.trial[0]: s.begun for s in self._slots if s.trial}
        return begun | {number: time.monotonic() for number, _, _ in self._waiting}

    @property
    def free(self) -> int:
        """How many more trials have a place."""
        return sum(s.placed and s.trial is None for s in self._slots) - len(self._waiting)

    def submit(self, number: int, params: Mapping[str, Any], seed: int) -> None:
        """Give a trial to a free actor, or keep it until there is one."""
        self._waiting.append((number, dict(params), seed))
        self._feed()

    def wait(self, timeout: float | None = None) -> list[Event]:
        """Return what the trials told, as soon as one tells something, or nothing after so many seconds."""
        self._tell_silence()
        calls = {s.call: s for s in self._slots if s.call is not None}
        if not calls:
            time.sleep(timeout or 0)
            return []
        first, _ = ray.wait(list(calls), timeout=timeout)
        ready = ray.wait(list(calls), num_returns=len(calls), timeout=0)[0] if first else []
        found = [event for call in ready for event in self._received(calls[call])]
        self._feed()
        return found

    def answer(self, number: int, stop: bool) -> None:
        """Answer a trial's report: whether it is to stop."""
        slot = self._slot(number)
        slot.call = slot.host.answer.remote(number, stop)

    def over(self) -> set[int]:
        """Return the trials that use more memory than they may, as their nodes saw it."""
        return self._over & self.running.keys()

    def kill(self, number: int) -> None:
        """Kill a trial with all processes it started; an actor that does not answer is killed as well, and replaced."""
        self._waiting = [t for t in self._waiting if t[0] != number]
        if not any(s.trial and s.trial[0] == number for s in self._slots):
            return
        slot = self._slot(number)
        slot.trial = slot.call = None
        try:
            ray.get(slot.host.kill.remote(number), timeout=PATIENCE)
        except RayError:
            self._replace(slot)

    def close(self) -> None:
        """End all actors and their processes."""
        ends = [s.host.close.remote() for s in self._slots if s.placed]
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
                slot.trial, slot.begun = self._waiting.pop(0), time.monotonic()
                slot.call = slot.host.run.remote(*slot.trial)

    def _received(self, slot: Slot) -> list[Event]:
        call, slot.call = slot.call, None
        try:
            told = ray.get(call)
        except RayError as error:
            return self._lost(slot, error)
        if not slot.placed:
            self._placed(slot, told)
            return []
        events = [e for e in told if not isinstance(e, int)]
        self._over |= {e for e in told if isinstance(e, int)}
        if any(not isinstance(e, Report) for e in events):
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
                "autotune: the Ray cluster lost a worker or its node; what ran there is tried again.",
                file=sys.stderr,
            )
        return [Died(slot.trial[0], reason, lost=True)] if slot.trial else []

    def _slot(self, number: int) -> Slot:
        return next(s for s in self._slots if s.trial and s.trial[0] == number)

    def _tell_silence(self) -> None:
        """Say once what the job waits for where no trial has had a place for a while."""
        if any(s.placed for s in self._slots):
            self._since = time.monotonic()
        elif not self._said and time.monotonic() - self._since > SILENCE:
            self._said = True
            print(
                "autotune: waits for a place on the Ray cluster, none has started yet; max_runtime holds meanwhile.",
                file=sys.stderr,
            )
