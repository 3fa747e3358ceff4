"""The README is true: each of its code blocks runs."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", (ROOT / "README.md").read_text(), re.S)


FILES = {text.split()[1]: text for _, text in BLOCKS if re.match(r"# [\w.]+\n", text)}


def _write_files(folder):
    """Write the blocks that begin with a file's name."""
    for name, text in FILES.items():
        (folder / name).write_text(text)


def _run(arguments, folder):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    got = subprocess.run(
        arguments,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=280,
        env={**os.environ, "PATH": path},
    )
    assert got.returncode == 0, got.stderr
    return got.stdout


@pytest.mark.slow
def test_the_python_blocks_run_one_after_the_other(tmp_path):
    _write_files(tmp_path)
    code = "\n".join(
        text for language, text in BLOCKS if language == "python" and text not in FILES.values()
    )
    (tmp_path / "readme.py").write_text(code)
    assert "learning_rate" in _run([sys.executable, "readme.py"], tmp_path)


@pytest.mark.slow
def test_the_commands_run(tmp_path):
    code = "from sklearn.datasets import load_iris as l; d = l(as_frame=True).frame"
    code += "; d.rename(columns={'target': 'y'}).to_csv('train.csv', index=False)"
    _run([sys.executable, "-c", code], tmp_path)
    _write_files(tmp_path)
    lines = [
        line
        for language, text in BLOCKS
        if language == "sh"
        for line in text.splitlines()
        if line.startswith("autotune ")
    ]
    assert len(lines) >= 6
    for line in lines:
        assert _run(shlex.split(line), tmp_path)


def test_make_knows_the_two_commands():
    makefile = (ROOT / "Makefile").read_text()
    wanted = [
        line.split()[1]
        for language, text in BLOCKS
        if language == "sh"
        for line in text.splitlines()
        if line.startswith("make ")
    ]
    assert wanted == ["demo", "test"] and all(f"\n{target}:" in makefile for target in wanted)
    assert "exec make test" in (ROOT / ".ci/run").read_text()
