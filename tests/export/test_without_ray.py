"""A Ray program's text needs no Ray."""

import subprocess
import sys
from pathlib import Path

import pytest

from autotune import autotune
from tests.programs import stepwise

ROOT = Path(__file__).parent.parent.parent
WITHOUT_RAY = """
import sys
sys.modules["ray"] = None
from autotune import Plan
Plan.load(sys.argv[1]).export("ray", sys.argv[2])
"""


@pytest.mark.slow
@pytest.mark.parametrize("early_stopping", [None, "median"])
def test_a_ray_program_is_written_where_ray_is_not_installed(early_stopping, tmp_path):
    plan = autotune(
        stepwise, ranges={"x": (0.0, 4.0)}, metric="score", early_stopping=early_stopping
    )
    plan.save(tmp_path / "plan.yaml")
    subprocess.run(
        [sys.executable, "-c", WITHOUT_RAY, tmp_path / "plan.yaml", tmp_path / "tune.py"],
        check=True,
        cwd=ROOT,
        timeout=100,
    )
    assert (tmp_path / "tune.py").read_text() == plan.export("ray")
