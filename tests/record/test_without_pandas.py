"""Jobs run without pandas; where a data frame is asked for, one line says so."""

import subprocess
import sys

import pytest

from tests.hidden import environment_without


def run(code, folder):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**environment_without({"pandas"}, folder), "AUTOTUNE_HOME": str(folder)},
    )


@pytest.mark.slow
def test_a_job_on_arrays_runs_is_described_and_printed_without_pandas(tmp_path):
    code = """
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier
from autotune import autotune
X, y = load_iris(return_X_y=True)
job = autotune(DecisionTreeClassifier(), X, y, max_trials=3).run(X, y, name="iris")
assert len(job.all_trials()) == 3 and job.describe()["counters"] and str(job)
assert job.best_estimator.score(X, y) > 0.5
"""
    process = run(code, tmp_path)
    assert process.returncode == 0, process.stderr


@pytest.mark.slow
def test_a_frame_of_trials_says_that_it_needs_pandas(tmp_path):
    code = """
from autotune import autotune
job = autotune(lambda x=0.5: x, ranges={"x": (0.1, 0.9)}, max_trials=2).run()
assert len(job.all_trials()) == 2
job.trials()
"""
    last = run(code, tmp_path).stderr.strip().splitlines()[-1]
    assert "job.trials() needs pandas" in last
    assert "autotune-hpo[frames]" in last
    assert "job.all_trials()" in last


def test_reading_a_data_file_on_the_command_line_says_that_it_needs_pandas(tmp_path):
    (tmp_path / "train.csv").write_text("x,y\n1,0\n2,1\n")
    command = "['plan', 'sklearn.svm.SVC', '--data', 'train.csv', '--target', 'y']"
    code = f"import sys; sys.argv[1:] = {command}; from autotune.cli import main; main()"
    process = run(code, tmp_path)
    assert process.returncode == 2
    assert "needs pandas, which is not installed" in process.stderr
    assert "Traceback" not in process.stderr
