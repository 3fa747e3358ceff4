"""Teaches autotune's rule what curves promise: python -m benchmarks.stopping_rules.calibrate CACHE.

Networks learn, from curves of trials in the order searches tried them, by how much each trial would
have improved on the best so far; they go to knowledge/stopping.yaml. Half of the searches are seen
as a rule would leave them: some of the trials that gain nothing end on the way.
"""

import json
import sys
import warnings
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier

from autotune.knowledge.catalog import shipped
from autotune.stopping.curve import FEWEST_REPORTS, Curve
from benchmarks.stopping_rules.curves import ORDERS, noisy, read
from benchmarks.stopping_rules.replay import LOSS, PROTECT, Row, Run, learned, replays, summary

NOISES = (0.0, 0.5)  # points, on each report
NETWORKS, HIDDEN, PENALTY, ROUNDS = 3, 8, 0.03, 10
GAIN, MOST_GAIN = 0.1, 50  # a gain of so many points counts as one, at most as so many
KEPT = 0.1  # of the reports of trials that gained nothing
THIRDS = 3
PROMISES = (0.32, 0.24, 0.16, 0.12, 0.08, 0.06, 0.04, 0.03, 0.02, 0.01)
STARTS = {
    "promise": ("random", "bayesian", "tpe"),
    "promise_after_starts": ("portfolio",),
}  # orders without and with them
MOST_LOST, MOST_LOSING = (
    0.01,
    0.01,
)  # points on average, and the share of the runs that lose 0.1 point
CHALLENGE = {
    "168329",
    "168331",
    "189862",
    "189865",
    "189866",
}  # of one source (ChaLearn's AutoML challenge): in the same third
COMMAND = "python -m benchmarks.stopping_rules.calibrate CACHE"
Examples = tuple[np.ndarray, np.ndarray]  # inputs, and the gain in points


