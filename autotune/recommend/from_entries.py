"""What entries say about settings: the number of trials, and the metric of a static value."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from autotune import expressions
from autotune.facts import Subject
from autotune.knowledge import Entry
from autotune.plan import provenance
from autotune.plan.choices import Range, Setting
from autotune.plan.provenance import SCRIPT
from autotune.recommend.candidates import Proposal
from autotune.recommend.metric_rules import FollowingMetric, following
from autotune.script import ScriptSpec


def of_entries(
    proposals: list[Proposal], ranges: Mapping[str, Range], context: Mapping[str, object]
) -> dict[str, Any]:
    """Return the facts ``max_trials_entry`` and ``metric_entry`` of entries that have them.

    ``max_trials_from_entry`` and ``metric_from_entry`` are the same as settings with provenance;
    ``metric_following`` is the metric with its arguments.
    """
    facts: dict[str, Any] = {}
    trials, metric = _trials(proposals, ranges, context), following(proposals)
    if trials is not None:
        facts |= {"max_trials_entry": trials.value, "max_trials_from_entry": trials}
    return facts | of_metric(metric)


def of_metric(metric: FollowingMetric | None) -> dict[str, Any]:
    """Return the facts of a metric that follows from the estimator; none where none does."""
    if metric is None:
        return {}
    named = {"metric_entry": metric.setting.value, "metric_from_entry": metric.setting}
    return {"metric_following": metric, **(named if metric.setting.value else {})}


def of_script(subject: Subject) -> dict[str, Any]:
    """Return a script's first metric as `of_entries` does; nothing for other targets."""
    if not isinstance(subject.target, ScriptSpec):
        return {}
    first = next(iter(subject.target.metrics))
    return {
        "metric_entry": first,
        "metric_from_entry": Setting(first, SCRIPT, f"The first metric that {subject.name} tells."),
    }


def _trials(
    proposals: list[Proposal], ranges: Mapping[str, Range], context: Mapping[str, object]
) -> Setting | None:
    """Take the count of the part of which most is tuned."""
    speaking = [proposal for proposal in proposals if proposal.entry and proposal.entry.trials]
    if not speaking:
        return None
    main = max(
        speaking,
        key=lambda proposal: sum(
            proposal.part.prefix + name in ranges for name in proposal.candidates
        ),
    )
    assert main.entry_file is not None and main.entry is not None
    try:
        count = round(expressions.evaluate(main.entry.trials, context))  # type: ignore[call-overload]
    except expressions.Unknown:
        return None
    noun = "hyperparameter" if context["dims"] == 1 else "hyperparameters"
    reason = f"More trials than this rarely pay for {context['dims']} {noun} of this algorithm."
    return Setting(
        max(1, count),
        provenance.entry(main.entry_file.place("trials")),
        reason,
        _measured(main.entry),
    )


def _measured(entry: Entry) -> str:
    return (
        f"Measured on {len(entry.measured.names)} datasets, each left out of learning in turn."
        if entry.measured and entry.measured.left
        else ""
    )


def still_open(proposals: Sequence[Proposal], count: int) -> str:
    """Return in words the gain that a number of trials leaves, and that twice as many would add.

    The text is empty if nothing was measured.
    The curve is of the only entry that has one; between its numbers of trials the logarithm of
    trials counts.
    """
    curves = [
        proposal.entry.measured.left
        for proposal in proposals
        if proposal.entry and proposal.entry.measured and proposal.entry.measured.left
    ]
    if len(curves) != 1:
        return ""
    most = max(map(int, curves[0]))
    now, later = _at(curves[0], min(count, most)), _at(curves[0], 2 * count)
    if now is None:
        return ""
    words = (
        f" On tasks left out of learning, {now:.1%} of the gain over a median random trial "
        f"was still open after {min(count, most)}"
    )
    if later is not None:
        return words + f"; twice as many would gain {now - later:.1%}."
    return words + (
        ", the most that more could gain." if count <= most else ", the most that was measured."
    )


def _at(curve: Mapping[str, float], count: int) -> float | None:
    pairs = sorted((math.log(int(trials)), share) for trials, share in curve.items())
    position = math.log(count)
    if not pairs[0][0] <= position <= pairs[-1][0]:
        return None
    low = max(point for point in pairs if point[0] <= position)
    high = min(point for point in pairs if point[0] >= position)
    return (
        low[1]
        if low[0] == high[0]
        else low[1] + (high[1] - low[1]) * (position - low[0]) / (high[0] - low[0])
    )
