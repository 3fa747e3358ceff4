"""Warm start: what parent jobs showed becomes settings of the plan, before its record is begun.

A parent on identical data and algorithm gives results. Of any other the values cannot be compared:
it becomes one more task of the portfolio, or, where the search knows of no other tasks, gives
initial trials.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autotune.errors import SettingError
from autotune.learn import History, Surface, surface_of, values_of
from autotune.plan.choices import Setting
from autotune.plan.provenance import WARM_START
from autotune.plan.spec import PlanSpec
from autotune.record.store import Store
from autotune.record.trial import Trial, best_first, has_value
from autotune.serialization.scores import write_scores
from autotune.space.search_space import Space, distinct
from autotune.text import counted
from autotune.warm_start.parents import Parent, find_parents
from autotune.warm_start.transfer import exact, moved, own_values

MAX_RESULTS = 1000  # of a parent: the record stays small, and no sampler looks at more
MAX_SURFACE_TRIALS = 200  # trials that a surface is made of: its cost grows with their cube
TOPS = 3
Params = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """What a parent gave: its trials in the plan's space; of a transfer its best configurations, and its surface."""

    parent: Parent
    kind: str
    why: str
    trials: list[tuple[Params, Trial]]
    left_out: int
    tops: list[Params] = field(default_factory=list)
    surface: Surface | None = None

    def describe(self) -> dict[str, Any]:
        """Return what the plan keeps of it."""
        identical = self.kind == "identical"
        best = self.parent.finished[0]
        return {
            "job": self.parent.name,
            "kind": self.kind,
            "why": self.why,
            "taken": len(self.trials),
            "left_out": self.left_out,
            "best": {"number": best.number, "value": best.value, "params": dict(best.params)}
            if identical
            else None,
            "trials": [{"params": s, "value": t.value} for s, t in self.trials]
            if identical
            else [],
        }


def warmed(plan: PlanSpec, environment: Mapping[str, Any], store: Store, name: str) -> PlanSpec:
    """Return the plan with what its parents showed; one that names none, or knows already, as it is.

    The arguments and errors are those of `find_parents`.

    Raises:
        SettingError: if the plan knows results of other data than it is run on.
    """
    if "results" in plan.settings:
        _check_results(plan, environment)
    parents = plan["warm_start"] if "warm_start" in plan.settings else ()
    if "results" in plan.settings or not parents:
        return plan
    ours = own_values(plan)
    told = [_told(plan, parent, ours) for parent in find_parents(plan, environment, store, name)]
    knows = plan["strategy"] == "bayesian" and plan["sampler"] == "gp"
    tasks = [t for t in told if knows and t.surface is not None]
    firsts = (
        []
        if plan["strategy"] == "grid"
        else [t for t in told if t.kind == "transfer" and t not in tasks]
    )
    changed = {
        "results": _results(told, tasks, plan, environment),
        "portfolio": _portfolio(plan.settings["portfolio"], tasks, plan.space),
        "initial_trials": _initial(plan, told, firsts),
    }
    why = " ".join(_words(t, plan["strategy"], t in tasks) for t in told)
    return replace(
        plan,
        settings={
            **plan.settings,
            **changed,
            "warm_start": replace(plan.settings["warm_start"], reason=why),
        },
    )


def _check_results(plan: PlanSpec, environment: Mapping[str, Any]) -> None:
    of = plan["results"]["data"]
    if any(p["trials"] for p in plan["results"]["parents"]) and of != environment["data"]:
        raise SettingError(
            "the results that a plan knows must be of the data it is run on, got other data.",
            "Make the plan anew with warm_start.",
        )


def _told(plan: PlanSpec, parent: Parent, ours: Mapping[str, Any]) -> Told:
    """Return what a parent gives; one of which no trial can be expressed exactly is another task, too."""
    other = parent.other
    if not other:
        fits = [
            (s, t)
            for t in parent.finished
            if (s := exact(plan.space, t.params, parent.own, ours)) is not None
        ]
        if fits:
            taken = sorted(fits[:MAX_RESULTS], key=lambda pair: pair[1].number)
            return Told(
                parent,
                "identical",
                "same data, algorithm and measure",
                taken,
                len(parent.finished) - len(taken),
            )
        other = "the same data, but no trial that this plan's ranges and values can express exactly"
    return _transfer(plan, parent, ours, other)


def _transfer(plan: PlanSpec, parent: Parent, ours: Mapping[str, Any], why: str) -> Told:
    fits = [
        (s, t)
        for t in parent.ended
        if (s := moved(plan.space, t.params, parent.own, ours)) is not None
    ]
    best = best_first([t for _, t in fits if has_value(t)], parent.job.plan.mode)
    if not best:
        raise SettingError(
            f"warm_start: job {parent.name!r} must have a finished trial that lies in this plan's ranges when moved, got none.",
            "Leave it out of warm_start.",
        )
    params = {t.number: s for s, t in fits}
    used = _seen(fits, best)
    surface = surface_of(_history(parent, used), plan.space)
    tops = [dict(s) for s in surface.tops] if surface else [params[t.number] for t in best]
    return Told(
        parent,
        "transfer",
        why,
        used,
        len(parent.ended) - len(used),
        distinct(tops, plan.space)[:TOPS],
        surface,
    )


