"""From a subject, facts, knowledge and overrides to a plan; each rule is a small function."""

from autotune.recommend.recommender import recommend

__all__ = ["recommend"]
