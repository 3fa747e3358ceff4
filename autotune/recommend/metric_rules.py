"""The metric that follows from an estimator: from what it minimises, or what it is to watch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autotune import knowledge
from autotune.errors import SettingError, short
from autotune.knowledge.metrics import Follows, ParamOf
from autotune.plan import provenance
from autotune.plan.choices import Setting
from autotune.plan.provenance import Source
from autotune.recommend.candidates import Proposal
from autotune.recommend.entry_values import spelling

# What scikit-learn's estimators call the one that they are around.
INNER = ("estimator", "regressor", "classifier")


@dataclass(frozen=True)
class FollowingMetric:
    """The metric that follows from an estimator, or why none does."""

    setting: Setting
    """The metric's name, empty where none can be chosen; the reason says why."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """The metric's arguments that hyperparameters give."""

    @property
    def same(self) -> tuple[object, str]:
        """What two algorithms of one metric have in common."""
        return self.setting.value, repr(sorted(self.params.items()))


def following(proposals: Sequence[Proposal]) -> FollowingMetric | None:
    """Return the metric that follows from the first part that says so, from the outermost on."""
    for proposal in _deciding(proposals):
        metric = _by_table(proposal) or _by_entry(proposal)
        if metric is not None:
            return metric
    return None


def check_follows(metric: FollowingMetric | None, name: str) -> None:
    """Refuse an estimator for which no metric can be chosen.

    Raises:
        SettingError: with the way out.
    """
    if metric is not None and not metric.setting.value:
        raise SettingError(f"metric must be given for {name}", metric.setting.reason, name="metric")


def _deciding(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """Yield the outermost estimator, then the one that it hands its predictions on from."""
    by_prefix = {proposal.part.prefix: proposal for proposal in proposals}
    proposal: Proposal | None = proposals[0]
    while proposal is not None:
        yield proposal
        part = proposal.part
        steps = part.params.get("steps")
        names = [steps[-1][0]] if isinstance(steps, list) and steps else list(INNER)
        inner = (by_prefix.get(f"{part.prefix}{name}__") for name in names)
        proposal = next((found for found in inner if found is not None), None)


def _by_table(proposal: Proposal) -> FollowingMetric | None:
    file = knowledge.table("metrics")
    for index, rule in enumerate(file.content.follows):
        if not set(rule.estimators) & set(proposal.part.names):
            continue
        matched = _matched(rule, proposal)
        if matched is not None:
            return _chosen(rule, proposal, matched, provenance.entry(file.place("follows", index)))
    return None


def _matched(rule: Follows, proposal: Proposal) -> dict[str, float] | None:
    """Return the arguments within the texts that a rule matches; None if it does not."""
    arguments: dict[str, float] = {}
    for names, values in rule.when.items():
        texts = (_read(_static(proposal, name)) for name in names.split(" or "))
        within = next((within for word, within in texts if word in values), None)
        if within is None:
            return None
        arguments |= within
    return arguments


def _static(proposal: Proposal, name: str) -> object:
    """Return a static value; a single one also out of a list."""
    value = proposal.part.params.get(name)
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


def _read(value: object) -> tuple[str | None, dict[str, float]]:
    """Return the first word of a text such as ``Quantile:alpha=0.9``, and its arguments."""
    if not isinstance(value, str):
        return None, {}
    word, colon, rest = value.partition(":")
    if not colon or "=" not in rest:
        return value, {}
    pairs = (item.partition("=") for item in rest.replace(";", ",").split(","))
    return word, {name.strip(): number for name, _, text in pairs if (number := _number(text))}


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _chosen(
    rule: Follows, proposal: Proposal, within: Mapping[str, float], source: Source
) -> FollowingMetric:
    if rule.refuse:
        return FollowingMetric(Setting("", source, rule.refuse))
    params = {}
    for name, origin in rule.params.items():
        value = within.get(origin.of, _given(proposal, origin))
        if not isinstance(value, int | float) or isinstance(value, bool):
            why = f"{origin.of}={short(value)} asks for several columns, which no metric judges"
            return FollowingMetric(Setting("", source, f"{why}; pass metric=f(estimator, X, y)"))
        params[name] = value
    return FollowingMetric(Setting(rule.metric, source, rule.why), params)


def _given(proposal: Proposal, origin: ParamOf) -> Any:
    """Return a hyperparameter's value, a single one also out of a list; else the default."""
    value = proposal.part.params.get(origin.of)
    if value is None:
        return origin.default
    if hasattr(value, "tolist"):
        value = value.tolist()
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


def _by_entry(proposal: Proposal) -> FollowingMetric | None:
    if proposal.entry is None or proposal.entry_file is None:
        return None
    for index, rule in enumerate(proposal.entry.metrics):
        if all(_entrys_static(proposal, name) in values for name, values in rule.when.items()):
            source = provenance.entry(proposal.entry_file.place("metrics", index))
            return FollowingMetric(Setting(rule.metric, source, rule.why))
    return None


def _entrys_static(proposal: Proposal, name: str) -> Any:
    rule = proposal.entry.hyperparameters.get(name) if proposal.entry else None
    return proposal.part.params.get(spelling(proposal.part, name, rule) if rule else name)
