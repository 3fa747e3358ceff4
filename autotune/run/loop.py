"""The loop of a job: one process draws and records, workers evaluate, the plan's caps hold."""

import math
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from autotune.engines import Workers
from autotune.plan.constraints import SECONDS, violated, violations
from autotune.plan.spec import PlanSpec
from autotune.record.status import JobStatus, TrialStatus
from autotune.record.stored_search import StoredSearch
from autotune.record.trial import Details
from autotune.record.writer import Writer
from autotune.run.forecast import Probe, forecast_job
from autotune.run.outcomes import Ending, Tally
from autotune.run.preflight import Begun
from autotune.run.progress import Quiet
from autotune.stopping.completion import EARLY
from autotune.workers.events import Died, Done, Event, Failed, Pruned, Report, details_of
from autotune.workers.seeds import trial_seed

TICK, TICK_MEMORY = 0.2, 0.05
GRACE = 10.0  # seconds for a trial that was told to stop; a script takes up to half of them
# How often a trial is tried again whose machine was lost, which is hardly its own doing.
MAX_LOST_RETRIES = 5
LEAST = -sys.float_info.max  # JSON has no infinity
PROBES = 2  # the first trials that finish foretell what the job will take


@dataclass(frozen=True)
class Outcome:
    """How a session of a job ended.

    ``seconds`` counts all sessions, ``trace`` is the first error in full, ``saved`` what completion
    saved, ``forecast`` what the first trials predicted, and ``memory`` the most bytes that one
    worker used.
    """

    ending: Ending
    seconds: float
    trace: str = ""
    saved: Mapping[str, float] = field(default_factory=dict)
    forecast: Mapping[str, Any] = field(default_factory=dict)
    memory: int = 0


@dataclass
class Running:
    """The state of the loop: what was started, what runs, what came out.

    ``outside`` tells why the job ends where someone asked for that; it is called with the seconds
    consumed so far. ``started_at`` is when the job was called for, ``consumed`` the seconds of
    earlier sessions, ``started`` the trials of all, ``start`` the seconds until the first trial.
    ``begun`` holds trials that the workers were given before the job was recorded.
    """

    plan: PlanSpec
    metric: str
    search: StoredSearch
    workers: Workers
    writer: Writer
    display: Quiet
    outside: Callable[[float], Ending | None]
    tally: Tally
    started_at: float
    consumed: float = 0.0
    started: int = 0
    params: dict[int, dict[str, Any]] = field(default_factory=dict)
    retries: dict[int, int] = field(default_factory=dict)
    stopping: dict[int, tuple[float, str]] = field(default_factory=dict)
    lost_retries: dict[int, int] = field(default_factory=dict)
    uncounted: dict[int, tuple[TrialStatus, float | None, Details]] = field(default_factory=dict)
    trial_seconds: list[float] = field(default_factory=list)
    exhausted: bool = False
    memory: int = 0
    probes: list[Probe] = field(default_factory=list)
    begun: dict[int, Begun] = field(default_factory=dict)
    start: float | None = None

    @property
    def seconds(self) -> float:
        """Seconds over all sessions, by the monotonic clock, which stops while a machine sleeps."""
        return self.consumed + time.monotonic() - self.started_at

    @property
    def remaining_seconds(self) -> float:
        """Seconds until max_runtime."""
        return float(self.plan["max_runtime"]) - self.seconds

    @property
    def ended_trials(self) -> int:
        """How many trials ended, over all sessions."""
        return self.started - len(self.workers.running) - len(self.search.again)


def run_trials(state: Running) -> Outcome:
    """Run trials until a cap or a completion criterion ends the job; each is written as it ends."""
    while True:
        ending = _ending(state)
        if ending is None:
            _start(state)
        elif ending.now or not state.workers.running:
            break
        for event in state.workers.wait(_patience(state)):
            if event.number in state.begun:  # the store is away: it is none of the job's trials yet
                state.begun[event.number].events.append(event)
            else:
                _take(state, event)
        _enforce(state)
        state.writer.flush()
    _end_running(state, ending)
    return _outcome(state, ending)


