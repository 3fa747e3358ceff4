"""docs/engines.md, followed by the letter: its package is installed, its blocks and its kit run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from autotune.testing import CHECKS

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "engines.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.S)
TOML = next(text for language, text in BLOCKS if language == "toml")
PYTHON = [text for language, text in BLOCKS if language == "python"]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """Return a folder with the guide's package, installed as pip leaves an editable one."""
    folder = tmp_path_factory.mktemp("toy")
    engine, script, tests = PYTHON
    (folder / "pyproject.toml").write_text(TOML)
    (folder / "toy_engine.py").write_text(engine)
    (folder / "script.py").write_text(script)
    (folder / "test_toy.py").write_text(tests)
    information = folder / "autotune_toy-0.1.0.dist-info"
    information.mkdir()
    entry = re.search(r"\[project.entry-points.*?\n\n", TOML, re.S)[0]
    entry = entry.replace('[project.entry-points."autotune.adapters"]', "[autotune.adapters]")
    (information / "entry_points.txt").write_text(entry.replace('"', ""))
    (information / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: autotune-toy\nVersion: 0.1.0\n"
    )
    return folder


def run(folder, *arguments):
    paths = f"{folder}:{ROOT}:{ROOT / 'adapters'}"
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "PYTHONPATH": paths}
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        check=False,
    )


def test_the_guide_shows_the_engine_that_the_suite_runs():
    assert PYTHON[0] == (ROOT / "tests/adapters/toy_engine.py").read_text()


def test_the_guides_engine_runs_a_job_and_its_output_is_the_guides(package):
    process = run(package, "script.py")
    assert process.returncode == 0, process.stderr
    assert process.stdout in [text for language, text in BLOCKS if language == "text"]


@pytest.mark.slow
def test_the_guides_engine_passes_the_kit(package):
    process = run(package, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_toy.py")
    assert f"{len(CHECKS)} passed" in process.stdout, process.stdout


def test_the_guide_says_what_each_check_means():
    for check in CHECKS:
        assert f"| `{check.function.__name__}` |" in GUIDE


def test_the_guide_says_what_each_member_must_do():
    from autotune.engines import Adapter, Executable, Search
    from autotune.engines.members import members_of

    for seam in (Adapter, Executable, Search):
        for member in members_of(seam):
            assert re.search(rf"^\| `{member}\b", GUIDE, re.M), member
