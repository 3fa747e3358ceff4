"""The methods that an estimator has once it is fitted."""

from autotune.facts.task import estimator_type
from autotune.facts.types import Estimator
from autotune.serialization.cloning import cloned


def has_method(estimator: Estimator, *names: str) -> bool:
    """Return whether an estimator has one of these methods.

    One that delegates to an estimator which the library chooses when it is fitted, such as the
    last one of a stack, shows none before: it is looked at with a dummy in that place.

    >>> from sklearn.ensemble import StackingRegressor
    >>> from sklearn.linear_model import Ridge
    >>> stack = StackingRegressor([("ridge", Ridge())])
    >>> hasattr(stack, "predict"), has_method(stack, "predict")
    (False, True)
    """
    if any(hasattr(estimator, name) for name in names):
        return True
    params = estimator.get_params() if hasattr(estimator, "get_params") else {}
    chosen_later = [n for n, value in params.items() if value is None and n.endswith("estimator")]
    if not chosen_later:
        return False
    from sklearn.base import ClassifierMixin
    from sklearn.dummy import DummyClassifier, DummyRegressor

    # A class of classifiers may need what is missing to say so.
    is_classifier = estimator_type(estimator) == "classifier" or isinstance(
        estimator, ClassifierMixin
    )
    dummy = DummyClassifier() if is_classifier else DummyRegressor()
    complete = cloned(estimator).set_params(**dict.fromkeys(chosen_later, dummy))
    return any(hasattr(complete, name) for name in names)
