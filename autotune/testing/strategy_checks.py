"""Whether the strategy that a plan asks for is the one carried out, by what the search draws.

What an engine declares proves nothing: one that drew at random whatever it was asked for passed all
other checks. So each strategy is known by what only it does: a model learns from results, a random
search does not, a grid is the same for any seed, a Sobol sequence leaves no gaps.
"""

from autotune import Float, Int
from autotune.record.status import TrialStatus
from autotune.record.stored_search import StoredSearch
from autotune.space.domains import Domain
from autotune.testing.driving import Params, drawn, new_study, plan_for, search_over
from autotune.testing.expectation import expect

SEEDS = (1, 2, 3)
SQUARE: dict[str, Domain] = {"a": Float(0.0, 1.0), "b": Float(0.0, 1.0)}
BEST = {"a": 0.2, "b": 0.7}
NEAR = 0.05  # the squared distance within which a trial is near the best: 16 % of the square
TRIALS, FIRST = 40, 10  # of each search; the first may be random
RESUMED, LIMIT, CLOSE = 10, 0.3, 0.4  # trials after a resume; a constraint, and what is close
BINS = 16
LOOK = "Search.ask: it must draw by plan['strategy'] and plan['sampler'], or not declare them"


def a_model_learns_from_results(engine: str, sampler: str) -> None:
    """Check that a Bayesian search tries much more near the best than a random one.

    Of 90 random trials 16 % are near the best, 28 % at most; autotune's own samplers come to 57 %.
    """
    losses: list[float] = []
    for seed in SEEDS:
        settings = {"strategy": "bayesian", "sampler": sampler, "seed": seed, "mode": "max"}
        plan = plan_for(engine, SQUARE, max_trials=TRIALS, **settings)
        trials = drawn(engine, plan, TRIALS, lambda params: -loss(params))
        losses += [loss(params) for params in trials[FIRST:]]
    share = sum(value < NEAR for value in losses) / len(losses)
    expect(
        share > 0.35,
        f"35 % of the trials of strategy='bayesian', sampler={sampler!r} near the best",
        f"{share:.0%}, where random trials come to 16 %",
        LOOK,
    )


def a_model_learns_constraints(engine: str, sampler: str) -> None:
    """Check that a Bayesian search, also a resumed one, stays close to a constraint.

    The best lies far beyond it. Of random trials 40 % are close or within; of a model that is told
    values only none are; autotune's own samplers come to 80 % and more.
    """
    close = 0
    for seed in SEEDS[:2]:
        settings = {"strategy": "bayesian", "sampler": sampler, "seed": seed, "mode": "max"}
        limit = {"constraints": {"size": f"<= {LIMIT}"}}
        plan = plan_for(engine, {"a": Float(0.0, 1.0)}, **settings, **limit)
        study = new_study(plan)
        for count in (FIRST, RESUMED):
            search = search_over(engine, plan, study)
            last = [_constrained(search) for _ in range(count)]
        close += sum(size <= CLOSE for size in last)
    share = close / (2 * RESUMED)
    expect(
        share > 0.6,
        f"60 % of the trials of sampler={sampler!r} close to a constraint, after a resume",
        f"{share:.0%}, where random trials come to 40 %",
        "Search.constrain, and the constraints of history.trials",
    )


def _constrained(search: StoredSearch) -> float:
    """Finish a trial whose value is best far beyond the constraint, and return its size."""
    number, params = search.ask() or (0, {"a": 1.0})
    size = float(params["a"])
    beyond = {"constraints": {"size": size - LIMIT}}
    search.tell(number, TrialStatus.FINISHED, size, beyond)
    return size


def a_random_search_learns_nothing(engine: str) -> None:
    """Check that what a random search draws does not depend on results."""
    plan = plan_for(engine, SQUARE, strategy="random", mode="max")
    first, other = (
        drawn(engine, plan, 25, lambda params, sign=sign: sign * loss(params))  # type: ignore[misc]
        for sign in (-1, 1)
    )
    expect(first == other, "the same trials of strategy='random' for any results", other[-1], LOOK)


def a_grid_is_the_same_for_any_seed(engine: str) -> None:
    """Check that a grid is tried completely, in an order that does not depend on the seed."""
    ranges: dict[str, Domain] = {"a": Int(1, 4), "b": Int(1, 6)}
    first, other = (
        drawn(engine, plan_for(engine, ranges, strategy="grid", seed=seed)) for seed in SEEDS[:2]
    )
    expect(len(first) == 24, "the 24 configurations of a grid", len(first), LOOK)
    expect(first == other, "the grid in the same order for any seed", other[:4], LOOK)


def a_sobol_sequence_leaves_no_gaps(engine: str) -> None:
    """Check that of 16 equal parts of each side hardly any is empty after 18 trials.

    Random trials leave five empty, and three or fewer in one of 200 searches.
    """
    for seed in SEEDS:
        trials = drawn(engine, plan_for(engine, SQUARE, strategy="sobol", seed=seed), BINS + 2)
        for name in SQUARE:
            reached = {min(int(params[name] * BINS), BINS - 1) for params in trials}
            expect(
                len(reached) >= BINS - 1,
                f"trials of strategy='sobol' in {BINS - 1} of {BINS} parts of {name!r}",
                len(reached),
                LOOK,
            )


def loss(params: Params) -> float:
    """Return the squared distance from the best configuration of the square."""
    return sum((float(params[name]) - value) ** 2 for name, value in BEST.items())
