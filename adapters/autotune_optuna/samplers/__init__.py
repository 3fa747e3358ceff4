"""Samplers for any Optuna program: distinct configurations, and a prior from knowledge."""
