"""The portfolio: the entries' good configurations, and what they scored on other tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.knowledge.entry import Measured
from autotune.knowledge.scores import read_scores, write_scores
from autotune.plan import provenance
from autotune.plan.choices import Range, Setting
from autotune.plan.overrides import Overrides
from autotune.plan.provenance import ENGINE_DEFAULT, SourceKind
from autotune.recommend.candidates import Proposal, fits_task, spelling
from autotune.recommend.merge import Merged
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
    context: Mapping[str, Any],
    baseline: Mapping[str, Any],
    raw: bool,
) -> list[ScoredPoint]:
    """Return the configurations of an algorithm's parts, the first of each part together.

    One of several parts has the scores of the last part that has any: a pipeline's final estimator.
    ``raw`` scores are the metric's own, to compare algorithms by; others are in shares of each
    task's best.
    """
    rows = zip_longest(
        *(_of_part(p, context, raw) for p in proposals), fillvalue=ScoredPoint({}, {})
    )
    points: list[ScoredPoint] = []
    for row in rows:
        params = {
            n: _ruled(merged.ranges[n], v)
            for part in row
            for n, v in part.params.items()
            if n in merged.ranges
        }
        point = merged.space.complete({**baseline, **params})
        if params and point not in [p.params for p in points]:
            points.append(
                ScoredPoint(point, next((part.scores for part in reversed(row) if part.scores), {}))
            )
    return points


def _ruled(chosen: Range, value: Any) -> Any:
    """Return the value that a fixed range has, or the value moved into a range narrowed by data."""
    if isinstance(chosen.value, Fixed):
        return chosen.value.value
    return nearest(chosen.value, value) if chosen.source.kind is SourceKind.DATA_RULE else value


def _of_part(proposal: Proposal, context: Mapping[str, Any], raw: bool) -> list[ScoredPoint]:
    if proposal.entry is None:
        return []
    entry, part = proposal.entry, proposal.part
    task = str(context.get("task", ""))
    fitting = [s for s in entry.starts if not s.task or not task or fits_task(s.task, task)]
    names = {n: part.prefix + spelling(part, n, h) for n, h in entry.hyperparameters.items()}
    return [
        ScoredPoint(
            {names[n]: v for n, v in s.params.items()}, _scores(s.scores, entry.measured, raw)
        )
        for s in fitting
    ]


def _scores(text: str, measured: Measured | None, raw: bool) -> dict[str, float]:
    if not text or measured is None:
        return {}
    shares = {t: s for t, s in zip(measured.names, read_scores(text), strict=True) if s is not None}
    if not raw:
        return shares
    ends = zip(measured.names, measured.middle.split(), measured.best.split(), strict=False)
    return {
        t: float(m) + shares[t] * (float(b) - float(m))
        for t, m, b in ends
        if t in shares and m != "." and b != "."
    }


def comparable(groups: Sequence[Sequence[ScoredPoint]]) -> list[ScoredPoint]:
    """Return the algorithms' configurations with scores of one scale, over their common tasks.

    1 is the best of any algorithm, 0 the worst configuration of the algorithm in the middle.
    """
    scored = [[k for k in group if k.scores] for group in groups]
    tasks = (
        set.intersection(*({t for k in group for t in k.scores} for group in scored))
        if all(scored)
        else set()
    )
    points = [k for group in groups for k in group]
    if not tasks:
        return [ScoredPoint(k.params, {}) for k in points]
    best = {t: max(k.scores[t] for k in points if t in k.scores) for t in tasks}
    low = {
        t: sorted(min(k.scores[t] for k in g if t in k.scores) for g in scored)[len(scored) // 2]
        for t in tasks
    }
    usable = sorted(t for t in tasks if best[t] > low[t])
    return [
        ScoredPoint(
            k.params,
            {
                t: max(-1.0, (k.scores[t] - low[t]) / (best[t] - low[t]))
                for t in usable
                if t in k.scores
            },
        )
        for k in points
    ]


def _from_user(overrides: Overrides, merged: Merged) -> Setting:
    """Return the user's own portfolio.

    Raises:
        SettingError: if a configuration names what is not tuned.
    """
    user_setting = overrides.settings["portfolio"]
    for name in (n for point in user_setting.value for n in point["params"]):
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
    sampler: Any,
) -> Setting:
    """Return the configurations that the sampler knows: the user's, or else those with scores."""
    if "portfolio" in overrides.settings:
        return _from_user(overrides, merged)
    tasks = sorted({t for k in points for t in k.scores})
    if sampler != "gp" or not tasks:
        return Setting((), ENGINE_DEFAULT, "The search knows of no scores on other tasks.")
    parts = [p for p in proposals if p.entry_file and p.entry and p.entry.measured]
    return Setting(
        tuple(
            {"params": k.params, "scores": write_scores(map(k.scores.get, tasks))}
            for k in points
            if k.scores
        ),
        provenance.entry(
            *dict.fromkeys(p.entry_file.place("starts") for p in parts if p.entry_file)
        ),
        f"The search knows what these scored on {len(tasks)} tasks: the first trials are those "
        "that this and the results so far make most promising.",
        "; ".join(dict.fromkeys(_evidence(p) for p in parts)),
    )


def _evidence(proposal: Proposal) -> str:
    assert proposal.entry is not None and proposal.entry.measured is not None
    sources = dict.fromkeys(
        proposal.entry.sources[s.source] for s in proposal.entry.starts if s.scores
    )
    return f"{proposal.entry.title}: {'; '.join(sources)} ({proposal.entry.measured.command})"
