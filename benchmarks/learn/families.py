"""The families learned from real training: their estimators, and the form of data each needs."""

from dataclasses import dataclass
from typing import Any

from autotune.serialization.values import load_dotted


@dataclass(frozen=True)
class Family:
    """An entry's estimators for learning.

    It has the entry's name, its classifier and regressor, the arguments they are built with, and
    whether they need scaled columns.
    """

    entry: str
    classifier: str
    regressor: str
    made: dict[str, Any]
    scaled: bool = False

    def estimator(self, classes: bool) -> Any:
        """Return a new estimator, quiet; None where the family has none for the task."""
        name = self.classifier if classes else self.regressor
        return load_dotted(name)(**self.made) if name else None


_TREES = "sklearn.ensemble."
_CATBOOST = {"thread_count": 1, "verbose": False, "allow_writing_files": False}
FAMILIES = {
    f.entry: f
    for f in (
        Family(
            "decision-tree",
            "sklearn.tree.DecisionTreeClassifier",
            "sklearn.tree.DecisionTreeRegressor",
            {},
        ),
        Family(
            "k-nearest-neighbours",
            "sklearn.neighbors.KNeighborsClassifier",
            "sklearn.neighbors.KNeighborsRegressor",
            {},
            True,
        ),
        Family(
            "logistic-regression",
            "sklearn.linear_model.LogisticRegression",
            "",
            {"max_iter": 1000},
            True,
        ),
        Family("elastic-net", "", "sklearn.linear_model.ElasticNet", {}, True),
        Family("svm", "sklearn.svm.SVC", "sklearn.svm.SVR", {}, True),
        Family("xgboost", "xgboost.XGBClassifier", "xgboost.XGBRegressor", {}),
        Family(
            "lightgbm",
            "lightgbm.LGBMClassifier",
            "lightgbm.LGBMRegressor",
            {"verbose": -1, "n_jobs": 1},
        ),
        Family(
            "random-forest", f"{_TREES}RandomForestClassifier", f"{_TREES}RandomForestRegressor", {}
        ),
        Family("extra-trees", f"{_TREES}ExtraTreesClassifier", f"{_TREES}ExtraTreesRegressor", {}),
        Family(
            "hist-gradient-boosting",
            f"{_TREES}HistGradientBoostingClassifier",
            f"{_TREES}HistGradientBoostingRegressor",
            {},
        ),
        Family(
            "mlp",
            "sklearn.neural_network.MLPClassifier",
            "sklearn.neural_network.MLPRegressor",
            {},
            True,
        ),
        Family(
            "gradient-boosting",
            f"{_TREES}GradientBoostingClassifier",
            f"{_TREES}GradientBoostingRegressor",
            {},
        ),
        Family("catboost", "catboost.CatBoostClassifier", "catboost.CatBoostRegressor", _CATBOOST),
    )
}
