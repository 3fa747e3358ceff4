"""How exported programs run a study, as code by an example of what a plan says."""

import numpy as np
import optuna
import pytest
from optuna.trial import TrialState, create_trial

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
