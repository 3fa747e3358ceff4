"""How long a job will take and how much memory it needs, as ranges, from a few timed fits."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from autotune.plan.spec import PlanSpec
from autotune.text import brief, duration

# Of 32 jobs on real data nine in ten took between these multiples of what a few fits foretold:
# benchmarks/forecast.py.
FEWER, MORE = 0.5, 3.0


@dataclass(frozen=True)
class Probe:
    """One timed fit.

    ``seconds`` is what a whole trial of it takes, ``memory`` the bytes its process reached.
    """

    params: Mapping[str, Any]
    seconds: float
    memory: int | None
    complete: bool = True


def _span(low: float, high: float | None) -> str:
    if high is None:
        return f"more than {duration(low)}"
    return f"{duration(low)} to {duration(high)}"


@dataclass(frozen=True)
class Estimate:
    """What a job will take, each as a likely range ``(low, high)``.

    ``high`` is None where a probe was cut short.

    ``seconds`` is the wall time of the whole job, ``trial_seconds`` that of one trial, ``trials``
    how many end before ``max_runtime``, ``memory`` the bytes that all workers together need,
    ``start`` the seconds until the first trial runs.
    """

    seconds: tuple[float, float | None]
    trial_seconds: tuple[float, float | None]
    trials: tuple[int, int]
    memory: tuple[int, int] | None
    probes: tuple[Probe, ...]
    start: float = 0.0

    def __repr__(self) -> str:
        low, high = self.trials
        return brief("Estimate", f"{_span(*self.seconds)}, {low:,} to {high:,} trials")

    def describe(self) -> dict[str, Any]:
        """Return the estimate as JSON-safe data."""
        from autotune.serialization.values import to_plain

        ranges = {
            name: list(span) if (span := getattr(self, name)) else None
            for name in ("seconds", "trial_seconds", "trials", "memory")
        }
        return ranges | {
            "start": self.start,
            "probes": [
                {**asdict(probe), "params": to_plain(dict(probe.params))} for probe in self.probes
            ],
        }

    def __str__(self) -> str:
        trials = " to ".join(f"{count}" for count in dict.fromkeys(self.trials))
        memory = (
            ""
            if self.memory is None
            else f", {self.memory[0] / 1e6:,.0f} to {self.memory[1] / 1e6:,.0f} MB of memory"
        )
        timed = f"{len(self.probes)} timed fit{'s' if len(self.probes) > 1 else ''}"
        return (
            f"The job will take {_span(*self.seconds)}: {trials} trials "
            f"of {_span(*self.trial_seconds)}{memory} "
            f"(from {timed})."
        )


def forecast_job(plan: PlanSpec, probes: Sequence[Probe], start: float = 0.0) -> Estimate:
    """Return what the job will take, from timed trials and the seconds until the first one ran.

    A job's trials take what the timed ones took on average, by a factor that jobs' outcomes were
    within; where more workers run than one, they share the time evenly. Completion and early
    stopping may end it sooner; they are not foreseen.
    """
    mean = sum(probe.seconds for probe in probes) / len(probes)
    complete = all(probe.complete for probe in probes)
    rounds = plan["max_trials"] / min(plan["max_parallel"], plan["max_trials"])
    cap = float(plan["max_runtime"])
    low, high = start + rounds * mean * FEWER, start + rounds * mean * MORE
    least, most = (
        int(cap * plan["max_parallel"] / (mean * factor)) if mean else plan["max_trials"]
        for factor in (MORE, FEWER)
    )
    peaks = [probe.memory for probe in probes if probe.memory]
    return Estimate(
        seconds=(_short(min(low, cap)), _short(min(high, cap)) if complete else cap),
        trial_seconds=(_short(mean * FEWER), _short(mean * MORE) if complete else None),
        trials=(min(least, plan["max_trials"]) if complete else 0, min(most, plan["max_trials"])),
        memory=(max(peaks) * plan["max_parallel"], int(max(peaks) * plan["max_parallel"] * 1.5))
        if peaks
        else None,
        probes=tuple(probes),
        start=_short(start),
    )


def _short(seconds: float) -> float:
    return float(f"{seconds:.3g}")
