"""What a comparison found, as plain data: the curves of both arms, the scores on rows neither saw, and the paired tests."""

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
    """One arm's job of one seed, and its winner.

    ``curve`` holds the best cross-validated score after each trial, None before the first that
    finished; ``held_out`` the winner's score on the rows held out, None where it could not be
    scored there, and ``error`` why.
    """

    job: str
    curve: tuple[float | None, ...]
    seconds: float
    best: Best
    held_out: float | None = None
    error: str = ""

    def describe(self) -> dict[str, Any]:
        """Return the run as JSON-safe data."""
        best = {
            "number": self.best.number,
            "params": {n: to_plain(v) for n, v in self.best.params.items()},
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
    """One side of a comparison: what it tunes, how, whether from the user's own configuration on, and a job for each seed."""

    tuned: tuple[str, ...]
    strategy: str
    own_first: bool
    runs: tuple[Run, ...]

    def at(self, trials: int) -> list[float | None]:
        """Return each seed's best score after a number of trials; a job that ended earlier keeps its last."""
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
            "runs": [r.describe() for r in self.runs],
        }


@dataclass(frozen=True)
class ComparisonResult:
    """A user's ranges against autotune's, on the user's data, with the same budget, folds and seeds.

    Differences are positive where autotune's is better, whatever the mode. Their tests tell of
    other seeds, which shuffle rows, folds and search, on these data; not of other data. ``kept``
    says that the jobs are in the store.
    """

    estimator: str
    metric: str
    mode: Mode
    max_trials: int
    rows: int
    held_rows: int
    seeds: tuple[int, ...]
    yours: Arm
    autotune: Arm
    kept: bool = False

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
        """``autotune`` or ``yours``; None where no difference is beyond noise, or the held-out rows contradict the search."""
        signs = {d.sign for d in (self.search, self.held_out) if d is not None} - {0}
        return (AUTOTUNE if signs == {1} else YOURS) if len(signs) == 1 else None

    def after(self, trials: int) -> Difference | None:
        """Return the difference after a number of trials, or None where fewer than two seeds have both scores."""
        return self._difference(self.yours.at(trials), self.autotune.at(trials))

    def _difference(
        self, yours: list[float | None], autotunes: list[float | None]
    ) -> Difference | None:
        pairs = zip(yours, autotunes, strict=True)
        found = [self.mode.sign * (b - a) for a, b in pairs if a is not None and b is not None]
        return compare_pairs(found) if len(found) > 1 else None

    def describe(self) -> dict[str, Any]:
        """Return everything as JSON-safe data."""
        search, held = self.search, self.held_out
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
            "held_out": held.describe() if held else None,
            "winner": self.winner,
            "verdict": self.verdict,
            "kept": self.kept,
        }
