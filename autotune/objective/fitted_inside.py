"""What is around an estimator and, once fitted, answers as the fitted estimator does."""

from typing import Any

from autotune.facts.types import Estimator


class FittedInside:
    """Gives all that a scorer asks for from ``estimator_``, or from ``estimator`` before the fit.

    A class of this kind sets both, and defines what it answers itself.
    """

    estimator: Estimator

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or "estimator" not in self.__dict__:
            raise AttributeError(name)
        return getattr(self.__dict__.get("estimator_", self.estimator), name)

    def __sklearn_tags__(self) -> Any:
        return self.estimator.__sklearn_tags__()
