"""Which of the proposed hyperparameters are tuned: by the effort, and by what the user names."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.facts import Subject
from autotune.knowledge.hyperparameter import Level
from autotune.plan.overrides import Overrides
from autotune.recommend.candidates import Candidate, Proposal, at_level
from autotune.space.domains import label_of, same

ALWAYS = "You set it, so it is tuned at every effort."


def select(
    proposals: list[Proposal], effort: Level, overrides: Overrides, subject: Subject
) -> tuple[dict[str, Candidate], dict[str, Candidate], dict[str, str]]:
    """Return the candidates to tune, the others, and why each name is left out."""
    candidates = {
        proposal.part.prefix + name: candidate.within(proposal.part)
        for proposal in proposals
        for name, candidate in proposal.candidates.items()
    }
    left_out = {
        proposal.part.prefix + name: why
        for proposal in proposals
        for name, why in proposal.left_out.items()
    }
    for setting in ("keep_static", "tune"):
        # A name that only a range gives is checked where the ranges are merged.
        names = [n for n in overrides.value(setting, ()) if n not in overrides.ranges]
        _check_names(setting, names, subject, candidates)
    _check_contradiction(overrides)
    chosen: dict[str, Candidate] = {}
    needed = _needed(candidates, subject)
    decisive = {parent for candidate in candidates.values() for parent in candidate.range.when}
    for name, candidate in candidates.items():
        why = _not_chosen(name, overrides, subject)
        if not why and name not in overrides.ranges:
            why = needed.get(name, "")
        early = overrides.value("tune") is None and name not in overrides.ranges
        tuned = candidate
        if not why and early and not at_level(candidate, effort):
            tuned, why = _below_its_level(name, candidate, effort, decisive, subject)
        if why:
            left_out[name] = why
        else:
            chosen[name] = tuned
    return (
        chosen,
        {name: candidate for name, candidate in candidates.items() if name not in chosen},
        left_out,
    )


def _needed(candidates: Mapping[str, Candidate], subject: Subject) -> dict[str, str]:
    """Return the parents that must keep their value, and why.

    The user set a hyperparameter that is used only with that value.
    """
    needed = {}
    for name in sorted(subject.explicit & set(candidates)):
        for parent, values in candidates[name].range.when.items():
            if (
                parent in candidates
                and candidates[parent].has_baseline
                and any(same(candidates[parent].baseline, value) for value in values)
            ):
                needed[parent] = (
                    f"you set {name}, which is used only with {' or '.join(map(label_of, values))}"
                )
    return needed


def _not_chosen(name: str, overrides: Overrides, subject: Subject) -> str:
    keep, only = overrides.value("keep_static", ()), overrides.value("tune")
    if name in keep:
        return "you keep it static"
    if only is not None and name not in only and name not in subject.parts[0].options:
        return "you tune other names only"
    return ""


def _below_its_level(
    name: str, candidate: Candidate, effort: Level, decisive: set[str], subject: Subject
) -> tuple[Candidate, str]:
    """Return a candidate that the effort level does not tune, and why it is left out.

    One that the user set on an estimator is tuned all the same: its value is a hint. A value on
    which others depend is kept, so that these are what is tuned.
    """
    why = f"it is tuned from effort={candidate.level!r} on, and effort is {effort!r}"
    if name not in subject.explicit or subject.kind not in ("estimator", "name"):
        return candidate, why
    if name in decisive:
        return candidate, f"you set it, and others depend on it; {why}"
    return replace(candidate, range=candidate.range.changed(ALWAYS)), ""


def _check_names(setting: str, names: Any, subject: Subject, candidates: Mapping[str, Any]) -> None:
    choices = {**subject.static, **candidates}
    for name in names:
        if name not in choices and not subject.accepts(name):
            raise SettingError(
                f"{setting}: {name!r} must be a hyperparameter of {subject.name}.",
                did_you_mean(name, choices),
            )


def _check_contradiction(overrides: Overrides) -> None:
    only = overrides.value("tune") or ()
    both = [name for name in overrides.value("keep_static", ()) if name in only]
    if both:
        raise SettingError(
            f"{both[0]!r} must be in tune or in keep_static",
            "Drop one of them.",
            name=both[0],
            got="both",
            where=overrides.settings["keep_static"].where,
        )
