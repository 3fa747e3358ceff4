"""One job's search on an Optuna study: asks for configurations, none twice, and tells how they went."""

import random
from collections.abc import Mapping
from typing import Any

import optuna
from optuna.trial import TrialState

from autotune.encode import Asked, encode

MOST_SKIPPED = 20
STATES = {"finished": TrialState.COMPLETE, "stopped": TrialState.PRUNED}
DETAILS = "autotune"


class OptunaSearch:
    """Asks an Optuna study for new configurations and tells it the outcomes.

    A configuration that was tried, or that the estimator refuses, is told to the study as failed with the reason
    ``skipped`` and drawn anew; where the space is finite, one that is left is taken.
    """

    def __init__(self, study: optuna.Study, asked: Asked, every: list[dict[str, Any]] | None) -> None:
        self.study = study
        self.asked = asked
        self.running: dict[int, optuna.Trial] = {}
        past = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL, TrialState.RUNNING))
        self.tried = {_key(t.params) for t in past}
        self.left = None if every is None else {_key(p): p for p in (encode(asked.space, s) for s in every)}

    def ask(self) -> tuple[int, dict[str, Any]] | None:
        """Return a new trial's number and settings, or None where every configuration was tried."""
        for attempt in range(MOST_SKIPPED + 2):
            if self.left is not None and all(k in self.tried for k in self.left) and self.tried:
                return None
            if attempt == MOST_SKIPPED and not self._enqueue_untried():
                return None
            trial = self.study.ask()
            settings = self._settings(trial)
            why = self._why_not(trial, settings)
            if why is None:
                self.tried.add(_key(trial.params))
                self.running[trial.number] = trial
                return trial.number, settings
            self._skip(trial, why)
        return None

    def _settings(self, trial: optuna.Trial) -> dict[str, Any]:
        from autotune_optuna.compiled import suggester

        return self.asked.settings(suggester(trial))

    def _why_not(self, trial: optuna.Trial, settings: Mapping[str, Any]) -> str | None:
        if trial.params and _key(trial.params) in self.tried:
            return "tried before"
        return None if self.asked.space.allows(settings) else "forbidden combination"

    def _skip(self, trial: optuna.Trial, why: str) -> None:
        trial.set_user_attr(DETAILS, {"status": "skipped", "error": why})
        self.study.tell(trial, state=TrialState.FAIL)

    def _enqueue_untried(self) -> bool:
        """Enqueue a configuration that is left; sampling alone rarely hits the last ones of a finite space."""
        left = [p for k, p in (self.left or {}).items() if k not in self.tried]
        if left:
            self.study.enqueue_trial(random.Random(len(self.tried)).choice(left))
        return bool(left)

    def report(self, number: int, step: int, value: float) -> bool:
        """Take an intermediate value; return whether the study's pruner says to stop."""
        trial = self.running[number]
        trial.report(value, step)
        return trial.should_prune()

    def tell(self, number: int, status: str, value: float | None, details: Mapping[str, Any]) -> None:
        """Take a trial's end and write what the record keeps of it."""
        trial = self.running.pop(number)
        trial.set_user_attr(DETAILS, {"status": status, **details})
        state = STATES.get(status, TrialState.FAIL)
        self.study.tell(trial, value if state is TrialState.COMPLETE else None, state=state)


def _key(params: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(params.items()))
