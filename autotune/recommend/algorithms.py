"""Several algorithms in one plan: the choice among them, and the settings that they share."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autotune.facts import Part, Subject
from autotune.facts.algorithm_choice import ALGORITHM
from autotune.plan.choices import Range
from autotune.plan.overrides import Overrides
from autotune.plan.provenance import ESTIMATOR_LIST
from autotune.recommend.candidates import Candidate, Proposal
from autotune.recommend.decision_tables import decide
from autotune.recommend.from_entries import of_entries, of_metric
from autotune.recommend.merge import Merged
from autotune.space.domains import Choice

NOTHING = Overrides({}, {}, {})


def from_options(part: Part) -> Proposal:
    """Propose the choices that follow from a list of estimators; none of them is the baseline."""
    candidates = {}
    for name, options in part.options.items():
        reason = f"You gave {len(options)}: which of them is best is searched, too."
        candidates[name] = Candidate(
            Range(Choice(options), ESTIMATOR_LIST, reason), options[0], False, "essential"
        )
    return Proposal(part, None, candidates)


def by_algorithm(
    merged: Merged, proposals: list[Proposal], subject: Subject
) -> dict[str, list[Proposal]]:
    """Return the proposals of each algorithm that may be chosen, in the user's order.

    Where a single estimator is tuned, all proposals are under an empty name.
    """
    if not subject.algorithms:
        return {"": proposals}
    searched = merged.ranges.get(ALGORITHM)
    keys = (
        [algorithm for algorithm in subject.algorithms if searched.value.contains(algorithm)]
        if searched
        else subject.algorithms[:1]
    )
    return {
        key: [proposal for proposal in proposals if proposal.part.when.get(ALGORITHM) == (key,)]
        for key in keys
    }


def of_algorithms(
    merged: Merged, proposals: list[Proposal], context: Mapping[str, object], subject: Subject
) -> dict[str, Any]:
    """Return what the entries say about settings, for all algorithms together.

    ``max_trials_sum`` adds up what the table of max_trials gives each algorithm alone; a metric is
    included only if all algorithms have the same.
    """
    groups = by_algorithm(merged, proposals, subject)
    if len(groups) <= 1:
        return {
            fact: value
            for group in groups.values()
            for fact, value in of_entries(group, merged.ranges, context).items()
        }
    alone = [_alone(key, merged, group, context) for key, group in groups.items()]
    metrics = [facts.get("metric_following") for facts in alone]
    agreed = metrics[0] if len({metric and metric.same for metric in metrics}) == 1 else None
    return {
        "algorithms": len(alone),
        "max_trials_sum": sum(facts["max_trials"] for facts in alone),
        **of_metric(agreed),
    }


def _alone(
    key: str, merged: Merged, group: list[Proposal], context: Mapping[str, object]
) -> dict[str, Any]:
    """Return the facts of one algorithm as if it were tuned alone, with max_trials decided."""
    single = replace(
        merged,
        ranges={
            name: chosen
            for name, chosen in merged.ranges.items()
            if chosen.when.get(ALGORITHM) == (key,)
        },
    )
    facts = {**context, **single.facts}
    facts |= of_entries(group, single.ranges, facts)
    decide(("max_trials",), NOTHING, facts)
    return facts
