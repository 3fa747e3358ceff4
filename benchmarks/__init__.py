"""Benchmarks of speed and quality, each one command; results are committed with the commit and versions they came from."""
