"""Runs every benchmark that needs no data of its own: ``python -m benchmarks``.

The long ones come last; all take about 45 minutes.
"""

from benchmarks import caps, chaos, importing, overhead, planning, running, scripts, stopping

if __name__ == "__main__":
    for benchmark in (importing, planning, running, overhead, scripts, stopping, caps, chaos):
        benchmark.main()
