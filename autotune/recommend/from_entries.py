"""What the entries themselves say of settings: how many trials are worth it, and the metric that follows from static values."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from autotune.facts import Subject
from autotune.knowledge import Entry, expressions
from autotune.plan import provenance
from autotune.plan.choices import Range, Setting
from autotune.plan.provenance import SCRIPT
from autotune.recommend.candidates import Proposal
from autotune.recommend.entry_values import spelling
from autotune.script import ScriptSpec


def of_entries(
    proposals: list[Proposal], ranges: Mapping[str, Range], context: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the facts ``max_trials_entry`` and ``metric_entry`` where an entry speaks, each with its provenance beside it."""
    found: dict[str, Any] = {}
    for name, setting in (
        ("max_trials", _trials(proposals, ranges, context)),
        ("metric", _metric(proposals)),
    ):
        if setting is not None:
            found |= {f"{name}_entry": setting.value, f"{name}_said": setting}
    return found


def of_script(subject: Subject) -> dict[str, Any]:
    """Return the metric that a script tells first, as `of_entries` does; nothing for what is no script."""
    if not isinstance(subject.target, ScriptSpec):
        return {}
    first = next(iter(subject.target.metrics))
    return {
        "metric_entry": first,
        "metric_said": Setting(first, SCRIPT, f"The first metric that {subject.name} tells."),
    }


def _trials(
    proposals: list[Proposal], ranges: Mapping[str, Range], context: Mapping[str, Any]
) -> Setting | None:
    """Take the count of the part of which most is tuned."""
    speaking = [p for p in proposals if p.entry and p.entry.trials]
    if not speaking:
        return None
    main = max(speaking, key=lambda p: sum(p.part.prefix + n in ranges for n in p.candidates))
    assert main.known is not None and main.entry is not None
    try:
        count = round(expressions.evaluate(main.entry.trials, context))  # type: ignore[call-overload]
    except expressions.Unknown:
        return None
    reason = f"{main.entry.title}: {main.entry.trials} = {count} trials are worth it ({context['dims']} hyperparameters tuned)."
    return Setting(
        max(1, count), provenance.entry(main.known.place("trials")), reason, _measured(main.entry)
    )


def _measured(entry: Entry) -> str:
    return (
        f"{len(entry.measured.names)} tasks, each left out of learning in turn"
        if entry.measured and entry.measured.left
        else ""
    )


def still_open(proposals: Sequence[Proposal], count: int) -> str:
    """Say in words what the entry's measured curve foretells for a number of trials, and for twice as many; or nothing.

    The curve is of the only entry that has one; between its numbers of trials the logarithm of
    trials counts.
    """
    curves = [
        p.entry.measured.left
        for p in proposals
        if p.entry and p.entry.measured and p.entry.measured.left
    ]
    if len(curves) != 1:
        return ""
    most = max(map(int, curves[0]))
    now, later = _at(curves[0], min(count, most)), _at(curves[0], 2 * count)
    if now is None:
        return ""
    words = f" On tasks left out of learning, {now:.1%} of the gain over a median random trial was still open after {min(count, most)}"
    if later is not None:
        return words + f"; twice as many would gain {now - later:.1%}."
    return words + (
        ", the most that more could gain." if count <= most else ", the most that was measured."
    )


def _at(left: Mapping[str, float], count: int) -> float | None:
    pairs = sorted((math.log(int(n)), share) for n, share in left.items())
    x = math.log(count)
    if not pairs[0][0] <= x <= pairs[-1][0]:
        return None
    low = max(p for p in pairs if p[0] <= x)
    high = min(p for p in pairs if p[0] >= x)
    return (
        low[1]
        if low[0] == high[0]
        else low[1] + (high[1] - low[1]) * (x - low[0]) / (high[0] - low[0])
    )


def _metric(proposals: list[Proposal]) -> Setting | None:
    root = proposals[0]
    if root.entry is None or root.known is None:
        return None
    for index, told in enumerate(root.entry.metrics):
        if all(_static(root, name) in values for name, values in told.when.items()):
            return Setting(
                told.metric, provenance.entry(root.known.place("metrics", index)), told.why
            )
    return None


def _static(proposal: Proposal, name: str) -> Any:
    told = proposal.entry.hyperparameters.get(name) if proposal.entry else None
    return proposal.part.params.get(spelling(proposal.part, name, told) if told else name)
