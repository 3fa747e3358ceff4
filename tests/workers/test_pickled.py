"""What a trial evaluates, in a file: arrays are mapped, come back intact, and may be written to."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotune import AutotuneError
from autotune.workers import pickling as files
from tests.jobs import plan, quick

PLAN = {"any": "plan"}


def _back(objective, folder):
    path = folder / "objective"
    files.write_file(files.pickled(objective, PLAN), path)
    return files.read_file(path)


@given(
    dtype=st.sampled_from(["?", "i1", "i8", ">u4", "f4", "f8", "c16", "U3", "S5", "M8[s]"]),
    rows=st.integers(0, 3),
    order=st.sampled_from("CF"),
)
def test_arrays_of_any_kind_and_size_come_back(dtype, rows, order, tmp_path):
    large = np.zeros((files.MAPPED_FROM, rows), dtype=dtype, order=order)
    small = np.ones((2, rows), dtype="i8")
    got, plan = _back({"large": large, "small": small, "again": large.T}, tmp_path)
    assert plan == PLAN and got["large"].dtype == dtype and got["large"].shape == large.shape
    assert (
        got["large"].tobytes() == large.tobytes()
        and (got["small"] == small).all()
        and got["again"].shape == large.T.shape
    )


def test_a_frame_comes_back_and_can_be_written_to_without_touching_the_file(tmp_path):
    frame = pd.DataFrame({"a": np.arange(200_000.0), "b": ["x", "y"] * 100_000})
    first, _ = _back(frame, tmp_path)
    pd.testing.assert_frame_equal(first, frame)
    first.iloc[0, 0] = 7.0
    assert files.read_file(tmp_path / "objective")[0].iloc[0, 0] == 0.0


def test_a_trial_may_change_its_data_in_place_and_other_workers_do_not_see_it():
    x = np.zeros(100_000)

    def adds(params):
        x[0] += 1
        return float(x[0])

    job = plan(quick, max_trials=2).run(objective=adds)
    assert min(t.value for t in job.all_trials()) == 1.0 and x[0] == 0


def test_a_file_that_was_cut_short_is_refused(tmp_path):
    _back(np.arange(100_000.0), tmp_path)
    whole = (tmp_path / "objective").read_bytes()
    (tmp_path / "objective").write_bytes(whole[:50])
    with pytest.raises(AutotuneError, match="must be loadable"):
        files.read_file(tmp_path / "objective")
