"""Settings that contradict each other or the estimator, refused before any trial."""

from collections.abc import Mapping
from typing import Any

from autotune import knowledge
from autotune.errors import SettingError, did_you_mean
from autotune.facts import Subject
from autotune.facts.algorithm_choice import each
from autotune.objective.metrics import MARK_OUTLIERS
from autotune.plan.choices import Setting
from autotune.plan.overrides import Overrides
from autotune.script import ScriptSpec
from autotune.stopping.catalog import STRATEGIES


def check_together(
    settings: Mapping[str, Setting],
    overrides: Overrides,
    subject: Subject,
    context: Mapping[str, object],
) -> None:
    """Refuse settings that cannot be carried out together.

    Raises:
        SettingError: naming both sides and the way out.
    """
    _check_cv(overrides, subject)
    _check_all_rows(settings, subject)
    _check_stopping(settings, overrides, subject)
    _check_trials(settings, overrides)
    _check_times(settings)
    _check_sampler(settings, overrides)
    _check_ranker(settings, overrides, subject)
    _check_metric(settings, overrides, subject, context)
    _check_value(overrides, subject)
    _check_same_data(overrides)


def _check_value(overrides: Overrides, subject: Subject) -> None:
    if overrides.value("value", "last") != "last" and subject.kind == "estimator":
        raise SettingError(
            "value must be 'last' for an estimator, whose fit is used as it ends",
            "Drop value.",
            name="value",
            value=overrides.value("value"),
            where=overrides.settings["value"].where,
        )


def _check_same_data(overrides: Overrides) -> None:
    if overrides.value("same_data") and not overrides.value("warm_start"):
        raise SettingError(
            "same_data must go with warm_start, whose jobs it is about",
            "Drop it.",
            name="same_data",
            value=True,
            got="it alone",
            where=overrides.settings["same_data"].where,
        )


def _check_cv(overrides: Overrides, subject: Subject) -> None:
    if "cv" in overrides.settings and subject.kind in ("function", "script"):
        raise SettingError(
            "cv must go with an estimator",
            "Drop cv.",
            name="cv",
            value=overrides.value("cv"),
            got=f"a {subject.kind}, which runs once per trial",
            where=overrides.settings["cv"].where,
        )


def _check_all_rows(settings: Mapping[str, Setting], subject: Subject) -> None:
    """Refuse to judge on the very rows of the fit what is to predict others."""
    if "cv" in settings and settings["cv"].value is None and subject.task != "clustering":
        raise SettingError(
            "cv must be a number of folds >= 2 or a splitter",
            "None, all rows at once, is for clusterings.",
            name="cv",
            value=None,
        )


def _check_trials(settings: Mapping[str, Setting], overrides: Overrides) -> None:
    parallel, trials = settings["max_parallel"].value, settings["max_trials"].value
    if (
        "max_parallel" in overrides.settings
        and "max_trials" in overrides.settings
        and parallel > trials
    ):
        raise SettingError(
            "max_parallel <= max_trials must hold",
            "Lower max_parallel.",
            name="max_parallel",
            value=parallel,
            got=f"{parallel} > {trials}",
            where=overrides.settings["max_parallel"].where,
        )


def _check_times(settings: Mapping[str, Setting]) -> None:
    timeout, runtime = settings["trial_timeout"].value, settings["max_runtime"].value
    if timeout is not None and timeout > runtime:
        raise SettingError(
            "trial_timeout <= max_runtime must hold",
            "Lower trial_timeout.",
            name="trial_timeout",
            value=timeout,
            got=f"{timeout} > {runtime}",
        )


def _check_sampler(settings: Mapping[str, Setting], overrides: Overrides) -> None:
    if overrides.value("sampler") and settings["strategy"].value != "bayesian":
        raise SettingError(
            "sampler must go with strategy='bayesian'",
            "Set strategy='bayesian' too.",
            name="sampler",
            value=overrides.value("sampler"),
            got=f"strategy={settings['strategy'].value!r}",
            where=overrides.settings["sampler"].where,
        )


def _check_ranker(settings: Mapping[str, Setting], overrides: Overrides, subject: Subject) -> None:
    """Refuse what a ranker's fit would need further groups of rows for."""
    if subject.task != "ranking" or subject.kind != "estimator":
        return
    if "metrics" in overrides.settings:
        raise SettingError(
            f"{subject.name} must be judged by one metric, as its rows come in groups",
            "Leave metrics out, and set metric.",
            name="metrics",
        )
    if settings["fidelity"].value is not None:
        name = settings["fidelity"].value["name"]
        raise SettingError(
            f"{subject.name} must be fitted at once, as its rows come in groups",
            "Leave fidelity and early_stopping out.",
            name="fidelity",
            value=name,
            got=f"fidelity={name!r}",
        )
    for part in subject.parts:
        entry_file = knowledge.entry_for(set(part.names)) if part.names else None
        stopping = entry_file.content.early_stopping if entry_file else ""
        if stopping and part.params.get(stopping):
            raise SettingError(
                f"{subject.name} must be tuned without {stopping}, which needs groups to watch",
                f"Leave {stopping} out; n_estimators is tuned.",
                name=stopping,
                value=part.params[stopping],
            )


