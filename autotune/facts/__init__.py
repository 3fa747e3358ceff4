"""Facts: what is read off an estimator, a function, a name or data; nothing is fitted."""

from autotune.facts.data import check_facts, check_missing, read_data
from autotune.facts.read import read_subject
from autotune.facts.subject import Part, Subject

__all__ = ["Part", "Subject", "check_facts", "check_missing", "read_data", "read_subject"]
