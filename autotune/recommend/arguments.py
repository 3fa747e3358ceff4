"""Whether a function or a script can be given all that is tuned, and lacks nothing."""

from collections.abc import Mapping

from autotune.errors import SettingError
from autotune.facts import Subject
from autotune.plan.choices import Range
from autotune.script import ScriptSpec
from autotune.space.domains import listed


def check_arguments(subject: Subject, ranges: Mapping[str, Range]) -> None:
    """Refuse a function's argument without a value, and what a script's words leave out.

    Raises:
        SettingError: naming the hyperparameters.
    """
    missing = sorted(name for part in subject.parts for name in part.required - set(ranges))
    if missing:
        raise SettingError(
            f"{subject.name.rpartition('.')[2]} must have a default or a range for each of its"
            f" hyperparameters, got none for {', '.join(missing)}.",
            f"For example ranges={{{missing[0]!r}: (0.1, 1.0)}}; data is bound by"
            " functools.partial.",
        )
    if isinstance(subject.target, ScriptSpec):
        _check_script(subject.target, subject, ranges)


def _check_script(script: ScriptSpec, subject: Subject, ranges: Mapping[str, Range]) -> None:
    script.check_written({*subject.static, *ranges})
    unwritten = [] if script.written is None else [n for n in ranges if n not in script.written]
    if unwritten:
        raise SettingError(
            f"arguments must hold every hyperparameter, got none for {', '.join(unwritten)}."
        )
    for name in (flag.partition("/")[0] for flag in script.flags):
        if name in ranges and not all(value in (True, False) for value in _values(ranges[name])):
            raise SettingError(
                f"ranges.{name}: a flag must be True or False", "Give [True, False].", name=name
            )


def _values(chosen: Range) -> tuple[object, ...]:
    return listed(chosen.value) or (None,)
