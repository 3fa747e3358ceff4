"""Settings that contradict each other or the estimator, refused before any trial."""

from collections.abc import Mapping
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.facts import Subject
from autotune.override import Overrides
from autotune.plan import Setting
from autotune.script import Script
from autotune.several import each


def check_together(settings: Mapping[str, Setting], given: Overrides, subject: Subject, context: Mapping[str, Any]) -> None:
    """Refuse settings that cannot be carried out together.

    Raises:
        SettingError: naming both sides and the way out.
    """
    if "cv" in given.settings and subject.kind in ("function", "script"):
        raise SettingError(f"cv must go with an estimator, got a {subject.kind}, which runs once per trial.", "Drop cv.")
    if given.value("early_stopping") and subject.kind == "estimator":
        raise SettingError(
            f"early_stopping={given.value('early_stopping')!r} must have trials that report intermediate metrics, got an estimator,"
            " which is scored once.", "Leave it out, or tune a function that yields its metrics."
        )  # fmt: skip
    parallel, trials = settings["max_parallel"].value, settings["max_trials"].value
    if "max_parallel" in given.settings and "max_trials" in given.settings and parallel > trials:
        raise SettingError(f"max_parallel <= max_trials must hold, got {parallel} > {trials}.", "Lower max_parallel.")
    timeout, runtime = settings["trial_timeout"].value, settings["max_runtime"].value
    if timeout is not None and timeout > runtime:
        raise SettingError(f"trial_timeout <= max_runtime must hold, got {timeout} > {runtime}.", "Lower trial_timeout.")
    if given.value("sampler") and settings["strategy"].value != "bayesian":
        raise SettingError(
            f"sampler must go with strategy='bayesian', got strategy={settings['strategy'].value!r}.",
            "Set strategy='bayesian' too.",
        )
    _check_metric(settings["metric"].value, given, subject, context)


def _check_metric(metric: Any, given: Overrides, subject: Subject, context: Mapping[str, Any]) -> None:
    if isinstance(subject.target, Script) and metric not in subject.target.metrics:
        raise SettingError(
            f"metric must be one that {subject.name} tells, got {metric!r}.", did_you_mean(metric, subject.target.metrics)
        )
    if "metric" in given.settings and subject.kind == "estimator":
        from autotune.objective.metrics import check_metric

        for estimator in each(subject.target):
            check_metric(metric, estimator, context.get("task"))
