"""The scores of one seed's winners on the rows that neither saw, in a worker process."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autotune.api import Plan
from autotune.comparison.arms import Round
from autotune.objective.factory import make_objective
from autotune.plan.choices import Setting
from autotune.plan.provenance import COMPARISON
from autotune.record.best import Best
from autotune.workers.events import Died, Done, Event, Failed
from autotune.workers.pickling import pickled
from autotune.workers.pool import WorkerPool
from autotune.workers.seeds import trial_seed


def score_winners(
    winners: Sequence[Best], plan: Plan, seed_round: Round, data: Mapping[str, object]
) -> list[tuple[float | None, str]]:
    """Return each winner's score, fitted on all rows tuned on; or None and the reason."""
    rows = Setting(
        [(seed_round.tuned, seed_round.held_out)],
        COMPARISON,
        "Fitted on all rows tuned on, scored on those held out.",
    )
    evaluate = make_objective(replace(plan, settings={**plan.settings, "cv": rows}), data, None)
    limit = plan["trial_timeout"] or plan["max_runtime"]
    with WorkerPool(1, pickled(evaluate, plan), threads=plan["threads_per_trial"]) as workers:
        scores = []
        for index, winner in enumerate(winners):
            workers.submit(index, winner.params, trial_seed(plan["seed"], winner.number))
            events = workers.wait(limit)
            if not events:
                workers.kill(index)
            scores.append(_score(events, evaluate.metric, limit))
    return scores


def _score(events: Sequence[Event], metric: str, limit: float) -> tuple[float | None, str]:
    match events:
        case [Done(metrics=metrics)]:
            return float(metrics[metric]), ""
        case [Failed(error=error)]:
            return None, error
        case [Died(reason=reason)]:
            return None, f"its process died: {reason}"
    return None, f"it took longer than {limit:g} s"
