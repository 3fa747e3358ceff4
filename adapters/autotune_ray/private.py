"""The private parts of Ray that the adapter uses; test_private_parts.py names each.

Ray's searcher offers no public way to its study, nor to the trial that it suggested under a name.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from optuna.study import Study
from optuna.trial import FrozenTrial, Trial
from ray.tune.search.optuna import OptunaSearch


def study_of(searcher: OptunaSearch) -> Study:
    """Return the study that holds what a searcher suggested, and what was reported."""
    return cast(Study, searcher._ot_study)


def trial_of(searcher: OptunaSearch, trial_id: str) -> FrozenTrial:
    """Return the study's trial that a searcher suggested under a name, with its reports."""
    number: int = searcher._ot_trials[trial_id].number
    return study_of(searcher).get_trials(deepcopy=False)[number]


def live_trial_of(searcher: OptunaSearch, trial_id: str) -> Trial:
    """Return the running trial that a searcher suggested under a name, which can be written to."""
    return cast(Trial, searcher._ot_trials[trial_id])


@contextmanager
def without_node_log() -> Iterator[None]:
    """Keep the log of a lost node off standard output, where Ray prints it at any level.

    The job itself says that it lost one.
    """
    from ray._private import worker

    printing = worker.print_to_stdstream
    worker.print_to_stdstream = lambda *_, **__: None
    try:
        yield
    finally:
        worker.print_to_stdstream = printing
