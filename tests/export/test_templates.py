"""The parts of exported programs, run as code by their examples of what a plan says."""

import argparse
import ast
from importlib import import_module
from pathlib import Path

import numpy as np
import optuna
import pandas as pd
import pytest
from optuna.trial import TrialState, create_trial
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
    evaluation_by_cluster_scorer,
    evaluation_by_custom_scorer,
    evaluation_by_named_scorer,
    several,
    several_stopping_early,
    several_with_parts,
    single,
    single_stopping_early,
    single_with_parts,
)
from autotune_optuna.export.templates import (
    criteria,
    enumeration,
    failures,
    finite_space,
    goal,
    grid,
    infinite_space,
    legal_enumeration,
    legality,
    main,
    optimization,
    placeholders,
    portfolio,
    study,
    suggestion,
    trial,
    trial_with_reports,
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


@pytest.mark.parametrize("module", [evaluation_by_named_scorer, evaluation_by_custom_scorer])
def test_a_trials_value_is_the_mean_over_the_folds(module):
    tree = DecisionTreeClassifier(max_depth=1, random_state=3)
    scores = cross_val_score(tree, X, y, cv=cross_validation.FOLDS)
    assert module.evaluate(X, y, {"max_depth": 1}, 3) == sum(scores.tolist()) / len(scores)


def test_clusters_are_scored_by_their_labels(monkeypatch):
    monkeypatch.setattr(evaluation_by_cluster_scorer, "METRIC", "silhouette_score")
    value = evaluation_by_cluster_scorer.evaluate(X, y, {}, 0)
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


# Studies


def finished(*values, state=TrialState.COMPLETE):
    """Return a study of trials with values; None is one that failed."""
    result = optuna.create_study(direction="maximize")
    for value in values:
        state = TrialState.FAIL if value is None else TrialState.COMPLETE
        result.add_trial(create_trial(state=state, value=value))
    return result


@pytest.mark.parametrize(
    ("mode", "values", "is_complete"),
    [
        ("max", [0.2, 1.0], True),
        ("max", [0.2, 0.9, None], False),
        ("max", [], False),
        ("min", [1.5, 1.0], True),
        ("min", [1.5], False),
    ],
)
def test_a_study_is_complete_when_a_value_reaches_the_goal(mode, values, is_complete, monkeypatch):
    monkeypatch.setattr(goal, "MODE", mode)
    assert goal.is_complete(finished(*values)) == is_complete


@pytest.mark.parametrize(
    ("values", "is_complete"), [([1, 0, 0, 0], True), ([0, 0, 1], False), ([], False)]
)
def test_a_study_is_complete_when_its_criteria_are_met(values, is_complete):
    assert criteria.is_complete(finished(*values)) == is_complete


@pytest.mark.parametrize(
    ("limits", "values", "is_failing"),
    [
        ((2, 3), [None, None], True),
        ((2, 3), [None], False),
        ((2, 3), [1, None, None], False),
        ((2, 3), [1, None, None, None], True),
        ((2, 3), [None, 1, None, None], False),
        ((0, 3), [None, None], False),
        ((2, 0), [1, None, None, None], False),
        ((2, 3), [], False),
    ],
)
def test_a_study_is_given_up_when_its_first_or_last_trials_failed(
    limits, values, is_failing, monkeypatch
):
    monkeypatch.setattr(
        failures, "MAX_FAILURES", dict(zip(("first", "in_a_row"), limits, strict=True))
    )
    assert failures.is_failing(finished(*values)) == is_failing


def test_first_trials_are_cut_to_the_number_of_trials():
    assert infinite_space.planned_trials(5) == (5, placeholders.INITIAL_TRIALS)
    assert infinite_space.planned_trials(0) == (0, [])


def test_a_finite_space_ends_the_trials():
    assert finite_space.planned_trials(9) == (2, placeholders.INITIAL_TRIALS)
    assert finite_space.planned_trials(1) == (1, placeholders.INITIAL_TRIALS)


def test_first_trials_outside_of_a_finite_space_count_as_trials(monkeypatch):
    outside = {"kind": "c", "depth": 9, "rate": 0.0}
    monkeypatch.setattr(finite_space, "INITIAL_TRIALS", [outside])
    assert finite_space.planned_trials(9) == (3, [outside])


def test_a_grid_tries_each_configuration_once_the_first_trials_before():
    count, planned = grid.planned_trials(9)
    assert planned == placeholders.all_configurations() and count == len(planned) == 2
    assert grid.planned_trials(1) == (1, placeholders.INITIAL_TRIALS)


def test_all_configurations_are_enumerated_without_forbidden_ones():
    every = enumeration.all_configurations()
    legal = legal_enumeration.all_configurations()
    assert len(every) == 2 * 3 * 3
    assert [p for p in every if legality.is_legal(p)] == legal
    assert len(legal) == len(every) - 3


def test_a_portfolio_leaves_out_what_is_not_in_use_and_fills_scores_in():
    points, scores = portfolio.read_portfolio()
    assert points == [{"kind": "b", "depth": 1}, {"kind": "a", "depth": 3, "rate": 1.0}]
    assert scores == [[0.5, 0.75, 1.0], [1.0, 0.9, 0.8]]


def test_a_trial_is_asked_for_each_kind_of_parameter():
    asked = optuna.create_study(sampler=optuna.samplers.RandomSampler(0)).ask()
    values = {name: suggestion.suggest_value(asked, name) for name in placeholders.SPACE}
    assert asked.params == values and asked.distributions == placeholders.SPACE


def test_a_trials_random_numbers_depend_on_its_number_alone():
    drawn = []

    def evaluation(params, seed):
        drawn.append((seed, np.random.rand()))
        return 0.0

    for _ in range(2):
        trial.run_trial(evaluation, optuna.create_study().ask())
    assert drawn[0] == drawn[1]


def test_a_trial_ends_at_a_report_where_the_pruner_says_so():
    asked = optuna.create_study(pruner=optuna.pruners.ThresholdPruner(lower=0.0)).ask()

    def evaluation(params, seed, report):
        report(1, 0.5)
        report(2, -1.0)
        return 1.0

    with pytest.raises(optuna.TrialPruned):
        trial_with_reports.run_trial(evaluation, asked)
    assert asked.storage.get_trial(asked._trial_id).intermediate_values == {1: 0.5, 2: -1.0}


@pytest.mark.parametrize("location", [None, "study.journal", "sqlite:///study.db"])
def test_a_study_is_kept_where_the_location_says(location, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    opened = study.open_study("s", study.open_storage(location), placeholders.INITIAL_TRIALS)
    opened.tell(opened.ask(), 1.0)
    if location is None:
        assert list(tmp_path.iterdir()) == []
    else:
        again = study.open_study("s", study.open_storage(location), placeholders.INITIAL_TRIALS)
        assert study.count_finished(again) == 1 and len(again.trials) == 1


def test_the_best_trial_is_returned_as_hyperparameters():
    with pytest.raises(SystemExit, match="no trial finished"):
        study.best_of(finished(None))
    opened = study.open_study("s", study.open_storage(None), placeholders.INITIAL_TRIALS)
    asked = opened.ask()
    for name in placeholders.SPACE:
        suggestion.suggest_value(asked, name)
    opened.tell(asked, 0.75)
    assert study.best_of(opened) == (placeholders.INITIAL_TRIALS[0], 0.75)


def test_a_search_runs_its_trials_and_is_resumed(tmp_path, monkeypatch):
    monkeypatch.setattr(optimization, "run_trial", trial.run_trial)
    monkeypatch.setattr(optimization, "should_stop", lambda study: False)
    storage = str(tmp_path / "study.journal")
    seen = []

    def evaluation(params, seed):
        seen.append(params)
        if len(seen) == 2:
            raise ValueError("this one fails")
        return float(len(seen))

    assert optimization.optimize(evaluation, 2, storage)[1] == 1.0
    params, value = optimization.optimize(evaluation, 4, storage)
    assert (params, value, len(seen)) == (seen[3], 4.0, 4)
    assert optimization.optimize(evaluation, 4, storage) == (params, value) and len(seen) == 4


def test_a_search_ends_when_its_study_is_done(monkeypatch):
    monkeypatch.setattr(optimization, "run_trial", lambda evaluation, trial: 0.0)
    monkeypatch.setattr(optimization, "should_stop", lambda study: len(study.trials) == 2)
    monkeypatch.setattr(study, "suggest_params", lambda suggest: {})
    assert optimization.optimize(print, 5) == ({}, 0.0)


def test_the_command_line_says_how_many_trials_and_where(monkeypatch, capsys):
    monkeypatch.setattr(main, "optimize", lambda *arguments: ({"given": arguments[1:]}, 1.0))
    monkeypatch.setattr("sys.argv", ["tune.py", "--trials", "3", "--storage", "s.journal"])
    main.main()
    assert "(3, 's.journal', 'example')" in capsys.readouterr().out


def test_ray_imports_no_template_of_its_own_for_a_programs_text():
    names = ("optimization:optimize", "pruned_search:make_search_and_scheduler")
    code = embedded(f"autotune_ray.export.templates.{name}" for name in names)
    assert {"optimize", "StudyStopper", "PrunerScheduler", "PrunedSearch"} <= code.names
    assert import_module("autotune_ray.export.program")
