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
from autotune.serialization.values import to_plain
from autotune.space.search_space import Space, distinct
from autotune.text import counted
from autotune.warm_start.parents import Parent, find_parents, says_same_data
from autotune.warm_start.transfer import exact, moved, own_values

MAX_RESULTS = 1000  # of a parent: the record stays small, and no sampler looks at more
MAX_SURFACE_TRIALS = 200  # trials that a surface is made of: its cost grows with their cube
MAX_CURVES = 50  # of a parent: rules compare a new trial with these, in their own order
TOPS = 3
Params = dict[str, Any]


@dataclass(frozen=True)
class Contribution:
    """What a parent job contributes to a plan."""

    parent: Parent
    """The job."""
    kind: str
    """``identical`` if its values can be compared with the plan's, else ``transfer``."""
    why: str
    """Why it is of that kind, in words."""
    trials: list[tuple[Params, Trial]]
    """Its trials in the plan's space, each with its configuration there."""
    left_out: int
    """How many trials the plan's space cannot express."""
    tops: list[Params] = field(default_factory=list)
    """Of a transfer the best configurations."""
    surface: Surface | None = None
    """Of a transfer what its trials scored, as a surface over the plan's space."""

    def describe(self) -> dict[str, Any]:
        """Return what the plan keeps of it."""
        identical = self.kind == "identical"
        best = next(iter(self.parent.finished), None)
        return {
            "job": self.parent.name,
            "kind": self.kind,
            "why": self.why,
            "taken": len(self.trials),
            "left_out": self.left_out,
            "best": {"number": best.number, "value": best.value, "params": dict(best.params)}
            if identical and best is not None
            else None,
            "trials": self._known_trials() if identical else [],
        }

    def _known_trials(self) -> list[dict[str, Any]]:
        """Return the trials as the plan keeps them; some with their reports, for stopping rules."""
        apart = max(1, -(-len(self.trials) // MAX_CURVES))
        best = next((trial.number for trial in self.parent.finished), None)
        return [
            {"params": params, "value": trial.value}
            | ({"constraints": to_plain(dict(trial.constraints))} if trial.constraints else {})
            | (
                {"reports": [[step, value] for step, value in sorted(trial.reports.items())]}
                if trial.reports and (place % apart == 0 or trial.number == best)
                else {}
            )
            for place, (params, trial) in enumerate(self.trials)
        ]


def warmed(plan: PlanSpec, environment: Mapping[str, object], store: Store, name: str) -> PlanSpec:
    """Return the plan with the results of its parents; unchanged if it has none, or has them.

    The arguments and errors are those of `find_parents`.

    Raises:
        SettingError: if the plan knows results of other data than it is run on.
    """
    if "results" in plan.settings:
        _check_results(plan, environment)
    parents = plan["warm_start"] if "warm_start" in plan.settings else ()
    if "results" in plan.settings or not parents:
        return plan
    plan_values = own_values(plan)
    contributions = [
        _contribution(plan, parent, plan_values)
        for parent in find_parents(plan, environment, store, name)
    ]
    tasks = _tasks(plan, contributions)
    firsts = _sources_of_initial_trials(plan, contributions, tasks)
    changed = {
        "results": _results(contributions, tasks, plan, environment),
        "portfolio": _portfolio(plan.settings["portfolio"], tasks, plan.space),
        "initial_trials": _initial(plan, contributions, firsts),
    }
    why = " ".join(
        _words(contribution, plan["strategy"], contribution in tasks)
        for contribution in contributions
    )
    return replace(
        plan,
        settings={
            **plan.settings,
            **changed,
            "warm_start": replace(plan.settings["warm_start"], reason=why),
        },
    )


def _tasks(plan: PlanSpec, contributions: list[Contribution]) -> list[Contribution]:
    """Return the contributions that become tasks of the portfolio, where the sampler reads one."""
    if plan["strategy"] != "bayesian" or plan["sampler"] != "gp":
        return []
    return [contribution for contribution in contributions if contribution.surface is not None]


def _sources_of_initial_trials(
    plan: PlanSpec, contributions: list[Contribution], tasks: list[Contribution]
) -> list[Contribution]:
    """Return the transfers whose best configurations are tried first; a grid has no first ones."""
    if plan["strategy"] == "grid":
        return []
    return [
        contribution
        for contribution in contributions
        if contribution.kind == "transfer" and contribution not in tasks
    ]


def _check_results(plan: PlanSpec, environment: Mapping[str, object]) -> None:
    data = plan["results"]["data"]
    if (
        any(parent["trials"] for parent in plan["results"]["parents"])
        and data != environment["data"]
        and not says_same_data(plan)
    ):
        raise SettingError(
            "the results that a plan knows must be of the data it is run on, got other data.",
            "Make the plan anew with warm_start.",
        )


def _contribution(
    plan: PlanSpec, parent: Parent, plan_values: Mapping[str, object]
) -> Contribution:
    """Return what a parent contributes; without a trial expressed exactly it is a transfer."""
    other = parent.other
    if not other:
        fits = [
            (params, trial)
            for trial in parent.evaluated
            if (params := exact(plan.space, trial.params, parent.static_values, plan_values))
            is not None
        ]
        if fits:
            taken = sorted(fits[:MAX_RESULTS], key=lambda pair: pair[1].number)
            return Contribution(
                parent,
                "identical",
                "same data, algorithm and measure",
                taken,
                len(parent.evaluated) - len(taken),
            )
        other = "the same data, but no trial that this plan's ranges and values can express exactly"
    return _transfer(plan, parent, plan_values, other)


def _transfer(
    plan: PlanSpec, parent: Parent, plan_values: Mapping[str, object], why: str
) -> Contribution:
    fits = [
        (params, trial)
        for trial in parent.ended_trials
        if (params := moved(plan.space, trial.params, parent.static_values, plan_values))
        is not None
    ]
    best = best_first([trial for _, trial in fits if has_value(trial)], parent.job.plan.mode)
    if not best:
        raise SettingError(
            f"warm_start: job {parent.name!r} must have a finished, feasible trial that lies in"
            " this plan's ranges when moved, got none.",
            "Leave it out of warm_start.",
        )
    by_number = {trial.number: params for params, trial in fits}
    used = _seen(fits, best)
    surface = surface_of(_history(parent, used), plan.space)
    tops = (
        [dict(params) for params in surface.tops]
        if surface
        else [by_number[trial.number] for trial in best]
    )
    return Contribution(
        parent,
        "transfer",
        why,
        used,
        len(parent.ended_trials) - len(used),
        distinct(tops, plan.space)[:TOPS],
        surface,
    )


def _seen(fits: list[tuple[Params, Trial]], best: Sequence[Trial]) -> list[tuple[Params, Trial]]:
    """Return the trials to make a surface of: of many the best half, and others evenly."""
    if len(fits) <= MAX_SURFACE_TRIALS:
        return fits
    half = MAX_SURFACE_TRIALS // 2
    good = {trial.number for trial in best[:half]}
    remaining = [trial.number for _, trial in fits if trial.number not in good]
    chosen = good | {remaining[i * len(remaining) // half] for i in range(half)}
    return [(params, trial) for params, trial in fits if trial.number in chosen]


def _history(parent: Parent, trials: Sequence[tuple[Params, Trial]]) -> History:
    return History(
        "",
        parent.name,
        tuple(params for params, _ in trials),
        values_of([trial for _, trial in trials], parent.job.plan.mode),
    )


def _results(
    contributions: Sequence[Contribution],
    tasks: Sequence[Contribution],
    plan: PlanSpec,
    environment: Mapping[str, object],
) -> Setting:
    # A user's own task says more than a shipped one, and many shipped ones must not drown it: all
    # parents together weigh as much as all shipped tasks together.
    weight = max(_width(plan["portfolio"]), 1) / max(len(tasks), 1)
    parents = [
        {**contribution.describe(), "weight": weight if contribution in tasks else 0.0}
        for contribution in contributions
    ]
    tried = sum(
        len(contribution.trials)
        for contribution in contributions
        if contribution.kind == "identical"
    )
    why = (
        f"{tried} trials of parents on identical data and algorithm: known from the start, "
        "and not tried again."
    )
    return Setting({"data": environment["data"], "parents": parents}, WARM_START, why)


def _width(portfolio: Sequence[Mapping[str, Any]]) -> int:
    return len(portfolio[0]["scores"].split()) if portfolio else 0


def _portfolio(before: Setting, tasks: Sequence[Contribution], space: Space) -> Setting:
    """Return the portfolio with the parents' best configurations and a column of scores of each."""
    if not tasks:
        return before
    width, rows = (
        _width(before.value),
        [(dict(point["params"]), str(point["scores"])) for point in before.value],
    )
    in_portfolio = {space.identity(params) for params, _ in rows}
    new = distinct([params for contribution in tasks for params in contribution.tops], space)
    rows += [
        (params, " ".join(["."] * width))
        for params in new
        if space.identity(params) not in in_portfolio
    ]
    points = [params for params, _ in rows]
    columns = [
        contribution.surface.scores(points)
        for contribution in tasks
        if contribution.surface is not None
    ]
    scored = [
        {"params": params, "scores": _joined(text, [column[i] for column in columns])}
        for i, (params, text) in enumerate(rows)
    ]
    words = (
        f" So is what they scored on {_job_names(tasks)}, "
        "together of the weight of all other tasks."
    )
    return replace(
        before,
        value=tuple(scored),
        source=before.source.then(WARM_START),
        reason=before.reason + words,
    )


def _job_names(contributions: Sequence[Contribution]) -> str:
    return ", ".join(contribution.parent.name for contribution in contributions)


def _joined(text: str, scores: Sequence[float]) -> str:
    return " ".join([*text.split(), write_scores(scores)])


def _initial(
    plan: PlanSpec, contributions: Sequence[Contribution], firsts: Sequence[Contribution]
) -> Setting:
    """Return the first trials: the baselines, the best of the parents, then those of the plan.

    A baseline is tried again even if a parent tried it.
    """
    before, baselines = plan.settings["initial_trials"], plan.baselines
    identity = plan.space.identity
    tried = {
        identity(params)
        for contribution in contributions
        if contribution.kind == "identical"
        for params, _ in contribution.trials
    }
    later = [point for point in before.value[len(baselines) :] if identity(point) not in tried]
    tried |= set(map(identity, baselines))
    tops = [
        point
        for contribution in firsts
        for point in contribution.tops
        if identity(point) not in tried
    ]
    points = distinct([*baselines, *tops, *later], plan.space)[: plan["max_trials"]]
    words, skipped = "", len(before.value) - len(baselines) - len(later)
    if tops:
        words += f" Right after it {len(tops)} of the best configurations of {_job_names(firsts)}."
    if skipped:
        words += f" {skipped} others are left out: a parent's result is known."
    return replace(
        before,
        value=tuple(points),
        source=before.source.then(WARM_START) if words else before.source,
        reason=before.reason + words,
    )


def _words(contribution: Contribution, strategy: str, is_task: bool) -> str:
    """Return in words what one parent is and how it is used."""
    job, why = contribution.parent.name, contribution.why
    count, left_out = counted(len(contribution.trials), "trial"), contribution.left_out
    omitted = f", {left_out} left out" if left_out else ""
    if contribution.kind == "identical":
        model = (
            "" if strategy == "bayesian" else f" strategy={strategy!r} learns nothing from them."
        )
        omitted += " that this plan cannot express exactly" if left_out else ""
        return f"{job} is identical ({why}): {count} known and not tried again{omitted}.{model}"
    start = f"{job} is a transfer ({why}): {count} read{omitted}"
    if is_task:
        return f"{start}, one more task of the portfolio."
    if strategy == "grid":
        return f"{start}, and not used: a grid tries every configuration."
    return f"{start}; only its best configurations are used, as initial trials."
