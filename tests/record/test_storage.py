"""A database's storage closes its connections when nothing uses it any more."""

import gc

import sqlalchemy

from autotune.record.storage import database_storage


def test_a_storage_that_leaves_the_cache_closes_its_connections(tmp_path):
    disposed = []
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    engine = database_storage(url).engine
    sqlalchemy.event.listen(engine, "engine_disposed", disposed.append)
    assert database_storage(url).engine is engine
    assert disposed == []
    database_storage.cache_clear()
    gc.collect()
    assert disposed == [engine]
