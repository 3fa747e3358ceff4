"""Teaches autotune's rule what curves promise: python -m benchmarks.stopping_rules.calibrate CACHE.

Networks learn, from curves of trials in the order searches tried them, by how much each trial would have improved on the best
so far; they go to knowledge/stopping.yaml. Half of the searches are seen as a rule would leave them: some of the trials that
gain nothing end on the way.
"""

import json
import sys
import warnings
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier

from autotune.knowledge.catalog import shipped
from autotune.stopping import FEWEST_REPORTS, Curve
from benchmarks.stopping_rules.curves import ORDERS, noisy, read
from benchmarks.stopping_rules.replay import PROTECT, Row, learned, replays, summary

NOISES = (0.0, 0.5)  # points, on each report
NETWORKS, HIDDEN, PENALTY, ROUNDS = 3, 8, 0.03, 10
GAIN, MOST_GAIN = 0.1, 50  # a gain of so many points counts as one, at most as so many
KEPT = 0.1  # of the reports of trials that gained nothing
THIRDS = 3
PROMISES = (0.16, 0.08, 0.04, 0.02, 0.01)
MOST_LOST, MOST_LOSING = 0.01, 0.01  # points on average, and the share of the runs that lose 0.1 point
CHALLENGE = {"168329", "168331", "189862", "189865", "189866"}  # of one source (ChaLearn's AutoML challenge): in the same third
COMMAND = "python -m benchmarks.stopping_rules.calibrate CACHE"
Examples = tuple[np.ndarray, np.ndarray]  # inputs, and the gain in points


