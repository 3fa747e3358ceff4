"""A job as a person reads it: how it went, the best configuration, what it gained."""

from typing import TYPE_CHECKING

from autotune.record.frames import step_rows
from autotune.record.job import JobRecord
from autotune.record.verdict import own_trial
from autotune.reports.tables import table
from autotune.serialization.documents import PlainMapping
from autotune.text import counted, duration, number, params_text, value_text

MAX_KINDS = 3  # of warnings that are shown

if TYPE_CHECKING:
    from rich.console import RenderableType


def job_tables(job: JobRecord) -> list["RenderableType"]:
    """Return the job's summary and its best trials as tables."""
    from rich.text import Text

    record = job.describe()
    counters = {
        kind: amount for kind, amount in record["counters"].items() if amount and kind != "total"
    }
    rows = [
        ("estimator", record["estimator"]),
        (
            "status",
            record["status"]
            + (f": {record['completion']['reason']}" if record["completion"]["reason"] else ""),
        ),
        ("trials", ", ".join(f"{amount} {kind}" for kind, amount in counters.items()) or "none"),
        ("metric", f"{value_text(job.plan['metric'])} ({job.plan['mode']})"),
        *([("constraints", limits_line(record))] if record.get("constraints") else []),
        ("best", best_line(job)),
        *([("warm start", warm_line(job))] if job.plan.parents else []),
        ("gain", gain_line(job)),
        *([("verdict", record["verdict"]["text"])] if record["verdict"] else []),
        *([("at the edge", edges_line(job))] if record["edges"] else []),
        *([("warnings", warnings_line(job, record))] if record["warnings"] else []),
        ("took", took_line(record)),
    ]
    parts: list[RenderableType] = [table(f"Job {job.name}", ("", ""), rows)]
    if job.top(1):
        parts.append(top_table(job))
    if record["completion"]["error"]:
        parts.append(Text(f"The first error in full\n{record['completion']['error']}"))
    return parts


def took_line(record: PlainMapping) -> str:
    """Return what the job took, in how many sessions, and what its first trials predicted."""
    consumed, forecast, saved = (
        record["consumed"],
        record["forecast"],
        record["completion"]["saved"],
    )
    sessions = f" in {consumed['sessions']} sessions" if consumed["sessions"] > 1 else ""
    parts = [f"{duration(float(consumed['seconds'] or 0.0))}{sessions}"]
    if forecast and forecast["seconds"][1] is not None:
        low, high = map(duration, forecast["seconds"])
        parts.append(f"predicted {low if low == high else f'{low} to {high}'}")
    if consumed["memory"]:
        parts.append(f"a worker used up to {consumed['memory'] / 1e6:,.0f} MB")
    if saved:
        parts.append(
            f"completion saved {counted(saved['trials'], 'trial')}, "
            f"about {duration(saved['seconds'])}"
        )
    return "; ".join(parts)


def edges_line(job: JobRecord) -> str:
    """Return which of the best values are at the end of their range, and what to try next."""
    lines = "; ".join(map(str, job.edges()))
    return f"{lines}: job.continue_with(ranges=job.wider_ranges())"


def warnings_line(job: JobRecord, record: PlainMapping) -> str:
    """Return the most frequent kinds of warnings that the trials raised, and where to read them."""
    counts = list(record["warnings"].items())
    shown = ", ".join(f"{kind} ×{amount:,}" for kind, amount in counts[:MAX_KINDS])
    more = f" and {counted(len(counts) - MAX_KINDS, 'other kind')}" if counts[MAX_KINDS:] else ""
    first = next(trial.number for trial in job.all_trials() if trial.warnings)
    return f"{shown}{more}; read one: autotune log {job.name} {first}{job.store.option}"


def limits_line(record: PlainMapping) -> str:
    """Return how many trials are feasible, and how many are beyond each constraint."""
    feasible, limits = record["constraints"]["feasible"], record["constraints"]["limits"]
    each = ", ".join(
        f"{name} {limit['limit']} ({limit['violated']} beyond)" for name, limit in limits.items()
    )
    return f"{counted(feasible, 'feasible trial')}; {each}"


def trials_table(job: JobRecord) -> "RenderableType":
    """Return every trial, one row each."""
    rows = [
        (
            str(trial.number),
            trial.status,
            "" if trial.value is None else number(trial.value),
            params_text(trial.params),
            trial.error or trial.reason,
        )
        for trial in job.all_trials()
    ]
    return table(
        "Trials",
        ("trial", "status", "value", "hyperparameters", "error, or why stopped or infeasible"),
        rows,
    )


def steps_table(job: JobRecord) -> "RenderableType":
    """Return every intermediate value of each metric, one row each."""
    rows = [
        (
            str(row["number"]),
            str(row["step"]),
            row["metric"],
            number(row["value"]),
            "" if row["time"] is None else duration(row["time"]),
        )
        for row in step_rows(job.all_trials(), job.plan.metric_name)
    ]
    return table("Steps", ("trial", "step", "metric", "value", "after"), rows)


def top_table(job: JobRecord, count: int = 5) -> "RenderableType":
    """Return the k best trials, one row each."""
    rows = [
        (str(trial.number), number(trial.value or 0.0), params_text(trial.params))
        for trial in job.top(count)
    ]
    return table(
        "Best trials", ("trial", str(value_text(job.plan["metric"])), "hyperparameters"), rows
    )


def best_line(job: JobRecord) -> str:
    """Return the best value and where it was found."""
    top = job.top(1)
    if not top and any(trial.feasible is False for trial in job.all_trials()):
        return "no feasible trial"
    return f"{number(top[0].value or 0.0)} (trial {top[0].number})" if top else "no finished trial"


def warm_line(job: JobRecord) -> str:
    """Return what the job knew of its parents, and whose the best of all is."""
    parents = [
        f"{parent['job']} ({parent['kind']}, {counted(parent['taken'], 'trial')})"
        for parent in job.plan.parents
    ]
    best = job.overall_best()
    whose = (
        f"; overall best {number(best['value'])} ({best['job']}, trial {best['number']})"
        if best
        else ""
    )
    return ", ".join(parents) + whose


def gain_line(job: JobRecord) -> str:
    """Return what the best gained over the user's own configuration, or that it gained nothing."""
    own, top = own_trial(job.plan, job.all_trials()), job.top(1)
    if own is None or own.value is None:
        return "your own configuration was not measured"
    if not own.feasible:
        return f"your own configuration ({number(own.value)}) is {own.reason}"
    baseline, best = own.value, top[0].value or 0.0  # its own is feasible, so that there is one
    gain = (best - baseline) * job.plan.mode.sign
    if gain <= 0:
        return f"none: your own configuration is the best found ({number(baseline)})"
    return f"{number(gain)} better than your own configuration ({number(baseline)})"
