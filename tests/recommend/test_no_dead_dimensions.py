"""No plan of any estimator has a dimension that no trial can use, or trials that cannot differ."""

import pytest
from catboost import CatBoostClassifier
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.utils import all_estimators
from sklearn.utils._test_common.instance_generator import _construct_instances
from xgboost import XGBClassifier, XGBRFRegressor

from autotune import autotune
from autotune.errors import SettingError

FACTS = {"rows": 400, "columns": 9, "categorical": 2}
BOOSTERS = (LGBMClassifier, LGBMRegressor, XGBClassifier, XGBRFRegressor, CatBoostClassifier)
CLASSES = {**dict(all_estimators()), **{cls.__name__: cls for cls in BOOSTERS}}


def _instances(cls):
    try:
        return list(_construct_instances(cls)) if cls not in BOOSTERS else [cls()]
    except Exception as error:  # abstract classes and missing dependencies say so in many ways
        pytest.skip(f"cannot be built: {error}")


def _dead(plan):
    """Return the names that no configuration uses, and those with one value only."""
    dead = {name for name, chosen in plan.ranges.items() if chosen.value.size < 2}
    for name, chosen in plan.ranges.items():
        for parent, values in chosen.when.items():
            if not any(plan.ranges[parent].value.contains(value) for value in values):
                dead.add(name)
    return dead


@pytest.mark.parametrize("effort", ["useful", "all"])
@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_dimension_can_be_used_and_has_more_than_one_value(name, effort):
    for estimator in _instances(CLASSES[name]):
        try:
            plan = autotune(estimator, facts=FACTS, effort=effort)
        except SettingError as refused:
            assert "\n" not in str(refused)
            continue
        assert not _dead(plan)
        known = set(estimator.get_params())
        assert set(plan.ranges) <= known or name.startswith(("LGBM", "CatBoost"))
        assert plan["max_trials"] == 1 or plan.space.grid(1) is None
