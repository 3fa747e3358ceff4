"""Measures stopping rules: python -m benchmarks.stopping_rules PART CACHE [SURROGATES].

PART is replayed, training, loop or completion. CACHE holds the curves that
`benchmarks.stopping_rules.curves` and `benchmarks.stopping_rules.training` made. autotune's rule,
its promise too, is learned anew without a third of the tasks at a time, and judged on that third;
on real training it is the shipped one, which learned from surrogates of other tasks. In the loop,
which needs SURROGATES, the search sees only what the rules left.
"""

import json
import sys
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import optuna

from autotune.stopping.rule import Rule
from benchmarks.learn.surrogates import Surrogate
from benchmarks.measure import RESULTS, write
from benchmarks.stopping_rules import completion, loop, training
from benchmarks.stopping_rules.calibrate import NOISES, STARTS, fits
from benchmarks.stopping_rules.curves import ORDERS, SCENARIO, read
from benchmarks.stopping_rules.replay import RULES, Row, documented, learned, replays, summary

SHUFFLES = 5  # of configurations drawn at random, whose order is one of many
OURS = "curve (autotune)"
IN_LOOP_RULES = (
    OURS,
    "median",
    "median_current",
    "bandit, factor 0.1",
    "bandit, factor 0.2",
    "truncation 20 %",
    "asha, factor 2 from 6",
)
LEARNERS = {"mlp": "scikit-learn's MLP", "torch": "PyTorch's MLP (torch 2.13.0, on the CPU)"}
NOTES = (
    "A point is one percent of accuracy. Intervals are over tasks. In the loop: "
    "against the same search with none stopped, whose",
    "later trials are others, so that a single run may win or lose. In real training "
    "one row of the held-out part is 0.125 point",
    "(scikit-learn) or 0.07 (PyTorch), and a random search's trials come in 5 orders.",
    "",
    "`curve` aims, replayed, at 40 % saved at 0.01 point lost with 1 % of the runs losing 0.1; "
    "in the loop at 50 % after starting",
    "configurations (portfolio) and 35 % without, the interval of the loss holding zero; "
    "and at twice what a documented rule saves.",
    "",
    "`bandit` compares with the best at the same report, and `truncation` spares equal trials: "
    "both were measured anew, the other",
    "rows are of before. Real training was not run again: its rows of `bandit` are of the earlier "
    "rule, which compared with the best",
    "at any report. In the tables of jobs that end early, trials are saved, not epochs.",
)
COMMAND = "python -m benchmarks.stopping_rules PART CACHE SURROGATES"


def makers(fits: Mapping[str, Any], order: str) -> dict[str, Callable[[str], Rule]]:
    """Return what makes each rule for a task in an order of trials."""
    promise = next(name for name, orders in STARTS.items() if order in orders)

    def curve(task: str) -> Rule:
        fit = fits[training.TWINS.get(task, task if task in fits else "all")]
        return learned(fit["network"], fit[promise])

    return {
        OURS: curve,
        **{name: (lambda task, name=name: documented(name)) for name in RULES if name != "none"},
    }


def replayed(cache: Path) -> dict[str, Any]:
    """Return figures by order, noise and rule, those of all orders and noises first."""
    found: dict[str, Any] = {}
    every: dict[str, list[Row]] = {}
    for order, noise in product(ORDERS, NOISES):
        runs = read(cache, order).items()
        rows = {
            name: list(replays(runs, noise, make))
            for name, make in makers(fits(cache), order).items()
        }
        found[f"{order}, noise {noise:g}"] = {name: summary(of) for name, of in rows.items()}
        every = {name: [*every.get(name, []), *of] for name, of in rows.items()}
        print(order, noise, found[f"{order}, noise {noise:g}"][OURS], file=sys.stderr, flush=True)
    return {"all orders and noises": {name: summary(of) for name, of in every.items()}, **found}


def trained(cache: Path, learner: str) -> dict[str, Any]:
    """Return figures of real training, by order and rule."""
    found = {}
    for order in (o for o in training.ORDERS if (cache / f"{learner}_{o}.npz").exists()):
        runs = read(cache, f"{learner}_{order}")
        if order == "random":
            runs = {
                (t, s): np.random.default_rng(s).permutation(c)
                for (t, _), c in runs.items()
                for s in range(SHUFFLES)
            }
        found[order] = {
            n: summary(replays(runs.items(), 0.0, make))
            for n, make in makers(fits(cache), order).items()
        }
    return found


def in_loop(cache: Path, folder: str) -> dict[str, Any]:
    """Return figures by order and rule where the search learns from stopped trials."""
    surrogate, found = Surrogate(Path(folder), SCENARIO), {}
    for order in loop.SEEDS:
        makes = makers(fits(cache), order)
        found[order] = {
            n: loop.figures(surrogate, cache, order, n, makes[n]) for n in IN_LOOP_RULES
        }
        print(order, found[order], file=sys.stderr, flush=True)
    return found


def table(rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return figures by rule as a table in Markdown."""
    lines = [
        "| rule | epochs saved | points lost [95 %] | most lost | runs losing > 0.1 | runs |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in rows.items():
        low, high = row["lost_interval"]
        lost = (
            f"{row['lost']:.3f} [{low:.3f}, {high:.3f}] | {row['worst']:.2f} | {row['losing']:.1%}"
        )
        lines.append(f"| {name} | {row['saved']:.1%} | {lost} | {row['runs']} |")
    return [*lines, ""]


def report(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Return all figures in Markdown."""
    lines = ["# Rules that end trials early", "", *(__doc__ or "").splitlines()[2:], ""]
    lines += [*NOTES, ""]
    for part, tables in found.items():
        for name, rows in tables.items():
            lines += [f"## {part}: {name}", "", *table(rows)]
    return "\n".join(lines)


def main(part: str, folder: str, surrogates: str = "") -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    cache = Path(folder)
    match part:
        case "replayed":
            new = {"replayed": replayed(cache)}
        case "training":
            new = {
                f"real training, {title}": trained(cache, name) for name, title in LEARNERS.items()
            }
        case "completion":
            new = {
                f"jobs that end early, {trials} trials": completion.figures(cache, trials)
                for trials in (30, 50)
            }
        case _:
            new = {"in the loop": in_loop(cache, surrogates)}
    path = RESULTS / "stopping_rules.json"
    found = {**(json.loads(path.read_text())["figures"] if path.exists() else {}), **new}
    write("stopping_rules", COMMAND, found)
    (RESULTS / "stopping_rules.md").write_text(report(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
