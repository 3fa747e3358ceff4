"""Ray's searcher and scheduler where no trial ends early."""

import optuna
from optuna.storages import BaseStorage
from ray.tune.schedulers import FIFOScheduler, TrialScheduler
from ray.tune.search.optuna import OptunaSearch

from autotune_ray.export.templates.placeholders import METRIC, MODE
from autotune_ray.export.templates.suggestion import suggest_trial


def make_search_and_scheduler(
    study: optuna.Study, storage: BaseStorage
) -> tuple[OptunaSearch, TrialScheduler]:
    """Return what suggests trials, by the study's sampler, and what ends them early: nothing."""
    search = OptunaSearch(
        suggest_trial,
        metric=METRIC,
        mode=MODE,
        sampler=study.sampler,
        study_name=study.study_name,
        storage=storage,
    )
    return search, FIFOScheduler()  # type: ignore[no-untyped-call]