def _ending(state: Running) -> Ending | None:
    """Return why the job ends, or None; it ends at once, or when the running trials have."""
    if state.remaining_seconds <= 0:
        limit = state.plan["max_runtime"]
        return Ending(
            JobStatus.COMPLETED, "max_runtime", f"max_runtime of {limit:g} s reached", now=True
        )
    requested = state.outside(state.seconds)
    if requested is not None:
        return requested
    criterion_ending = state.tally.ending()
    if criterion_ending is not None:
        return criterion_ending
    if state.exhausted:
        return Ending(JobStatus.COMPLETED, "whole_space", "every configuration was tried")
    if state.started >= state.plan["max_trials"] and not state.search.again:
        return Ending(
            JobStatus.COMPLETED, "max_trials", f"max_trials of {state.plan['max_trials']} reached"
        )
    return None


def _start(state: Running) -> None:
    """Give trials to the free workers, unless the store is away: no trial runs unrecorded."""
    while _has_place(state) and not state.writer.waits and _may_ask(state):
        again = bool(state.search.again)
        drawn = state.search.ask()
        if drawn is None:
            state.exhausted = True
            return
        number, params = drawn
        state.started += not again
        state.params[number] = params
        _begin(state, number)
        state.display.update(state)


def _has_place(state: Running) -> bool:
    """Return whether a trial can start: a worker is free, or works on the next trial already."""
    return bool(state.workers.free) or state.started in state.begun


def _may_ask(state: Running) -> bool:
    if state.search.again:
        return True
    if state.plan["deterministic"]:
        # The sampler may know exactly the trials before this many, whichever worker was faster.
        last = state.started - state.plan["max_parallel"]
        if any(number <= last for number in state.workers.running):
            return False
        _count(state, last)
    return state.started < state.plan["max_trials"] and state.tally.ending() is None


def _begin(state: Running, number: int) -> None:
    """Submit a trial, or go on with it where its configuration was begun already."""
    begun = state.begun.pop(number, None)
    if begun is None or begun.params != state.params[number]:
        if number in state.workers.running:
            state.workers.kill(number)
        _submit(state, number)
        return
    for event in begun.events:
        _take(state, event)


def _submit(state: Running, number: int) -> None:
    state.workers.submit(number, state.params[number], trial_seed(state.plan["seed"], number))


def _patience(state: Running) -> float:
    """Return how long to wait for an event: until the first cap, and at most a moment."""
    timeout = state.plan["trial_timeout"]
    ends = [state.remaining_seconds, TICK_MEMORY if state.plan["memory_limit"] else TICK]
    if timeout is not None:
        ends += [
            started_at + timeout - time.monotonic() for started_at in state.workers.running.values()
        ]
    return max(0.0, min(ends))


def _enforce(state: Running) -> None:
    """Kill the trials that are over their time or memory; the job goes on with new workers."""
    timeout, memory = state.plan["trial_timeout"], state.plan["memory_limit"]
    over = state.workers.over()
    for number, started_at in state.workers.running.items():
        seconds = time.monotonic() - started_at
        if timeout is not None and seconds >= timeout:
            _cut(
                state,
                number,
                TrialStatus.TIMED_OUT,
                {"seconds": seconds, "error": f"trial_timeout of {timeout:g} s reached"},
            )
        elif number in state.stopping and time.monotonic() - state.stopping[number][0] >= GRACE:
            error = f"killed, as it ran on for {GRACE:g} s after it was stopped"
            _cut(
                state,
                number,
                TrialStatus.STOPPED,
                {"seconds": seconds, "error": error, "reason": state.stopping[number][1]},
            )
        elif number in over:
            error = f"memory_limit of {memory / 1e6:,.0f} MB exceeded"
            _cut(state, number, TrialStatus.OUT_OF_MEMORY, {"seconds": seconds, "error": error})


def _cut(state: Running, number: int, status: TrialStatus, details: Details) -> None:
    state.workers.kill(number)
    _tell(state, number, status, None, details)


def _take(state: Running, event: Event) -> None:
    match event:
        case Report():
            _answer(state, event)
        case Done():
            state.memory = max(state.memory, event.memory or 0)
            if len(state.probes) < PROBES:
                begun = time.monotonic() - event.seconds - state.started_at
                state.start = max(0.0, begun) if state.start is None else state.start
                state.probes.append(Probe(state.params[event.number], event.seconds, event.memory))
            value = event.metrics[state.metric]
            details = {**details_of(event, state.metric), **_judged(state.plan, event)}
            _tell(state, event.number, TrialStatus.FINISHED, value, details)
        case Pruned():
            reason = state.stopping[event.number][1]
            details = {**details_of(event, state.metric), "reason": reason}
            _tell(state, event.number, TrialStatus.STOPPED, None, details)
        case Failed():
            status = TrialStatus.OUT_OF_MEMORY if event.memory else TrialStatus.FAILED
            _tell(state, event.number, status, None, details_of(event, state.metric))
        case Died():
            _retry(state, event)


