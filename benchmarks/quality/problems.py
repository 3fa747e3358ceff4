"""Problems: a surrogate's tasks, or real datasets, behind one shape; a higher score is better."""

import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from autotune import autotune, knowledge
from autotune.plan.spec import PlanSpec
from benchmarks.learn.data import Dataset, datasets
from benchmarks.learn.families import FAMILIES, Family
from benchmarks.learn.surrogates import SCENARIOS, Surrogate, siblings
from benchmarks.quality.spaces import Parameter
from benchmarks.quality.values import NEEDS, constraints, fitted

FOLDS = 3


@dataclass(frozen=True)
class Problem:
    """One family on one task.

    ``estimator`` is the name under which peers' spaces are listed. ``evaluate`` gives a
    configuration's score and training seconds; ``plan`` makes autotune's plan from settings;
    ``names`` are the hyperparameters it takes, ``renamed`` those of peers' canonical names that
    differ; ``units`` are those of peers' values that compare, with how many of them are one of its
    own; ``default`` is None where there is none. ``domain`` is what random search draws from, empty
    where the union of the hand-set spaces is meant. ``symbols`` are sizes of the data by the names
    that peers' bounds use. ``fitted`` gives a range as far as it is legal, None where it is not at
    all; ``needs`` is what must be set where a hyperparameter is searched. ``reference`` gives the
    median random and the best known score.
    """

    family: str
    task: str
    kind: str
    estimator: str
    names: frozenset[str]
    evaluate: Callable[[Mapping[str, Any]], tuple[float, float]]
    plan: Callable[..., PlanSpec]
    default: Mapping[str, Any] | None = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, float] = field(default_factory=dict)
    optimizer: str = ""
    symbols: Mapping[str, int] = field(default_factory=dict)
    domain: tuple[Parameter, ...] = ()
    group: str = ""
    fitted: Callable[[Parameter], Parameter | None] = lambda parameter: parameter
    needs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    data: Callable[[], Any] | None = None
    reference: Callable[[], tuple[float, float]] = lambda: (np.nan, np.nan)

    @property
    def name(self) -> str:
        """The problem's name, unique among all problems."""
        return f"{self.kind}/{self.family}/{self.task}"


@dataclass(frozen=True)
class Adapted:
    """What a surrogate needs beside its scenario.

    It is the estimator that it stands for, and values where a space says nothing.

    ``units`` are the inputs' own among peers' units, each with the hyperparameter that it is of.
    """

    estimator: str
    logs: frozenset[str]
    whole: frozenset[str]
    units: Mapping[str, str] = field(default_factory=dict)
    optimizer: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    unsaid: Mapping[str, Any] = field(default_factory=dict)


ADAPTED = {
    "rbv2_xgboost": Adapted(
        "xgboost.XGBClassifier",
        frozenset(
            {
                "n_estimators",
                "learning_rate",
                "gamma",
                "reg_lambda",
                "reg_alpha",
                "min_child_weight",
            }
        ),
        frozenset({"n_estimators", "max_depth"}),
    ),
    "rbv2_rpart": Adapted(
        "sklearn.tree.DecisionTreeClassifier",
        frozenset({"ccp_alpha"}),
        frozenset({"max_depth", "min_samples_leaf", "min_samples_split"}),
        # The surrogate's own cp is rpart's, so that the R peers' ranges of it compare here, and
        # only here.
        units={"rpart cp (relative to root impurity)": "ccp_alpha"},
    ),
    "lcbench": Adapted(
        "torch training loop",
        frozenset({"batch_size", "learning_rate", "max_units"}),
        frozenset({"batch_size", "num_layers", "max_units"}),
        units={"SGD+momentum": "learning_rate"},
        optimizer="SGD+momentum",
        renamed={
            "lr": "learning_rate",
            "n_layers": "num_layers",
            "width": "max_units",
            "dropout": "max_dropout",
        },
        # A training loop has no library's default: what a space leaves out takes the usual value of
        # tutorials.
        unsaid={
            "batch_size": 64,
            "learning_rate": 0.01,
            "momentum": 0.9,
            "weight_decay": 1e-5,
            "num_layers": 2,
            "max_units": 256,
            "max_dropout": 0.0,
        },
    ),
}


def surrogate_problems(folder: Path, families: Collection[str]) -> Iterator[Problem]:
    """Give a problem for each task of the families' surrogates in the folder."""
    for name, adapted in ADAPTED.items():
        if SCENARIOS[name].entry in families and (folder / name).is_dir():
            surrogate = Surrogate(folder, name)
            yield from (_surrogate_problem(surrogate, adapted, task) for task in surrogate.tasks)