def varied(curves: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the curves as they are, cut in half, or seen at every fifth epoch: jobs differ in how often trials report."""
    kind = rng.integers(4)
    return curves[:, 4::5] if kind == 0 else curves[:, : curves.shape[1] // 2] if kind == 1 else curves


def examples(seen: np.ndarray, true: np.ndarray, rng: np.random.Generator) -> Iterator[tuple[list[float], float]]:
    """Yield what the rule reads of a search's trials, and what each would have gained."""
    rule, stopping = Curve("max", 0.0, 10**9, {}), rng.random() < 0.5
    for number, values in enumerate(seen):
        gain = true[number, -1] - true[rule.best, -1] if rule.best is not None else 0.0
        end = int(rng.integers(1, len(values))) if stopping and number > 2 and gain <= 0 and rng.random() < 0.7 else len(values)
        for step, value in enumerate(values, start=1):
            rule.stops(number, step, value)
            if rule.best is not None and step >= FEWEST_REPORTS and (gain > 0 or rng.random() < KEPT):
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
                found.setdefault(task, []).extend(examples(noisy(true, noise, int(rng.integers(2**31))), true, rng))
    return {t: (np.array([x for x, _ in rows]), np.array([g for _, g in rows])) for t, rows in found.items()}


def learn(by_task: Mapping[str, Examples], tasks: Collection[str]) -> dict[str, Any]:
    """Return networks that foretell gains on these tasks, as the rule takes them."""
    inputs, gains = np.vstack([by_task[t][0] for t in tasks]), np.concatenate([by_task[t][1] for t in tasks])
    means, spreads = inputs.mean(0), inputs.std(0)
    x = np.clip((inputs - means) / spreads, -4, 4)
    weights = np.where(gains > 0, np.clip(gains / GAIN, 0, MOST_GAIN) + 1e-3, 1 / KEPT)
    networks = [_network(x, gains > 0, weights / weights.mean(), seed) for seed in range(NETWORKS)]
    return rounded({"means": means.tolist(), "spreads": spreads.tolist(), "networks": networks})


def _network(x: np.ndarray, wins: np.ndarray, weights: np.ndarray, seed: int) -> dict[str, Any]:
    made = MLPClassifier(
        (HIDDEN,), activation="tanh", alpha=PENALTY, max_iter=ROUNDS, batch_size=512, learning_rate_init=5e-3, random_state=seed
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has not converged, and need not
        made.fit(x, wins, sample_weight=weights)
    hidden = [[b, *w] for b, w in zip(made.intercepts_[0].tolist(), made.coefs_[0].T.tolist(), strict=True)]
    return {"hidden": hidden, "output": [float(made.intercepts_[1][0]), *made.coefs_[1][:, 0].tolist()]}


def rounded(value: Any) -> Any:
    """Return numbers as short as the rule needs them."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    return {k: rounded(v) for k, v in value.items()} if isinstance(value, dict) else [rounded(v) for v in value]


def thirds(tasks: Collection[str]) -> list[list[str]]:
    """Return the tasks in three parts, those of one source in the same."""
    ordered = sorted(tasks, key=lambda task: (task not in CHALLENGE, int(task)))
    return [part.tolist() for part in np.array_split(ordered, THIRDS)]


def chosen(cache: Path, networks: Mapping[str, Mapping[str, Any]]) -> float:
    """Return the greatest promise at which the rule, with a network for each task, loses little in replays of these tasks."""
    runs = [r for order in ORDERS for r in read(cache, order).items() if r[0][0] in networks]
    for promise in PROMISES:
        rows: list[Row] = []
        for i, noise in enumerate(NOISES):  # a seed in one noise each
            seeds = [r for r in runs if r[0][1] % len(NOISES) == i]
            rows += replays(seeds, noise, lambda task, promise=promise: learned(networks[task], promise))
        found = summary(rows)
        print(promise, found, file=sys.stderr, flush=True)
        if found["lost"] <= MOST_LOST and found["losing"] <= MOST_LOSING:
            break
    return promise


def fits(cache: Path) -> dict[str, Any]:
    """Return for each task a network and a promise learned without it, and for ``all`` those to ship; the cache keeps them."""
    kept = cache / "fits.json"
    if not kept.exists():
        kept.write_text(json.dumps(_fits(cache)))
    return json.loads(kept.read_text())  # type: ignore[no-any-return]


def _fits(cache: Path) -> dict[str, Any]:
    """Learn without each third: its promise is chosen on the other two, each of them judged by a network of the other alone."""
    by_task, found = collect(cache), {}
    parts = thirds(by_task)
    alone = [learn(by_task, part) for part in parts]
    for i, part in enumerate(parts):
        j, k = (i + 1) % THIRDS, (i + 2) % THIRDS
        promise = chosen(cache, dict.fromkeys(parts[j], alone[k]) | dict.fromkeys(parts[k], alone[j]))
        fit = {"network": learn(by_task, parts[j] + parts[k]), "promise": promise}
        found |= dict.fromkeys(part, fit)
    shipped = {"network": learn(by_task, by_task), "promise": chosen(cache, {t: fit["network"] for t, fit in found.items()})}
    return {**found, "all": shipped}


def write(network: Mapping[str, Any], promise: float, tasks: Collection[str]) -> None:
    """Write the networks into knowledge/stopping.yaml."""
    lines = [
        "# What autotune's own rule of early stopping, 'curve', learned from learning curves of other tasks. What it reads of a trial:",
        "# its own gain, the best trial's and the better quarter's remaining gain, its rank, the noise, what it needs, how far it is,",
        "# and how many trials finished (autotune/stopping/curve.py). benchmarks/results/stopping_rules.md has the figures.",
        "schema: 1", f"promise: {promise}", f"protect: {PROTECT}", f"tasks: {' '.join(f'lcbench-{t}' for t in tasks)}",
        f"command: {COMMAND}", f"means: {network['means']}", f"spreads: {network['spreads']}", "networks:",
    ]  # fmt: skip
    for net in network["networks"]:
        lines += ["  - hidden:", *(f"      - {row}" for row in net["hidden"]), f"    output: {net['output']}"]
    source = "Zimmer, Lindauer, Hutter (2021), Auto-PyTorch Tabular, IEEE TPAMI: LCBench, by YAHPO Gym's surrogate (Pfisterer et al. 2022)"
    (shipped() / "stopping.yaml").write_text("\n".join([*lines, "sources:", f'  lcbench: "{source}"']) + "\n")


def main(cache: str) -> None:
    found = fits(Path(cache))
    fit = found.pop("all")
    write(fit["network"], fit["promise"], sorted(found, key=int))


if __name__ == "__main__":
    main(*sys.argv[1:])
