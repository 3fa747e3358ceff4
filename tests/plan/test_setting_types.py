"""Settings are typed: the signatures, the checks, the file formats and the README name the same."""

import inspect
import re
import subprocess
import sys
import typing
from pathlib import Path

import pytest

import autotune
from autotune.cli.job_file import KEYS
from autotune.plan.setting_types import (
    AUTO,
    SETTING_NAMES,
    Effort,
    ModeName,
    Sampler,
    Settings,
    Strategy,
    set_by_user,
)
from autotune.plan.settings import CHECKS, LEVELS, MODES, SAMPLERS, SETTINGS, STRATEGIES

ROOT = Path(__file__).parent.parent.parent
# What a comparison decides itself.
OF_AUTOTUNES_ARM = {"tune", "initial_trials", "warm_start", "same_data"}


def settings_of(function):
    parameters = inspect.signature(function).parameters
    return {n: p for n, p in parameters.items() if n in SETTING_NAMES}


def test_every_setting_is_typed_and_every_type_is_checked():
    assert {*CHECKS, "ranges"} == SETTING_NAMES
    assert {*SETTINGS} == SETTING_NAMES | {"facts", "overrides"}


@pytest.mark.parametrize(
    ("function", "left_out"), [(autotune.autotune, set()), (autotune.compare, OF_AUTOTUNES_ARM)]
)
def test_every_setting_is_a_keyword_of_the_same_type(function, left_out):
    types = Settings.__annotations__
    parameters = settings_of(function)
    assert set(parameters) == SETTING_NAMES - left_out
    for name, parameter in parameters.items():
        if parameter.default is AUTO:
            assert parameter.annotation == types[name], name
            assert parameter.kind is parameter.KEYWORD_ONLY


@pytest.mark.parametrize(
    ("words", "legal"),
    [(Effort, LEVELS), (ModeName, MODES), (Strategy, STRATEGIES), (Sampler, SAMPLERS)],
)
def test_the_typed_words_are_the_legal_ones(words, legal):
    assert set(typing.get_args(words)) == set(legal)


def test_the_readme_and_job_files_name_every_setting():
    text = (ROOT / "README.md").read_text()
    named = set(re.findall(r"`(\w+)`|^    (\w+)=", text, re.MULTILINE))
    assert {n for pair in named for n in pair} >= SETTING_NAMES - {"portfolio"}
    assert set(KEYS) >= SETTING_NAMES


def test_a_saved_plan_holds_the_settings_that_its_format_allows():
    plan = autotune.autotune("random-forest", warm_start="a", keep_static=["n_jobs"])
    schema = autotune.Plan.schema()
    assert schema["properties"]["settings"]["type"] == "object"
    assert set(plan.settings) <= SETTING_NAMES | {"results"}


def test_every_setting_says_what_it_is():
    source = inspect.getsource(Settings)
    assert len(re.findall(r'^    """.+"""$', source, re.MULTILINE)) == len(SETTING_NAMES) + 1


def test_none_is_a_value_and_what_is_left_out_stays_open():
    arguments = {"memory_limit": None, "seed": AUTO, "X": 1}
    assert set_by_user(arguments, {"depth": 3}) == {"memory_limit": None, "depth": 3}


def test_a_keyword_and_the_help_show_that_autotune_chooses():
    assert str(settings_of(autotune.autotune)["max_trials"]) == "max_trials: int = auto"


@pytest.mark.slow
def test_mypy_accepts_the_right_uses_and_refuses_the_wrong_ones(tmp_path):
    file = Path(__file__).parent / "typed_use.py"
    expected = {
        (number, line.rpartition("# ")[2])
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if re.search(r"  # [a-z-]+$", line)
    }
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "pyproject.toml"]
    cache = ["--cache-dir", str(tmp_path), "--hide-error-context", "--no-error-summary", str(file)]
    done = subprocess.run([*command, *cache], cwd=ROOT, capture_output=True, text=True)
    errors = re.findall(r"typed_use\.py:(\d+): error: .*\[([a-z-]+)\]$", done.stdout, re.MULTILINE)
    same = {"misc": "call-arg"}  # mypy 1.13 has the former for too many positional arguments
    got = {(int(line), same.get(code, code)) for line, code in errors}
    assert got == {(line, same.get(code, code)) for line, code in expected}, done.stdout
