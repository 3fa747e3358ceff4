"""What one recorded job showed of one entry: configurations in the entry's names, with values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autotune import knowledge
from autotune.facts import Part, read_subject
from autotune.knowledge import Entry
from autotune.plan.mode import Mode
from autotune.recommend.entry_values import own_value
from autotune.record.job import JobRecord
from autotune.record.trial import Trial, ended, has_value
from autotune.space.labels import Params


@dataclass(frozen=True)
class History:
    """One job's trials of one entry."""

    entry: str
    """The entry's name."""
    task: str
    """The job's name."""
    params: tuple[Mapping[str, Any], ...]
    """The configuration of each trial."""
    values: tuple[float | None, ...]
    """The value of each trial, better when higher; None if it gave none."""
    seconds: tuple[float | None, ...] = ()
    """The seconds that each trial took, if known."""

    @property
    def finished(self) -> list[tuple[Mapping[str, Any], float]]:
        """The configurations that gave a value, with it."""
        return [
            (params, value)
            for params, value in zip(self.params, self.values, strict=True)
            if value is not None
        ]


def histories_of(job: JobRecord) -> Iterator[History]:
    """Yield a job's history for each entry that one of its estimators has.

    Raises:
        AutotuneError: if the job cannot be read.
    """
    target = job.plan.target if job.plan.target is not None else job.plan.estimator
    trials = ended(job.all_trials())
    values = values_of(trials, job.plan.mode)
    for part in read_subject(target, {}, job.plan.facts.get("task")).parts:
        catalog_entry = knowledge.entry_for(set(part.names)) if part.names else None
        if catalog_entry is not None and any(
            name.startswith(part.prefix) for name in job.plan.ranges
        ):
            params = tuple(
                _canonical(part, catalog_entry.content, trial.params) for trial in trials
            )
            yield History(
                catalog_entry.content.name,
                job.name,
                params,
                values,
                tuple(trial.seconds for trial in trials),
            )


def values_of(trials: Sequence[Trial], mode: Mode) -> tuple[float | None, ...]:
    """Return the trials' values, better when higher; None where a trial gave none."""
    return tuple(mode.sign * (trial.value or 0.0) if has_value(trial) else None for trial in trials)


def _canonical(part: Part, entry: Entry, params: Params) -> dict[str, Any]:
    """Return the params in the entry's names; what was not tuned has the estimator's own value."""
    values: dict[str, Any] = {}
    for name, hyperparameter in entry.hyperparameters.items():
        names = (part.prefix + spelled for spelled in (name, *hyperparameter.aliases))
        tuned = next((full for full in names if full in params), None)
        current, has_current = own_value(part, entry, name)
        if tuned is not None:
            values[name] = params[tuned]
        elif has_current:
            values[name] = current
    return values
