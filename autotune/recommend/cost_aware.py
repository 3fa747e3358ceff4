"""What trials cost: the power of each hyperparameter that a fit's seconds grow with."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autotune.errors import SettingError, did_you_mean
from autotune.plan.choices import Range, Setting
from autotune.recommend.candidates import Proposal
from autotune.recommend.entry_values import spelling
from autotune.space.domains import Domain, Float, Int


def with_powers(
    setting: Setting, ranges: Mapping[str, Range], proposals: Sequence[Proposal], sampler: object
) -> Setting:
    """Return the setting ``cost_aware`` with its powers: the user's, or the measured ones.

    Raises:
        SettingError: if the user asks for it where no power is known, or for a power of what is no
            positive number.
    """
    requested = setting.source.by_user and bool(setting.value)
    if requested and sampler != "gp":
        raise SettingError(
            f"cost_aware must go with sampler='gp', got sampler={sampler!r}.", "Drop cost_aware."
        )
    if isinstance(setting.value, Mapping):
        _check(setting.value, ranges)
        return setting
    powers = _measured_powers(ranges, proposals) if setting.value else {}
    if requested and not powers:
        example = next(
            (name for name, chosen in ranges.items() if _grows(chosen.value)), "n_estimators"
        )
        raise SettingError(
            "cost_aware=True must have a hyperparameter whose cost is known, got none.",
            f"Give its power, for example cost_aware={{{example!r}: 1}}.",
        )
    return replace(setting, value=powers)


def _check(powers: Mapping[str, float], ranges: Mapping[str, Range]) -> None:
    for name in powers:
        if name not in ranges:
            raise SettingError(f"cost_aware: {name!r} must be tuned.", did_you_mean(name, ranges))
        if not _grows(ranges[name].value):
            raise SettingError(
                f"cost_aware: {name} must be tuned in a range of numbers > 0, "
                f"got {ranges[name].value}."
            )


def _grows(domain: Domain) -> bool:
    return isinstance(domain, Float | Int) and domain.low > 0 and domain.log != "reverse"


def _measured_powers(
    ranges: Mapping[str, Range], proposals: Sequence[Proposal]
) -> dict[str, float]:
    """Return the powers that entries measured; those of several algorithms do not compare."""
    if any(proposal.part.options for proposal in proposals):
        return {}
    powers = {
        proposal.part.prefix
        + spelling(proposal.part, name, proposal.entry.hyperparameters[name]): power
        for proposal in proposals
        if proposal.entry and proposal.entry.measured
        for name, power in proposal.entry.measured.cost.items()
    }
    return {
        name: power
        for name, power in powers.items()
        if name in ranges and _grows(ranges[name].value)
    }
