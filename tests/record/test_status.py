"""A status is one of few, and its text."""

import json

from autotune.record.status import JobStatus, TrialStatus
from tests.jobs import plan, quick


def test_a_status_is_its_text():
    assert TrialStatus.TIMED_OUT == "timed out" and repr(JobStatus.RUNNING) == "'running'"
    assert json.loads(json.dumps({"status": JobStatus.FAILED})) == {"status": "failed"}


def test_a_job_and_its_trials_have_statuses():
    job = plan(quick, max_trials=2).run()
    assert job.status is JobStatus.COMPLETED
    assert [t.status for t in job.all_trials()] == [TrialStatus.FINISHED] * 2
    assert list(job.trials()["status"]) == ["finished"] * 2


def test_a_described_job_counts_each_status():
    counters = plan(quick, max_trials=2).run().describe()["counters"]
    assert {type(name) for name in counters} == {str}
    assert counters == {s: 2 * (s == "finished") for s in TrialStatus} | {"total": 2}
