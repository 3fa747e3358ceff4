"""Ray's searcher and scheduler where trials may be beyond constraints."""

import optuna
from optuna.storages import BaseStorage
from ray.tune.schedulers import TrialScheduler
from ray.tune.search.optuna import OptunaSearch

from autotune_ray.export.templates.placeholders import METRIC, MODE
from autotune_ray.export.templates.suggestion import suggest_trial
from autotune_ray.scheduler import PrunerScheduler
from autotune_ray.searcher import FeasibilitySearch


def make_search_and_scheduler(
    study: optuna.Study, storage: BaseStorage
) -> tuple[OptunaSearch, TrialScheduler]:
    """Return what suggests trials, by the study's sampler, and what ends them early: its pruner."""
    search = FeasibilitySearch(
        suggest_trial,
        metric=METRIC,
        mode=MODE,
        sampler=study.sampler,
        study_name=study.study_name,
        storage=storage,
    )
    return search, PrunerScheduler(search, study.pruner)
