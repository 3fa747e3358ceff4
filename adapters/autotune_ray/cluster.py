"""The connection to Ray: one started for the job and ended with it, or a cluster by its address."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from autotune.errors import EngineError
from autotune.plan.spec import PlanSpec

ANSWERS_WITHIN = 10.0
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AIR_NEW_OUTPUT": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


def quiet_ray() -> None:
    """Have Ray report no usage and print no boxes, unless the user chose otherwise.

    Ray reads these variables when it is imported.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)


@contextmanager
def place(plan: PlanSpec, address: str | None) -> Iterator[Callable[..., Any]]:
    """Stay connected while a job runs; yield what starts its workers.

    It is called as ``start(count, objective, threads=…)``.

    A Ray that this process is connected to already is used and left as it is.

    Raises:
        EngineError: if no cluster answers at the address, or none of its nodes has the CPUs of one
            trial.
    """
    quiet_ray()
    import ray

    is_own = not ray.is_initialized()
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        if is_own:
            _connect(address, plan["max_parallel"] * plan["threads_per_trial"], folder)
        else:
            _check_same(address)
        try:
            _check_room(plan["threads_per_trial"])
            from autotune_ray.private import without_node_log
            from autotune_ray.workers import RayWorkers

            with without_node_log():
                yield RayWorkers
        finally:
            if is_own:
                ray.shutdown()


def _connect(address: str | None, cpus: int, folder: str) -> None:
    import ray

    options: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if address in (None, "local"):
        os.environ.setdefault(
            "RAY_AUTH_MODE", "disabled"
        )  # else it writes a token into the home folder
        ray.init(
            address="local", num_cpus=cpus, include_dashboard=False, _temp_dir=folder, **options
        )
        return
    _check_answers(str(address))
    try:
        ray.init(address=address, **options)
    except Exception as error:  # Ray raises many kinds
        raise _no_answer(str(address), " ".join(str(error).split())[:300]) from None


def _check_answers(address: str) -> None:
    """Refuse an address that does not answer.

    Ray itself waits for minutes, and cannot be interrupted.
    """
    if address.startswith("ray://"):
        raise EngineError(
            f"address must be HOST:PORT or auto, got {address!r}.",
            "Run on a node of the cluster, as `ray job submit` does.",
        )
    until = time.monotonic() + ANSWERS_WITHIN
    arguments = [] if address == "auto" else ["--address", address]
    if arguments:
        _check_port(address)
    command = [sys.executable, "-m", "ray.scripts.scripts", "health-check", *arguments]
    try:
        got = subprocess.run(
            command, capture_output=True, text=True, timeout=until - time.monotonic(), check=False
        )
    except subprocess.TimeoutExpired:
        raise _no_answer(
            address, "something listens there that is no Ray of this version"
        ) from None
    if got.returncode:
        raise _no_answer(
            address,
            (got.stderr.strip().splitlines() or ["no cluster runs on this machine"])[-1][:300],
        )


def _check_port(address: str) -> None:
    match = re.fullmatch(r"\[?([^\]/]+?)\]?:(\d{1,5})", address)
    if not match:
        raise EngineError(
            f"address must be HOST:PORT, auto or local, got {address!r}.",
            "For example 10.0.0.1:6379.",
        )
    try:
        socket.create_connection((match[1], int(match[2])), timeout=ANSWERS_WITHIN / 2).close()
    except (OSError, OverflowError) as error:
        raise _no_answer(address, str(error)) from None


def _no_answer(address: str, why: str) -> EngineError:
    return EngineError(
        f"a Ray cluster must answer at {address}, got: {why}.",
        "Begin one with `ray start --head`, join it with `ray start --address`, "
        "and give HOST:PORT of its head.",
    )


def _check_same(address: str | None) -> None:
    import ray

    connected = ray.get_runtime_context().gcs_address
    if address not in (None, "auto", "local", connected):
        raise EngineError(
            f"this process is connected to the Ray at {connected}, got address={address!r}.",
            "Call ray.shutdown() first.",
        )


def _nodes() -> list[dict[str, Any]]:
    import ray

    return list(ray.nodes())  # type: ignore[no-untyped-call]


def _check_room(threads: int) -> None:
    """Wait until some node has the CPUs of one trial, used or not.

    Raises:
        EngineError: if none has after ten seconds.
    """
    until = time.monotonic() + ANSWERS_WITHIN
    while True:
        most = max(
            (int(node["Resources"].get("CPU", 0)) for node in _nodes() if node["Alive"]), default=0
        )
        if most >= threads:
            return
        if time.monotonic() > until:
            raise EngineError(
                f"a node of the cluster must have the {threads} CPUs of one trial, "
                f"got {most} at most.",
                "Lower threads_per_trial, or add nodes.",
            )
        time.sleep(0.5)
