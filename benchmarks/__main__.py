"""Runs every benchmark that needs no data of its own: ``python -m benchmarks``."""

from benchmarks import importing, planning, running

if __name__ == "__main__":
    for benchmark in (importing, planning, running):
        benchmark.main()
