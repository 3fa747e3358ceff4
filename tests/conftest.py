"""Every test has a job store of its own and one thread for each library."""

import os
import sys
from importlib.metadata import PackageNotFoundError, version

import cloudpickle
import pytest
from hypothesis import HealthCheck, settings

collect_ignore = ["plan/typed_use.py"]  # read by mypy, not run

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


def pytest_configure(config):
    """Let Ray before 2.56 leave files and processes of its own to Python, which warns of them."""
    try:
        old = tuple(map(int, version("ray").split(".")[:2])) < (2, 56)
    except PackageNotFoundError:
        return
    for message in ("unclosed file .*/dev/null", "subprocess .* is still running") if old else ():
        config.addinivalue_line("filterwarnings", f"ignore:{message}:ResourceWarning")


def pytest_collection_finish(session):
    """Let functions of test modules reach workers by value, as those of scripts do.

    By name, each worker would import the module with all that it tests.
    """
    modules = {item.module.__name__ for item in session.items if hasattr(item, "module")}
    for name in modules:
        if name.startswith("test_"):
            cloudpickle.register_pickle_by_value(sys.modules[name])


@pytest.fixture(autouse=True, scope="session")
def one_core():
    """Let jobs have one worker where nothing else is asked for, on every machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "sched_getaffinity", lambda pid: {0}, raising=False)
        yield


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Keep jobs of tests out of the person's own store."""
    monkeypatch.setenv("AUTOTUNE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def run(capsys):
    """Run a command in this process; return its exit code, standard output and standard error."""
    from autotune.cli import main

    def command(*arguments):
        with pytest.raises(SystemExit) as left:
            main([str(a) for a in arguments])
        out = capsys.readouterr()
        return left.value.code, out.out, out.err

    return command


@pytest.fixture(scope="session")
def ray_session():
    """One Ray for all tests of a process; jobs use the one that their process is connected to."""
    ray = pytest.importorskip("ray")
    os.environ.update({"RAY_USAGE_STATS_ENABLED": "0", "RAY_AIR_NEW_OUTPUT": "0"})
    os.environ.update({"RAY_AUTH_MODE": "disabled", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"})
    ray.init(
        address="local",
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
    )
    yield ray
    ray.shutdown()


# Machines are shared: how long an example takes says nothing, and is measured in benchmarks/. One
# run of the suite tries the examples of any other; `--hypothesis-profile=explore` tries new ones.
_SHARED = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.register_profile("explore", _SHARED)
settings.register_profile("shared", _SHARED, derandomize=True)
settings.load_profile("shared")
