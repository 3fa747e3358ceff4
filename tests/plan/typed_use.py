"""Right and wrong uses of the typed face, for a type checker; never run.

A line that must be refused ends in a comment that names mypy's error code.
"""

from typing import Unpack

from sklearn.ensemble import RandomForestClassifier

from autotune import Choice, Float, Int, Normal, Plan, Settings, autotune, compare

forest = RandomForestClassifier()

plan: Plan = autotune(forest, max_trials=40, max_runtime=600, early_stopping=None, max_depth=5)
autotune(forest, ranges={"max_depth": (3, 10), "criterion": ["gini"]}, metric="f1", mode="max")
autotune(forest, cv=5, seed=3, memory_limit="2 GB", keep_static=["n_jobs"], tune="max_depth")
autotune(forest, early_stopping={"rule": "bandit", "slack_factor": 0.1}, sampler=None)
autotune(forest, completion={"target": 0.9}, max_failures=3, initial_trials=[{"max_depth": 3}])
autotune(forest, overrides="mine.yaml", facts={"rows": 100}, anything=object())
compare(forest, [[1]], [1], {"max_depth": (3, 9)}, max_trials=3, metric="f1", max_features=0.5)

mine: Settings = {"max_trials": 40, "strategy": "random"}
autotune(forest, overrides=mine)
autotune(forest, **mine)


def wrapper(**settings: Unpack[Settings]) -> Plan:
    return autotune(forest, **settings)


autotune(forest, max_trials="three")  # arg-type
autotune(forest, strategy="bayes")  # arg-type
autotune(forest, mode="maximize")  # arg-type
autotune(forest, max_runtime="1h")  # arg-type
autotune(forest, deterministic="yes")  # arg-type
autotune(forest, ranges=[1])  # arg-type
autotune(forest, facts=3)  # arg-type
compare(forest, [[1]], [1], {}, max_trials="three")  # arg-type
compare(forest, [[1]], [1], {}, metric=3)  # arg-type
wrong: Settings = {"max_trails": 40}  # typeddict-unknown-key
wrapper(max_trials="three")  # arg-type
Float(1, 10, True)  # call-arg
Int(1, 10, True)  # call-arg
Choice([1], None)  # call-arg
Normal(0, 1, 2)  # call-arg
