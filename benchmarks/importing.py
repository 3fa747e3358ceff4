"""Measures `import autotune` against `import optuna`, whole processes in turn.

The figures are CPU seconds and peak memory.
"""

from benchmarks.measure import in_turn, median, process, ratio, write

REPEATS = 15


def main() -> None:
    codes = {"autotune": "import autotune", "optuna": "import optuna", "python": "pass"}
    got = in_turn({name: lambda code=code: process(code) for name, code in codes.items()}, REPEATS)
    seconds = {n: [s for s, _ in v] for n, v in got.items()}
    memory = {n: [m for _, m in v] for n, v in got.items()}
    write(
        "importing",
        "python -m benchmarks.importing",
        {
            "repeats": REPEATS,
            "cpu_seconds": {n: median(v) for n, v in seconds.items()},
            "peak_mb": {n: median(v) for n, v in memory.items()},
            "ratio_cpu": ratio(seconds["autotune"], seconds["optuna"]),
            "ratio_memory": ratio(memory["autotune"], memory["optuna"]),
            "target": "at most 0.5 of each",
        },
    )


if __name__ == "__main__":
    main()
