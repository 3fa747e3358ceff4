"""The best configuration of a job, in every form someone may want it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from autotune.plan.encoder import Encoder
from autotune.script import ScriptSpec
from autotune.serialization import documents
from autotune.text import brief, number


@dataclass(frozen=True)
class Best:
    """The best configuration of a job: the trial's number, its value and its hyperparameters."""

    number: int
    value: float
    params: Mapping[str, Any]
    real_names: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The estimator's own names of hyperparameters that the plan has under an alias."""

    def __repr__(self) -> str:
        return brief("Best", f"trial {self.number}: {number(self.value)}, {dict(self.params)}")

    def apply(self, estimator: object) -> Any:
        """Return a clone of the estimator, or a script, with the hyperparameters set.

        Of a list of estimators, as the job was given, it is the one that ``algorithm`` names.
        """
        from autotune.facts.algorithm_choice import chosen

        if isinstance(estimator, ScriptSpec):
            return replace(estimator, hyperparameters={**estimator.hyperparameters, **self.params})
        return chosen(self._set(estimator))

    def apply_behind(self, encoders: Mapping[str, Encoder], estimator: object) -> Any:
        """Return what `apply` does, behind the steps that encode the columns of a table for it."""
        from autotune.facts.algorithm_choice import chosen, prefix_of_chosen
        from autotune.objective.encoded import encoded

        copy = self._set(estimator)
        encoder = encoders.get(prefix_of_chosen(copy))
        if encoder is None:
            return chosen(copy)
        return encoded(encoder.steps, chosen(copy).set_params(**encoder.params))

    def _set(self, estimator: object) -> Any:
        """Return a clone of one estimator, or of several, with the hyperparameters set."""
        from autotune.facts import read_subject
        from autotune.serialization.cloning import by_real_names
        from autotune.serialization.values import with_params, without_aliases

        several = isinstance(estimator, list | tuple)
        target = read_subject(estimator, {}, None).target if several else estimator
        params = by_real_names(self.params, self.real_names)
        return with_params(without_aliases(target, self.real_names), params)

    def to_yaml(self) -> str:
        """Return the hyperparameters as YAML."""
        return documents.to_yaml(self._plain())

    def to_json(self) -> str:
        """Return the hyperparameters as JSON."""
        return documents.to_json(self._plain())

    def to_python(self) -> str:
        """Return the hyperparameters as a Python dict's text."""
        return (
            "{\n"
            + "".join(f"    {name!r}: {value!r},\n" for name, value in self.params.items())
            + "}"
        )

    def _plain(self) -> dict[str, Any]:
        from autotune.serialization.values import to_plain

        return {name: to_plain(value) for name, value in self.params.items()}
