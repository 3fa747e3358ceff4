"""Ray Tune's own objects of a plan, for the user's own Tuner."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from autotune.errors import EngineError
from autotune.objective.function import FunctionObjective
from autotune.plan.constraints import SECONDS, violations
from autotune.plan.spec import PlanSpec
from autotune.space.domains import Choice, Domain, Fixed, Float, Int
from autotune.space.search_space import Space, draw
from autotune_optuna.compiled import OptunaObjects


@dataclass(frozen=True)
class RayObjects:
    """Ray Tune's own objects; each access makes a new one.

    ``Tuner(native.trainable(objective), tune_config=native.tune_config,
    run_config=native.run_config)`` carries the plan out; its searcher brings the space, so
    ``param_space`` is for Ray's other searchers.
    """

    plan: PlanSpec
    of_optuna: OptunaObjects

    @property
    def metric(self) -> str:
        """The name under which trials report the metric."""
        return self.plan.metric_name

    @property
    def tune_config(self) -> Any:
        """The plan's searcher, scheduler and caps as a `TuneConfig`."""
        from ray.tune import TuneConfig

        from autotune_ray.scheduler import PrunerScheduler
        from autotune_ray.searcher import PlanSearch

        searcher = PlanSearch(self.plan, self.of_optuna, self.metric)
        return TuneConfig(
            metric=self.metric,
            mode=self.plan["mode"],
            search_alg=searcher,
            scheduler=PrunerScheduler(searcher, self.of_optuna.pruner),
            num_samples=self.plan["max_trials"],
            max_concurrent_trials=self.plan["max_parallel"],
            time_budget_s=self.plan["max_runtime"],
            reuse_actors=True,
        )

    @property
    def run_config(self) -> Any:
        """A `RunConfig` that prints nothing; Ray has no cap on a single trial's time or memory."""
        from ray.tune import RunConfig

        return RunConfig(verbose=0)

    @property
    def param_space(self) -> dict[str, Any]:
        """The space as Ray Tune's domains, for its other searchers.

        A hyperparameter that is not in use is None.

        Raises:
            EngineError: if the plan forbids combinations, which Ray's domains cannot say.
        """
        if self.plan.forbids:
            raise EngineError(
                "Ray's domains cannot leave out forbidden combinations.",
                "The searcher in tune_config does.",
            )
        space = self.plan.space
        return {
            name: _sampled(space, name) if name in space.when else _domain(space, name)
            for name in space.order
        }

    def params(self, config: Mapping[str, object]) -> dict[str, Any]:
        """Return the hyperparameters in a trial's ``config``, without those not in use."""
        space = self.plan.space
        values = {name: _at(config, name) for name in space.order}
        return space.complete(
            {name: value for name, value in values.items() if value is not _ABSENT}
        )

    def trainable(self, objective: Callable[[dict[str, Any]], Any]) -> Any:
        """Return a function of a dict of hyperparameters as a trainable that holds its CPUs.

        Where the plan has constraints, its last report says by how much each is exceeded.
        """
        from ray import tune

        from autotune_ray.searcher import marked

        metric, seed, evaluate = (
            self.metric,
            self.plan["seed"],
            FunctionObjective(
                objective,
                self.metric,
                unpack=False,
                value=self.plan.trial_value,
                mode=self.plan.mode,
            ),
        )

        def trial(config: dict[str, Any]) -> None:
            steps: list[float] = []

            def report(step: int, value: float) -> None:
                steps.append(value)
                tune.report({metric: value})

            started_at = time.monotonic()
            metrics = evaluate(self.params(config), report, seed)
            figures = {SECONDS: time.monotonic() - started_at, **metrics}
            if self.plan.constraints:
                beyond = marked(violations(self.plan.constraints, figures))
                tune.report({**metrics, **beyond})
            elif not steps:
                tune.report(metrics)

        return tune.with_resources(trial, {"cpu": self.plan["threads_per_trial"]})


_ABSENT = object()


def _at(config: object, name: str) -> Any:
    """Return a value by name; Ray takes a slash in a name for a dict within."""
    for part in name.split("/"):
        if not isinstance(config, Mapping) or part not in config:
            return _ABSENT
        config = config[part]
    return config


def _domain(space: Space, name: str) -> Any:
    """Return a hyperparameter as Ray's own domain where there is one of the same meaning.

    Ray's integers leave out their upper end, and its steps count from zero.
    """
    from ray import tune

    domain = space.domains[name]
    match domain:
        case Fixed():
            return domain.value
        case Choice():
            return tune.choice(list(domain.choices))
        case Int() | Float() if domain.low == domain.high and not domain.also:
            return domain.low
        case Int(also=(), step=1):
            return (tune.lograndint if domain.log else tune.randint)(domain.low, domain.high + 1)
        case Float(also=(), step=None, q=None, log=(True | False)):
            return (tune.loguniform if domain.log else tune.uniform)(domain.low, domain.high)
        case Int() | Float() if domain.step and domain.size <= 1000:
            return tune.choice(list(domain.levels(1000)))
    return _sampled(space, name)


def _sampled(space: Space, name: str) -> Any:
    """Return a hyperparameter as code that draws it, given those that its condition reads."""
    from ray import tune

    domain: Domain = space.domains[name]

    def sample(spec: Any) -> Any:
        parents = {
            parent: getattr(spec.config, parent)
            for parent in space.when.get(name, {})
            if parent in space.domains
        }
        return draw(domain, random) if space.active(name, parents) else None

    return tune.sample_from(sample)
