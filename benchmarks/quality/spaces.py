"""Hand-set search spaces as data, and drawing from them.

They are peers' spaces from a file of facts, and SageMaker's documented ranges.
"""

import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

SAGEMAKER = {
    "xgboost": (
        "xgboost",
        {
            "eta": "learning_rate",
            "num_round": "n_estimators",
            "alpha": "reg_alpha",
            "lambda": "reg_lambda",
        },
    ),
    "lightgbm": (
        "lightgbm",
        {
            "feature_fraction": "colsample_bytree",
            "bagging_fraction": "subsample",
            "bagging_freq": "subsample_freq",
            "min_data_in_leaf": "min_child_samples",
        },
    ),
    "catboost": ("catboost", {}),
    "k-nearest-neighbours": ("knn", {"k": "n_neighbors"}),
}
FIXED_NAMES = {
    "ntrees": "n_estimators",
    "max_rounds": "n_estimators",
    "n_estimators/max_iter": "n_estimators",
    "bagging_freq": "subsample_freq",
}
NOT_SEARCHED = {
    "random_state",
    "seed",
    "n_jobs",
    "objective",
    "early_stopping_rounds",
}  # need rows held back, or are no choice
FLOOR = 1e-3  # of a range from 0 that is searched on a log scale


@dataclass(frozen=True)
class Parameter:
    """One hyperparameter's range: ``kind`` is "float", "int" or "choice"; bounds are inclusive."""

    name: str
    kind: str
    low: float = 0
    high: float = 0
    log: bool = False
    step: float | None = None
    choices: tuple[Any, ...] = ()

    def suggest(self, trial: Any) -> Any:
        """Ask an Optuna trial for a value; a choice that is a range itself is asked for in turn."""
        if self.kind == "choice":
            chosen = self.choices[
                trial.suggest_categorical(self.name, list(range(len(self.choices))))
            ]
            return chosen.suggest(trial) if isinstance(chosen, Parameter) else chosen
        step = None if self.log else self.step
        high = self.low + math.floor((self.high - self.low) / step) * step if step else self.high
        if self.kind == "int":
            return trial.suggest_int(
                self.name, math.ceil(self.low), math.floor(high), log=self.log, step=int(step or 1)
            )
        return trial.suggest_float(self.name, self.low, high, log=self.log, step=step)

    def at(self, unit: float) -> Any:
        """Return the value at a place between 0 and 1 on the range's scale."""
        if self.log:
            value = math.exp(math.log(self.low) + unit * (math.log(self.high) - math.log(self.low)))
        else:
            value = self.low + unit * (self.high - self.low)
        return round(value) if self.kind == "int" else min(max(value, self.low), self.high)


@dataclass(frozen=True)
class Space:
    """A search space: its ranges, what it holds fixed, and its owner's own budget.

    It also has what could not be carried over, with why.
    """

    name: str
    parameters: tuple[Parameter, ...]
    fixed: Mapping[str, Any]
    budget: str = ""
    notes: tuple[str, ...] = ()

    def define(self, trial: Any) -> dict[str, Any]:
        """Ask an Optuna trial for a configuration."""
        return {**self.fixed, **{p.name: p.suggest(trial) for p in self.parameters}}


def peers(path: Path, problem: Any) -> list[Space]:
    """Return the peers' spaces for a problem's estimator that have something to search there.

    Canonical names are used; what the problem lacks, and values whose unit is another, are left out
    and noted. Rules of the data's size are taken as resolved at 1,000 rows, conditions and the
    probabilities of choices are not carried over.
    """
    listed = [s for s in json.loads(path.read_text()) if s["estimator"] == problem.estimator]
    if problem.optimizer:
        listed = [s for s in listed if s.get("optimizer") == problem.optimizer]
    made = [_peer(s, problem) for s in listed]
    return [s for s in made if s.parameters]


def _peer(listed: Mapping[str, Any], problem: Any) -> Space:
    found: dict[str, Parameter] = {}
    notes = []
    for own, given in listed["params"].items():
        name = problem.renamed.get(given.get("canonical", own), given.get("canonical", own))
        refused = _refused(name, given, problem) or ("named twice" if name in found else "")
        parameter = None if refused else parse(name, given, problem.symbols)
        parameter = (
            problem.fitted(_in_own_unit(parameter, problem.units.get(given.get("unit"), 1)))
            if parameter
            else None
        )
        if parameter:
            found[name] = parameter
        else:
            notes.append(f"{own}: {refused or 'no range that is legal here'}")
    fixed = {
        n: v
        for n, v in {**needed(found, problem), **_fixed(listed, problem)}.items()
        if n not in found
    }
    notes += [f"{n}={v} fixed" for n, v in fixed.items()]
    if "early_stopping_rounds" in {**listed["params"], **(listed.get("fixed") or {})}:
        notes.append("early stopping")
    label = f"{listed['peer']}/{listed['space']}" if listed.get("space") else listed["peer"]
    return Space(
        f"peer:{label}", tuple(found.values()), fixed, listed.get("budget", ""), tuple(notes)
    )


