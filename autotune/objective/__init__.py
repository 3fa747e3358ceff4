"""Objectives, which run in worker processes: from one configuration to its metrics."""
