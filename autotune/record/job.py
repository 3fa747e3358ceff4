"""A job: a plan that ran or runs, found by its name from any process, with trials and record."""

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from autotune.errors import StoreError, TrialError
from autotune.record.best import Best
from autotune.record.creation import STOP
from autotune.record.description import describe_job, job_edges, overall_best
from autotune.record.edges import Edge
from autotune.record.frames import STEP_COLUMNS, step_rows, trial_rows
from autotune.record.status import JobStatus, TrialStatus
from autotune.record.storage import unusable
from autotune.record.stored_job import StoredJob
from autotune.record.trial import Trial, ranked
from autotune.record.verdict import own_trial
from autotune.serialization.frames import pandas_for
from autotune.serialization.values import holds_opaque
from autotune.text import count
from autotune.workers.seeds import trial_seed

if TYPE_CHECKING:
    import pandas

    from autotune.space.domains import Domain


@dataclass(frozen=True)
class JobRecord(StoredJob):
    """A job in a store with its results; each call reads the store again."""

    def trials(self) -> "pandas.DataFrame":
        """Return a data frame with a row per trial.

        Its columns are number, status, value, ``feasible`` where there are constraints, the
        hyperparameters, the metrics, the number of warnings, times, error, and the reason of a stop
        or of being infeasible. Each metric has ``<metric> min``, ``max``,
        ``mean``, ``std``, ``last`` and ``count``: over what the trial reported, or over the folds
        of cross-validation, which have a column each, such as ``accuracy fold 0``. The value of a
        stopped trial is the last that it reported.
        """
        pd = pandas_for("job.trials()", "job.all_trials() gives the same as a list.")
        columns, rows = trial_rows(self.all_trials(), self.plan.metric_name, list(self.plan.ranges))
        frame: pandas.DataFrame = pd.DataFrame(rows, columns=columns)
        return frame

    def steps(self) -> "pandas.DataFrame":
        """Return a data frame with a row per intermediate value of each metric.

        Its columns are number, which is the trial's, step, metric, value and time, in seconds since
        the trial began. A trial that runs or was killed has its tuned metric only, without times.
        """
        pd = pandas_for("job.steps()", "The reports of job.all_trials() are the tuned metric's.")
        rows = step_rows(self.all_trials(), self.plan.metric_name)
        frame: pandas.DataFrame = pd.DataFrame(rows, columns=list(STEP_COLUMNS))
        return frame

    def top(self, k: int = 10) -> list[Trial]:
        """Return the k best finished trials, best first; of equal ones the earlier.

        Trials beyond a constraint are none of them.
        """
        return ranked(self.all_trials(), self.plan.mode)[:k]

    @property
    def best(self) -> Best:
        """The best configuration.

        Raises:
            TrialError: if no trial finished, with the first trial's error; or none of those that
                did is within the constraints.
        """
        top = self.top(1)
        if not top:
            raise self._without_best()
        assert top[0].value is not None
        names = self.plan.trial_setup.real_names
        return Best(top[0].number, top[0].value, top[0].params, names)

    def _without_best(self) -> TrialError:
        """Return the error of a job without a best trial: none finished, or none is feasible."""
        trials = self.all_trials()
        finished = [trial for trial in trials if trial.status is TrialStatus.FINISHED]
        if finished:
            return TrialError(
                f"job {self.name!r} must have a feasible trial, got none of"
                f" {count(len(finished), 'finished one')}.",
                f"Of trial {finished[0].number}: {finished[0].reason}. Loosen constraints.",
            )
        error = next((trial.error for trial in trials if trial.error), "")
        return TrialError(
            f"job {self.name!r} must have a finished trial, got none.",
            f"The first error: {error}" if error else "",
        )

    @property
    def best_params(self) -> dict[str, Any]:
        """The best configuration's hyperparameters; errors as `best`."""
        return dict(self.best.params)

    @property
    def best_score(self) -> float:
        """The best configuration's value of the metric; errors as `best`."""
        return self.best.value

    def edges(self) -> list[Edge]:
        """Return where the best configuration is at an end of a range that can be widened.

        It is empty while fewer than five trials have finished; choices have no ends.
        """
        return job_edges(self, self.all_trials())

    def wider_ranges(self) -> "dict[str, Domain]":
        """Return the wider ranges to try next, by name, for `Job.continue_with` and new plans."""
        return {edge.name: edge.wider for edge in self.edges()}

    @cached_property
    def best_estimator(self) -> Any:
        """The estimator with the best configuration, fitted on all the data the job was run with.

        One that stops early is fitted on 80 % of the rows, as in the trials; the others tell when.

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
        if holds_opaque(self.best.params):
            raise StoreError(
                f"the best configuration of {self.name!r} holds a value that its record keeps as"
                " text only.",
                "Use the job that run() returned, or set the hyperparameters yourself.",
            )
        from autotune.facts.algorithm_choice import prefix_in
        from autotune.objective.early_stopping_fit import HeldOut, without_watching
        from autotune.objective.fit_params import fit_on_all_rows

        seed = trial_seed(self.plan["seed"], self.best.number)
        setup = self.plan.trial_setup
        estimator = self.best.apply_behind(setup.encoders, self.plan.target)
        prefix = prefix_in(self.best.params)
        watches = prefix in setup.early_stopping
        fitted = fit_on_all_rows(
            HeldOut(estimator, self.plan["seed"]) if watches else estimator,
            self.data,
            setup.seed_names,
            seed,
            None if watches else setup.groups.get(prefix),
            encodes=prefix in setup.labels_from_zero,
        )
        return without_watching(fitted) if watches else fitted

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
        """Delete the job with its trials, logs and checkpoints, and what its trials evaluate.

        Files that its script or function wrote elsewhere stay.

        Raises:
            StoreError: if the job runs, or it is no job of autotune.
        """
        _ = self.record
        if self.status is JobStatus.RUNNING:
            raise StoreError(
                f"job {self.name!r} must have ended to be deleted, got status 'running'.",
                f"First: autotune stop {self.name}{self.store.option}",
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
        return overall_best(self, self.top(1))

    def describe(self) -> dict[str, Any]:
        """Return the whole record as JSON-safe data.

        It holds the plan with provenance, status, counters, best, consumed and completion.
        """
        return describe_job(self)

    @staticmethod
    def schema() -> dict[str, Any]:
        """Return the JSON Schema of `describe`."""
        from autotune.plan.schema import RecordFile

        return RecordFile.model_json_schema()
