"""The order of rows: that of X and y, and that of time."""

import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge

from autotune import autotune
from autotune.errors import DataError

pandas = pytest.importorskip("pandas")
X, Y = load_diabetes(return_X_y=True, as_frame=True)
NAMES = [f"p{i}" for i in range(len(X))]
DAYS = pandas.date_range("2020-01-01", periods=len(X))


@pytest.mark.parametrize("labels", [range(len(X)), NAMES, DAYS], ids=["numbers", "texts", "dates"])
def test_a_target_in_another_order_than_the_rows_is_refused(labels):
    rows = X.set_axis(list(labels))
    target = Y.set_axis(list(labels)).sample(frac=1, random_state=0)
    with pytest.raises(DataError, match=r"in the order of X.*y\.loc\[X\.index\]"):
        autotune(Ridge(), rows, target)
    assert autotune(Ridge(), rows, target.loc[rows.index]).ranges


@pytest.mark.parametrize("labels", [range(1, len(X) + 1), NAMES, [0] * len(X)])
def test_other_labels_and_equal_ones_are_paired_by_position(labels):
    assert autotune(Ridge(), X, Y.set_axis(list(labels))).ranges


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"])
def test_dates_as_texts_in_order_are_folds_in_order(form):
    dated = X.assign(day=DAYS.strftime(form))
    assert autotune(Ridge(), dated, Y, encode="auto").facts["time"] == "column"


def test_dates_out_of_order_and_other_texts_are_no_order():
    shuffled = X.assign(day=DAYS.strftime("%Y-%m-%d")[::-1])
    coded = X.assign(day=[f"2020-{i:04}" for i in range(len(X))])
    for table in (shuffled, coded):
        assert "time" not in autotune(Ridge(), table, Y, encode="auto").facts


def test_an_estimator_without_data_is_answered_with_the_options_that_give_it(tmp_path, capsys):
    from autotune.cli import main

    with pytest.raises(SystemExit, match="2"):
        main(["run", "sklearn.svm.SVC", "--storage", str(tmp_path)])
    error = capsys.readouterr().err
    assert "--data FILE --target COLUMN" in error and error.count("\n") == 1
