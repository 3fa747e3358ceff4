"""Recommend: subject, facts, knowledge and what the user set, into a plan; the inference rules, one small function each."""

from autotune.recommend.recommender import recommend

__all__ = ["recommend"]
