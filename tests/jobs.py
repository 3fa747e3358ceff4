"""Jobs in processes of their own, for tests that kill, stop and resume them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from autotune import FailedJobError, Float, Int, Job, autotune
from tests.functions import quick as quick
from tests.functions import slow

ROOT = Path(__file__).parent.parent
RANGES = {"x": Float(0, 4), "k": Int(1, 3)}
BIN = Path(sys.executable).parent


def plan(function=slow, **settings):
    """Return a plan of one of the functions above; without an early end."""
    settings = {"ranges": RANGES, "max_trials": 60, "completion": {}} | settings
    return autotune(function, **{"max_parallel": min(2, settings["max_trials"])} | settings)


def ended(run, *args, **options):
    """Run a job and return it, also one of which no trial finished."""
    try:
        return run(*args, **options)
    except FailedJobError as error:
        return error.job


def start(code, **options):
    """Start Python on code that finds this module's names.

    It hears Ctrl-C also where the tests run in the background.
    """
    options = {
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
        "start_new_session": True,
    } | options
    code = f"from tests.jobs import *\n{code}"
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, preexec_fn=_hear, **options)


def _hear():
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def until(condition, seconds=60):
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def has_finished(name, count, storage=None):
    """Return whether a job has so many finished trials."""
    try:
        return sum(t.status == "finished" for t in Job.load(name, storage).all_trials()) >= count
    except Exception as error:
        assert "got none" in str(error) or "without its record" in str(error), (
            error
        )  # it is being begun
        return False


def kill(process):
    """Kill a process and its group, as the kernel would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def command(*words, **options):
    """Run autotune's command."""
    return subprocess.run(
        [BIN / "autotune", *words], cwd=ROOT, capture_output=True, text=True, timeout=120, **options
    )


def left_by(pid):
    """Return how many worker processes of a parent live."""
    found = subprocess.run(
        ["pgrep", "-fc", f"autotune.workers.worker [0-9]+ {pid} "],
        capture_output=True,
        text=True,
        check=False,
    )
    return int(found.stdout.strip())
