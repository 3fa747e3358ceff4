"""A toy engine: random search on this machine. docs/engines.md shows this file."""

import random

from autotune.engines import Capabilities
from autotune.errors import EngineError
from autotune.space.parameters import encode
from autotune.stopping.factory import stopping_rule
from autotune.workers.pool import here

MOST_ENUMERATED = 10_000  # a larger space counts as endless


class ToySearch:
    """Draws configurations at random, each of a finite space once."""

    def __init__(self, plan, history):
        self.notes = {}  # nothing must outlive the process: a draw depends on seed and number alone
        self.plan, self.rule = plan, stopping_rule(plan)
        self.first = [encode(plan.space, params) for params in plan["initial_trials"]]
        grid = plan.space.grid(MOST_ENUMERATED)
        self.grid = None if grid is None else [encode(plan.space, params) for params in grid]
        self.tried = [trial.encoded for trial in history.trials]
        for trial in history.trials:
            for step, value in sorted(trial.reports.items()):
                self.report(trial.number, step, value)
            if trial.status != "running":
                self.tell(trial.number, trial.status, trial.value)

    def ask(self):
        space, generator = self.plan.space, random.Random(f"{self.plan['seed']}-{len(self.tried)}")
        untried = [p for p in self.first if p not in self.tried]
        if untried:
            encoded = untried[0]
        elif self.grid is None:
            encoded = encode(space, space.sample(generator))
        else:
            untried = [p for p in self.grid if p not in self.tried]
            if not untried:
                return None
            encoded = generator.choice(untried)
        self.tried.append(encoded)
        return encoded

    def report(self, number, step, value):
        return (self.rule.stops(number, step, value) or "") if self.rule else ""

    def tell(self, number, status, value):
        if self.rule:
            self.rule.ends(number, finished=status == "finished")


class ToyExecutable:
    """A plan compiled for the toy."""

    def __init__(self, plan):
        self.plan = plan

    @property
    def native(self):
        return self.plan.space  # the engine's own objects; the toy has none

    def config(self):
        return {"engine": "toy", "sampler": {"name": "random"}, "seed": self.plan["seed"]}

    def source(self):
        raise EngineError("the toy must not be asked for a program, it writes none.")

    def search(self, history):
        return ToySearch(self.plan, history)

    def place(self, address):
        return here(address)  # worker processes on this machine


class ToyAdapter:
    """What the entry point names, as an instance."""

    capabilities = Capabilities(
        strategies=frozenset({"random"}),
        parallel=True,
        early_stopping=True,
        conditions=True,
        forbidden=True,
    )
    packages = ()  # distributions whose versions decide what is drawn

    def gaps(self, plan):
        return []

    def compile(self, plan):
        return ToyExecutable(plan)


adapter = ToyAdapter()
