"""The quality benchmark's report: figures that are known for rows made by hand."""

import json

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("scipy")
pytest.importorskip("altair")

from benchmarks.quality.__main__ import main
from benchmarks.quality.curves import ends, first_at_least, padded, tasks
from benchmarks.quality.figures import family, is_behind
from benchmarks.quality.pictures import series
from benchmarks.quality.report import summary
from benchmarks.quality.rows import SCHEMA, read, write
from benchmarks.quality.stats import critical_difference, friedman, holm, interval, paired, ranks


def row(task, method, best, seed=0, seconds=1.0):
    best = list(map(float, best))
    return dict.fromkeys(SCHEMA.names, "") | {
        "problem": task,
        "kind": "surrogate",
        "family": "f",
        "task": task,
        "group": task,
        "method": method,
        "seed": seed,
        "trials": 4,
        "best": best,
        "scores": best,
        "seconds": [seconds] * len(best),
        "failed": 0,
        "random_median": 0.0,
        "best_known": 1.0,
    }


@pytest.fixture
def made(tmp_path):
    rows = [row(t, "default", [0.1]) for t in ("1", "2")] + [
        row(t, "broken", []) for t in ("1", "2")
    ]
    rows += [row(t, "hand:typical", [0.0, 0.2, 0.4, 0.5]) for t in ("1", "2")]
    rows += [row(t, "peer:worse", [-9.0, -9.0, 0.1, 0.2]) for t in ("1", "2")]
    rows += [
        row("1", "autotune", [0.1, 0.5, 0.5, 0.75], seconds=2.0),
        row("2", "autotune", [0.1, 0.1, 0.1, 0.25], seconds=2.0),
    ]
    (tmp_path / "rows").mkdir()
    write(tmp_path / "rows" / "a.parquet", rows)
    return tmp_path


def test_the_figures_of_known_rows(made):
    found = family(read(made / "rows"), 4)
    ours = found["methods"]["autotune"]
    assert found["tasks"] == 2 and found["against"] == {
        "best_hand_set": "hand:typical",
        "typical": "hand:typical",
    }
    assert ours["regret"] == {1: 0.9, 4: 0.5} and found["methods"]["hand:typical"]["final"] == 0.5
    assert (
        ours["match"]["typical"]["median"] == 3.5 and ours["match"]["typical"]["share"] == 0.5
    )  # trial 2, and never (5)
    assert ours["match"]["typical"]["speed_up"] == pytest.approx(2**0.5, rel=1e-3)  # 4 / 2, and 1
    assert ours["better_than_default"] == {"median": 3.0, "share": 1.0, "at_once": 0.5}
    assert (
        found["methods"]["broken"]["final"] == 2
        and found["methods"]["peer:worse"]["regret"][1] == 2
    )
    assert found["losses"]["beyond_noise"] == ["2"] == found["losses"]["beyond_1_percent"]
    assert found["losses"]["tasks_behind"] == [{"task": "2", "autotune": 0.75, "hand_set": 0.5}]
    assert found["paired"]["typical"]["better"] == 1 == found["paired"]["typical"]["worse"]
    assert ours["rank"][4] == 1.5 and found["methods"]["broken"]["rank"][4] == 5.0


def test_the_curves_drawn_are_of_what_is_there(made):
    found = family(read(made / "rows"), 4)
    drawn = series(found["methods"], found["against"])
    assert list(drawn) == [
        "autotune",
        "best hand-set space",
        "median hand-set space",
        "library's default",
    ]
    assert (
        drawn["best hand-set space"] == found["methods"]["hand:typical"]["curve"]
        and drawn["median hand-set space"][0] == 1.5
    )


def test_the_summary_has_a_line_for_each_family(made):
    heading, _, line = summary({"real f": family(read(made / "rows"), 4)})
    assert (
        heading.count("|") == line.count("|")
        and "| 1 / 0 / 1 |" in line
        and "3.5 (50% of tasks)" in line
    )
    assert summary({"none": {"methods": {}, "against": {}}}) == []


def test_tests_are_corrected_for_their_number():
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.9}) == {
        "a": 0.04,
        "c": 0.09,
        "b": 0.09,
        "d": 0.9,
    }


def test_without_random_search_the_median_is_that_of_the_draws_that_searches_begin_with():
    rows = pd.DataFrame([row("1", "peer:a", range(20)), row("1", "autotune", [99.0])]).assign(
        random_median=np.nan
    )
    assert ends(rows) == (99.0, 4.5)
    drawn = pd.DataFrame([row("1", "random:widest", [7.0, 8.0, 9.0])]).assign(random_median=np.nan)
    assert ends(pd.concat([rows, drawn])) == (99.0, 8.0)


@pytest.mark.parametrize(
    ("last", "behind"),
    [((0.1, 0.1, 0.1), True), ((0.1, 0.9, 0.5), False), ((0.6, 0.6, 0.6), False)],
)
def test_being_behind_must_be_more_than_the_seeds_noise(last, behind):
    rows = [row("1", "hand:typical", [0.5], seed) for seed in range(3)] + [
        row("1", "autotune", [b], s) for s, b in enumerate(last)
    ]
    task = next(iter(tasks(pd.DataFrame(rows), 1)))
    assert is_behind(task, "hand:typical") == behind


def test_equal_training_time_counts_only_what_had_ended(made):
    task = next(iter(tasks(read(made / "rows"), 4)))
    assert task.seconds_of("hand:typical", 4) == 4.0
    assert task.regret_at("autotune", 4.0) == 0.5 and task.regret_at("autotune", 1.0) == 2.0
    assert task.regret_at("autotune", 100.0) == 0.25


def test_the_report_is_written_with_its_losses(made):
    assert main(["report", str(made / "rows"), "-o", str(made / "report")]) == 0
    data = json.loads((made / "report.json").read_text(), parse_constant=lambda c: pytest.fail(c))
    assert (
        "</svg>" in (made / "report.svg").read_text()
        and "(report.svg)" in (made / "report.md").read_text()
    )
    text = (made / "report.md").read_text()
    assert (
        data["figures"]["surrogate f"]["tasks"] == 2
        and "report" in data["command"]
        and data["versions"]
    )
    assert (
        "| autotune | 0.900 | 0.500 |" in text
        and "behind the best hand-set space on 1 tasks: 2" in text
    )


def test_curves_keep_their_best_and_know_when_a_target_is_reached():
    assert (
        padded([np.nan, 1.0], 3).tolist() == [-np.inf, 1.0, 1.0]
        and padded([], 2).tolist() == [-np.inf] * 2
    )
    assert first_at_least([0, 1, 2], 1) == 2 and first_at_least([0.0], 1) is None


def test_the_tests_over_tasks_are_the_textbooks():
    assert ranks([[3, 1, 3]]).tolist() == [[1.5, 3.0, 1.5]]
    assert critical_difference(5, 30) == pytest.approx(
        1.113, abs=1e-3
    )  # Demsar (2006): q = 2.728 for five methods
    assert (
        friedman([[1, 2, 3]] * 10) < 0.01
        and friedman([[1, 2]]) is None
        and critical_difference(1, 3) is None
    )
    assert interval([1, 2, 3], ["a", "a", "a"]) == (2.0, 2.0)
    assert paired([1, 1], [1, 1])["p"] is None
