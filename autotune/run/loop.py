"""The loop of a job: one process asks, tells and writes; workers evaluate; the caps of the plan hold."""

import time
from dataclasses import dataclass, field
from typing import Any

from autotune.adapters import Search
from autotune.completion import stop_reason
from autotune.plan import Plan
from autotune.run.events import Died, Done, Event, Failed, Pruned, Report
from autotune.run.workers import Workers


@dataclass(frozen=True)
class Outcome:
    """How a job ended: its status, the reason in words, and the seconds it took."""

    status: str
    reason: str
    seconds: float


@dataclass
class Running:
    """The state of the loop: what was started, what runs, what came out."""

    plan: Plan
    search: Search
    workers: Workers
    shown: Any
    begun: float = field(default_factory=time.monotonic)
    started: int = 0
    values: list[float] = field(default_factory=list)
    settings: dict[int, dict[str, Any]] = field(default_factory=dict)
    retries: dict[int, int] = field(default_factory=dict)
    exhausted: bool = False
    first_error: str = ""

    @property
    def seconds(self) -> float:
        """Seconds since the job began, by the monotonic clock."""
        return time.monotonic() - self.begun

    @property
    def left(self) -> float:
        """Seconds until max_runtime."""
        return float(self.plan["max_runtime"]) - self.seconds


def run_trials(plan: Plan, search: Search, workers: Workers, shown: Any) -> Outcome:
    """Run trials until a cap or a completion criterion ends the job; every finished trial is told as it ends."""
    state = Running(plan, search, workers, shown)
    reason = ""
    try:
        while not (reason := _reason(state)):
            _start(state)
            if not state.workers.running:
                continue
            for event in state.workers.wait(_patience(state)):
                _take(state, event)
            _enforce_timeout(state)
    except KeyboardInterrupt:
        _end_running(state, "interrupted", "you interrupted the job")
        return Outcome("stopped", "interrupted (Ctrl-C)", state.seconds)
    _end_running(state, "interrupted", reason)
    if not state.values and state.started:
        error = f"; the first error: {state.first_error}" if state.first_error else ""
        return Outcome("failed", f"{reason}, and no trial finished{error}", state.seconds)
    return Outcome("completed", reason, state.seconds)


def _reason(state: Running) -> str:
    """Return why the job ends now, or nothing."""
    if state.left <= 0:
        return f"max_runtime of {state.plan['max_runtime']:g} s reached"
    done = stop_reason(state.values, state.plan["completion"], state.plan["mode"])
    if done:
        return done
    if state.workers.running:
        return ""
    if state.exhausted:
        return "every configuration was tried"
    return f"max_trials of {state.plan['max_trials']} reached" if state.started >= state.plan["max_trials"] else ""


def _start(state: Running) -> None:
    while state.workers.free and state.started < state.plan["max_trials"] and not state.exhausted:
        asked = state.search.ask()
        if asked is None:
            state.exhausted = True
            return
        number, settings = asked
        state.started += 1
        state.settings[number] = settings
        state.workers.submit(number, settings)
        state.shown.update(state)


def _patience(state: Running) -> float:
    """Return how long to wait for the next event: until the first of max_runtime and the oldest trial's timeout."""
    timeout = state.plan["trial_timeout"]
    ends = [state.left]
    if timeout is not None:
        ends += [begun + timeout - time.monotonic() for begun in state.workers.running.values()]
    return max(0.0, min(ends))


def _enforce_timeout(state: Running) -> None:
    timeout = state.plan["trial_timeout"]
    if timeout is None:
        return
    for number, begun in list(state.workers.running.items()):
        seconds = time.monotonic() - begun
        if seconds >= timeout:
            state.workers.kill(number)
            _tell(state, number, "timed out", None, {"seconds": seconds, "error": f"trial_timeout of {timeout:g} s reached"})


def _take(state: Running, event: Event) -> None:
    match event:
        case Report():
            state.workers.answer(event.number, state.search.report(event.number, event.step, event.value))
        case Done():
            _finish(state, event)
        case Pruned():
            _tell(state, event.number, "stopped", None, {"seconds": event.seconds})
        case Failed():
            _tell(
                state,
                event.number,
                "failed",
                None,
                {"seconds": event.seconds, "error": event.error, "trace": event.trace[-4000:]},
            )
        case Died():
            _retry(state, event)


def _finish(state: Running, event: Done) -> None:
    metrics = dict(event.metrics)
    value = metrics.pop(state.workers.metric)
    state.values.append(value)
    _tell(state, event.number, "finished", value, {"seconds": event.seconds, "metrics": metrics})


def _retry(state: Running, event: Died) -> None:
    """Try a trial whose process died again, up to max_retries; its number and settings stay."""
    tried = state.retries.get(event.number, 0)
    if tried < state.plan["max_retries"]:
        state.retries[event.number] = tried + 1
        state.workers.submit(event.number, state.settings[event.number])
    else:
        _tell(state, event.number, "failed", None, {"error": f"its process died: {event.reason}", "retries": tried})


def _tell(state: Running, number: int, status: str, value: float | None, details: dict[str, Any]) -> None:
    if status == "failed" and not state.first_error:
        state.first_error = str(details.get("error", ""))
    state.settings.pop(number, None)
    state.search.tell(number, status, value, {k: v for k, v in details.items() if v not in ("", {}, None)})
    state.shown.update(state)


def _end_running(state: Running, status: str, why: str) -> None:
    """Kill what still runs and write it as interrupted."""
    for number, begun in list(state.workers.running.items()):
        state.workers.kill(number)
        _tell(state, number, status, None, {"seconds": time.monotonic() - begun, "error": why})
