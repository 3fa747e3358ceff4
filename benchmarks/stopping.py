"""How long ``Job.stop`` takes from another process, until the job has ended and says so.

The trials never end by themselves.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autotune import AutotuneError, Job
from benchmarks.measure import median, write

ROOT = Path(__file__).parent.parent
CODE = """
from autotune import Float, autotune
from benchmarks.stubborn import sleep
autotune(
    sleep, ranges={{"x": Float(0.1, 0.9)}}, max_parallel=2, max_trials=9, completion={{}}
).run(name={name!r}, storage={storage!r})
"""


def running(name: str, storage: str) -> bool:
    """Return whether the job has begun two trials."""
    try:
        job = Job.load(name, storage)
        return job.status == "running" and len(job.all_trials()) == 2
    except AutotuneError:  # not there yet
        return False


def seconds_to_stop(name: str, storage: str) -> float:
    """Begin a job, stop it, and return how long that took."""
    process = subprocess.Popen(
        [sys.executable, "-c", CODE.format(name=name, storage=storage)], cwd=ROOT
    )
    while not running(name, storage):
        time.sleep(0.05)
    job = Job.load(name, storage)
    begun = time.monotonic()
    status = job.stop()
    seconds = time.monotonic() - begun
    assert status == "stopped" and process.wait(timeout=30) == 0
    return seconds


def main(runs: int = 20) -> None:
    figures = {"target": "within 2 s"}
    with tempfile.TemporaryDirectory() as folder:
        for kind, storage in (("journal", folder), ("sqlite", f"sqlite:///{folder}/jobs.db")):
            got = [seconds_to_stop(f"job-{n}", storage) for n in range(runs)]
            figures[kind] = {"worst_s": round(max(got), 3), "median_s": median(got), "runs": runs}
    write("stopping", "python -m benchmarks.stopping", figures)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
