"""The wheel holds all that the checkout has: packages, adapters and knowledge."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_the_wheel_from_the_sdist_is_complete(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path, ROOT],
        check=True,
        capture_output=True,
        timeout=200,
    )
    wheel = next(tmp_path.glob("*.whl"))
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {str(p.relative_to(ROOT)) for p in (ROOT / "autotune").rglob("*.py")}
    adapters = {str(p.relative_to(ROOT / "adapters")) for p in (ROOT / "adapters").rglob("*.py")}
    knowledge = {f"autotune/knowledge/data/{p.name}" for p in (ROOT / "knowledge").glob("*.yaml")}
    assert modules | adapters | knowledge <= names
    assert not any(
        n.startswith(("adapters/", "knowledge/", "tests/", "benchmarks/")) for n in names
    )


@pytest.mark.slow
def test_an_installed_wheel_plans_from_its_own_knowledge(tmp_path):
    build = [
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--wheel",
        "--outdir",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(build, check=True, capture_output=True, timeout=200)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")
    code = "import autotune; print(autotune.__file__, autotune.autotune('random-forest').ranges['max_features'].source)"
    got = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
    )
    assert str(tmp_path) in got.stdout and "random-forest.yaml:" in got.stdout, got.stderr


def test_every_adapter_is_packaged():
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
        "targets"
    ]["wheel"]["packages"]
    found = {
        f"adapters/{p.name}"
        for p in (ROOT / "adapters").iterdir()
        if p.is_dir() and p.name != "__pycache__"
    }
    assert found <= set(packages) and not (ROOT / "adapters/__init__.py").exists()


def test_every_dependency_says_which_module_needs_it():
    lines = (
        (ROOT / "pyproject.toml")
        .read_text()
        .partition("dependencies = [")[2]
        .partition("\n]")[0]
        .strip()
        .splitlines()
    )
    assert all("#" in line for line in lines)


@pytest.mark.slow
def test_jobs_run_on_the_oldest_optuna_we_support():
    oldest = Path(sys.executable).parent.parent / "oldest-optuna"
    if not oldest.is_dir():
        pytest.skip("needs make's .venv/oldest-optuna")
    environment = {**os.environ, "PYTHONPATH": str(oldest)}
    version = subprocess.run(
        [sys.executable, "-c", "import optuna; print(optuna.__version__)"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert version.stdout.startswith("4.")
    chosen = "found_again or same_seed or finite_space or native or conditions or stopped_early or database"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "tests/test_run.py",
        "-k",
        chosen,
    ]
    got = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=250
    )
    assert got.returncode == 0, got.stdout
