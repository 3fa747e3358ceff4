"""The portfolio: the entries' good configurations, and what they scored on other tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.knowledge.entry import Measured
from autotune.plan import provenance
from autotune.plan.choices import Range, Setting
from autotune.plan.overrides import Overrides
from autotune.plan.provenance import ENGINE_DEFAULT, SourceKind
from autotune.recommend.candidates import Proposal
from autotune.recommend.entry_values import spelling
from autotune.recommend.merge import Merged
from autotune.recommend.relevance import fits_task
from autotune.serialization.scores import read_scores, write_scores
from autotune.space.adjust import nearest
from autotune.space.domains import Fixed

Params = dict[str, Any]


@dataclass(frozen=True)
class ScoredPoint:
    """One good configuration, and what it scored on other tasks."""

    params: Params
    """The configuration, by the full names of what is tuned."""
    scores: Mapping[str, float]
    """The score on each task, higher is better; empty if it was not measured."""


def known_points(
    merged: Merged,
    proposals: Sequence[Proposal],
    context: Mapping[str, object],
    baseline: Mapping[str, object],
    raw: bool,
) -> list[ScoredPoint]:
    """Return the configurations of an algorithm's parts, the first of each part together.

    One of several parts has the scores of the last part that has any: a pipeline's final estimator.
    ``raw`` scores are the metric's own, to compare algorithms by; others are in shares of each
    task's best.
    """
    columns = [_of_part(proposal, context, raw) for proposal in proposals]
    points: list[ScoredPoint] = []
    for row in zip_longest(*columns, fillvalue=ScoredPoint({}, {})):
        params = {
            name: _ruled(merged.ranges[name], value)
            for part in row
            for name, value in part.params.items()
            if name in merged.ranges
        }
        configuration = merged.space.complete({**baseline, **params})
        if params and configuration not in [point.params for point in points]:
            scores = next((part.scores for part in reversed(row) if part.scores), {})
            points.append(ScoredPoint(configuration, scores))
    return points


def _ruled(chosen: Range, value: object) -> Any:
    """Return the value that a fixed range has, or the value moved into a range narrowed by data."""
    if isinstance(chosen.value, Fixed):
        return chosen.value.value
    return nearest(chosen.value, value) if chosen.source.kind is SourceKind.DATA_RULE else value


def _of_part(proposal: Proposal, context: Mapping[str, object], raw: bool) -> list[ScoredPoint]:
    if proposal.entry is None:
        return []
    entry, part = proposal.entry, proposal.part
    task = str(context.get("task", ""))
    fitting = [
        start for start in entry.starts if not start.task or not task or fits_task(start.task, task)
    ]
    names = {
        name: part.prefix + spelling(part, name, hyperparameter)
        for name, hyperparameter in entry.hyperparameters.items()
    }
    return [
        ScoredPoint(
            {names[name]: value for name, value in start.params.items()},
            _scores(start.scores, entry.measured, raw),
        )
        for start in fitting
    ]


def _scores(text: str, measured: Measured | None, raw: bool) -> dict[str, float]:
    if not text or measured is None:
        return {}
    scores = zip(measured.names, read_scores(text), strict=True)
    shares = {task: share for task, share in scores if share is not None}
    if not raw:
        return shares
    ends = zip(measured.names, measured.middle.split(), measured.best.split(), strict=False)
    return {
        task: float(middle) + shares[task] * (float(best) - float(middle))
        for task, middle, best in ends
        if task in shares and "." not in (middle, best)
    }


def comparable(groups: Sequence[Sequence[ScoredPoint]]) -> list[ScoredPoint]:
    """Return the algorithms' configurations with scores of one scale, over their common tasks.

    1 is the best of any algorithm, 0 the worst configuration of the algorithm in the middle.
    """
    scored = [[point for point in group if point.scores] for group in groups]
    points = [point for group in groups for point in group]
    if not all(scored):
        return [ScoredPoint(point.params, {}) for point in points]
    tasks = set.intersection(
        *({task for point in group for task in point.scores} for group in scored)
    )
    best = {task: max(_on_task(points, task)) for task in tasks}
    low = {
        task: sorted(min(_on_task(group, task)) for group in scored)[len(scored) // 2]
        for task in tasks
    }
    usable = sorted(task for task in tasks if best[task] > low[task])

    def rescaled(point: ScoredPoint) -> dict[str, float]:
        return {
            task: max(-1.0, (point.scores[task] - low[task]) / (best[task] - low[task]))
            for task in usable
            if task in point.scores
        }

    return [ScoredPoint(point.params, rescaled(point)) for point in points]


def _on_task(points: Sequence[ScoredPoint], task: str) -> list[float]:
    return [point.scores[task] for point in points if task in point.scores]


def _from_user(overrides: Overrides, merged: Merged) -> Setting:
    """Return the user's own portfolio.

    Raises:
        SettingError: if a configuration names what is not tuned.
    """
    user_setting = overrides.settings["portfolio"]
    for name in (name for point in user_setting.value for name in point["params"]):
        if name not in merged.ranges:
            raise SettingError(
                f"portfolio: {name!r} must be tuned.", did_you_mean(name, merged.ranges)
            )
    return Setting(user_setting.value, user_setting.source, "You said so.")


def portfolio(
    overrides: Overrides,
    merged: Merged,
    points: Sequence[ScoredPoint],
    proposals: Sequence[Proposal],
    sampler: object,
) -> Setting:
    """Return the configurations that the sampler knows: the user's, or else those with scores."""
    if "portfolio" in overrides.settings:
        return _from_user(overrides, merged)
    tasks = sorted({task for point in points for task in point.scores})
    if sampler != "gp" or not tasks:
        return Setting((), ENGINE_DEFAULT, "The search knows of no scores on other tasks.")
    parts = [
        proposal
        for proposal in proposals
        if proposal.entry_file and proposal.entry and proposal.entry.measured
    ]
    return Setting(
        tuple(
            {"params": k.params, "scores": write_scores(map(k.scores.get, tasks))}
            for k in points
            if k.scores
        ),
        provenance.entry(
            *dict.fromkeys(
                proposal.entry_file.place("starts") for proposal in parts if proposal.entry_file
            )
        ),
        f"The search knows what these scored on {len(tasks)} tasks: the first trials are those "
        "that this and the results so far make most promising.",
        "; ".join(dict.fromkeys(_evidence(proposal) for proposal in parts)),
    )


def _evidence(proposal: Proposal) -> str:
    assert proposal.entry is not None and proposal.entry.measured is not None
    sources = dict.fromkeys(
        proposal.entry.sources[start.source] for start in proposal.entry.starts if start.scores
    )
    return f"{proposal.entry.title}: {'; '.join(sources)} ({proposal.entry.measured.command})"