def _in_own_unit(parameter: Parameter, factor: float) -> Parameter:
    return (
        parameter
        if factor == 1
        else replace(parameter, low=parameter.low / factor, high=parameter.high / factor)
    )


def needed(names: Iterable[str], problem: Any) -> dict[str, Any]:
    """Return what must be set for these hyperparameters to be searched."""
    return {n: v for name in names for n, v in problem.needs.get(name, {}).items()}


def _refused(name: str, given: Mapping[str, Any], problem: Any) -> str:
    if name not in problem.names:
        return "not a hyperparameter here"
    if name in NOT_SEARCHED:
        return "not searched here"
    if name.startswith("colsample") and "p" in (given.get("low"), given.get("high")):
        return "a number of columns, not a share"
    unit = given.get("unit")
    return f"another unit ({unit})" if unit and unit not in problem.units else ""


def _fixed(listed: Mapping[str, Any], problem: Any) -> dict[str, Any]:
    """Return what a peer holds fixed, as far as it is a hyperparameter of the problem."""
    constants = {
        g.get("canonical", n): g["default"]
        for n, g in listed["params"].items()
        if g["type"] == "constant"
    }
    named = {
        FIXED_NAMES.get(n, n): v for n, v in {**(listed.get("fixed") or {}), **constants}.items()
    }
    named = {problem.renamed.get(n, n): v for n, v in named.items() if not isinstance(v, dict)}
    single = [
        Parameter(n, "choice", choices=(v,))
        for n, v in named.items()
        if n in problem.names and n not in NOT_SEARCHED
    ]
    return {p.name: p.choices[0] for p in map(problem.fitted, single) if p}


def parse(name: str, given: Mapping[str, Any], symbols: Mapping[str, int]) -> Parameter | None:
    """Return a range as written in the facts, or None where it is none."""
    if given["type"] == "categorical":
        choices = [_choice(f"{name}#{i}", c, symbols) for i, c in enumerate(given["choices"])]
        return (
            Parameter(name, "choice", choices=tuple(c for c in choices if c is not _NONE))
            if choices
            else None
        )
    low, high = (
        symbols.get(b, b) if isinstance(b, str) else b
        for b in (given.get("low"), given.get("high"))
    )
    if not all(isinstance(b, int | float) for b in (low, high)):
        return None
    log = bool(given.get("log")) and high > 0
    low = (1 if given["type"] == "int" else FLOOR * min(high, 1)) if log and low <= 0 else low
    return (
        Parameter(name, given["type"], low, high, log, given.get("step")) if low <= high else None
    )


_NONE = object()


def _choice(name: str, given: Any, symbols: Mapping[str, int]) -> Any:
    if isinstance(given, dict) and "type" in given:
        return parse(name, given, symbols) or _NONE
    return given


def sagemaker(path: Path, problem: Any) -> list[Space]:
    """Return SageMaker's documented ranges as they stand, and on log scales.

    Log scales are for those that span two decades or start at 0.
    """
    entry, renamed = SAGEMAKER.get(problem.family, ("", {}))
    if not entry:
        return []
    listed = yaml.safe_load(path.read_text())[entry]["hyperparameters"]
    plain = [
        Parameter(
            renamed.get(n, n), "int" if g["type"] == "integer" else "float", g["min"], g["max"]
        )
        for n, g in listed.items()
        if g["type"] != "categorical"
    ]
    used = tuple(p for p in plain if p.name in problem.names)
    notes = tuple(f"{p.name}: not a hyperparameter here" for p in plain if p not in used)
    logged = tuple(map(on_log_scale, used))
    return [
        Space("sagemaker:linear", used, {}, notes=notes),
        Space("sagemaker:log", logged, {}, notes=notes),
    ]


def on_log_scale(parameter: Parameter) -> Parameter:
    """Return a range on a log scale where it spans two decades."""
    low = parameter.low or (1 if parameter.kind == "int" else FLOOR)
    return (
        replace(parameter, low=low, log=True)
        if parameter.high / low >= 100 and parameter.high > 1
        else parameter
    )


def widest(spaces: Iterable[Space], without: Collection[str] = ()) -> tuple[Parameter, ...]:
    """Return the smallest box around all numeric ranges, on a log scale where most of them are."""
    by_name: dict[str, list[Parameter]] = {}
    for parameter in (
        p for s in spaces for p in s.parameters if p.kind != "choice" and p.name not in without
    ):
        by_name.setdefault(parameter.name, []).append(parameter)
    return tuple(_around(name, found) for name, found in by_name.items())


def _around(name: str, found: list[Parameter]) -> Parameter:
    positive = [p.low for p in found if p.low > 0]
    log = bool(positive) and 2 * sum(p.log for p in found) > len(found)
    low = min(positive) if log else min(p.low for p in found)
    kind = "float" if any(p.kind == "float" for p in found) else "int"
    return Parameter(name, kind, low, max(p.high for p in found), log)
