"""What a shell is offered when Tab is pressed: commands, jobs and knowledge entries."""

import os
import subprocess
import sys

import pytest

from autotune.cli import main
from tests.jobs import plan, quick


def completed(line, capfd, monkeypatch):
    """Return what bash is offered for a command line, whose last word is being typed."""
    words = line.split(" ")
    monkeypatch.setenv("_AUTOTUNE_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    with pytest.raises(SystemExit):
        main([])
    out, err = capfd.readouterr()
    assert err == ""
    return out.split()


def test_commands_are_completed(capfd, monkeypatch):
    assert completed("autotune desc", capfd, monkeypatch) == ["describe"]


@pytest.mark.parametrize("command", ["describe", "best", "stop", "resume", "log"])
def test_names_of_jobs_are_completed(command, capfd, monkeypatch):
    for name in ("first-job", "other-job"):
        plan(quick, max_trials=1).run(name=name, progress=False)
    assert completed(f"autotune {command} fir", capfd, monkeypatch) == ["first-job"]


def test_a_store_that_cannot_be_read_completes_nothing(capfd, monkeypatch):
    monkeypatch.setenv("AUTOTUNE_HOME", "/dev/null/nowhere")
    assert completed("autotune describe x", capfd, monkeypatch) == []


@pytest.mark.parametrize("command", ["plan", "knowledge show"])
def test_names_of_entries_are_completed(command, capfd, monkeypatch):
    assert completed(f"autotune {command} xgb", capfd, monkeypatch) == ["xgboost", "xgboost-rf"]


def test_broken_knowledge_completes_nothing(capfd, monkeypatch):
    monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", "/nowhere")
    assert completed("autotune plan xgb", capfd, monkeypatch) == []


def test_the_script_for_a_shell_is_shown(tmp_path):
    process = subprocess.run(
        [sys.executable, "-m", "autotune", "--show-completion", "bash"],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "HOME": str(tmp_path),
            "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
        },
        check=False,
    )
    assert process.returncode == 0
    assert "_AUTOTUNE_COMPLETE=complete_bash" in process.stdout
