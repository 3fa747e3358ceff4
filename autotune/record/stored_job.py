"""A job as it is in a store: its plan, its status, its trials, and where its files are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from autotune.errors import StoreError
from autotune.plan.spec import PlanSpec
from autotune.record.creation import CONFIRMATION, RECORD, STATE
from autotune.record.status import JobStatus
from autotune.record.store import Store, open_store
from autotune.record.trial import Trial, read_trials
from autotune.script import ScriptSpec
from autotune.serialization import documents
from autotune.serialization.values import readable
from autotune.space.parameters import ParameterDecoder
from autotune.workers.output import LOG

if TYPE_CHECKING:
    import optuna


@dataclass(frozen=True)
class StoredJob:
    """A job in a store; each call reads the store again, so it is up to date while the job runs."""

    name: str
    store: Store
    data: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    opened: Any = field(default=None, repr=False, compare=False)
    planned: PlanSpec | None = field(default=None, repr=False, compare=False)

    @classmethod
    def load(cls, name: str, storage: str | Path | None = None) -> Self:
        """Find a job by its name.

        Args:
            name: The job's name.
            storage: The folder or URL where it lies; the default folder where left out.

        Raises:
            StoreError: if there is none, with the nearest names.
        """
        job = cls(name, open_store(storage))
        _ = job.record
        return job

    @cached_property
    def study(self) -> "optuna.Study":
        """The job's Optuna study, for Optuna's own tools; its parameters are encoded."""
        return self.opened if self.opened is not None else self.store.find(self.name)

    @cached_property
    def record(self) -> dict[str, Any]:
        """What was written when the job was created: plan, environment, budget."""
        record = self.study.user_attrs.get(RECORD)
        if not isinstance(record, dict):
            raise StoreError(
                f"{self.name!r} must be a job of autotune, got an Optuna study without its record.",
                "Open it with Optuna.",
            )
        if record.get("schema") != 1:
            raise StoreError(
                f"{self.name!r} must have record version 1, got {record.get('schema')!r}.",
                "Upgrade autotune-hpo.",
            )
        if (
            not isinstance(record.get("environment"), dict)
            or "created" not in record["environment"]
        ):
            raise StoreError(
                f"the record of {self.name!r} must hold its environment, and does not: "
                "it was edited or damaged."
            )
        return record

    @cached_property
    def plan(self) -> PlanSpec:
        """The plan of the job; what cannot be imported here is in it by name only.

        Where this process ran the job, it is the plan that it was run with.
        """
        if self.planned is not None:
            return self.planned
        return PlanSpec.from_document(
            documents.Document(readable(self.record["plan"]), f"job {self.name}", {})
        )

    @cached_property
    def _asked(self) -> ParameterDecoder:
        return ParameterDecoder(self.plan.space)

    @property
    def objective_path(self) -> Path:
        """Where what the job evaluates is kept until it completes, on the machine that began it."""
        return self.store.objective_path(self.name, str(self.record.get("id", "")))

    @property
    def trials_path(self) -> Path:
        """The folder in which each trial has its own, by its number, on the machine that ran it.

        It holds ``log.txt`` where the trial printed something, ``checkpoint``, and of a script
        ``metrics.jsonl`` and ``work``, the folder it ran in.
        """
        return self.store.trials_path(self.name, str(self.record.get("id", "")))

    def log(self, number: int) -> str:
        """Return what a trial printed and logged; of a long text the beginning and the end.

        It is empty where a function or an estimator printed nothing on this machine.

        Raises:
            StoreError: if the job has no such trial, or its script's log is not on this machine.
        """
        if number not in (trials := {trial.number for trial in self.all_trials()}):
            raise StoreError(
                f"the number must be that of a trial of {self.name!r}, got {number!r}.",
                f"It has trials 0 to {max(trials)}." if trials else "It has no trial yet.",
            )
        try:
            return (self.trials_path / str(number) / LOG).read_text(
                encoding="utf-8", errors="replace"
            )
        except OSError as error:
            if isinstance(error, FileNotFoundError) and not self._is_script():
                return ""
            raise StoreError(
                f"trial {number} of {self.name!r} must have a log on this machine: "
                f"{error.strerror}."
            ) from None

    def _is_script(self) -> bool:
        """Return whether each trial runs a script, which always has a log."""
        return isinstance(self.plan.target, ScriptSpec)

    @property
    def state(self) -> dict[str, Any]:
        """What the last session noted: its status, and how it ended where it did."""
        return dict(self.study.user_attrs.get(STATE, {}))

    @property
    def confirmation(self) -> dict[str, Any]:
        """What `Job.confirm` measured of the winner and the user's own configuration, if it did."""
        return dict(self.study.user_attrs.get(CONFIRMATION, {}))

    @property
    def status(self) -> JobStatus:
        """The job's status now.

        It is ``running``, ``interrupted`` (its process is gone), ``completed``, ``failed`` or
        ``stopped``.
        """
        before = self._noted_status()
        if before is not JobStatus.RUNNING:
            return before
        if self.store.lease(self.study).held():
            return JobStatus.RUNNING
        # Its process may have written how it ended and gone between the two looks.
        after = self._noted_status()
        return JobStatus.INTERRUPTED if after is JobStatus.RUNNING else after

    def _noted_status(self) -> JobStatus:
        """Return the status that the last session noted; it may have died since."""
        noted = self.state.get("status", JobStatus.INTERRUPTED)
        if noted not in list(JobStatus):
            raise StoreError(
                f"the status of {self.name!r} must be one of {', '.join(JobStatus)}, "
                f"got {noted!r}.",
                "The record was edited or damaged.",
            )
        return JobStatus(noted)

    @property
    def over(self) -> bool:
        """Whether nothing is left to do: it completed, or its budget was spent without a result."""
        return self.status is JobStatus.COMPLETED or (
            self.status is JobStatus.FAILED and self.state.get("criterion") != "max_failures"
        )

    def all_trials(self) -> list[Trial]:
        """Return every trial in the order they were started.

        Raises:
            StoreError: if a trial does not fit the record.
        """
        try:
            return read_trials(self.study, self._asked, alive=self.status is JobStatus.RUNNING)
        except (KeyError, ValueError, TypeError, IndexError) as error:
            raise StoreError(
                f"the trials of {self.name!r} must fit its record, "
                f"got one that does not: {error!r}."
            ) from None

    def consumed_so_far(self) -> float | None:
        """Return the seconds of a job that runs or was interrupted, as its process noted last."""
        seconds = self.store.lease(self.study).note().get("seconds")
        return None if seconds is None else float(seconds)
