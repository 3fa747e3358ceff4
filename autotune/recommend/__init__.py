"""Recommend: subject, facts, knowledge and what the user set, into a plan; the inference rules, one small function each."""

from autotune.recommend.build import recommend

__all__ = ["recommend"]
