"""The portfolio: the entries' good configurations, and what they scored on other tasks."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from autotune.override import Overrides
from autotune.plan import Setting
from autotune.recommend.merge import Merged
from autotune.recommend.proposal import Proposal, fits_task, spelling

Scored = tuple[dict[str, Any], str]


def known_points(
    merged: Merged, proposals: list[Proposal], context: Mapping[str, Any], own: Mapping[str, Any]
) -> list[Scored]:
    """Return the entries' configurations with their scores; where several parts have some, the first of each together, and so on.

    A configuration of several parts has the scores of the last part that has any: a pipeline's final estimator.
    """
    rows = zip_longest(*(_of_part(p, context) for p in proposals), fillvalue=({}, ""))
    points: list[Scored] = []
    for row in rows:
        settings = {n: v for part, _ in row for n, v in part.items() if n in merged.ranges}
        point = merged.space.complete({**own, **settings})
        if settings and point not in [p for p, _ in points]:
            points.append((point, next((s for _, s in reversed(row) if s), "")))
    return points


def _of_part(proposal: Proposal, context: Mapping[str, Any]) -> list[Scored]:
    if proposal.entry is None:
        return []
    entry, part = proposal.entry, proposal.part
    task = str(context.get("task", ""))
    fitting = [s for s in entry.starts if not s.task or not task or fits_task(s.task, task)]
    names = {n: part.prefix + spelling(part, n, h) for n, h in entry.hyperparameters.items()}
    return [({names[n]: v for n, v in s.settings.items()}, s.scores) for s in fitting]


def portfolio(given: Overrides, points: list[Scored], proposals: list[Proposal], sampler: str | None) -> Setting:
    """Return the configurations the sampler may know: those with scores, unless the user gave others or the sampler knows none."""
    if "portfolio" in given.settings:
        mine = given.settings["portfolio"]
        return Setting(mine.value, mine.source, "You said so.")
    scored = tuple({"settings": p, "scores": s} for p, s in points if s)
    if sampler != "gp" or not scored:
        return Setting((), "engine default", "The search knows of no scores on other tasks.")
    parts = [p for p in proposals if p.known and p.entry and any(s.scores for s in p.entry.starts)]
    tasks = len(next(s for _, s in points if s).split())
    evidence = "; ".join(
        f"{p.entry.title}: {len(p.entry.measured.tasks.split())} tasks, {p.entry.measured.command}" for p in parts if p.entry and p.entry.measured
    )
    return Setting(
        scored, f"knowledge {', '.join(p.known.where('starts') for p in parts if p.known)}",
        f"The search knows what these scored on {tasks} tasks; the first trials are the ones that this and the results so far make most promising.",
        evidence,
    )  # fmt: skip
