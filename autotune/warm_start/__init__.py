"""Warm start: what parent jobs give, and how it transfers."""
