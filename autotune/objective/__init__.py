"""Objectives: from one configuration to metrics, by cross-validation, a function or a script; they run in worker processes."""
