"""Trial 0 is the user's own configuration.

Set value by value, it fits what the user's estimator fits.
"""

import numpy as np
import pytest
from sklearn.datasets import make_classification

from autotune import autotune
from autotune.serialization.values import load_dotted, with_params

QUIET = {
    "catboost": {"iterations": 40, "verbose": False, "allow_writing_files": False},
    "lightgbm": {"verbose": -1},
}
BOOSTERS = [
    "xgboost.XGBClassifier",
    "lightgbm.LGBMClassifier",
    "catboost.CatBoostClassifier",
    "sklearn.ensemble.HistGradientBoostingClassifier",
    "sklearn.ensemble.GradientBoostingClassifier",
]


@pytest.mark.parametrize("effort", ["useful", "all"])
@pytest.mark.parametrize("name", BOOSTERS)
def test_a_default_that_is_set_is_the_default(name, effort):
    X, y = make_classification(300, 8, random_state=0)
    estimator = load_dotted(name)(random_state=0, **QUIET.get(name.partition(".")[0], {}))
    own = autotune(estimator, X, y, effort=effort)["initial_trials"][0]
    fitted, again = estimator.fit(X, y), with_params(estimator, own).fit(X, y)
    assert own and np.allclose(fitted.predict_proba(X), again.predict_proba(X))
