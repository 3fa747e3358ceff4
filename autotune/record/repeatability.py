"""Whether the same plan on the same data gives the same trials again, and if not, why."""

from collections.abc import Iterable, Mapping
from typing import Any

from autotune.plan.spec import PlanSpec
from autotune.record.status import TrialStatus
from autotune.record.trial import Trial
from autotune.stopping.completion import EARLY

BY_RESULTS = ("bayesian",)
BY_CLOCK = (TrialStatus.TIMED_OUT, TrialStatus.OUT_OF_MEMORY)


def repeatable(
    plan: PlanSpec, trials: Iterable[Trial], state: Mapping[str, object]
) -> dict[str, Any]:
    """Return whether a run of the plan repeats as far as autotune decides, and why not.

    These are ``value`` and ``why``.
    """
    why = list(_reasons(plan, list(trials), state))
    return {"value": not why, "why": why}


def _reasons(plan: PlanSpec, trials: list[Trial], state: Mapping[str, object]) -> Iterable[str]:
    parallel = plan["max_parallel"] > 1
    if parallel and not plan["deterministic"] and plan["strategy"] in BY_RESULTS:
        yield (
            f"{plan['max_parallel']} workers: which trial ends first decides "
            "what the search knows when it draws the next one; "
            "deterministic=True or max_parallel=1 repeats"
        )
    if parallel and plan["early_stopping"]:
        yield (
            f"{plan['max_parallel']} workers: which trial reports first decides "
            "which are stopped early; max_parallel=1 repeats"
        )
    if parallel and not plan["deterministic"] and state.get("criterion") in EARLY:
        yield (
            "the trials that ran when the job was complete were cut short; "
            "deterministic=True or max_parallel=1 repeats"
        )
    cut = [status for status in BY_CLOCK if any(trial.status == status for trial in trials)]
    if cut:
        yield f"trials were {' and '.join(cut)}, which depends on the machine"
    if state.get("criterion") in ("max_runtime", "interrupt", "stop", "signal"):
        yield f"the job ended by the clock or by hand: {state.get('reason')}"
