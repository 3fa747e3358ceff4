"""The parts of exported programs, run as code by their examples of what a plan says."""

import argparse
import ast
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import BaggingClassifier
from sklearn.metrics import silhouette_score
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from autotune.export.embed import embedded
from autotune.export.templates import (
    best,
    cross_validation,
    data,
    evaluation_by_call,
    evaluation_of_estimator,
    score_by_cluster_scorer,
    score_by_custom_scorer,
    score_by_named_scorer,
    several,
    several_stopping_early,
    several_with_parts,
    single,
    single_stopping_early,
    single_with_parts,
)
from autotune_optuna.export.templates import (
    placeholders,
)

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = sorted(
    path
    for folder in (ROOT / "autotune", ROOT / "adapters")
    for path in folder.rglob("export/templates/*.py")
    if path.stem not in ("__init__", "placeholders")
)
generator = np.random.default_rng(0)
X = pd.DataFrame(generator.random((60, 3)), columns=["a", "b", "c"])
y = pd.Series((X["a"] > 0.5).astype(int), name="target")


def module_of(path):
    base = ROOT / "adapters" if path.is_relative_to(ROOT / "adapters") else ROOT
    return ".".join(path.relative_to(base).with_suffix("").parts)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: f"{p.parents[2].name}-{p.stem}")
def test_every_template_can_stand_in_a_program(path):
    names = [n.name for n in ast.parse(path.read_text()).body if isinstance(n, ast.FunctionDef)]
    code = embedded(f"{module_of(path)}:{name}" for name in names)
    ast.parse(code.templates + "\n" + code.library)
    assert set(names) <= code.names


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: f"{p.parents[2].name}-{p.stem}")
def test_what_a_template_annotates_is_there_before_it_is_called(path):
    # Our library stands below the templates in a program, so no annotation may name it.
    for name, module in imported_from_us(path):
        for function in ast.parse(path.read_text()).body:
            if isinstance(function, ast.FunctionDef):
                annotated = [a.annotation for a in function.args.args] + [function.returns]
                names = {
                    n.id for a in annotated if a for n in ast.walk(a) if isinstance(n, ast.Name)
                }
                assert name not in names, f"{name} of {module}"