def _check_metric(
    settings: Mapping[str, Setting],
    overrides: Overrides,
    subject: Subject,
    context: Mapping[str, Any],
) -> None:
    metric = settings["metric"].value
    metrics = dict.fromkeys((metric, *overrides.value("metrics", ())))
    for name in metrics if isinstance(subject.target, ScriptSpec) else ():
        if name not in subject.target.metrics:
            raise SettingError(
                f"metric must be one that {subject.name} reports",
                did_you_mean(name, subject.target.metrics),
                name="metric",
                value=name,
            )
    if subject.has_data:
        _check_marked(metric, subject, context)
    if ("metric" in overrides.settings or subject.has_data) and context["estimator"]:
        from autotune.objective.metric_kind import check_columns, check_mode
        from autotune.objective.metrics import check_metric

        if "mode" in overrides.settings:
            where = overrides.settings["mode"].where
            check_mode(metric, overrides.value("mode"), where)
        for name in metrics if context.get("task") == "multilabel" else ():
            check_columns(name, subject.name, int(context.get("classes", 2)))
        for estimator in each(subject.target):
            params = settings["metric_params"].value if "metric_params" in settings else {}
            recipes = context["scorers"]
            for name in metrics:
                check_metric(name, estimator, context.get("task"), params=params, recipes=recipes)


def _check_marked(metric: object, subject: Subject, context: Mapping[str, Any]) -> None:
    """Refuse data without marked outliers for a detector that is judged by them."""
    judged = subject.task == "outlier" and isinstance(metric, str) and metric != "score"
    if judged and "rare_class" not in context:
        message = f"y must mark the outliers to tune {subject.name}"
        raise SettingError(message, MARK_OUTLIERS, name="y")


def _at_once(subject: Subject) -> str:
    return (
        "a list of estimators, which are fitted at once"
        if subject.algorithms
        else f"{subject.name}, which is fitted at once"
    )


def _check_stopping(
    settings: Mapping[str, Setting], overrides: Overrides, subject: Subject
) -> None:
    """Refuse early stopping without reports, and a second rule beside the strategy's."""
    rule, strategy = settings["early_stopping"].value, settings["strategy"].value
    if subject.kind == "estimator" and rule and not settings["fidelity"].value:
        cause = (
            f"strategy={strategy!r}"
            if strategy in STRATEGIES
            else f"early_stopping={rule['rule']!r}"
        )
        raise SettingError(
            f"{cause} must have trials that report intermediate metrics",
            "Leave it out, or tune a function that yields its metrics.",
            name="strategy" if strategy in STRATEGIES else "early_stopping",
            value=strategy if strategy in STRATEGIES else rule,
            got=_at_once(subject),
        )
    name = None if rule is None else rule["rule"]
    if strategy in STRATEGIES and name != STRATEGIES[strategy].name:
        raise SettingError(
            f"strategy={strategy!r} must stop trials by its own rule",
            "Drop early_stopping, or set strategy='random'.",
            name="early_stopping",
            value=rule,
            got=f"early_stopping={name!r}",
        )
    if settings["fidelity"].value and subject.kind == "estimator":
        _check_stepping(settings["fidelity"].value["name"], subject)


def _check_stepping(name: str, subject: Subject) -> None:
    """Refuse what cannot be fitted step by step: several algorithms, or early stopping."""
    if subject.algorithms:
        raise SettingError(
            "fidelity must go with one algorithm",
            "Tune each by itself.",
            name="fidelity",
            value=name,
            got="several",
        )
    owner = subject.owner(name)
    entry_file = knowledge.entry_for(set(owner.names))
    stopping_parameter = entry_file.content.early_stopping if entry_file else ""
    if stopping_parameter and owner.params.get(stopping_parameter):
        raise SettingError(
            f"fidelity must go without {owner.prefix}{stopping_parameter}",
            "Leave one of them out.",
            name=owner.prefix + stopping_parameter,
            value=owner.params[stopping_parameter],
            got=f"{stopping_parameter}={owner.params[stopping_parameter]!r}",
        )
