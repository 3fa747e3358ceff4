"""A job: a plan that ran or runs, found by its name from any process, with trials and record."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from autotune.errors import StoreError, TrialError
from autotune.plan.spec import PlanSpec
from autotune.record.best import Best
from autotune.record.repeatability import repeatable
from autotune.record.status import JobStatus, TrialStatus
from autotune.record.storage import unusable
from autotune.record.store import RECORD, STATE, STOP, Store, open_store
from autotune.record.trial import Trial, best_first, read_trials
from autotune.record.verdict import judge, own_trial
from autotune.serialization import documents
from autotune.serialization.frames import pandas_for
from autotune.serialization.values import readable, to_plain
from autotune.space.parameters import ParameterDecoder
from autotune.workers.seeds import trial_seed

if TYPE_CHECKING:
    import optuna
    import pandas


@dataclass(frozen=True)
class JobRecord:
    """A job in a store; each call reads the store again, so it is up to date while the job runs."""

    name: str
    store: Store
    data: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    opened: Any = field(default=None, repr=False, compare=False)

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
        """The plan of the job; what cannot be imported here is in it by name only."""
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

        It holds ``checkpoint``, and of a script ``log.txt``, ``metrics.jsonl`` and ``work``, the
        folder it ran in.
        """
        return self.store.trials_path(self.name, str(self.record.get("id", "")))

    def log(self, number: int) -> str:
        """Return what the script of a trial printed; of a long one the beginning and the end.

        Raises:
            StoreError: if there is no such log on this machine.
        """
        try:
            return (self.trials_path / str(number) / "log.txt").read_text(
                encoding="utf-8", errors="replace"
            )
        except OSError as error:
            raise StoreError(
                f"trial {number} of {self.name!r} must have a log on this machine: "
                f"{error.strerror}."
            ) from None

    @property
    def state(self) -> dict[str, Any]:
        """What the last session noted: its status, and how it ended where it did."""
        return dict(self.study.user_attrs.get(STATE, {}))

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

    def trials(self) -> "pandas.DataFrame":
        """Return a data frame with a row per trial.

        Its columns are number, status, value, the hyperparameters, times, error, and the reason of
        a stop.
        """
        pd = pandas_for("job.trials()", "job.all_trials() gives the same as a list.")
        names = [
            "number",
            "status",
            "value",
            *self.plan.ranges,
            "started",
            "ended",
            "seconds",
            "error",
            "reason",
        ]
        rows = [trial.row() for trial in self.all_trials()]
        frame: pandas.DataFrame = pd.DataFrame(rows, columns=names)
        return frame

    def top(self, k: int = 10) -> list[Trial]:
        """Return the k best finished trials, best first; of equal ones the earlier."""
        finished = [
            trial
            for trial in self.all_trials()
            if trial.status is TrialStatus.FINISHED and trial.value is not None
        ]
        return best_first(finished, self.plan.mode)[:k]

    @property
    def best(self) -> Best:
        """The best configuration.

        Raises:
            TrialError: if no trial finished; with the first trial's error.
        """
        top = self.top(1)
        if not top:
            raise TrialError(
                f"job {self.name!r} must have a finished trial, got none.", self._first_error()
            )
        assert top[0].value is not None
        return Best(top[0].number, top[0].value, top[0].params)

    def _first_error(self) -> str:
        error = next((trial.error for trial in self.all_trials() if trial.error), "")
        return f"The first error: {error}" if error else ""

    @property
    def best_params(self) -> dict[str, Any]:
        """The best configuration's hyperparameters; errors as `best`."""
        return dict(self.best.params)

    @property
    def best_score(self) -> float:
        """The best configuration's value of the metric; errors as `best`."""
        return self.best.value

    @cached_property
    def best_estimator(self) -> Any:
        """The estimator with the best configuration, fitted on all the data the job was run with.

        Raises:
            AutotuneError: if the job was loaded without data, or tunes no estimator; use
                ``best.apply(estimator)``.
        """
        if self.plan.target is not None and not hasattr(self.plan.target, "get_params"):
            raise StoreError(
                f"job {self.name!r} must tune an estimator, got {self.plan.estimator}.",
                "Use job.best_params.",
            )
        if self.data.get("X") is None or self.plan.target is None:
            raise StoreError(
                f"job {self.name!r} was loaded without its data, so nothing can be fitted.",
                "Use job.best.apply(estimator).fit(X, y).",
            )
        from autotune.objective.fit_params import fit_on_all_rows

        seed = trial_seed(self.plan["seed"], self.best.number)
        setup = self.plan.trial_setup
        estimator = self.best.apply_behind(setup.encoders, self.plan.target)
        return fit_on_all_rows(estimator, self.data, setup.seed_names, seed)

    def stop(self, wait: float = 10.0) -> JobStatus:
        """Ask the process that runs the job to end it now; finished trials stay in the record.

        Args:
            wait: How many seconds to wait for its end.

        Returns:
            The job's status then; ``running`` where it had not ended in time.

        Raises:
            StoreError: if the store cannot be used.
        """
        from autotune.record.owner import this_process

        if self.status is JobStatus.RUNNING:
            owner = this_process()
            request = {
                "session": self.state.get("session"),
                "by": f"process {owner['pid']} on {owner['host']}",
            }
            try:
                self.study.set_user_attr(STOP, request)
            except unusable() as error:
                raise self.store.broken(error, self.name) from None
        until = time.monotonic() + wait
        while self.status is JobStatus.RUNNING and time.monotonic() < until:
            time.sleep(0.1)
        return self.status

    def delete(self) -> None:
        """Delete the job's record and trials from the store.

        Raises:
            StoreError: if the job runs.
        """
        if self.status is JobStatus.RUNNING:
            raise StoreError(
                f"job {self.name!r} must have ended to be deleted, got status 'running'.",
                f"First: autotune stop {self.name}",
            )
        self.store.delete(self.name)

    def own_score(self) -> float | None:
        """Return the value of the user's own configuration, or None where it has none.

        Of several algorithms' own configurations it is the best.
        """
        baseline = own_trial(self.plan, self.all_trials())
        return None if baseline is None else baseline.value

    def overall_best(self) -> dict[str, Any] | None:
        """Return the best configuration of this job and its parents, with its job's name.

        Only parents on identical data and algorithm count.

        Of equal ones it is this job's own; None where there is none.
        """
        sign = self.plan.mode.sign
        own_best = [{"job": self.name, **trial.describe()} for trial in self.top(1)]
        parent_bests = [
            {"job": parent["job"], **to_plain(parent["best"])}
            for parent in self.plan.parents
            if parent["best"]
        ]
        return max(
            [*own_best, *parent_bests],
            key=lambda candidate: sign * candidate["value"],
            default=None,
        )

    def describe(self) -> dict[str, Any]:
        """Return the whole record as JSON-safe data.

        It holds the plan with provenance, status, counters, best, consumed and completion.
        """
        trials, state = self.all_trials(), self.state
        top = self.top(1)
        best = top[0].describe() if top else None
        verdict = judge(self.plan, trials, top[0] if top else None)
        return {
            **self.plan.describe(),
            "name": self.name,
            "status": self.status,
            "counters": {
                status.value: sum(trial.status is status for trial in trials)
                for status in TrialStatus
            }
            | {"total": len(trials)},
            "best": best,
            "overall_best": self.overall_best(),
            "verdict": verdict.describe() if verdict else None,
            "consumed": {
                "trials": len(trials),
                "seconds": self._consumed()
                if state.get("status") == JobStatus.RUNNING
                else state.get("seconds"),
                "trial_seconds": sum(trial.seconds or 0.0 for trial in trials),
                "sessions": state.get("session", 1),
                "memory": state.get("memory") or None,
            },
            "forecast": state.get("forecast") or None,
            "completion": {
                key: state.get(key) or None
                for key in ("criterion", "reason", "ended", "saved", "error")
            },
            "repeatable": repeatable(self.plan, trials, state),
            "environment": self.record["environment"],
        }

    @staticmethod
    def schema() -> dict[str, Any]:
        """Return the JSON Schema of `describe`."""
        from autotune.plan.schema import RecordFile

        return RecordFile.model_json_schema()

    def _consumed(self) -> float | None:
        """Return the seconds of a job that runs or was interrupted, as its process noted last."""
        seconds = self.store.lease(self.study).note().get("seconds")
        return None if seconds is None else float(seconds)
