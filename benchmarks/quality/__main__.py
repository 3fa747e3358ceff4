"""Runs methods on problems, and reports: ``python -m benchmarks.quality run|report``."""

import argparse
import math
import shlex
import sys
from pathlib import Path

from benchmarks.quality import flaml_methods
from benchmarks.quality.best_known import short
from benchmarks.quality.problems import FAMILY_NAMES, Problem, problems
from benchmarks.quality.report import write
from benchmarks.quality.rows import read
from benchmarks.quality.running import run


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    commands = made.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="append the rows that are not there yet")
    running.add_argument(
        "--surrogates", type=Path, help="folder of surrogates, one folder for each scenario"
    )
    running.add_argument("--data", type=Path, help="folder of real datasets with its index.json")
    running.add_argument(
        "--facts", type=Path, help="folder with peers.json and sagemaker_ranges.yaml"
    )
    running.add_argument(
        "-o", "--out", type=Path, required=True, help="folder of rows, parquet parts"
    )
    running.add_argument(
        "--families", type=_names, default=(), help=f"of {', '.join(FAMILY_NAMES)}"
    )
    running.add_argument(
        "--methods",
        type=_names,
        default=(),
        help="by name, or by a beginning: autotune*,hand:typical",
    )
    running.add_argument(
        "--short",
        action="store_true",
        help="of each family only the best known peers, as best_known.py lists them",
    )
    running.add_argument(
        "--tasks", type=_names, default=(), help="by name, in this order; families take turns"
    )
    running.add_argument("--sample", type=int, help="so many tasks of each family, evenly spread")
    running.add_argument("--seeds", type=int, default=3)
    running.add_argument("--trials", type=int, default=50)
    running.add_argument(
        "--rows", type=int, help="rows taken of each real dataset; by default as for learning"
    )
    running.add_argument(
        "--trial-seconds", type=float, default=60, help="a real trial that takes longer has failed"
    )
    running.add_argument("--minutes", type=float, default=math.inf)
    running.add_argument("--retry-errors", action="store_true", help="make rows with errors again")
    reporting = commands.add_parser("report", help="write figures as REPORT.json and REPORT.md")
    reporting.add_argument("rows", type=Path)
    reporting.add_argument("-o", "--out", type=Path, required=True)
    reporting.add_argument(
        "--trials", type=int, help="of rows with so many trials; by default the most there are"
    )
    return made


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def chosen(listed: list[Problem], tasks: tuple[str, ...], sample: int | None) -> list[Problem]:
    """Return the problems of these tasks, or a sample of so many of each family."""
    if tasks:
        listed = sorted((p for p in listed if p.task in tasks), key=lambda p: tasks.index(p.task))
    if sample is None:
        return listed
    by_family: dict[tuple[str, str], list[Problem]] = {}
    for problem in listed:
        by_family.setdefault((problem.kind, problem.family), []).append(problem)
    return [ps[i] for ps in by_family.values() for i in _spread(len(ps), sample)]


def _spread(length: int, count: int) -> list[int]:
    return sorted({int(i * length / count) for i in range(min(count, length))})


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command; return 0, or 2 where the input was wrong."""
    made = parser()
    given = made.parse_args(arguments)
    if given.command == "report":
        rows = read(given.rows)
        if rows.empty:
            made.error(f"{given.rows} holds no rows")
        words = sys.argv[1:] if arguments is None else arguments
        write(rows, given.out, f"python -m benchmarks.quality {shlex.join(words)}", given.trials)
        return 0
    if unknown := set(given.families) - set(FAMILY_NAMES):
        made.error(f"--families must be of {', '.join(FAMILY_NAMES)}, got {', '.join(unknown)}")
    listed = chosen(
        problems(given.surrogates, given.data, given.families, given.rows, given.trial_seconds),
        given.tasks,
        given.sample,
    )
    if not listed:
        made.error(
            "no problems: give --surrogates or --data, and families and tasks that are in them"
        )
    if given.data and not flaml_methods.is_installed():
        print(flaml_methods.MISSING, file=sys.stderr)
    only = short if given.short else lambda family: given.methods
    run(
        listed,
        given.facts,
        given.out,
        seeds=given.seeds,
        trials=given.trials,
        minutes=given.minutes,
        only=only,
        retry=given.retry_errors,
        say=lambda line: print(line, file=sys.stderr, flush=True),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