def _surrogate_problem(surrogate: Surrogate, adapted: Adapted, task: str) -> Problem:
    scenario = surrogate.scenario
    factors = {n: of[1] for n, of in scenario.names.items() if isinstance(of, tuple)}
    units = {unit: factors.get(n, 1.0) for unit, n in adapted.units.items()}
    domain = _domain(adapted, scenario.names, scenario.limits)
    planned = adapted.estimator if "." in adapted.estimator else scenario.entry

    def batch(points: Sequence[Mapping[str, Any]]) -> tuple[Any, Any]:
        return surrogate.evaluate(task, [{**adapted.unsaid, **p} for p in points])

    def one(point: Mapping[str, Any]) -> tuple[float, float]:
        scores, seconds = batch([point])
        return float(scores[0]), float(seconds[0])

    return Problem(
        scenario.entry,
        task,
        "surrogate",
        adapted.estimator,
        frozenset(scenario.names),
        one,
        lambda **settings: _plan_within(planned, frozenset(scenario.names), settings),
        default=None if adapted.unsaid else {},
        renamed=adapted.renamed,
        units=units,
        optimizer=adapted.optimizer,
        domain=domain,
        group=min(siblings(task)),
        reference=lambda: reference(batch, domain),
    )


def _domain(
    adapted: Adapted, names: Mapping[str, Any], limits: Mapping[str, tuple[float, float]]
) -> tuple[Parameter, ...]:
    kinds = {n: "int" if n in adapted.whole else "float" for n in names}
    inputs = {n: of if isinstance(of, tuple) else (of, 1) for n, of in names.items()}
    bounds = {n: [bound / factor for bound in limits[of]] for n, (of, factor) in inputs.items()}
    return tuple(Parameter(n, kinds[n], *bounds[n], log=n in adapted.logs) for n in names)


def _plan_within(estimator: str, names: frozenset[str], settings: dict[str, Any]) -> PlanSpec:
    """Make a plan that leaves alone what the surrogate has no input for."""
    plan = autotune(estimator, **settings)
    lacking = [n for n in plan.ranges if n not in names]
    return autotune(estimator, **settings, keep_static=lacking) if lacking else plan


def reference(
    batch: Callable[[Any], tuple[Any, Any]], domain: Sequence[Parameter], rounds: int = 13
) -> tuple[float, float]:
    """Return the median of random configurations, and the best that an evolution finds.

    The evolution makes about 15,000 evaluations.
    """
    rng = np.random.default_rng(0)
    units = rng.random((2000, len(domain)))
    scores = batch([_point(domain, u) for u in units])[0]
    median = float(np.median(scores))
    for number in range(rounds):
        elite = np.argsort(-scores)[:50]
        units, scores = units[elite], scores[elite]
        step = 0.3 * 0.75**number * rng.standard_normal((1000, len(domain)))
        keep = rng.random(step.shape) < 0.5
        children = np.clip(units[rng.integers(0, 50, 1000)] + step * keep, 0, 1)
        units = np.vstack([units, children])
        scores = np.concatenate([scores, batch([_point(domain, u) for u in children])[0]])
    return median, float(scores.max())


def _point(domain: Sequence[Parameter], unit: Any) -> dict[str, Any]:
    return {p.name: p.at(float(u)) for p, u in zip(domain, unit, strict=True)}


def real_problems(
    folder: Path, families: Collection[str], rows: int | None = None, limit: float = 60
) -> Iterator[Problem]:
    """Give a problem for each family on each dataset that it has an estimator for.

    A family whose library is missing is reported.
    """
    for family in (f for name, f in FAMILIES.items() if name in families):
        library = (family.classifier or family.regressor).split(".")[0]
        if find_spec(library) is None:
            print(f"{library} is not installed, so {family.entry} is left out", file=sys.stderr)
            continue
        listed = [
            d for d in datasets(folder) if (family.classifier if d.classes else family.regressor)
        ]
        yield from (real_problem(family, d, rows, limit) for d in listed)


def real_problem(family: Family, dataset: Dataset, rows: int | None, limit: float) -> Problem:
    """Return a family on a dataset as a problem; a trial ends after so many seconds."""
    from benchmarks.quality.training import Training, names

    training = Training(family, dataset, rows, FOLDS, limit)
    estimator = family.estimator(dataset.classes)
    legal = constraints(estimator)
    return Problem(
        family.entry,
        dataset.name,
        "real",
        family.classifier if dataset.classes else family.regressor,
        names(estimator),
        training.evaluate,
        training.plan,
        group=dataset.name,
        symbols=training,
        data=lambda: training,
        fitted=lambda parameter: fitted(parameter, legal),
        renamed=aliases(family.entry),
        needs=NEEDS.get(family.entry, {}),
    )


def aliases(entry: str) -> dict[str, str]:
    """Return the entry's name of each native alias of a hyperparameter."""
    known = knowledge.find_entry(entry)
    told = known.content.hyperparameters if known else {}
    return {alias: name for name, of in told.items() for alias in of.aliases}


FAMILY_NAMES = sorted({*FAMILIES, *(s.entry for s in SCENARIOS.values())})


def problems(
    surrogates: Path | None,
    data: Path | None,
    families: Collection[str] = (),
    rows: int | None = None,
    limit: float = 60,
) -> list[Problem]:
    """Return the problems of the folders given, of some families or all.

    Real trials end after so many seconds.
    """
    families = families or FAMILY_NAMES
    made = list(surrogate_problems(surrogates, families)) if surrogates else []
    return made + (list(real_problems(data, families, rows, limit)) if data else [])
