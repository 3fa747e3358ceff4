"""The README is true: its blocks run in their order, twice, with what it says to install."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.hidden import environment_without

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.S)
FILES = {text.split()[1]: text for _, text in BLOCKS if re.match(r"# [\w.]+\n", text)}
SAME_MODULE = {"xgboost": "xgboost-cpu"}  # the suite's XGBoost has no CUDA


def lines(language, beginning):
    """Return the lines of all blocks of a language that begin with a text."""
    texts = [text for block, text in BLOCKS if block == language]
    return [line for text in texts for line in text.splitlines() if line.startswith(beginning)]


def installed_by_readme():
    """Return the names of all distributions that the README's pip lines install."""
    words = [w for line in lines("sh", "pip install") for w in shlex.split(line, comments=True)[2:]]
    names = set()
    for word in words:
        requirement = Requirement(SAME_MODULE.get(word, word))
        if requirement.name == PROJECT["name"]:
            extras = PROJECT["optional-dependencies"]
            needed = [*PROJECT["dependencies"], *(r for e in requirement.extras for r in extras[e])]
            names.add(PROJECT["name"])
        else:
            needed = [str(requirement)]
        for each in needed:
            add_closure(Requirement(each), names)
    return names


def add_closure(requirement, names):
    name = canonicalize_name(requirement.name)
    if name in names and not requirement.extras:
        return
    names.add(name)
    try:
        needed = distribution(name).requires or []
    except PackageNotFoundError:  # of another platform
        return
    environments = [{"extra": extra} for extra in ("", *requirement.extras)]
    for each in map(Requirement, needed):
        if each.marker is None or any(each.marker.evaluate(e) for e in environments):
            add_closure(each, names)


def hidden_modules():
    """Return the top-level modules of this environment that the README does not install."""
    names = installed_by_readme()
    return {
        module
        for module, owners in packages_distributions().items()
        if not names & {canonicalize_name(owner) for owner in owners}
    }


@pytest.fixture
def run(tmp_path):
    """Write the README's files to an empty folder, and run commands there."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    binaries = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**environment_without(hidden_modules(), tmp_path), "PATH": binaries}

    def run_command(arguments):
        process = subprocess.run(
            arguments, cwd=tmp_path, capture_output=True, text=True, env=environment, timeout=1200
        )
        assert process.returncode == 0, f"{arguments}: {process.stderr}"
        return process.stdout

    return run_command


def test_what_the_readme_does_not_install_is_hidden():
    hidden = hidden_modules()
    assert {"pytest", "catboost", "altair", "pg8000"} <= hidden
    assert not hidden & {"optuna", "sklearn", "xgboost", "pandas", "ray", "numpy", "pydantic"}


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_the_python_blocks_run_in_order_and_again(run, tmp_path):
    blocks = [text for language, text in BLOCKS if language == "python"]
    code = "\n".join(text for text in blocks if text not in FILES.values())
    (tmp_path / "readme.py").write_text(code)
    for _ in range(2):
        assert "learning_rate" in run([sys.executable, "readme.py"])


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_the_command_lines_run_in_order_and_again(run):
    code = "from sklearn.datasets import load_iris as l; d = l(as_frame=True).frame"
    code += "; d.rename(columns={'target': 'y'}).to_csv('train.csv', index=False)"
    run([sys.executable, "-c", code])
    commands = lines("sh", "autotune ")
    assert len(commands) >= 6
    for _ in range(2):
        for command in commands:
            assert run(shlex.split(command, comments=True))


def test_make_has_the_two_commands():
    makefile = (ROOT / "Makefile").read_text()
    targets = [line.split()[1] for line in lines("sh", "make ")]
    assert targets == ["demo", "test"]
    assert all(f"\n{target}:" in makefile for target in targets)
    assert "exec make test" in (ROOT / ".ci/run").read_text()
