"""What every error is: one line of bounded length that carries its objects and hides passwords."""

import pickle

import pytest
from hypothesis import given, strategies

from autotune.errors import (
    MAX_TEXT,
    AutotuneError,
    EngineError,
    JobError,
    KnowledgeError,
    PreflightError,
    SettingError,
    StoreError,
    did_you_mean,
    without_passwords,
)


def test_the_message_says_what_must_hold_what_was_got_where_and_the_way_out():
    error = SettingError(
        "'learning_rate' must be > 0",
        "Did you mean 0.1?",
        name="learning_rate",
        value=-1,
        where="my_job.yaml:12",
    )
    assert str(error) == ("'learning_rate' must be > 0, got -1 (my_job.yaml:12). Did you mean 0.1?")
    assert (error.name, error.value) == ("learning_rate", -1)
    assert (error.hint, error.where) == ("Did you mean 0.1?", "my_job.yaml:12")


def test_a_file_that_breaks_its_format_names_its_line_first():
    error = KnowledgeError("C must have a range", where="svm.yaml:3:5")
    assert str(error) == "svm.yaml:3:5: C must have a range."


def test_a_keyword_is_a_place_that_the_text_leaves_out():
    error = SettingError("'cv' must be >= 2", value=1, where="keyword")
    assert (str(error), error.where) == ("'cv' must be >= 2, got 1.", "keyword")


def test_the_first_place_stays():
    error = SettingError("'cv' must be >= 2").at("mine.yaml:1").at("other.yaml:2")
    assert error.where == "mine.yaml:1"


def test_an_error_about_a_part_starts_with_the_name_of_what_it_is_part_of():
    error = SettingError("low <= high must hold", value=(3, 1)).within("ranges.C")
    assert str(error) == "ranges.C: low <= high must hold, got (3, 1)."
    assert error.name == "ranges.C"


@pytest.mark.parametrize(
    "message", ["a must be 1", "a must be 1.", "a must be 1. ", "a must be 1:"]
)
def test_punctuation_is_never_doubled(message):
    assert str(SettingError(message, "Use 1.")) == "a must be 1. Use 1."
    assert str(SettingError(message, "Use 1", value=2)) == "a must be 1, got 2. Use 1."


@given(
    *[strategies.text(max_size=2000)] * 4, strategies.sampled_from([SettingError, KnowledgeError])
)
def test_every_message_is_one_line_of_bounded_length(message, hint, value, where, kind):
    text = str(kind(message, hint, value=value, where=where))
    assert len(text) <= MAX_TEXT
    assert not text or text.isprintable()


def test_what_was_got_leaves_room_for_what_must_hold():
    text = str(PreflightError("SVC must fit these data", "Mend them.", got="words " * 90))
    assert text.startswith("SVC must fit these data, got words") and text.endswith("Mend them.")


def test_a_long_value_keeps_both_its_ends():
    text = str(SettingError("it must be short", value="begin" + "x" * 10_000 + "end"))
    assert "'begin" in text
    assert "end'" in text


def test_a_value_whose_own_text_fails_is_named_by_its_type():
    class Broken:
        def __repr__(self):
            raise RuntimeError

    assert str(SettingError("it must be a number", value=Broken())).endswith("got <Broken>.")


@pytest.mark.parametrize("password", ["secret", "s/ec@ret", "s:ecret"])
def test_the_password_of_a_database_is_in_no_part_of_an_error(password):
    url = f"postgresql://me:{password}@host/jobs"
    error = StoreError(f"{url} must be there", f"Start {url}.", value=url, where=url)
    assert password not in str(error)
    assert password not in str(error.describe())
    assert password not in str(error.value)


@pytest.mark.parametrize("kind", [AutotuneError, SettingError, EngineError, JobError])
def test_errors_cross_processes_with_their_objects(kind):
    error = kind("'x' must be 1", "Use 1.", name="x", value=[1, 2], where="--set")
    error.add_note("a note")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.__notes__) == (kind, str(error), ["a note"])
    assert (copy.name, copy.value, copy.hint, copy.where) == ("x", [1, 2], "Use 1.", "--set")


def test_an_object_that_cannot_cross_is_replaced_by_its_text():
    error = SettingError("it must be a list", value=lambda: 1)
    copy = pickle.loads(pickle.dumps(error))
    assert "lambda" in copy.value
    assert str(copy) == str(error)


def test_none_is_a_value_and_no_value_is_not_shown():
    assert str(SettingError("it must be 1", value=None)) == "it must be 1, got None."
    assert str(SettingError("it must be 1")) == "it must be 1."


def test_an_error_reads_as_json():
    error = SettingError("it must be 1", "Use 1.", name="x", value={"a": 1}, where="--set")
    assert error.describe() == {
        "error": "SettingError",
        "message": "it must be 1, got {'a': 1} (--set). Use 1.",
        "name": "x",
        "value": "{'a': 1}",
        "hint": "Use 1.",
        "where": "--set",
    }


def test_the_nearest_names_are_offered():
    assert did_you_mean("max_trial", ["max_trials", "cv"]) == "Did you mean 'max_trials'?"
    assert did_you_mean("svc", ["SVC", "SVR", "cv"]) == "Did you mean 'SVC' or 'SVR'?"
    assert did_you_mean("zzz", ["b", "a"]) == "Known: a, b."


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://me:s3cret@host/db",
        "postgresql://me:s3cret with spaces@host/db",
        "postgresql+psycopg://me:s3cret@x@host/db",
        "postgresql:me:s3cret@host",
        "mysql:/me:s3cret@host",
        "postgresql://me:s3cret",
        "got 'postgresql://me:s3cret', which has no host",
        "postgresql://host/db?password=s3cret&sslmode=require",
        "password='s3cret and more'",
        "{'password': 's3cret'}",
    ],
)
def test_a_password_is_never_shown_however_it_is_written(text):
    assert "s3cret" not in without_passwords(text)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://localhost:5432/db",
        "postgresql://host:5432",
        "http://h:80/a",
        "see password: it must be text",
        "sqlite:///a.db",
    ],
)
def test_what_is_no_password_is_shown(text):
    assert without_passwords(text) == text
