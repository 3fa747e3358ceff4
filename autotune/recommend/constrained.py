"""Constraints on what no trial will record, refused before any trial."""

from collections.abc import Mapping

from autotune.facts import Subject
from autotune.plan.choices import Setting
from autotune.plan.constraints import SECONDS, check_recorded, figures_of_estimators
from autotune.plan.overrides import Overrides
from autotune.script import ScriptSpec


def check_constraints(
    settings: Mapping[str, Setting], overrides: Overrides, subject: Subject, *, judged: bool
) -> None:
    """Refuse a constraint on what an estimator or a script does not record.

    What a function reports, and one's own evaluation, is seen when it runs.

    Raises:
        SettingError: naming what is recorded.
    """
    chosen = settings["constraints"]
    where = chosen.source.location or ""
    if isinstance(subject.target, ScriptSpec):
        check_recorded(chosen.value, [*subject.target.metrics, SECONDS], subject.name, where)
    elif judged and (subject.has_data or not subject.by_name):
        figures = figures_of_estimators(settings["metric"].value, overrides.value("metrics", ()))
        check_recorded(chosen.value, figures, subject.name, where)