def imported_from_us(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("autotune"):
            yield from ((alias.name, node.module) for alias in node.names)


def test_an_estimator_has_its_hyperparameters_and_the_trials_seed():
    estimator = single.make_estimator({"max_depth": 2}, 7)
    assert (estimator.max_depth, estimator.random_state) == (2, 7)


def test_an_estimator_that_stops_early_watches_the_same_rows_in_every_trial():
    assert single_stopping_early.make_estimator({}, 7).seed == placeholders.SEED


def test_seeds_are_set_in_an_estimator_that_is_a_hyperparameter(monkeypatch):
    monkeypatch.setattr(single_with_parts, "ESTIMATOR", BaggingClassifier())
    monkeypatch.setattr(single_with_parts, "FIXED_PARAMS", {})
    bagging = single_with_parts.make_estimator({"estimator": DecisionTreeClassifier()}, 7)
    assert (bagging.random_state, bagging.estimator.random_state, bagging.n_jobs) == (7, 7, 1)


@pytest.mark.parametrize("module", [several, several_stopping_early, several_with_parts])
def test_the_named_estimator_is_set_by_its_own_names(module):
    params = {"algorithm": "tree", "tree__max_depth": 2, "forest__max_depth": 9}
    tree = module.make_estimator(params, 7)
    assert (tree.max_depth, tree.random_state) == (2, 7)


@pytest.mark.parametrize("module", [several_stopping_early, several_with_parts])
def test_only_the_estimators_that_stop_early_get_rows_to_watch(module, monkeypatch):
    monkeypatch.setattr(module, "ESTIMATORS", {"xgb": XGBClassifier(early_stopping_rounds=2)})
    monkeypatch.setattr(module, "FIXED_PARAMS_OF", {"xgb": {}})
    monkeypatch.setattr(module, "STOPPING_EARLY", ("xgb",))
    if module is several_stopping_early:
        monkeypatch.setattr(module, "SEED_PARAMS_OF", {"xgb": ("random_state",)})
    held_out = module.make_estimator({"algorithm": "xgb", "xgb__max_depth": 2}, 7)
    assert held_out.estimator.get_params()["max_depth"] == 2
    assert held_out.estimator.get_params()["random_state"] == 7


@pytest.mark.parametrize("module", [score_by_named_scorer, score_by_custom_scorer])
def test_a_trials_value_is_the_mean_over_the_folds(module, monkeypatch):
    monkeypatch.setattr(evaluation_of_estimator, "score", module.score)
    tree = DecisionTreeClassifier(max_depth=1, random_state=3)
    scores = cross_val_score(tree, X, y, cv=cross_validation.FOLDS)
    value = evaluation_of_estimator.evaluate(X, y, {"max_depth": 1}, 3)
    assert value == sum(scores.tolist()) / len(scores)


def test_clusters_are_scored_by_their_labels(monkeypatch):
    monkeypatch.setattr(score_by_cluster_scorer, "METRIC", "silhouette_score")
    monkeypatch.setattr(evaluation_of_estimator, "score", score_by_cluster_scorer.score)
    value = evaluation_of_estimator.evaluate(X, y, {}, 0)
    scores = []
    for train, test in cross_validation.FOLDS.split(X, y):
        tree = DecisionTreeClassifier(random_state=0).fit(X.iloc[train], y.iloc[train])
        scores.append(float(silhouette_score(X.iloc[test], tree.predict(X.iloc[test]))))
    assert value == sum(scores) / len(scores)


def test_a_score_that_is_not_finite_is_an_error():
    with pytest.raises(ValueError, match="accuracy must be finite, got"):
        cross_validation.mean_score(DecisionTreeClassifier(), X, y, scoring=lambda *_: float("nan"))


@pytest.mark.parametrize(
    ("result", "value", "reports"),
    [
        (2, 2.0, []),
        ({"accuracy": 0.5, "other": 1}, 0.5, []),
        (iter([{"accuracy": 1}, 3]), 3.0, [(1, 1.0), (2, 3.0)]),
    ],
)
def test_a_functions_metric_is_its_last_and_each_step_is_reported(
    result, value, reports, monkeypatch
):
    seen = []
    monkeypatch.setattr(evaluation_by_call, "call_objective", lambda params, seed: result)
    assert evaluation_by_call.evaluate({}, 0, lambda *report: seen.append(report)) == value
    assert seen == reports


@pytest.mark.parametrize("result", [float("nan"), iter([])])
def test_a_metric_that_is_not_finite_is_an_error(result, monkeypatch):
    monkeypatch.setattr(evaluation_by_call, "call_objective", lambda params, seed: result)
    with pytest.raises(ValueError, match="accuracy must be finite, got nan"):
        evaluation_by_call.evaluate({}, 0, lambda step, value: None)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_data_are_read_with_and_without_a_target(ending, tmp_path):
    path = str(tmp_path / f"data.{ending}")
    getattr(X.assign(target=y), f"to_{ending}")(path, index=False)
    parser = argparse.ArgumentParser()
    features, target = data.load_data(parser, path, "target")
    assert list(features) == list(X) and target.tolist() == y.tolist()
    assert data.load_data(parser, path, None)[1] is None


def test_data_that_cannot_be_read_end_the_program_with_a_message(capsys):
    with pytest.raises(SystemExit):
        data.load_data(argparse.ArgumentParser(), "none.csv", "y")
    assert "--data, --target: [Errno 2]" in capsys.readouterr().err


def test_the_best_is_printed(capsys):
    best.print_best({"b": 1, "a": None}, 0.25)
    assert capsys.readouterr().out == "best accuracy: 0.25, with\n{'b': 1, 'a': None}\n"


def test_ray_imports_no_template_of_its_own_for_a_programs_text():
    names = ("optimization:optimize", "pruned_search:make_search_and_scheduler")
    code = embedded(f"autotune_ray.export.templates.{name}" for name in names)
    assert {"optimize", "StudyStopper", "PrunerScheduler", "PrunedSearch"} <= code.names
    assert import_module("autotune_ray.export.program")