def varied(curves: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the curves as they are, cut in half, or seen at every fifth epoch.

    Jobs differ in how often trials report.
    """
    kind = rng.integers(4)
    return (
        curves[:, 4::5] if kind == 0 else curves[:, : curves.shape[1] // 2] if kind == 1 else curves
    )


def examples(
    seen: np.ndarray, true: np.ndarray, rng: np.random.Generator
) -> Iterator[tuple[list[float], float]]:
    """Yield what the rule reads of a search's trials, and what each would have gained."""
    rule, stopping = Curve("max", 0.0, 10**9, {}), rng.random() < 0.5
    for number, values in enumerate(seen):
        gain = true[number, -1] - true[rule.best, -1] if rule.best is not None else 0.0
        end = (
            int(rng.integers(1, len(values)))
            if stopping and number > 2 and gain <= 0 and rng.random() < 0.7
            else len(values)
        )
        for step, value in enumerate(values, start=1):
            rule.stops(number, step, value)
            if (
                rule.best is not None
                and step >= FEWEST_REPORTS
                and (gain > 0 or rng.random() < KEPT)
            ):
                inputs = rule.inputs(number)
                if inputs is not None:
                    yield inputs, gain
        rule.values[number] = rule.values[number][:end]
        rule.ends(number, finished=end == len(values))


def collect(cache: Path) -> dict[str, Examples]:
    """Return each task's examples, of every search in the cache at every noise."""
    found: dict[str, list[tuple[list[float], float]]] = {}
    for order in ORDERS:
        for (task, seed), curves in read(cache, order).items():
            for noise in NOISES:
                rng = np.random.default_rng(zlib.crc32(f"{order}/{task}/{seed}/{noise}".encode()))
                true = varied(curves, rng)
                found.setdefault(task, []).extend(
                    examples(noisy(true, noise, int(rng.integers(2**31))), true, rng)
                )
    return {
        t: (np.array([x for x, _ in rows]), np.array([g for _, g in rows]))
        for t, rows in found.items()
    }


def learn(by_task: Mapping[str, Examples], tasks: Collection[str]) -> dict[str, Any]:
    """Return networks that foretell gains on these tasks, as the rule takes them."""
    inputs, gains = (
        np.vstack([by_task[t][0] for t in tasks]),
        np.concatenate([by_task[t][1] for t in tasks]),
    )
    means, spreads = inputs.mean(0), inputs.std(0)
    x = np.clip((inputs - means) / spreads, -4, 4)
    weights = np.where(gains > 0, np.clip(gains / GAIN, 0, MOST_GAIN) + 1e-3, 1 / KEPT)
    networks = [_network(x, gains > 0, weights / weights.mean(), seed) for seed in range(NETWORKS)]
    return rounded({"means": means.tolist(), "spreads": spreads.tolist(), "networks": networks})


def _network(x: np.ndarray, wins: np.ndarray, weights: np.ndarray, seed: int) -> dict[str, Any]:
    made = MLPClassifier(
        (HIDDEN,),
        activation="tanh",
        alpha=PENALTY,
        max_iter=ROUNDS,
        batch_size=512,
        learning_rate_init=5e-3,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has not converged, and need not
        made.fit(x, wins, sample_weight=weights)
    hidden = [
        [b, *w]
        for b, w in zip(made.intercepts_[0].tolist(), made.coefs_[0].T.tolist(), strict=True)
    ]
    return {
        "hidden": hidden,
        "output": [float(made.intercepts_[1][0]), *made.coefs_[1][:, 0].tolist()],
    }


def rounded(value: Any) -> Any:
    """Return numbers as short as the rule needs them."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    return (
        {k: rounded(v) for k, v in value.items()}
        if isinstance(value, dict)
        else [rounded(v) for v in value]
    )


def thirds(tasks: Collection[str]) -> list[list[str]]:
    """Return the tasks in three parts, those of one source in the same."""
    parts: list[list[str]] = [[] for _ in range(THIRDS)]
    for group in (
        sorted(CHALLENGE & set(tasks)),
        *([t] for t in sorted(tasks, key=int) if t not in CHALLENGE),
    ):
        min(parts, key=len).extend(group)
    return parts


def crossed(by_task: Mapping[str, Examples]) -> dict[str, dict[str, Any]]:
    """Return for each task a network learned without its third of them."""
    found = {}
    for part in thirds(by_task):
        found |= dict.fromkeys(part, learn(by_task, [task for task in by_task if task not in part]))
    return found


def promises(cache: Path, networks: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Return the greatest promises at which the rule loses little in replays of these tasks.

    The rule has a network for each task.
    """
    found = {}
    for name, orders in STARTS.items():
        runs = [
            run for order in orders for run in read(cache, order).items() if run[0][0] in networks
        ]
        found[name] = _promise(runs, networks)
    return found


def _promise(runs: Sequence[Run], networks: Mapping[str, Mapping[str, Any]]) -> float:
    for promise in PROMISES:
        rows: list[Row] = []
        for row in (
            r
            for n in NOISES
            for r in replays(runs, n, lambda task, least=promise: learned(networks[task], least))
        ):
            rows.append(row)
            if sum(lost > LOSS for _, _, lost in rows) > MOST_LOSING * len(runs) * len(NOISES):
                break
        else:
            if summary(rows)["lost"] <= MOST_LOST:
                return promise
    return 0.0


def fits(cache: Path) -> dict[str, Any]:
    """Return for each task a network and promises learned without it.

    Under ``all`` are those to ship; the cache keeps them.
    """
    kept = cache / "fits.json"
    if not kept.exists():
        kept.write_text(json.dumps(_fits(cache)))
    return json.loads(kept.read_text())  # type: ignore[no-any-return]


def _fits(cache: Path) -> dict[str, Any]:
    """Learn without each third.

    Its promises are chosen on the other two, by networks learned there without the task judged.
    """
    by_task = collect(cache)
    networks, found = crossed(by_task), {}
    for part in thirds(by_task):
        chosen = promises(
            cache, crossed({t: examples for t, examples in by_task.items() if t not in part})
        )
        print(part, chosen, file=sys.stderr, flush=True)
        found |= {task: {"network": networks[task], **chosen} for task in part}
    return {**found, "all": {"network": learn(by_task, by_task), **promises(cache, networks)}}


def write(fit: Mapping[str, Any], tasks: Collection[str]) -> None:
    """Write what is shipped into knowledge/stopping.yaml."""
    network = fit["network"]
    lines = [
        "# What autotune's own rule of early stopping, 'curve', learned from learning curves "
        "of other tasks. What it reads of a trial:",
        "# its own gain, the best trial's and the better quarter's remaining gain, its rank, "
        "the noise, what it needs, how far it is,",
        "# and how many trials finished (autotune/stopping/curve.py). "
        "benchmarks/results/stopping_rules.md has the figures.",
        "schema: 1",
        *(f"{n}: {fit[n]}" for n in STARTS),
        f"protect: {PROTECT}",
        f"tasks: {' '.join(f'lcbench-{t}' for t in tasks)}",
        f"command: {COMMAND}",
        f"means: {network['means']}",
        f"spreads: {network['spreads']}",
        "networks:",
    ]
    for net in network["networks"]:
        lines += [
            "  - hidden:",
            *(f"      - {row}" for row in net["hidden"]),
            f"    output: {net['output']}",
        ]
    source = (
        "Zimmer, Lindauer, Hutter (2021), Auto-PyTorch Tabular, IEEE TPAMI: LCBench, "
        "by YAHPO Gym's surrogate (Pfisterer et al. 2022)"
    )
    (shipped() / "stopping.yaml").write_text(
        "\n".join([*lines, "sources:", f'  lcbench: "{source}"']) + "\n"
    )


def main(cache: str) -> None:
    found = fits(Path(cache))
    write(found.pop("all"), sorted(found, key=int))


if __name__ == "__main__":
    main(*sys.argv[1:])
