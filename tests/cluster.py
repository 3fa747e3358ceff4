"""A Ray cluster of real processes on loopback addresses of this machine.

It has a head without CPUs, and nodes that can be killed.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENV = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled", "PYTHONWARNINGS": "ignore"}


class Cluster:
    """Starts a head and nodes of one CPU each; ends the processes that it started."""

    def __init__(self, nodes=2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.nodes = []
        self.folder = tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True)
        port = self.address.rpartition(":")[2]
        self.head = self._start(
            "--head", f"--port={port}", "--num-cpus=0", "--include-dashboard=false", ip="127.0.0.1"
        )
        try:
            self._until(lambda: self._count() == 1)
            for i in range(nodes):
                self.nodes.append(
                    self._start(f"--address={self.address}", "--num-cpus=1", ip=f"127.0.0.{i + 2}")
                )
                # One by one: Ray before 2.54 has the nodes of a machine write the same files.
                self._until(lambda joined=i + 2: self._count() == joined)
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (*self.nodes, self.head):
            self.kill(process)
        self.folder.cleanup()

    def kill(self, process):
        """Kill a node with everything that runs on it, as a power cut would."""
        import psutil

        try:
            family = psutil.Process(process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            family = []
        for member in (process, *family):
            try:
                member.send_signal(signal.SIGKILL)
            except (psutil.NoSuchProcess, ProcessLookupError):
                continue
        process.wait()

    def _start(self, *options, ip):
        path = os.pathsep.join(
            [str(ROOT), str(ROOT / "adapters"), os.environ.get("PYTHONPATH", "")]
        )
        command = [
            sys.executable,
            "-m",
            "ray.scripts.scripts",
            "start",
            *options,
            f"--node-ip-address={ip}",
            "--block",
        ]
        return subprocess.Popen(
            [*command, "--disable-usage-stats", f"--temp-dir={self.folder.name}/{ip[-1]}"],
            env={**os.environ, **ENV, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _count(self):
        """Return how many nodes the head knows."""
        code = (
            f"import ray; ray.init({self.address!r}, logging_level='ERROR'); "
            "print(sum(n['Alive'] for n in ray.nodes()))"
        )
        ask = [sys.executable, "-c", code]
        try:
            got = subprocess.run(
                ask,
                env={**os.environ, **ENV},
                capture_output=True,
                text=True,
                timeout=20,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return 0
        return int(got.stdout.split()[-1]) if got.returncode == 0 else 0

    def _until(self, condition, seconds=90):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "the cluster did not start"
            time.sleep(0.2)