def _judged(plan: PlanSpec, event: Done) -> Details:
    """Return by how much a finished trial is beyond each constraint, and in words.

    None is by any amount, as where it did not report a figure. What it reports by the name of its
    seconds stands for these.
    """
    if not plan.constraints:
        return {}
    figures = {SECONDS: event.seconds, **event.metrics}
    amounts = violations(plan.constraints, figures)
    recorded = {n: None if a == math.inf else max(a, LEAST) for n, a in amounts.items()}
    return {"constraints": recorded, "reason": violated(plan.constraints, figures)}


def _answer(state: Running, event: Report) -> None:
    """Tell a trial whether to stop; one that was told and reports on is told again."""
    if event.number not in state.stopping:
        why = state.search.report(event.number, event.step, event.value)
        if why:
            state.stopping[event.number] = (time.monotonic(), why)
    state.workers.answer(event.number, event.number in state.stopping)


def _retry(state: Running, event: Died) -> None:
    """Try a trial whose process died again, up to max_retries; its number, params and seed stay."""
    tries, most = (
        (state.lost_retries, MAX_LOST_RETRIES)
        if event.lost
        else (state.retries, state.plan["max_retries"])
    )
    tried = tries.get(event.number, 0)
    if tried < most:
        tries[event.number] = tried + 1
        _submit(state, event.number)
    else:
        _tell(
            state,
            event.number,
            TrialStatus.FAILED,
            None,
            {"error": f"its process died: {event.reason}", "retries": tried},
        )


def _tell(
    state: Running, number: int, status: TrialStatus, value: float | None, details: Details
) -> None:
    state.params.pop(number, None)
    state.stopping.pop(number, None)
    state.trial_seconds.append(float(details.get("seconds") or 0.0))
    state.search.tell(
        number,
        status,
        value,
        {name: detail for name, detail in details.items() if detail not in ("", {}, None)},
    )
    state.uncounted[number] = (status, value, details)
    if not state.plan["deterministic"]:
        _count(state, number)
    state.display.update(state)


def _count(state: Running, last: int) -> None:
    """Let the ended trials count towards the job's end, by number up to the last that may."""
    for number in sorted(candidate for candidate in state.uncounted if candidate <= last):
        state.tally.add(*state.uncounted.pop(number))


def _end_running(state: Running, ending: Ending) -> None:
    """Kill the running trials: they wait for a resumable job, else they were interrupted."""
    for number, started_at in state.workers.running.items():
        state.workers.kill(number)
        if number in state.begun:
            continue
        if ending.status is JobStatus.STOPPED:
            state.search.put_back(number)
        else:
            details = {"seconds": time.monotonic() - started_at, "error": ending.reason}
            state.search.tell(number, TrialStatus.INTERRUPTED, None, details)
    _count(state, state.started)


def _outcome(state: Running, ending: Ending) -> Outcome:
    tally = state.tally
    if (
        ending.status is JobStatus.COMPLETED
        and not tally.values
        and not tally.infeasible
        and (state.started or ending.criterion == "max_runtime")
    ):
        error = f"; the first error: {tally.first_error}" if tally.first_error else ""
        ending = Ending(
            JobStatus.FAILED, ending.criterion, f"{ending.reason}, and no trial finished{error}"
        )
    if tally.infeasible and not tally.values:
        ending = replace(ending, reason=f"{ending.reason}, and no trial is feasible")
    trace = tally.first_trace if ending.status is JobStatus.FAILED else ""
    complete = ending.criterion in EARLY
    predicted = forecast_job(state.plan, state.probes, state.start or 0.0) if state.probes else None
    forecast = predicted.describe() if predicted else {}
    return Outcome(
        ending, state.seconds, trace, _saved(state) if complete else {}, forecast, state.memory
    )


def _saved(state: Running) -> dict[str, float]:
    """Return how many trials the job did without, and the seconds they would have taken."""
    trials = state.plan["max_trials"] - state.started
    if trials <= 0 or not state.trial_seconds:
        return {}
    mean = sum(state.trial_seconds) / len(state.trial_seconds)
    return {"trials": trials, "seconds": round(trials * mean / state.plan["max_parallel"], 3)}
