"""Plan, Job and Script as people use them: plain data, with methods that act on it."""

from dataclasses import fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from autotune.engines import DEFAULT_ENGINE
from autotune.errors import FailedJobError
from autotune.plan.spec import PlanSpec
from autotune.record.job import JobRecord
from autotune.record.status import JobStatus
from autotune.script import ScriptSpec
from autotune.text import brief, class_names, count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike
    from pathlib import Path
    from typing import Unpack

    from autotune.engines import Executable
    from autotune.plan.setting_types import Settings
    from autotune.run.existing import Exists
    from autotune.run.forecast import Estimate
    from autotune.run.script_check import Tried


class Plan(PlanSpec):
    """A complete, runnable plan: what `PlanSpec` holds, and what can be done with it."""

    @classmethod
    def of(cls, plan: PlanSpec) -> Self:
        """Return the plan with its verbs."""
        return cls(**{field.name: getattr(plan, field.name) for field in fields(plan)})

    def with_settings(
        self,
        *,
        overrides: "Settings | Mapping[str, object] | str | PathLike[str] | None" = None,
        **settings: "Unpack[Settings]",
    ) -> Self:
        """Return the same plan with other settings or ranges.

        What you give is marked as yours; what follows from it is chosen again; everything else
        stays, with its source.

        Args:
            overrides: Path of a YAML or JSON file, or a mapping, with settings by name; keywords
                win.
            **settings: Settings by name, such as ``max_trials=80`` or ``ranges={"lr": (0.01, 1)}``.

        Raises:
            SettingError: if a setting is unknown or illegal, or the plan was loaded without the
                function that it tunes.
        """
        from autotune.recommend.changed import with_settings

        return self.of(with_settings(self, settings, overrides))

    def compile(self, engine: str = DEFAULT_ENGINE) -> "Executable":
        """Return the plan as an engine's own native parts.

        Raises:
            EngineError: if the engine is unknown, not installed, or cannot carry the plan out; all
                gaps at once.
        """
        from autotune.engines import compile_plan

        return compile_plan(self, engine)

    def export(
        self,
        to: str,
        path: "str | Path | None" = None,
        *,
        format: str = "program",
        force: bool = False,
    ) -> Any:
        """Write the plan as a program that needs no autotune, and return its text.

        The program tries the same trials.

        Args:
            to: An engine's name; ``config`` for the default engine's configuration alone;
                ``sklearn`` for ``param_distributions``, which come back as scipy's own
                objects where no path is given.
            path: The file to write; none where left out.
            format: ``program``, or ``config`` for the engine's configuration as YAML, or JSON where
                the path ends in it.
            force: Replace the file.

        Raises:
            EngineError: if the engine cannot carry the plan out, or an estimator or value cannot be
                written as code.
            SettingError: if the file exists or cannot be written.
        """
        from autotune.export.export import export

        return export(self, to, path, format, force)

    def run(
        self,
        X: object = None,
        y: object = None,
        *,
        name: str | None = None,
        storage: str | None = None,
        engine: str = DEFAULT_ENGINE,
        address: str | None = None,
        objective: "Callable[..., object] | None" = None,
        groups: object = None,
        sample_weight: object = None,
        progress: bool | None = None,
        exists: "Exists" = "error",
        preflight: bool = True,
    ) -> "Job":
        """Carry the plan out and return the job with its record.

        Args:
            X: Data of shape (rows, columns), where an estimator is tuned.
            y: Target of length rows.
            name: The job's name; made from the estimator and the time where left out.
            storage: Where the record lies: a folder, or a storage URL such as
                ``sqlite:///jobs.db``.
            engine: The installed engine that searches and runs trials, by its name.
            address: Of a cluster that this machine belongs to, such as ``10.0.0.1:6379``, or
                ``auto``, for engines that run trials on one.
            objective: A callable from a dict of hyperparameters to a number, a dict of metrics, or
                an iterator of them.
            groups: Group of each row; no group is split between training and test.
            sample_weight: Weight of each row.
            progress: Show progress; by default where the output is a terminal.
            exists: What happens where the name is taken: ``error``; ``return`` gives the job of the
                same plan and data back, as it is; ``resume`` resumes it; ``replace`` deletes it.
            preflight: Wait for an estimator's first trial, up to 30 seconds, before the job is
                recorded, and refuse what fails in it. What it gives is the job's first trial.

        Raises:
            AutotuneError: before any trial, if the data, the plan or the name cannot be used.
            PreflightError: if the estimator cannot be fitted or scored on the data.
            FailedJobError: if the job ended and no trial finished; its ``job`` is the job.
            KeyboardInterrupt: after Ctrl-C, when the job's record is whole; `Job.resume` goes on.
        """
        from autotune.run.start import run_plan

        data = {"X": X, "y": y, "groups": groups, "sample_weight": sample_weight}
        return Job.ended(
            run_plan(
                self,
                data,
                objective,
                name=name,
                storage=storage,
                engine=engine,
                address=address,
                progress=progress,
                exists=exists,
                preflight=preflight,
            )
        )

    def estimate(
        self,
        X: object = None,
        y: object = None,
        *,
        objective: "Callable[..., object] | None" = None,
        groups: object = None,
        sample_weight: object = None,
        limit: float = 60.0,
    ) -> "Estimate":
        """Time a few fits and return what the job will take.

        Wall time, the trials that fit into the cap and memory are ranges.

        Args:
            X: Data of shape (rows, columns), where an estimator is tuned.
            y: Target of length rows.
            objective: A callable from a dict of hyperparameters, as for `run`.
            groups: Group of each row.
            sample_weight: Weight of each row.
            limit: Seconds after which the timing ends; a fit cut short gives a lower bound.

        Raises:
            AutotuneError: if the data or the plan cannot be used, or a fit fails.
        """
        from autotune.run.probe import estimate

        data = {"X": X, "y": y, "groups": groups, "sample_weight": sample_weight}
        return estimate(self, data, objective, limit)

    def __repr__(self) -> str:
        settings = {name: chosen.value for name, chosen in self.settings.items()}
        parts = [count(len(self.ranges), "hyperparameter") if self.tunes else "nothing to tune"]
        if "max_trials" in settings:
            parts.append(count(settings["max_trials"], "trial"))
        if "strategy" in settings:
            parts.append(str(settings["strategy"]))
        if "metric" in settings:
            parts.append(f"{self.metric_name} {settings.get('mode', '')}".strip())
        return brief("Plan", f"{class_names(self.estimator, self.recipe)}: {', '.join(parts)}")

    def details(self) -> str:
        """Return every setting and range as text: its value, reason, evidence and source."""
        from autotune.reports.plan import plan_details

        return plan_details(self)

    def __str__(self) -> str:
        from autotune.reports.plan import plan_text

        return plan_text(self)

    def _repr_html_(self) -> str:
        from autotune.reports.plan import plan_html

        return plan_html(self)


