"""The winner and the user's own configuration are evaluated again: a gain is told from chance."""

import json
import random

import jsonschema
import pytest
from sklearn.svm import SVC

from autotune import AutotuneError, Float, Job, autotune
from autotune.cli import main
from tests.record.made import made_job


def noise(x=1.0):
    return random.random()  # a worker seeds Python's generator by the trial


def exact(x=1.0):
    return x / 2


def falls(x=1.0):
    yield {"loss": 9.0}
    yield {"loss": x + random.random() / 100}


def made(function, values, **settings):
    settings = {"ranges": {"x": Float(0, 2)}, "max_trials": 3, "max_parallel": 1} | settings
    plan = autotune(function, **settings)
    trials = [({"x": x}, value) for x, value in zip((1.0, 0.5, 2.0), values, strict=True)]
    return made_job(plan, trials)


def test_a_gain_by_chance_cannot_be_told():
    job = made(noise, (0.4, 0.5, 0.9)).confirm(4)
    verdict = job.describe()["verdict"]
    assert verdict["answer"] == "unclear" and verdict["folds"] == 4 and verdict["p"] > 0.05
    assert "further evaluations of each" in " ".join(str(job).split())
    record = job.describe()
    jsonschema.validate(json.loads(json.dumps(record, allow_nan=False)), Job.schema())
    pairs = record["confirmation"]["pairs"]
    # The two of a pair have the same seed, so chance is the same for both; pairs differ.
    assert all(own == winner for own, winner in pairs) and len({own for own, _ in pairs}) == 4
    assert record["counters"]["total"] == 3 and record["confirmation"]["seconds"] > 0


def test_a_gain_of_a_function_without_chance_is_certain():
    verdict = made(exact, (0.5, 0.25, 1.0)).confirm(2).describe()["verdict"]
    assert (verdict["answer"], verdict["gain"], verdict["p"]) == ("tuned", 0.5, 0.0)
    assert verdict["text"].startswith("take the tuned one: 0.5 better, in 2 of 2")


def test_a_winner_that_was_lucky_is_told_as_worse():
    job = made(falls, (1.0, 2.5, 0.1), metric="loss", mode="min", early_stopping=None)
    verdict = job.confirm().describe()["verdict"]
    assert verdict["answer"] == "yours" and verdict["gain"] < -0.9 and verdict["p"] < 0.05


def test_what_was_confirmed_is_forgotten_where_another_wins():
    job = made(exact, (0.5, 0.25, 1.0))
    job.study.set_user_attr("autotune:confirmation", {"own": 0, "winner": 1, "pairs": [[0, 1]] * 3})
    assert job.describe()["verdict"]["folds"] == 1


def test_nothing_is_evaluated_where_the_own_configuration_won():
    job = made(exact, (0.5, 0.25, 0.3)).confirm()
    assert job.describe()["confirmation"] is None
    assert job.describe()["verdict"]["answer"] == "yours"


@pytest.mark.parametrize("times", [1, 0, 51, 2.5, "3", None])
def test_a_number_of_times_that_is_none_is_refused(times):
    with pytest.raises(AutotuneError, match=r"times must be a whole number 2\.\.50"):
        made(exact, (0.5, 0.25, 1.0)).confirm(times)


def test_a_job_of_an_estimator_is_told_by_its_folds():
    job = made_job(autotune(SVC(), ranges={"C": (0.1, 9)}, tune=["C"]), [({"C": 1.0}, 0.5)])
    with pytest.raises(AutotuneError, match="must tune a function or a script"):
        job.confirm()


def test_it_is_a_command(capsys):
    made(exact, (0.5, 0.25, 1.0))
    with pytest.raises(SystemExit) as left:
        main(["confirm", "made", "--times", "2", "--json"])
    assert left.value.code == 0
    assert json.loads(capsys.readouterr().out)["verdict"]["answer"] == "tuned"
