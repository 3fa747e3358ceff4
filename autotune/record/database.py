"""The store in a database: Optuna's storage, which writes a trial once however often it tries."""

from typing import Any

from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial

from autotune.record.internals import trial_table


class WholeDatabase(RDBStorage):
    """Optuna's storage, in which a new trial that has its number already is written under it once.

    Optuna tries a creation again whose reply was lost; the database may have carried it out, and
    would hold the trial twice.
    """

    def _get_prepared_new_trial(
        self, study_id: int, template_trial: FrozenTrial | None, session: Any
    ) -> Any:
        if template_trial is not None and template_trial.number >= 0:
            trials = session.query(trial_table())
            written = trials.filter_by(
                study_id=study_id, number=template_trial.number
            ).one_or_none()
            if written is not None:
                return written
        return super()._get_prepared_new_trial(study_id, template_trial, session)
