"""Runs every benchmark that needs no data of its own, the long ones last: ``python -m benchmarks``, about 45 minutes."""

from benchmarks import caps, chaos, importing, overhead, planning, running, scripts, stopping

if __name__ == "__main__":
    for benchmark in (importing, planning, running, overhead, scripts, stopping, caps, chaos):
        benchmark.main()
