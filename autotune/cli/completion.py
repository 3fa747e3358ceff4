"""What the shell completes: names of jobs and of knowledge entries."""

import typer


def job_names(context: typer.Context, incomplete: str) -> list[str]:
    """Return the names of the store's jobs that begin as typed; none where it cannot be read."""
    from autotune.errors import AutotuneError
    from autotune.record.job_list import list_jobs

    try:
        names = [str(job["name"]) for job in list_jobs(context.params.get("storage"))]
    except AutotuneError:
        return []  # a message would break the line that is being typed
    return [name for name in names if name.startswith(incomplete)]


def entry_names(incomplete: str) -> list[str]:
    """Return the names of entries that begin as typed, without reading the files."""
    from autotune.errors import AutotuneError
    from autotune.knowledge.catalog import entry_names as names_of_entries

    try:
        names = names_of_entries()
    except AutotuneError:
        return []
    return [name for name in names if name.startswith(incomplete)]
