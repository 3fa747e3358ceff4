"""Jobs in threads keep Optuna's lines to themselves, and leave its verbosity and filters alone."""

import logging
import threading
import warnings

import optuna
import pytest

from autotune import Float, autotune
from autotune.record.quiet import quiet
from tests.record.made import made_job

STUDY = "optuna.study.study"


@pytest.fixture
def lines():
    """Collect what Optuna logs."""
    collected = []

    class Keep(logging.Handler):
        def emit(self, record):
            collected.append(record.getMessage())

    handler = Keep()
    logger = logging.getLogger("optuna")
    logger.addHandler(handler)
    yield collected
    logger.removeHandler(handler)


def test_threads_that_overlap_leave_verbosity_and_filters_as_they_were(lines):
    before, filters = optuna.logging.get_verbosity(), list(warnings.filters)
    inside, may_leave = threading.Event(), threading.Event()

    def first():
        with quiet():
            inside.set()
            may_leave.wait(10)
            optuna.create_study()

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait(10)
    with quiet():  # begins while the other is inside, and ends after it
        may_leave.set()
        thread.join(10)
        optuna.create_study()
    assert lines == []
    assert optuna.logging.get_verbosity() == before and warnings.filters == filters
    optuna.create_study()
    assert len(lines) == 1


def test_what_other_threads_log_meanwhile_is_shown(lines):
    with quiet():
        thread = threading.Thread(target=lambda: optuna.create_study(study_name="theirs"))
        thread.start()
        thread.join(10)
        logging.getLogger(STUDY).warning("a warning")
        logging.getLogger(STUDY).info("hushed")
    assert len(lines) == 2 and "theirs" in lines[0] and lines[1] == "a warning"


def test_jobs_begun_in_threads_log_nothing(lines, tmp_path):
    def f(x=0.5):
        return x

    plan = autotune(f, ranges={"x": Float(0, 1)}, max_trials=1)
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    made_job(plan, [], "zero", storage=url)
    threads = [
        threading.Thread(target=made_job, args=(plan, [({"x": 0.1}, 0.1)], f"job-{i}"))
        for i in range(3)
    ]
    threads += [
        threading.Thread(target=made_job, args=(plan, [], f"row-{i}"), kwargs={"storage": url})
        for i in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert lines == []
