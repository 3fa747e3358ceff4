"""Kills whole process groups at random moments over real jobs and counts what that loses.

Each job is resumed until it completes.

Counted: finished trials that the store has no more, or never got although they ended half a second
before the kill; trials beyond the cap; trials and processes left as if they ran; stores that could
not be read; configurations that differ from those of the same job never killed.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from autotune import Job
from benchmarks.measure import write

MOST = 40
GRACE = 0.5
LATE = 0.75
ROOT = Path(__file__).parent.parent


@dataclass
class Victim:
    """A job to be killed, what was seen of it so far, and the counts of all jobs."""

    storage: str
    name: str
    strategy: str
    notes: Path
    counts: Counter[str]
    seen: dict[int, float] = field(default_factory=dict)
    read: int = 0

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the job's process in a group of its own."""
        command = [
            sys.executable,
            "-m",
            "benchmarks.chaos_job",
            self.storage,
            self.name,
            self.strategy,
        ]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            start_new_session=True,
            env={**os.environ, "CHAOS_NOTES": str(self.notes)},
        )

    @property
    def noted(self) -> int:
        """How long the trials' notes are."""
        return self.notes.stat().st_size if self.notes.exists() else 0

    def new_notes(self) -> list[dict[str, Any]]:
        """Return what trials noted since the last call.

        Of those before it, one that a kill hit may have to run again.
        """
        text = self.notes.read_text() if self.notes.exists() else ""
        lines, self.read = text[self.read :].splitlines(), len(text)
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def configurations(self) -> list[dict[str, Any]]:
        """Return the params of the job's trials in order."""
        return [dict(t.params) for t in Job.load(self.name, self.storage).all_trials()]


def torture(storage: str, kills: int, seed: int, strategy: str = "bayesian") -> Counter[str]:
    """Kill jobs in a store until so many kills are spent, and return the counts."""
    dice, counts = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        calm = Victim(storage, "calm", strategy, Path(folder, "calm"), Counter())
        calm.start().wait()
        while counts["kills"] < kills:
            victim = Victim(
                storage,
                f"chaos-{counts['jobs']}",
                strategy,
                Path(folder, str(counts["jobs"])),
                counts,
            )
            torment(victim, dice, kills)
            counts["jobs"] += 1
            counts["other configurations"] += victim.configurations() != calm.configurations()
    return counts


def torment(victim: Victim, dice: random.Random, kills: int) -> None:
    """Begin a job, kill it at random moments, and go on until it completes."""
    while True:
        process = victim.start()
        if victim.counts["kills"] >= kills or ends_before(process, victim, dice):
            victim.counts["broken runs"] += process.wait() != 0
            break
        moment = time.time()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        victim.counts["kills"] += 1
        check(victim, moment)
    at_end(victim)


def ends_before(process: "subprocess.Popen[bytes]", victim: Victim, dice: random.Random) -> bool:
    """Wait for the moment to kill; return whether the process ended before it.

    Three in four come up to a second after a trial has ended, the others at any moment from the
    start of the process on.
    """
    before, until = victim.noted, time.monotonic() + dice.uniform(0.0, 2.5)
    if dice.random() < LATE:
        while victim.noted == before and process.poll() is None:
            time.sleep(0.002)
        until = time.monotonic() + dice.uniform(0.0, 1.0)
    while time.monotonic() < until and process.poll() is None:
        time.sleep(0.002)
    return process.poll() is not None


def check(victim: Victim, moment: float) -> None:
    """Look at the store after a kill: what was finished must be there, and everything readable."""
    counts = victim.counts
    try:
        found = Job.load(victim.name, victim.storage)
        trials = [t for t in found.all_trials() if t.status == "finished" and t.value is not None]
        counts["called running though dead"] += found.status == "running"
    except Exception as error:  # the point is to count whatever goes wrong
        counts["unreadable stores"] += "got none" not in str(
            error
        )  # killed before the job was begun
        return
    finished = {t.number: t.value for t in trials if t.value is not None}
    counts["finished trials lost"] += sum(finished.get(n) != v for n, v in victim.seen.items())
    victim.seen.update(finished)
    known = {(t.params["depth"], t.params["fraction"]) for t in trials}
    for note in victim.new_notes():
        if note["time"] < moment - GRACE:
            counts["finished trials lost"] += (note["depth"], note["fraction"]) not in known


def at_end(victim: Victim) -> None:
    """Look at a completed job: all trials, none beyond the cap, nothing that seems to run."""
    found, counts = Job.load(victim.name, victim.storage), victim.counts
    trials = found.all_trials()
    counts["not completed"] += found.status != "completed"
    counts["trials"] += len(trials)
    counts["trials beyond the cap"] += max(0, len(trials) - MOST)
    counts["trials missing"] += max(0, MOST - len(trials))
    counts["finished trials lost"] += sum(trials[n].value != v for n, v in victim.seen.items())
    counts["zombie trials"] += sum(
        not t.state.is_finished() for t in found.study.get_trials(deepcopy=False)
    )
    time.sleep(0.2)
    counts["zombie processes"] += sum(_is_left(p, victim) for p in psutil.process_iter())


def _is_left(process: psutil.Process, victim: Victim) -> bool:
    try:
        return process.environ().get("CHAOS_NOTES") == str(victim.notes)
    except psutil.Error:
        return False


def main(kills: int = 100) -> None:
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        stores = {"journal": folder, "sqlite": f"sqlite:///{folder}/jobs.db"}
        for seed, (kind, storage) in enumerate(stores.items()):
            got = torture(storage, kills, seed)
            figures[kind] = {k: got[k] for k in NAMES}
            print(kind, figures[kind], file=sys.stderr)
    write("chaos", "python -m benchmarks.chaos", figures)


NAMES = (
    "kills",
    "jobs",
    "trials",
    "finished trials lost",
    "trials beyond the cap",
    "trials missing",
    "not completed",
    "zombie trials",
    "zombie processes",
    "unreadable stores",
    "called running though dead",
    "broken runs",
    "other configurations",
)

if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