class Script(ScriptSpec):
    """A command to tune, in any language: what `ScriptSpec` says, and how it is tried."""

    def try_once(self, *, limit: float = 600.0) -> "Tried":
        """Run the command once with its static values, and return what its metrics matched.

        Args:
            limit: Seconds after which it is killed.

        Raises:
            SettingError: if the command is not there. TrialError: if it fails, does not end in
                time, or a metric matched nothing; with the end of its log.
        """
        from autotune.run.script_check import try_once

        return try_once(self, limit)

    def __repr__(self) -> str:
        metrics = ", ".join(self.metrics) or "no metrics"
        amount = count(len(self.hyperparameters), "hyperparameter")
        return brief("Script", f"{self.name}: {amount}, {metrics}")


Script.__doc__ = ScriptSpec.__doc__  # what its arguments are


class Job(JobRecord):
    """A job in a store: what `JobRecord` holds, and how it is resumed."""

    @classmethod
    def of(cls, job: JobRecord) -> Self:
        """Return the job with its verbs."""
        return cls(**{field.name: getattr(job, field.name) for field in fields(job)})

    @classmethod
    def ended(cls, job: JobRecord) -> Self:
        """Return the job with its verbs where a trial finished, or where it can go on.

        Raises:
            FailedJobError: if it failed, and no trial finished.
        """
        ended = cls.of(job)
        if ended.status is JobStatus.FAILED and not ended.top(1):
            raise FailedJobError(
                f"job {ended.name!r} must have a finished trial: {ended.state.get('reason')}",
                f"See its trials: autotune describe {ended.name} --trials{ended.store.option}",
                job=ended,
            )
        return ended

    @cached_property
    def plan(self) -> Plan:
        """The plan the job carries out."""
        return Plan.of(super().plan)

    def resume(
        self,
        X: object = None,
        y: object = None,
        *,
        objective: "Callable[..., object] | None" = None,
        groups: object = None,
        sample_weight: object = None,
        address: str | None = None,
        progress: bool | None = None,
    ) -> "Job":
        """Resume a job that was interrupted, stopped or given up, with the same plan and totals.

        Trials that were cut short run again.

        Data and objective are kept beside the job until it completes, so on the machine that began
        it none need be given; elsewhere they are those of the first run. A completed job is
        returned as it is.

        Args:
            X: The data the job was begun with.
            y: The target it was begun with.
            objective: The callable it was begun with.
            groups: The groups it was begun with.
            sample_weight: The weights it was begun with.
            address: Of another cluster than the one it was begun on; ``local`` for this machine.
            progress: Show progress; by default where the output is a terminal.

        Raises:
            StoreError: if another process runs the job, or the data or versions are others than it
                was begun with.
            FailedJobError: if it ended again and no trial finished.
        """
        from autotune.run.start import resume_job

        data = {"X": X, "y": y, "groups": groups, "sample_weight": sample_weight}
        return Job.ended(resume_job(self, data, objective, address=address, progress=progress))

    def confirm(
        self,
        times: int = 3,
        *,
        objective: "Callable[..., object] | None" = None,
    ) -> "Job":
        """Evaluate the winner and your own configuration again, so that the verdict can tell.

        This is for functions and scripts, each of whose trials is a single evaluation that may
        differ by chance. The evaluations have seeds of their own, are no trials, and do not count
        in ``max_trials``; they take at most ``max_runtime``, and the record holds their values and
        seconds. Nothing is evaluated where your own configuration won.

        Args:
            times: How often each of the two is evaluated, 2 to 50.
            objective: The callable that evaluates, where the job had one.

        Raises:
            AutotuneError: if the job runs, or tunes an estimator, or its function is not here.
        """
        from autotune.run.confirm import confirm

        confirm(self, dict.fromkeys(("X", "y", "groups", "sample_weight")), objective, times)
        return self

    def continue_with(
        self,
        X: object = None,
        y: object = None,
        *,
        name: str | None = None,
        objective: "Callable[..., object] | None" = None,
        groups: object = None,
        sample_weight: object = None,
        progress: bool | None = None,
        exists: "Exists" = "error",
        **settings: "Unpack[Settings]",
    ) -> "Job":
        """Run the next round: a new job with other settings, which knows this one's results.

        Its plan is `plan` with these settings and ``warm_start`` of this job.

        Args:
            X: The data; those that this job was run with where left out, if it has them.
            y: The target, given together with X.
            name: The new job's name; this one's with a number where left out.
            objective: The callable that evaluates, where this job had one.
            groups: Group of each row.
            sample_weight: Weight of each row.
            progress: Show progress; by default where the output is a terminal.
            exists: What happens where the name is taken, as for `Plan.run`.
            **settings: Settings by name, such as ``ranges=job.wider_ranges()``.

        Raises:
            AutotuneError: before any trial, if the settings or the data cannot be used, or this job
                has not ended.
        """
        from autotune.run.next_round import next_name, next_settings

        data: dict[str, Any] = {"X": X, "y": y, "groups": groups, "sample_weight": sample_weight}
        plan = self.plan.with_settings(**next_settings(self, settings))
        return plan.run(
            **(data if X is not None else {**dict.fromkeys(data), **self.data}),
            name=name or next_name(self),
            storage=self.store.text,
            engine=self.record.get("engine", DEFAULT_ENGINE),
            address=self.record.get("address"),
            objective=objective,
            progress=progress,
            exists=exists,
        )

    def __repr__(self) -> str:
        # Nothing is read from the store: it may be away, and a repr must not fail.
        return brief("Job", f"{self.name!r} in {self.store}")

    def __str__(self) -> str:
        from autotune.reports.job import job_tables
        from autotune.reports.tables import render

        return render(job_tables(self))
