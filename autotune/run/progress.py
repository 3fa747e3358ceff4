"""Progress while a job runs: a live line in a terminal, a plain line elsewhere, or nothing."""

import sys
import time
from collections.abc import Sized
from typing import Protocol

from autotune.plan.spec import PlanSpec
from autotune.record.writer import Writer
from autotune.run.outcomes import Ending, Tally
from autotune.text import duration, number

PLAIN_EVERY = 10.0


class JobState(Protocol):
    """What progress reads of a running job."""

    tally: Tally
    writer: Writer
    trial_seconds: list[float]

    @property
    def ended_trials(self) -> int:
        """How many trials ended."""

    @property
    def uncounted(self) -> Sized:
        """The ended trials that do not count yet."""

    @property
    def remaining_seconds(self) -> float:
        """Seconds until max_runtime."""


class EndedJob(Protocol):
    """What progress reads of an ended job."""

    @property
    def ending(self) -> Ending:
        """Why it ended."""


def make_progress(plan: PlanSpec, name: str, wanted: bool | None) -> "Quiet":
    """Return what shows progress: live in a terminal, plain lines on request, else nothing."""
    terminal = sys.stderr.isatty()
    if wanted is False or (wanted is None and not terminal):
        return Quiet()
    return Live(plan, name) if terminal else Plain(plan, name)


class Quiet:
    """Shows nothing; the shape of the others."""

    def __enter__(self) -> "Quiet":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def update(self, state: JobState) -> None:
        """Take the state of the job after a trial started or ended."""

    def end(self, outcome: EndedJob) -> None:
        """Take how the job ended."""


def line(plan: PlanSpec, state: JobState) -> str:
    """Return the counts, the best so far, and when the job will be done at the pace so far."""
    ended_trials, best = state.ended_trials, state.tally.best
    parts = [f"{ended_trials}/{plan['max_trials']} trials"]
    if best is not None:
        parts.append(f"best {number(best)}")
    infeasible = state.tally.infeasible
    if infeasible:
        parts.append(f"{infeasible} infeasible")
    without = ended_trials - len(state.tally.values) - infeasible - len(state.uncounted)
    if without > 0:
        parts.append(f"{without} without a result")
    if state.writer.waits:
        parts.append("waiting for the job store")
    elif state.trial_seconds:
        parts.append(f"at most {duration(remaining(plan, state))} left")
    return ", ".join(parts)


def remaining(plan: PlanSpec, state: JobState) -> float:
    """Return the seconds until all trials have ended at this session's pace, up to max_runtime."""
    mean = sum(state.trial_seconds) / len(state.trial_seconds)
    return float(
        max(
            0.0,
            min(
                (plan["max_trials"] - state.ended_trials) * mean / plan["max_parallel"],
                state.remaining_seconds,
            ),
        )
    )


class Plain(Quiet):
    """Writes a line to standard error every ten seconds and at the end."""

    def __init__(self, plan: PlanSpec, name: str) -> None:
        self.plan, self.name, self.last = plan, name, time.monotonic()
        self.state: JobState | None = None

    def update(self, state: JobState) -> None:
        """Write a line where the last is ten seconds old."""
        self.state = state
        if time.monotonic() - self.last >= PLAIN_EVERY:
            self.last = time.monotonic()
            print(f"{self.name}: {line(self.plan, state)}", file=sys.stderr)

    def end(self, outcome: EndedJob) -> None:
        """Write the last line: how the job ended."""
        counts = f"{line(self.plan, self.state)}; " if self.state else ""
        print(
            f"{self.name}: {counts}{outcome.ending.status}, {outcome.ending.reason}",
            file=sys.stderr,
        )


class Live(Plain):
    """Keeps one line with a bar up to date in the terminal."""

    def __enter__(self) -> "Live":
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (TextColumn(self.name), BarColumn(bar_width=20), TextColumn("{task.description}"))
        self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self.task = self.bar.add_task("starting", total=self.plan["max_trials"])
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def update(self, state: JobState) -> None:
        """Bring the bar up to date."""
        self.state = state
        self.bar.update(self.task, completed=state.ended_trials, description=line(self.plan, state))
