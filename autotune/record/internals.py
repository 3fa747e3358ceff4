"""The private parts of Optuna that the record uses: a study offers no public way to its storage.

Each is named here alone, and tests/record/test_internals.py says which a version lacks. Optuna's
own dashboard reaches a study's storage in the same way.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import optuna
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial


def storage_of(study: "optuna.Study") -> "BaseStorage":
    """Return the storage that a study is in."""
    return study._storage


def study_id(study: "optuna.Study") -> int:
    """Return the number by which a storage knows a study."""
    return study._study_id


def trial_id(trial: "FrozenTrial") -> int:
    """Return the number by which a storage knows a trial."""
    return trial._trial_id


def sql_engine(study: "optuna.Study") -> Any:
    """Return the SQLAlchemy engine below a study; Optuna wraps its storage in a cache."""
    storage: Any = study._storage
    return getattr(storage, "_backend", storage).engine


def trial_table() -> Any:
    """Return the model of the table of trials in a database."""
    from optuna.storages._rdb import models

    return models.TrialModel
