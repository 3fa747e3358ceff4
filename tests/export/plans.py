"""Plans of every kind that programs are written of."""

from lightgbm import LGBMClassifier
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.datasets import load_iris
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import ShuffleSplit
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from autotune import (
    Choice,
    Float,
    Int,
    LogNormal,
    Normal,
    autotune,
)
from tests.programs import (
    drawing,
    failing,
    growing,
    sized,
    stepwise,
    uneven,
    worst_recall,
)

IRIS, SPECIES = load_iris(return_X_y=True, as_frame=True)
IRIS = IRIS.set_axis(["a", "b", "c", "d"], axis=1)[::3]
SPECIES = SPECIES[::3]
DOMAINS = {
    "float": Float(-1, 3),
    "log": Float(1e-4, 1, log=True),
    "reverse": Float(0.5, 0.999, log="reverse"),
    "step": Float(0.1, 0.7, step=0.2),
    "int": Int(-3, 9),
    "log int": Int(1, 1000, log=True),
    "step int": Int(1, 13, step=4),
    "normal": Normal(2, 0.5),
    "lognormal": LogNormal(0, 1),
    "q": Float(0.3, 5, log=True, q=0.5),
    "q normal": Normal(10, 3, q=2),
    "mixed": Int(1, 5, also=[None, "auto"]),
    "fixed": 7,
    "odd": Choice(
        [
            None,
            True,
            1,
            1.0,
            (1, 2),
            "1",
            'a"\\\n',
            float("inf"),
            ["x", {"k": 0.5}],
            LogisticRegression(C=2.0),
        ]
    ),
}
OWN = {
    "random": {"strategy": "random", "ranges": DOMAINS},
    "gp": {"sampler": "gp", "ranges": DOMAINS},
    "cost": {
        "cost_aware": {"float": 2.5, "log int": -1},
        "ranges": {**{n: DOMAINS[n] for n in ("log int", "odd")}, "float": Float(1, 3)},
    },
    "tpe": {"sampler": "tpe", "ranges": DOMAINS, "max_trials": 12},
    "sobol": {"strategy": "sobol", "ranges": ["float", "log", "int", "odd"]},
    "grid": {"strategy": "grid", "ranges": ["step", "step int", "mixed"], "max_trials": 20},
    "finite": {"sampler": "gp", "ranges": ["step int", "odd"], "max_trials": 16},
}
OWN["rules"] = {
    "sampler": "gp",
    "ranges": {
        "kind": Choice(["a", "b"]),
        "inner": Float(0, 4, when={"kind": ["a"]}),
        "depth": Int(1, 20, also=[None]),
        "share": Float(0, 1),
        "flag": Choice([True, False]),
    },
    "forbidden": [
        "inner > 3 and depth > 10",
        "kind == 'b' and share > 0.5 or depth / share > 100",
        "not flag and depth == None",
        "share > 0.9 and not (flag or kind == 'a')",
        {"kind": ["b"], "flag": [False]},
    ],
    "max_trials": 12,
}
ONE = {"x": Float(0, 4)}
FUNCTIONS = {
    "function": (
        uneven,
        {
            "ranges": {**ONE, "k": Int(1, 3, also=[None]), "c": Choice(["a", "b"])},
            "completion": {"target": 0.5},
        },
    ),
    "failures": (failing, {"ranges": ONE, "completion": {}}),
    "steps, stopped early": (
        stepwise,
        {
            "ranges": ONE,
            "metric": "score",
            "mode": "max",
            "early_stopping": "median",
            "completion": {},
        },
    ),
    "steps, a promise": (
        stepwise,
        {
            "ranges": ONE,
            "epochs": 12,
            "metric": "score",
            "early_stopping": "curve",
            "completion": {},
        },
    ),
    "hyperband": (
        stepwise,
        {
            "ranges": ONE,
            "metric": "score",
            "mode": "max",
            "strategy": "hyperband",
            "completion": {},
        },
    ),
    "constraints": (
        sized,
        {
            "ranges": {**ONE, "k": Int(1, 5)},
            "metric": "score",
            "mode": "max",
            "sampler": "tpe",
            "constraints": {"size": "<= 4", "score": "> 3"},
            "completion": {"no_improvement": 6},
            "max_trials": 16,
        },
    ),
    "constraints, stopped early": (
        growing,
        {
            "ranges": ONE,
            "metric": "score",
            "mode": "max",
            "value": "best",
            "constraints": {"size": "< 2.5"},
            "early_stopping": "median",
            "completion": {},
        },
    ),
    "seeds": (drawing, {"ranges": ONE, "completion": {"no_improvement": 4, "tolerance": 0.01}}),
}
COLUMNS = ColumnTransformer(
    [("n", StandardScaler(), make_column_selector("a|b")), ("f", FunctionTransformer(abs), ["c"])]
)
SCALED = make_pipeline(StandardScaler(), SVC(class_weight="balanced"))
ALIASES = {
    "alias": (
        XGBClassifier(n_estimators=3, eta=0.2),
        {
            "tune": ["eta", "min_split_loss", "max_depth"],
            "ranges": {"eta": (0.1, 0.5)},
            "forbidden": ["learning_rate > 0.3 and max_depth > 4"],
        },
    ),
    "alias in a pipeline": (
        make_pipeline(StandardScaler(), LGBMClassifier(verbose=-1, num_iterations=3)),
        {
            "tune": ["lgbmclassifier__num_trees", "lgbmclassifier__sub_feature"],
            "ranges": {
                "lgbmclassifier__num_trees": (2, 5),
                "lgbmclassifier__sub_feature": (0.5, 0.9),
            },
        },
    ),
}
ESTIMATORS = {
    "columns": (
        Pipeline([("prep", COLUMNS), ("rf", RandomForestClassifier(n_estimators=3))]),
        {"strategy": "random"},
    ),
    "conditions, known configurations": (
        SCALED,
        {"ranges": {"svc__kernel": ["rbf", "poly", "linear"]}, "effort": "all", "max_trials": 6},
    ),
    "forbidden rows": (LinearSVC(), {"effort": "all", "strategy": "random", "max_trials": 6}),
    "stops early": (XGBClassifier(n_estimators=20, early_stopping_rounds=3), {}),
    "several": ([RandomForestClassifier(n_estimators=2), SCALED], {"max_trials": 4}),
    "parts as values": (
        BaggingClassifier(n_estimators=2),
        {"ranges": {"estimator": [None, DecisionTreeClassifier(), SVC()]}},
    ),
    "metric and folds of one's own": (
        RidgeClassifier(),
        {"metric": worst_recall, "mode": "max", "cv": ShuffleSplit(2, random_state=4)},
    ),
    "clusters": (KMeans(n_init=1), {}),
}


def own_plan(settings):
    """Return a plan of hyperparameters alone, which one's own evaluation needs."""
    ranges = (
        settings["ranges"]
        if isinstance(settings["ranges"], dict)
        else {n: DOMAINS[n] for n in settings["ranges"]}
    )
    settings = {"max_trials": 6, **settings, "ranges": ranges}
    return autotune(
        "torch-training-loop",
        tune=list(ranges),
        completion={},
        seed=3,
        mode="max",
        max_parallel=1,
        **settings,
    )


def estimator_plans():
    """Return plans of estimators, made from the data but for those without a target."""
    plans = {}
    for name, (estimator, settings) in {**ESTIMATORS, **ALIASES}.items():
        given = (IRIS,) if isinstance(estimator, KMeans) else (IRIS, SPECIES)
        plans[name] = autotune(
            estimator, *given, **{"max_trials": 3, "max_parallel": 1, "cv": 2} | settings
        )
    return plans
