"""The wheel holds all that the checkout has: packages, adapters and knowledge."""

import email
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True, timeout=200)
    return next(folder.glob("*.whl"))


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
    knowledge = {
        f"autotune/knowledge/data/{p.relative_to(ROOT / 'knowledge').as_posix()}"
        for p in (ROOT / "knowledge").rglob("*.yaml")
    }
    typed = {f"{package}/py.typed" for package in ("autotune", "autotune_optuna", "autotune_ray")}
    assert modules | adapters | knowledge | typed <= names
    assert not any(
        n.startswith(("adapters/", "knowledge/", "tests/", "benchmarks/")) for n in names
    )


@pytest.mark.slow
def test_an_installed_wheel_plans_from_its_own_knowledge(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        "import autotune; print(autotune.__file__, "
        "autotune.autotune('random-forest').ranges['max_features'].source)"
    )
    got = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
    )
    assert str(tmp_path) in got.stdout and "random-forest.yaml:" in got.stdout, got.stderr


@pytest.mark.slow
def test_an_installed_wheel_tells_its_types(wheel, tmp_path):
    venv.create(tmp_path / "venv")
    paths = {"base": str(tmp_path / "venv"), "platbase": str(tmp_path / "venv")}
    zipfile.ZipFile(wheel).extractall(sysconfig.get_path("purelib", "venv", paths))
    program = tmp_path / "program.py"
    program.write_text(
        "import autotune_optuna, autotune_ray\n"
        "from autotune import autotune\n"
        "reveal_type(autotune('ridge'))\n"
    )
    mypy = [sys.executable, "-m", "mypy", "--strict", "--no-incremental"]
    words = [*mypy, "--python-executable", tmp_path / "venv/bin/python", program.name]
    got = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert 'Revealed type is "autotune.' in got.stdout and '.Plan"' in got.stdout, got.stdout
    assert got.returncode == 0, got.stdout


@pytest.mark.slow
def test_the_wheels_description_has_no_link_that_leads_nowhere(wheel):
    archive = zipfile.ZipFile(wheel)
    name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
    metadata = email.message_from_bytes(archive.read(name))
    assert metadata["Description-Content-Type"] == "text/markdown"
    text = metadata.get_payload(decode=True).decode()
    links = re.findall(r"\]\(([^)]+)\)", re.sub(r"```.*?```", "", text, flags=re.S))
    assert len(links) >= 5 and all(link.startswith("https://") for link in links)
    readme = (ROOT / "README.md").read_text()
    hosts = r"https://(?:raw\.githubusercontent|github)\.com"
    home = re.compile(hosts + r"/autotune-hpo/autotune/(?:blob/)?main/([^)]+)")
    assert home.sub(r"\1", text).strip() == home.sub(r"\1", readme).strip()  # links apart
    assert all((ROOT / path).exists() for path in home.findall(text))


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


def test_the_lock_pins_what_we_ask_for_and_names_no_place():
    text = (ROOT / "tests/versions/locked.txt").read_text()
    pins = [Requirement(line) for line in text.splitlines() if line[:1].isalpha()]
    locked = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}
    assert len(locked) == len(pins) > 100  # one version of each for every Python
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    asked = [Requirement(line) for line in (*project["dependencies"], *chain(*extras))]
    for need in asked:
        if need.name != project["name"]:
            assert need.specifier.contains(locked[canonicalize_name(need.name)]), need
    assert not {"xgboost", "torch"} & set(locked) and "xgboost-cpu" in locked  # no CUDA
    assert not re.search(r"//|--|file:|\w/\w", text)  # an index, an option, a path


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
    chosen = (
        "found_again or same_seed or finite_space or native or conditions "
        "or stopped_early or database"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "tests/run/test_run.py",
        "-k",
        chosen,
    ]
    got = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=250
    )
    assert got.returncode == 0, got.stdout
