"""Benchmarks of speed and quality, each one command.

Results are committed together with the commit and the versions that they came from.
"""
