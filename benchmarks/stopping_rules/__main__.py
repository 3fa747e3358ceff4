"""What each rule of early stopping saves and loses: python -m benchmarks.stopping_rules PART CACHE [SURROGATES].

PART is replayed, training or loop. CACHE holds the curves that `benchmarks.stopping_rules.curves` and
`benchmarks.stopping_rules.training` made. autotune's rule is learned anew without a third of the tasks at a time, and judged on
that third; on real training it is the shipped one, which learned from surrogates alone. In the loop, which needs SURROGATES,
the search sees only what the rules left.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import optuna

from autotune import knowledge
from autotune.stopping import Rule
from benchmarks.learn.surrogates import Surrogate
from benchmarks.measure import RESULTS, write
from benchmarks.stopping_rules import loop, training
from benchmarks.stopping_rules.calibrate import NOISES, collect, learn
from benchmarks.stopping_rules.curves import ORDERS, SCENARIO, Curves, read
from benchmarks.stopping_rules.replay import RULES, documented, figures, learned

FOLDS = 3
SEEDS = 2
IN_LOOP = {"portfolio": 1, "tpe": 1}  # by order, the seeds
IN_LOOP_RULES = ("curve (autotune)", "median")
COMMAND = "python -m benchmarks.stopping_rules PART CACHE SURROGATES"


def networks(cache: Path) -> dict[str, Mapping[str, Any]]:
    """Return for each task the networks learned without it, which the cache keeps."""
    kept, tasks = cache / "networks.json", sorted({t for t, _ in read(cache, "random")}, key=int)
    if not kept.exists():
        by_task = collect(cache)
        thirds = [learn(by_task, [t for i, t in enumerate(tasks) if i % FOLDS != fold]) for fold in range(FOLDS)]
        kept.write_text(json.dumps(thirds))
    thirds = json.loads(kept.read_text())
    return {task: thirds[i % FOLDS] for i, task in enumerate(tasks)}


def makers(curve: Callable[[str], Rule]) -> dict[str, Callable[[str], Rule]]:
    """Return what makes each rule for a task."""
    return {"curve (autotune)": curve, **{name: (lambda task, name=name: documented(name)) for name in RULES if name != "none"}}


def replayed(cache: Path, makes: Mapping[str, Callable[[str], Rule]]) -> dict[str, Any]:
    """Return figures by order, noise and rule."""
    found: dict[str, Any] = {}
    for order in ORDERS:
        runs: Curves = {key: c for key, c in read(cache, order).items() if key[1] < SEEDS}
        for noise in NOISES:
            found[f"{order}, noise {noise:g}"] = {n: figures(runs.items(), noise, make) for n, make in makes.items()}
            print(order, noise, found[f"{order}, noise {noise:g}"]["curve (autotune)"], file=sys.stderr, flush=True)
    return found


def trained(cache: Path) -> dict[str, Any]:
    """Return figures of real training, by order and rule."""
    content = knowledge.table("stopping").content
    shipped = content.model_dump(include={"means", "spreads", "networks"})
    makes = makers(lambda task: learned(shipped, content.promise, content.protect))
    orders = [o for o in training.ORDERS if (cache / f"mlp_{o}.npz").exists()]
    return {o: {n: figures(read(cache, f"mlp_{o}").items(), 0.0, make) for n, make in makes.items()} for o in orders}


def in_loop(cache: Path, folder: str, makes: Mapping[str, Callable[[str], Rule]]) -> dict[str, Any]:
    """Return figures by order and rule where the search learns from stopped trials."""
    surrogate, found = Surrogate(Path(folder), SCENARIO), {}
    for order, seeds in IN_LOOP.items():
        whole = {key: c for key, c in read(cache, order).items() if key[1] < seeds}
        found[order] = {n: loop.figures(surrogate, order, whole.items(), makes[n]) for n in IN_LOOP_RULES}
        print(order, found[order], file=sys.stderr, flush=True)
    return found


def table(rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return figures by rule as a table in Markdown."""
    lines = ["| rule | epochs saved | points lost [95 %] | most lost | runs losing > 0.1 | runs |", "|---|---|---|---|---|---|"]
    for name, row in rows.items():
        low, high = row["lost_interval"]
        lost = f"{row['lost']:.3f} [{low:.3f}, {high:.3f}] | {row['worst']:.2f} | {row['losing']:.1%}"
        lines.append(f"| {name} | {row['saved']:.1%} | {lost} | {row['runs']} |")
    return [*lines, ""]


def report(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Return all figures in Markdown."""
    lines = ["# Rules that end trials early", "", *(__doc__ or "").splitlines()[2:], ""]
    lines += [
        "A point is one percent of accuracy. Intervals are over tasks. `in the loop`: against the same search, none stopped.",
        "",
    ]
    for part, tables in found.items():
        for name, rows in tables.items():
            lines += [f"## {part}: {name}", "", *table(rows)]
    return "\n".join(lines)


def main(part: str, folder: str, surrogates: str = "") -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    cache, content = Path(folder), knowledge.table("stopping").content
    without = networks(cache)
    makes = makers(lambda task: learned(without[task], content.promise, content.protect))
    match part:
        case "replayed":
            name, figures_of = "replayed", replayed(cache, makes)
        case "training":
            name, figures_of = "real training, scikit-learn's MLP", trained(cache)
        case _:
            name, figures_of = "in the loop", in_loop(cache, surrogates, makes)
    path = RESULTS / "stopping_rules.json"
    found = {**(json.loads(path.read_text())["figures"] if path.exists() else {}), name: figures_of}
    write("stopping_rules", COMMAND, found)
    (RESULTS / "stopping_rules.md").write_text(report(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
