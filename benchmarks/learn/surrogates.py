"""YAHPO Gym's surrogates as learning tasks.

They are neural networks that predict what a configuration would have scored.

Pfisterer et al. (2022), YAHPO Gym, AutoML-Conf. A folder holds, for each scenario, ``model.onnx``
and ``encoding.json``, which lists the tasks that may be used. The order of the network's inputs is
that of YAHPO Gym's own configuration files.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from autotune.learn import Surface
from autotune.learn.surface import columns_of
from autotune.space.parameters import ParameterDecoder
from autotune.space.search_space import Space

RANDOM, ROUNDS, PARENTS, CHILDREN = 1500, 8, 30, 400


@dataclass(frozen=True)
class Scenario:
    """A surrogate: its inputs and outputs by name, and which entry's names its inputs have.

    It also has what is held fixed.

    ``names`` maps an entry's hyperparameter to the input, with a factor where the units differ;
    ``limits`` are the inputs' lowest and highest values.
    """

    name: str
    entry: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    fixed: Mapping[str, float]
    labels: Mapping[str, str]
    names: Mapping[str, str | tuple[str, float]]
    limits: Mapping[str, tuple[float, float]]
    metric: str
    mode: str
    seconds: str
    task: str


_RBV2 = ("acc", "bac", "auc", "brier", "f1", "logloss", "timetrain", "timepredict", "memory")
SCENARIOS = {
    s.name: s
    for s in (
        Scenario(
            "rbv2_xgboost",
            "xgboost",
            (
                "nrounds",
                "eta",
                "gamma",
                "lambda",
                "alpha",
                "subsample",
                "max_depth",
                "min_child_weight",
                "colsample_bytree",
                "colsample_bylevel",
                "rate_drop",
                "skip_drop",
                "trainsize",
                "repl",
            ),
            _RBV2,
            {
                "trainsize": 1,
                "repl": 10,
                "rate_drop": 0,
                "skip_drop": 0,
                "gamma": 5e-5,
                "lambda": 1,
                "alpha": 1e-3,
                "subsample": 1,
                "colsample_bytree": 1,
                "colsample_bylevel": 1,
                "min_child_weight": 2.72,
                "eta": 0.3,
                "max_depth": 6,
                "nrounds": 100,
            },
            {"booster": "gbtree", "num.impute.selected.cpo": "impute.mean"},
            {
                "n_estimators": "nrounds",
                "learning_rate": "eta",
                "gamma": "gamma",
                "reg_lambda": "lambda",
                "reg_alpha": "alpha",
                "subsample": "subsample",
                "max_depth": "max_depth",
                "min_child_weight": "min_child_weight",
                "colsample_bytree": "colsample_bytree",
                "colsample_bylevel": "colsample_bylevel",
            },
            {
                "nrounds": (7, 2981),
                "eta": (9.12e-4, 1),
                "gamma": (4.54e-5, 7.389),
                "lambda": (9.12e-4, 1096),
                "alpha": (9.12e-4, 1096),
                "subsample": (0.1, 1),
                "max_depth": (1, 15),
                "min_child_weight": (2.7183, 148.4),
                "colsample_bytree": (0.01, 1),
                "colsample_bylevel": (0.01, 1),
            },
            "logloss",
            "min",
            "timetrain",
            "task_id",
        ),
        Scenario(
            "rbv2_rpart",
            "decision-tree",
            ("cp", "maxdepth", "minbucket", "minsplit", "trainsize", "repl"),
            _RBV2,
            {
                "trainsize": 1,
                "repl": 10,
                "cp": 9.12e-4,
                "maxdepth": 30,
                "minbucket": 1,
                "minsplit": 2,
            },
            {"num.impute.selected.cpo": "impute.mean"},
            {
                "ccp_alpha": ("cp", 2),  # rpart's is a share of the root's impurity, about 1/2
                "max_depth": "maxdepth",
                "min_samples_leaf": "minbucket",
                "min_samples_split": "minsplit",
            },
            {"cp": (9.12e-4, 1), "maxdepth": (1, 30), "minbucket": (1, 100), "minsplit": (1, 100)},
            "logloss",
            "min",
            "timetrain",
            "task_id",
        ),
        Scenario(
            "lcbench",
            "torch-training-loop",
            (
                "epoch",
                "batch_size",
                "learning_rate",
                "momentum",
                "weight_decay",
                "num_layers",
                "max_units",
                "max_dropout",
            ),
            (
                "time",
                "val_accuracy",
                "val_cross_entropy",
                "val_balanced_accuracy",
                "test_cross_entropy",
                "test_balanced_accuracy",
            ),
            {"epoch": 52},
            {},
            {
                n: n
                for n in (
                    "batch_size",
                    "learning_rate",
                    "momentum",
                    "weight_decay",
                    "num_layers",
                    "max_units",
                    "max_dropout",
                )
            },
            {
                "batch_size": (16, 512),
                "learning_rate": (1e-4, 0.1),
                "momentum": (0.1, 0.99),
                "weight_decay": (1e-5, 0.1),
                "num_layers": (1, 5),
                "max_units": (64, 1024),
                "max_dropout": (0, 1),
            },
            "val_accuracy",
            "max",
            "time",
            "OpenML_task_id",
        ),
    )
}
BROKEN = {
    "rbv2_xgboost": {"40923", "41165", "41169", "1457", "40927", "40996", "554"}
}  # corners with a loss of 0
FAMILIES_OF_TASKS = (  # tasks made from the same source: OpenML's numbers
    {"12", "14", "16", "18", "20", "22"},  # mfeat-*
    {
        "1040",
        "1049",
        "1050",
        "1053",
        "1056",
        "1063",
        "1067",
        "1068",
    },  # NASA's software defects, sylva
    {
        "41142",
        "41143",
        "41144",
        "41145",
        "41146",
        "41150",
        "41156",
        "41157",
        "41159",
        "41161",
        "41162",
        "41163",
        "41164",
        "41166",
        "41168",
    },
    {"333", "334", "335"},  # monks
    {"1476", "1477"},
)


class Surrogate:
    """All tasks of a scenario: takes a batch of configurations, gives scores and seconds.

    A higher score is better.
    """

    def __init__(self, folder: Path, scenario: str) -> None:
        self.scenario = SCENARIOS[scenario]
        self.folder = folder / scenario
        self.codes = json.loads((self.folder / "encoding.json").read_text())

    @cached_property
    def session(self) -> Any:
        """The network, on one thread."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(str(self.folder / "model.onnx"), options)

    @property
    def tasks(self) -> list[str]:
        """The tasks that may be used, without those whose surrogate is broken."""
        names = self.codes[self.scenario.task]
        return sorted(
            (n for n in names if n != "#na#" and n not in BROKEN.get(self.scenario.name, ())),
            key=int,
        )

    def evaluate(
        self, task: str, points: Sequence[Mapping[str, Any]]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the scores and training seconds of configurations in the entry's names.

        The configurations are moved into the surrogate's limits.
        """
        of = self.scenario
        known = [{**of.fixed, **self._inputs(p)} for p in points]
        x = np.array([[k[n] for n in of.inputs] for k in known], dtype=np.float32)
        labels = {**of.labels, of.task: task}
        row = [self.codes[n][labels[n]] for n in self.codes_order]
        output = self.session.run(
            None, {"x_cat": np.tile(np.array(row, dtype=np.int32), (len(x), 1)), "x_cont": x}
        )[0]
        score = output[:, of.outputs.index(of.metric)].astype(float)
        return (score if of.mode == "max" else -score), np.maximum(
            output[:, of.outputs.index(of.seconds)], 0.0
        )

    @property
    def codes_order(self) -> list[str]:
        """The network's categorical inputs in order: the task first, as in YAHPO Gym's files."""
        return [
            self.scenario.task,
            *(n for n in ("booster", "num.impute.selected.cpo") if n in self.codes),
        ]

    def _inputs(self, point: Mapping[str, Any]) -> dict[str, float]:
        names = {n: m if isinstance(m, tuple) else (m, 1) for n, m in self.scenario.names.items()}
        names |= {n: (n, 1) for n in self.scenario.fixed if n in point}
        named = {
            names[n][0]: names[n][1] * v for n, v in point.items() if n in names and v is not None
        }
        limits = self.scenario.limits
        return {
            n: min(max(float(v), limits[n][0]), limits[n][1]) if n in limits else float(v)
            for n, v in named.items()
        }

    def surface(self, task: str, space: Space) -> Surface:
        """Return a task's surface for learning, its best configurations found by evolution."""
        columns, rng = columns_of(space), np.random.RandomState(int(task) % 2**31)
        asked = ParameterDecoder(space)

        def values_of(positions: np.ndarray) -> np.ndarray:
            return self.evaluate(task, [asked.decode(columns.params(x)) for x in positions])[0]

        rows = columns.random(RANDOM, rng)
        values = values_of(rows)
        middle = float(np.median(values))
        for _ in range(ROUNDS):
            more = columns.near(rows[np.argsort(-values)[:PARENTS]], CHILDREN, rng)
            rows, values = np.vstack([rows, more]), np.concatenate([values, values_of(more)])
        top = float(values.max())

        def scores(points: Sequence[Mapping[str, Any]]) -> np.ndarray:
            return np.clip((self.evaluate(task, points)[0] - middle) / (top - middle), -1, 1)

        return Surface(
            f"{self.scenario.name}-{task}",
            (asked.decode(columns.params(rows[np.argmax(values)])),),
            scores,
            (middle, top),
        )


def siblings(task: str) -> set[str]:
    """Return the tasks that must be learned from and reported on together with this one."""
    return next((group for group in FAMILIES_OF_TASKS if task in group), {task})