def _seen(fits: list[tuple[Params, Trial]], best: Sequence[Trial]) -> list[tuple[Params, Trial]]:
    """Return the trials to make a surface of: of many the best half, and others evenly."""
    if len(fits) <= MAX_SURFACE_TRIALS:
        return fits
    good = {t.number for t in best[: MAX_SURFACE_TRIALS // 2]}
    rest = [t.number for _, t in fits if t.number not in good]
    kept = good | {
        rest[i * len(rest) // (MAX_SURFACE_TRIALS // 2)] for i in range(MAX_SURFACE_TRIALS // 2)
    }
    return [(s, t) for s, t in fits if t.number in kept]


def _history(parent: Parent, trials: Sequence[tuple[Params, Trial]]) -> History:
    return History(
        "",
        parent.name,
        tuple(s for s, _ in trials),
        values_of([t for _, t in trials], parent.job.plan.mode),
    )


def _results(
    told: Sequence[Told], tasks: Sequence[Told], plan: PlanSpec, environment: Mapping[str, Any]
) -> Setting:
    # A task of one's own says more than one of strangers, and many of theirs must not drown it: all
    # parents together weigh as much as all shipped tasks together.
    weight = max(_width(plan["portfolio"]), 1) / max(len(tasks), 1)
    parents = [{**t.describe(), "weight": weight if t in tasks else 0.0} for t in told]
    known = sum(len(t.trials) for t in told if t.kind == "identical")
    why = f"{known} trials of parents on identical data and algorithm: known from the start, and not tried again."
    return Setting({"data": environment["data"], "parents": parents}, WARM_START, why)


def _width(portfolio: Sequence[Mapping[str, Any]]) -> int:
    return len(portfolio[0]["scores"].split()) if portfolio else 0


def _portfolio(before: Setting, tasks: Sequence[Told], space: Space) -> Setting:
    """Return the portfolio with the parents' best configurations as rows, and a column of each parent's own scores."""
    if not tasks:
        return before
    width, rows = (
        _width(before.value),
        [(dict(p["params"]), str(p["scores"])) for p in before.value],
    )
    known = {space.identity(s) for s, _ in rows}
    new = distinct([s for t in tasks for s in t.tops], space)
    rows += [(s, " ".join(["."] * width)) for s in new if space.identity(s) not in known]
    points = [s for s, _ in rows]
    columns = [t.surface.scores(points) for t in tasks if t.surface is not None]
    scored = [
        {"params": s, "scores": _joined(text, [c[i] for c in columns])}
        for i, (s, text) in enumerate(rows)
    ]
    words = f" So is what they scored on {', '.join(t.parent.name for t in tasks)}, together of the weight of all other tasks."
    return replace(
        before,
        value=tuple(scored),
        source=before.source.then(WARM_START),
        reason=before.reason + words,
    )


def _joined(text: str, scores: Sequence[float]) -> str:
    return " ".join([*text.split(), write_scores(scores)])


def _initial(plan: PlanSpec, told: Sequence[Told], firsts: Sequence[Told]) -> Setting:
    """Return the first trials: one's own configuration, also where a parent tried it, the parents' best, then the others."""
    before, own = plan.settings["initial_trials"], plan.baselines
    known = [s for t in told if t.kind == "identical" for s, _ in t.trials]
    known_ids = set(map(plan.space.identity, known))
    rest = [p for p in before.value[len(own) :] if plan.space.identity(p) not in known_ids]
    known_ids |= set(map(plan.space.identity, own))
    tops = [s for t in firsts for s in t.tops if plan.space.identity(s) not in known_ids]
    points = distinct([*own, *tops, *rest], plan.space)[: plan["max_trials"]]
    words = (
        f" Right after it {len(tops)} of the best configurations of {', '.join(t.parent.name for t in firsts)}."
        if tops
        else ""
    )
    skipped = len(before.value) - len(own) - len(rest)
    words += f" {skipped} others are left out: a parent's result is known." if skipped else ""
    return replace(
        before,
        value=tuple(points),
        source=before.source.then(WARM_START) if words else before.source,
        reason=before.reason + words,
    )


def _words(told: Told, strategy: str, is_task: bool) -> str:
    """Say what one parent is and how it is used."""
    count, left = counted(len(told.trials), "trial"), told.left_out
    if told.kind == "identical":
        model = (
            "" if strategy == "bayesian" else f" strategy={strategy!r} learns nothing from them."
        )
        lost = f", {left} left out that this plan cannot express exactly" if left else ""
        return f"{told.parent.name} is identical ({told.why}): {count} known and not tried again{lost}.{model}"
    lost = f", {left} left out" if left else ""
    start = f"{told.parent.name} is a transfer ({told.why}): {count} read{lost}"
    if is_task:
        return f"{start}, one more task of the portfolio."
    if strategy == "grid":
        return f"{start}, and not used: a grid tries every configuration."
    return f"{start}; only its best configurations are used, as initial trials."
