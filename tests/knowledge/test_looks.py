"""How often a folder of knowledge is looked at."""

import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from autotune import autotune
from autotune.knowledge import catalog


@pytest.fixture
def looks(tmp_path, monkeypatch):
    """Return the folders that were looked at, in order."""
    folders, scan = [], catalog._scanned
    monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", str(tmp_path))
    monkeypatch.setattr(catalog, "_scanned", lambda folder: folders.append(folder) or scan(folder))
    return folders


def test_a_plan_looks_at_each_folder_of_yours_once(looks, tmp_path):
    autotune(make_pipeline(StandardScaler(), SVC()))
    assert looks == [tmp_path]


def test_the_next_plan_looks_again(looks, tmp_path):
    autotune(SVC())
    autotune(SVC())
    assert looks == [tmp_path, tmp_path]
