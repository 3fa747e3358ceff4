"""Learning from all jobs of a store, one entry of a folder for each family they tuned."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from autotune import knowledge
from autotune.errors import AutotuneError, KnowledgeError, StoreError, did_you_mean
from autotune.knowledge.knowledge_file import check_entry
from autotune.learn.entry_text import write_files
from autotune.learn.history import History, histories_of
from autotune.learn.overlay import SOURCE, overlay
from autotune.record.job import JobRecord
from autotune.record.job_list import list_jobs
from autotune.record.status import JobStatus

MAX_JOBS_IN_ERROR = 5  # jobs that an error names


def learn_folder(
    store: str, folder: str, names: Sequence[str]
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Write an entry for each family that jobs of a store tuned.

    Returns:
        What was written, a row for each entry; and by job or entry why it was not used.

    Raises:
        AutotuneError: if the store has no such jobs, nothing can be learned from them, or the
            folder cannot be written.
    """
    histories, skipped = _histories(store, names)
    rows = []
    for entry in dict.fromkeys(history.entry for history in histories):
        try:
            rows.append(
                _write(
                    entry,
                    [history for history in histories if history.entry == entry],
                    store,
                    Path(folder),
                )
            )
        except KnowledgeError as error:
            skipped[entry] = str(error)
    if not rows:
        problems = [f"{name}: {reason.rstrip('.')}" for name, reason in skipped.items()]
        omitted = (
            [f"{len(problems) - MAX_JOBS_IN_ERROR} others"]
            if len(problems) > MAX_JOBS_IN_ERROR
            else []
        )
        why = "; ".join(problems[:MAX_JOBS_IN_ERROR] + omitted) or "it has none"
        raise KnowledgeError(
            f"{store} must hold jobs to learn from, got none that can be used: {why}"
        )
    return rows, skipped


def _histories(store: str, names: Sequence[str]) -> tuple[list[History], dict[str, str]]:
    jobs = {str(job["name"]): str(job["status"]) for job in list_jobs(store)}
    for name in names:
        if name not in jobs:
            raise StoreError(f"{name!r} must be a job in {store}.", did_you_mean(name, jobs))
    histories: list[History] = []
    skipped: dict[str, str] = {}
    for name in names or jobs:
        if jobs[name] == JobStatus.RUNNING:
            skipped[name] = "it still runs"
            continue
        try:
            job_histories = list(histories_of(JobRecord.load(name, storage=store)))
        except AutotuneError as error:
            skipped[name] = str(error)
            continue
        histories += job_histories
        if not job_histories:
            skipped[name] = "it tuned nothing that an entry is for"
    return histories, skipped


def _write(name: str, histories: Sequence[History], store: str, folder: Path) -> dict[str, Any]:
    catalog_entry = knowledge.find_entry(name)
    assert catalog_entry is not None
    words = f"Own jobs {', '.join(history.task for history in histories)}, {date.today():%d %B %Y}"
    files, jobs = overlay(
        catalog_entry, histories, words[:560], f"autotune knowledge learn --from {Path(store).name}"
    )
    path = folder / f"{name}.yaml"
    try:
        write_files(folder, files)
    except OSError as error:
        raise StoreError(f"{path} must be a file that can be written: {error.strerror}.") from None
    entry = check_entry(path).content
    return {
        "entry": name,
        "jobs": jobs,
        "starts": sum(start.source == SOURCE for start in entry.starts),
        "file": str(path),
    }
