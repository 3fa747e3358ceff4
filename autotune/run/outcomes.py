"""What the ended trials amount to: the values so far, completion, and giving up."""

from dataclasses import dataclass, field

from autotune.plan.spec import PlanSpec
from autotune.record.status import FAILURES, JobStatus, TrialStatus
from autotune.record.trial import Details
from autotune.stopping.completion import Completion


@dataclass(frozen=True)
class Ending:
    """Why a job ends: its status, the criterion, the reason in words.

    ``now`` says that running trials are not waited for.
    """

    status: JobStatus
    criterion: str
    reason: str
    now: bool = False


def is_feasible(details: Details) -> bool:
    """Return whether a finished trial is within all constraints."""
    amounts = (details.get("constraints") or {}).values()
    return all(amount is not None and amount <= 0 for amount in amounts)


@dataclass
class Tally:
    """Takes ended trials in the order that counts.

    It is that of their ends, or of their numbers where the job is deterministic.
    """

    plan: PlanSpec
    past: list[float]
    infeasible: int = 0  # finished trials beyond a constraint: they reach no target
    scored: bool = True  # by scikit-learn's scorers, whose best possible value is known
    values: list[float] = field(default_factory=list)
    failed_in_a_row: int = 0
    ended_trials: int = 0
    first_error: str = ""
    first_trace: str = ""

    def __post_init__(self) -> None:
        criteria = {
            name: criterion
            for name, criterion in self.plan["completion"].items()
            if self.scored or name != "best_possible"
        }
        self._completion = Completion(criteria, self.plan["mode"])
        for value in self.past:
            self._take(value)

    def add(self, status: TrialStatus, value: float | None, details: Details) -> None:
        """Take a trial of this session that ended."""
        self.ended_trials += 1
        if value is not None:
            self.failed_in_a_row = 0
            if is_feasible(details):
                self._take(value)
            else:
                self.infeasible += 1
        elif status in FAILURES:
            self.failed_in_a_row += 1
            self.first_error = self.first_error or str(details.get("error", ""))
            self.first_trace = self.first_trace or str(details.get("trace", ""))

    def _take(self, value: float) -> None:
        self.values.append(value)
        self._completion.add(value)

    @property
    def best(self) -> float | None:
        """The best value so far."""
        return self.plan.mode.best(self.values)

    def ending(self) -> Ending | None:
        """Return why the job ends by what its trials gave, or None where it goes on."""
        fired = self._completion.fired
        if fired:
            return Ending(
                JobStatus.COMPLETED,
                fired.criterion,
                fired.reason,
                now=not self.plan["deterministic"],
            )
        limits = self.plan["max_failures"]
        if (
            self.failed_in_a_row == self.ended_trials
            and 0 < limits.get("first", 0) <= self.ended_trials
            and not self.values
            and not self.infeasible
        ):
            return self._given_up(f"the first {self.ended_trials} trials all failed")
        if 0 < limits.get("in_a_row", 0) <= self.failed_in_a_row:
            return self._given_up(f"{self.failed_in_a_row} trials failed in a row")
        return None

    def _given_up(self, what: str) -> Ending:
        return Ending(
            JobStatus.FAILED,
            "max_failures",
            f"{what}; the first error: {self.first_error}",
            now=True,
        )
