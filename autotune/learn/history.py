"""What one recorded job showed of one knowledge entry: configurations in the entry's own names, and their values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autotune import knowledge
from autotune.facts import Part, read_subject
from autotune.knowledge import Entry
from autotune.plan.mode import Mode
from autotune.recommend.entry_values import own_value, spelling
from autotune.record.job import JobRecord
from autotune.record.trial import Trial, ended, has_value


@dataclass(frozen=True)
class History:
    """One job's trials of one entry; a value is better when higher, and None where the trial gave none."""

    entry: str
    task: str
    params: tuple[Mapping[str, Any], ...]
    values: tuple[float | None, ...]
    seconds: tuple[float | None, ...] = ()

    @property
    def finished(self) -> list[tuple[Mapping[str, Any], float]]:
        """The configurations that gave a value, with it."""
        return [(s, v) for s, v in zip(self.params, self.values, strict=True) if v is not None]


def histories_of(job: JobRecord) -> Iterator[History]:
    """Yield a job's history for each entry that one of its estimators has.

    Raises:
        AutotuneError: if the job cannot be read.
    """
    target = job.plan.target if job.plan.target is not None else job.plan.estimator
    trials = ended(job.all_trials())
    values = values_of(trials, job.plan.mode)
    for part in read_subject(target, {}, job.plan.facts.get("task")).parts:
        known = knowledge.entry_for(set(part.names)) if part.names else None
        if known is not None and any(n.startswith(part.prefix) for n in job.plan.ranges):
            params = tuple(_canonical(part, known.content, t.params) for t in trials)
            yield History(
                known.content.name, job.name, params, values, tuple(t.seconds for t in trials)
            )


def values_of(trials: Sequence[Trial], mode: Mode) -> tuple[float | None, ...]:
    """Return the trials' values, better when higher; None where a trial gave none."""
    return tuple(mode.sign * (t.value or 0.0) if has_value(t) else None for t in trials)


def _canonical(part: Part, entry: Entry, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the params in the entry's names; what was not tuned has the estimator's own value."""
    found: dict[str, Any] = {}
    for name, told in entry.hyperparameters.items():
        full = part.prefix + spelling(part, name, told)
        own, has_own = own_value(part, entry, name)
        if full in params:
            found[name] = params[full]
        elif has_own:
            found[name] = own
    return found
