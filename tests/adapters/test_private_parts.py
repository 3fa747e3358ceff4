"""The private parts of Optuna and Ray that we use: each named, so that a gap shows up."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
OLDEST = Path(sys.executable).parent.parent / "oldest-optuna"
OPTUNA = {
    "Study._storage": "optuna.create_study()._storage",
    "Study._study_id": "optuna.create_study()._study_id",
    "FrozenTrial._trial_id": "optuna.trial.create_trial(value=0.0)._trial_id",
    "Trial._trial_id, Trial.storage": (
        "optuna.create_study().ask().storage.set_trial_system_attr, "
        "optuna.create_study().ask()._trial_id"
    ),
    "RandomSampler._rng": "optuna.samplers.RandomSampler(seed=0)._rng.rng.seed",
    "QMCSampler._independent_sampler": "optuna.samplers.QMCSampler()._independent_sampler._rng",
    "TrialModel.number": "optuna.storages._rdb.models.TrialModel.number",
    "RDBStorage._get_prepared_new_trial": "optuna.storages.RDBStorage._get_prepared_new_trial",
    "_CachedStorage._backend": (
        "optuna.storages.get_storage(optuna.storages.RDBStorage('sqlite://'))._backend.engine"
    ),
}
RAY = {
    "OptunaSearch._ot_study": "OptunaSearch()._ot_study",
    "OptunaSearch._ot_trials": "OptunaSearch()._ot_trials",
    "DEFINE_BY_RUN_WARN_THRESHOLD_S": "optuna_search.DEFINE_BY_RUN_WARN_THRESHOLD_S",
    "ray._private.worker.print_to_stdstream": "worker.print_to_stdstream",
}
# Each expression is run by itself; what a version lacks is printed by our name for it.
LACKING = """
import sys, warnings
warnings.simplefilter("ignore")
import optuna, optuna.storages._rdb.models
optuna.logging.set_verbosity(optuna.logging.ERROR)
for name, expression in {parts!r}.items():
    try:
        eval(expression)
    except Exception as error:
        print(f"optuna {{optuna.__version__}} lacks {{name}}: {{type(error).__name__}}: {{error}}")
"""


def lacking_in_optuna(parts, path=None):
    environment = {"PATH": "", "PYTHONPATH": str(path) if path else ""}
    code = LACKING.format(parts=parts)
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
    )


@pytest.mark.parametrize("path", [None, OLDEST], ids=["installed", "oldest"])
def test_optuna_has_the_private_parts_that_we_use(path):
    if path and not path.exists():
        pytest.skip("make installs the oldest Optuna beside the environment")
    process = lacking_in_optuna(OPTUNA, path)
    assert (process.stdout, process.returncode) == ("", 0), process.stdout + process.stderr


def test_a_version_that_lacks_one_is_told_by_its_name():
    process = lacking_in_optuna({"Study._old": "optuna.create_study()._old"})
    assert "lacks Study._old: AttributeError" in process.stdout


def test_ray_has_the_private_parts_that_we_use():
    pytest.importorskip("ray")
    from ray import __version__
    from ray._private import worker
    from ray.tune.search.optuna import OptunaSearch, optuna_search

    names = {"OptunaSearch": OptunaSearch, "optuna_search": optuna_search, "worker": worker}
    lacking = []
    for name, expression in RAY.items():
        try:
            eval(expression, names)
        except AttributeError:
            lacking.append(name)
    assert not lacking, f"ray {__version__} lacks {lacking}: see autotune_ray/private.py"


PRIVATE_MODULES = {
    "autotune/record/internals.py",
    "autotune/record/database.py",  # a class that overrides a method of the storage
    "adapters/autotune_optuna/private.py",
    "adapters/autotune_ray/private.py",
}


def test_no_other_file_uses_them():
    private = ("._storage", "._study_id", "._trial_id", "._ot_", "._rng.", "optuna.samplers._")
    private += ("optuna.storages._", "ray._private")
    for path in [*(ROOT / "autotune").rglob("*.py"), *(ROOT / "adapters").rglob("*.py")]:
        if str(path.relative_to(ROOT)) in PRIVATE_MODULES:
            continue
        text = re.sub(r"self\._\w+", "", path.read_text())  # our own
        assert [part for part in private if part in text] == [], path
