"""The result of a comparison as plain data: curves, held-out scores and paired tests."""

from dataclasses import dataclass
from typing import Any

from autotune.comparison.arms import AUTOTUNE, YOURS
from autotune.comparison.verdict import verdict
from autotune.plan.mode import Mode
from autotune.record.best import Best
from autotune.record.paired_tests import Difference, compare_pairs
from autotune.serialization.values import to_plain

SCHEMA = 1


@dataclass(frozen=True)
class Run:
    """One arm's job of one seed, and its winner."""

    job: str
    """The job's name."""
    curve: tuple[float | None, ...]
    """The best cross-validated score after each trial; None before the first one finished."""
    seconds: float
    """The seconds that the job took."""
    best: Best
    """The winner."""
    held_out: float | None = None
    """The winner's score on the rows held out; None if it could not be scored."""
    error: str = ""
    """Why the winner could not be scored."""

    def describe(self) -> dict[str, Any]:
        """Return the run as JSON-safe data."""
        best = {
            "number": self.best.number,
            "params": {name: to_plain(value) for name, value in self.best.params.items()},
        }
        return {
            "job": self.job,
            "curve": list(self.curve),
            "seconds": self.seconds,
            "best": best,
            "held_out": self.held_out,
            "error": self.error,
        }


@dataclass(frozen=True)
class Arm:
    """One side of a comparison, with a job for each seed."""

    tuned: tuple[str, ...]
    """The names that were tuned."""
    strategy: str
    """The strategy of the search."""
    own_first: bool
    """Whether the user's own configuration was tried first."""
    runs: tuple[Run, ...]
    """The jobs, one for each seed."""

    def at(self, trials: int) -> list[float | None]:
        """Return each seed's best score after a number of trials, or the last of a shorter job."""
        return [
            run.curve[min(trials, len(run.curve)) - 1] if run.curve else None for run in self.runs
        ]

    @property
    def held_out(self) -> list[float | None]:
        """Each seed's score on the rows held out."""
        return [run.held_out for run in self.runs]

    @property
    def seconds(self) -> list[float]:
        """Seconds of each seed's job."""
        return [run.seconds for run in self.runs]

    def describe(self) -> dict[str, Any]:
        """Return the arm as JSON-safe data."""
        return {
            "tuned": list(self.tuned),
            "strategy": self.strategy,
            "own_first": self.own_first,
            "runs": [run.describe() for run in self.runs],
        }


@dataclass(frozen=True)
class ComparisonResult:
    """A user's ranges against autotune's, with the same data, budget, folds and seeds.

    Differences are positive where autotune's is better, whatever the mode. Their tests are about
    other seeds, which shuffle rows, folds and search, on these data; not about other data.
    """

    estimator: str
    """The name of the estimator."""
    metric: str
    """The name of the metric."""
    mode: Mode
    """Whether the metric is maximized or minimized."""
    max_trials: int
    """The trials of each job."""
    rows: int
    """The rows that the jobs tune on."""
    held_rows: int
    """The rows held out."""
    seeds: tuple[int, ...]
    """The seeds, a job of each arm for each."""
    yours: Arm
    """The jobs that searched the user's ranges."""
    autotune: Arm
    """The jobs that carried out autotune's plans."""
    kept: bool = False
    """Whether the jobs are in the store."""

    @property
    def search(self) -> Difference | None:
        """The difference of the cross-validated scores after all trials."""
        return self.after(self.max_trials)

    @property
    def held_out(self) -> Difference | None:
        """The difference of the winners' scores on rows that neither arm saw."""
        return self._difference(self.yours.held_out, self.autotune.held_out)

    @property
    def verdict(self) -> str:
        """What the comparison comes to, in plain words."""
        return verdict(self.search, self.held_out, self.winner, self.metric)

    @property
    def winner(self) -> str | None:
        """``autotune`` or ``yours``; None if differences are noise or contradict each other."""
        signs = {
            difference.sign for difference in (self.search, self.held_out) if difference is not None
        } - {0}
        return (AUTOTUNE if signs == {1} else YOURS) if len(signs) == 1 else None

    def after(self, trials: int) -> Difference | None:
        """Return the difference after a number of trials, or None with fewer than two pairs."""
        return self._difference(self.yours.at(trials), self.autotune.at(trials))

    def _difference(
        self, yours: list[float | None], autotunes: list[float | None]
    ) -> Difference | None:
        pairs = zip(yours, autotunes, strict=True)
        sign = self.mode.sign
        differences = [
            sign * (autotune_score - yours_score)
            for yours_score, autotune_score in pairs
            if yours_score is not None and autotune_score is not None
        ]
        return compare_pairs(differences) if len(differences) > 1 else None

    def describe(self) -> dict[str, Any]:
        """Return everything as JSON-safe data."""
        search, held_out = self.search, self.held_out
        return {
            "schema": SCHEMA,
            "estimator": self.estimator,
            "metric": self.metric,
            "mode": self.mode.value,
            "max_trials": self.max_trials,
            "rows": self.rows,
            "held_rows": self.held_rows,
            "seeds": list(self.seeds),
            "yours": self.yours.describe(),
            "autotune": self.autotune.describe(),
            "search": search.describe() if search else None,
            "held_out": held_out.describe() if held_out else None,
            "winner": self.winner,
            "verdict": self.verdict,
            "kept": self.kept,
        }
