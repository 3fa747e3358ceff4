"""Ten plans whose one screen is kept as text: `python -m tests.plan.screens` writes them anew."""

from pathlib import Path

from lightgbm import LGBMClassifier
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from xgboost import XGBClassifier

from autotune import Script, autotune

FOLDER = Path(__file__).with_name("screens")
TABLE = {"rows": 5000, "columns": 20, "missing": 0.0, "categorical": 0, "cores": 4}
TWO_CLASSES = {**TABLE, "task": "binary", "classes": 2, "minority": 0.1}


def train(lr=0.01, dropout=0.1, batch_size=32, epochs=10):
    """Stand for a user's training function."""
    yield from range(epochs)


class NearestPrototype(ClassifierMixin, BaseEstimator):
    """Stand for a private class without an entry."""

    def __init__(self, shrinkage=0.5, n_prototypes=10, metric="euclidean", verbose=0):
        self.shrinkage, self.n_prototypes = shrinkage, n_prototypes
        self.metric, self.verbose = metric, verbose


PLANS = {
    "boosting": lambda: autotune(XGBClassifier(max_depth=5), facts=TWO_CLASSES),
    "forest": lambda: autotune(RandomForestClassifier(), facts={"cores": 4}),
    "svc_pipeline": lambda: autotune(make_pipeline(StandardScaler(), SVC()), facts=TWO_CLASSES),
    "logistic": lambda: autotune(LogisticRegression(C=10.0), facts=TWO_CLASSES, metric="f1"),
    "mlp": lambda: autotune(MLPRegressor(), facts={**TABLE, "task": "regression"}),
    "function": lambda: autotune(train, metric="accuracy", mode="max", facts={"cores": 4}),
    "script": lambda: autotune(
        Script("train.py", {"lr": 0.1, "momentum": 0.9}, {"loss": "loss={number}"}),
        facts={"cores": 4},
        max_trials=30,
        trial_timeout=600,
    ),
    "list": lambda: autotune([LogisticRegression(), LGBMClassifier()], facts=TWO_CLASSES),
    "clustering": lambda: autotune(KMeans(), facts=TABLE),
    "private_class": lambda: autotune(NearestPrototype(), facts=TWO_CLASSES),
}


def screen(name: str) -> str:
    """Return a plan's screen as its file holds it."""
    return f"{PLANS[name]()}\n"


def write() -> None:
    """Write every plan's screen to its file."""
    for name in PLANS:
        (FOLDER / f"{name}.txt").write_text(screen(name))


if __name__ == "__main__":
    from tests.plan import screens  # so that the classes have the names that tests see

    screens.write()
