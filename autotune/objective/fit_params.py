"""What a fit is given beside data: threads, seeds, sample weights."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autotune.facts.types import Column, Estimator

if TYPE_CHECKING:
    from autotune.plan.trial_setup import GroupArgument


def thread_caps(
    current: Mapping[str, object], params: Mapping[str, object], names: Sequence[str], threads: int
) -> dict[str, int]:
    """Return the thread hyperparameters to set, in nested estimators too; those searched stay.

    Threads go to the innermost estimators: an estimator around others gets one thread, as its
    threads and theirs would multiply.
    """
    names_in_use = [
        name for name in current if name not in params and name.rpartition("__")[2] in names
    ]
    return {name: 1 if _surrounds(name, current) else threads for name in names_in_use}


def open_seeds(
    current: Mapping[str, object], params: Mapping[str, object], names: Sequence[str], seed: int
) -> dict[str, int]:
    """Return the seeds to set, in nested estimators too: those that are None and not tuned."""
    return {
        name: seed
        for name in current
        if name not in params and name.rpartition("__")[2] in names and current[name] is None
    }


def _surrounds(name: str, current: Mapping[str, object]) -> bool:
    """Return whether the owner of a hyperparameter has estimators inside it."""
    owner = name[: -len(name.rpartition("__")[2])]
    return any(name.startswith(owner) and "__" in name[len(owner) :] for name in current)


def _routing() -> bool:
    """Return whether scikit-learn's metadata routing is on."""
    import sklearn

    return bool(sklearn.get_config().get("enable_metadata_routing", False))


def weight_params(estimator: Estimator, sample_weight: Column) -> dict[str, Any]:
    """Return the fit parameter of sample weights: a pipeline's last step's, unless routed."""
    if sample_weight is None:
        return {}
    steps = getattr(estimator, "steps", None)
    name = f"{steps[-1][0]}__sample_weight" if steps and not _routing() else "sample_weight"
    return {name: sample_weight}


def fit_on_all_rows(
    estimator: Estimator,
    data: Mapping[str, object],
    seed_names: Sequence[str],
    seed: int,
    groups: "GroupArgument | None" = None,
    *,
    encodes: bool = False,
) -> Any:
    """Return the estimator fitted on all rows, its open seeds set as the trials had them.

    Where it takes class labels 0, 1, 2, … only (``encodes``) and has others, they are encoded
    around it, as in the trials.
    """
    from autotune.facts.targets import as_target, from_zero
    from autotune.facts.task import task_of
    from autotune.serialization.cloning import cloned

    estimator.set_params(**open_seeds(estimator.get_params(), {}, seed_names, seed))
    if groups is not None:
        from autotune.objective.ranking import fit

        return fit(estimator, data["X"], data.get("y"), data.get("groups"), groups)
    params = weight_params(estimator, data.get("sample_weight"))
    y = as_target(data.get("y"), task_of(estimator))
    if encodes and y is not None and not from_zero(y):
        from autotune.objective.encoded_labels import EncodedLabels

        estimator = EncodedLabels(estimator)
    targets = () if y is None else (y,)
    # As each fold fits a clone: some classes read a hyperparameter where they are made, only.
    return cloned(estimator).fit(data["X"], *targets, **params)
