"""Learning works for every entry that is shipped, also one that no task was measured for."""

from random import Random

import numpy as np
import pytest

from autotune import knowledge
from autotune.knowledge.knowledge_file import check_entry
from autotune.learn import History, write_files
from autotune.learn.overlay import SOURCE, overlay
from autotune.learn.surface import columns_of, space_of
from autotune.space.parameters import encode

ENTRIES = [entry.content.name for entry in knowledge.entries()]


def _job(name, task, seed):
    """Return a job's history: the further up in every range, the better."""
    space = space_of(knowledge.find_entry(name).content)
    random, columns = Random(seed), columns_of(space)
    points = [space.sample(random) for _ in range(16)]
    positions = columns.features(columns.positions([encode(space, point) for point in points]))
    values = (np.nan_to_num(positions) @ np.linspace(1, 2, positions.shape[1])).tolist()
    return History(name, task, tuple(points), tuple(values), (0.5,) * len(points))


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_learns_from_a_users_jobs(name, tmp_path):
    entry = knowledge.find_entry(name)
    if len({repr(domain) for domain in space_of(entry.content).domains.values()}) == 0:
        pytest.skip("it tunes nothing")
    histories = [_job(name, f"own-{seed}", seed) for seed in (1, 2)]
    files, used = overlay(entry, histories, "Own jobs own-1, own-2", "autotune knowledge learn")
    write_files(tmp_path, files)
    learned = check_entry(tmp_path / f"{name}.yaml").content
    own = [start for start in learned.starts if start.source == SOURCE]
    assert used == 2 and own
    tasks = entry.content.measured.names if entry.content.measured else []
    assert learned.measured.names == ["own-1", "own-2", *tasks]
    assert all(len(start.scores.split()) == len(learned.measured.names) for start in learned.starts)
