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
from autotune.recommend.candidates import Proposal, fits_task
from autotune.recommend.entry_values import spelling
from autotune.recommend.merge import Merged
from autotune.serialization.scores import read_scores, write_scores
from autotune.space.adjust import nearest
from autotune.space.domains import Fixed

Params = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """One good configuration; ``scores`` by task, higher is better; none where it was not measured."""

    params: Params
    scores: Mapping[str, float]


def known_points(
    merged: Merged,
    proposals: Sequence[Proposal],
    context: Mapping[str, Any],
    own: Mapping[str, Any],
    raw: bool,
) -> list[Known]:
    """Return the configurations of an algorithm's parts; where several parts have some, the first of each together, and so on.

    One of several parts has the scores of the last part that has any: a pipeline's final estimator.
    ``raw`` scores are the metric's own, to compare algorithms by; others are in shares of each
    task's best.
    """
    rows = zip_longest(*(_of_part(p, context, raw) for p in proposals), fillvalue=Known({}, {}))
    points: list[Known] = []
    for row in rows:
        params = {
            n: _ruled(merged.ranges[n], v)
            for part in row
            for n, v in part.params.items()
            if n in merged.ranges
        }
        point = merged.space.complete({**own, **params})
        if params and point not in [p.params for p in points]:
            points.append(
                Known(point, next((part.scores for part in reversed(row) if part.scores), {}))
            )
    return points


def _ruled(chosen: Range, value: Any) -> Any:
    """Return the value, moved inside where the data's own rule made the range narrower; a fixed one is what it is fixed to."""
    if isinstance(chosen.value, Fixed):
        return chosen.value.value
    return nearest(chosen.value, value) if chosen.source.kind is SourceKind.DATA_RULE else value


def _of_part(proposal: Proposal, context: Mapping[str, Any], raw: bool) -> list[Known]:
    if proposal.entry is None:
        return []
    entry, part = proposal.entry, proposal.part
    task = str(context.get("task", ""))
    fitting = [s for s in entry.starts if not s.task or not task or fits_task(s.task, task)]
    names = {n: part.prefix + spelling(part, n, h) for n, h in entry.hyperparameters.items()}
    return [
        Known({names[n]: v for n, v in s.params.items()}, _scores(s.scores, entry.measured, raw))
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


def comparable(groups: Sequence[Sequence[Known]]) -> list[Known]:
    """Return the algorithms' configurations with scores of one scale, over the tasks that all were measured on.

    1 is the best of any algorithm, 0 what the algorithm in the middle reaches at worst of its own
    configurations.
    """
    scored = [[k for k in group if k.scores] for group in groups]
    tasks = (
        set.intersection(*({t for k in group for t in k.scores} for group in scored))
        if all(scored)
        else set()
    )
    every = [k for group in groups for k in group]
    if not tasks:
        return [Known(k.params, {}) for k in every]
    best = {t: max(k.scores[t] for k in every if t in k.scores) for t in tasks}
    low = {
        t: sorted(min(k.scores[t] for k in g if t in k.scores) for g in scored)[len(scored) // 2]
        for t in tasks
    }
    usable = sorted(t for t in tasks if best[t] > low[t])
    return [
        Known(
            k.params,
            {
                t: max(-1.0, (k.scores[t] - low[t]) / (best[t] - low[t]))
                for t in usable
                if t in k.scores
            },
        )
        for k in every
    ]


def _given(given: Overrides, merged: Merged) -> Setting:
    """Return the user's own portfolio.

    Raises:
        SettingError: if a configuration names what is not tuned.
    """
    mine = given.settings["portfolio"]
    for name in (n for point in mine.value for n in point["params"]):
        if name not in merged.ranges:
            raise SettingError(
                f"portfolio: {name!r} must be tuned.", did_you_mean(name, merged.ranges)
            )
    return Setting(mine.value, mine.source, "You said so.")


def portfolio(
    given: Overrides,
    merged: Merged,
    points: Sequence[Known],
    proposals: Sequence[Proposal],
    sampler: Any,
) -> Setting:
    """Return the configurations the sampler may know: those with scores, unless the user gave others."""
    if "portfolio" in given.settings:
        return _given(given, merged)
    tasks = sorted({t for k in points for t in k.scores})
    if sampler != "gp" or not tasks:
        return Setting((), ENGINE_DEFAULT, "The search knows of no scores on other tasks.")
    parts = [p for p in proposals if p.known and p.entry and p.entry.measured]
    return Setting(
        tuple(
            {"params": k.params, "scores": write_scores(map(k.scores.get, tasks))}
            for k in points
            if k.scores
        ),
        provenance.entry(*dict.fromkeys(p.known.place("starts") for p in parts if p.known)),
        f"The search knows what these scored on {len(tasks)} tasks: the first trials are those that this and the results so far"
        " make most promising.",
        "; ".join(dict.fromkeys(_evidence(p) for p in parts)),
    )


def _evidence(proposal: Proposal) -> str:
    assert proposal.entry is not None and proposal.entry.measured is not None
    sources = dict.fromkeys(
        proposal.entry.sources[s.source] for s in proposal.entry.starts if s.scores
    )
    return f"{proposal.entry.title}: {'; '.join(sources)} ({proposal.entry.measured.command})"
