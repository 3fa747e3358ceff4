"""What workers leave behind where their process and all its children are killed at once."""

import subprocess
import sys
from pathlib import Path

import psutil

from tests.jobs import until

CODE = """
import sys, time
from autotune.workers.pickling import pickled
from autotune.workers.pool import WorkerPool

def slow(params, report, seed):
    time.sleep(60)

workers = WorkerPool(1, pickled(slow, None))
workers.submit(0, {}, 0)
print(workers._folder.name, flush=True)
time.sleep(60)
"""


def test_killing_the_process_and_its_children_still_removes_the_files():
    with subprocess.Popen([sys.executable, "-c", CODE], stdout=subprocess.PIPE, text=True) as root:
        folder = Path(root.stdout.readline().strip() or "not-started")
        assert folder.is_dir()
        children = psutil.Process(root.pid).children(recursive=True)
        for member in [root, *children]:
            member.kill()
    until(lambda: not folder.exists())
