"""Ten CSV files, as people have them, are tuned by one command each."""

import json

import pytest

from autotune.cli import main
from autotune.cli.data import load
from autotune.cli.request import make_request
from autotune.objective.factory import make_objective
from tests.encode.files import MAKERS, made

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")
SETS = ("max_trials=2", "max_parallel=1", "cv=2")
QUICK = {
    "class": "sklearn.ensemble.HistGradientBoostingClassifier",
    "number": "sklearn.linear_model.Ridge",
}
LEARNERS = {
    "class": [
        "xgboost.XGBClassifier",
        "lightgbm.LGBMClassifier",
        "catboost.CatBoostClassifier",
        "sklearn.ensemble.HistGradientBoostingClassifier",
        "sklearn.ensemble.RandomForestClassifier",
        "sklearn.linear_model.LogisticRegression",
        "sklearn.svm.SVC",
        "sklearn.neighbors.KNeighborsClassifier",
    ],
    "number": [
        "xgboost.XGBRegressor",
        "lightgbm.LGBMRegressor",
        "catboost.CatBoostRegressor",
        "sklearn.ensemble.HistGradientBoostingRegressor",
        "sklearn.ensemble.RandomForestRegressor",
        "sklearn.linear_model.Ridge",
        "sklearn.svm.SVR",
        "sklearn.neighbors.KNeighborsRegressor",
    ],
}


@pytest.fixture(params=MAKERS, ids=lambda maker: maker.__name__)
def file(request, tmp_path, monkeypatch):
    """Work in a folder that holds one of the files."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUTOTUNE_HOME", str(tmp_path / "home"))
    file = made(request.param)
    (tmp_path / "table.csv").write_bytes(file.content)
    return file


def command(*arguments):
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return left.value.code


def test_a_plan_of_the_file_is_evaluated(file):
    request = make_request(QUICK[file.kind], "table.csv", file.target, list(SETS), None, None)
    evaluate = make_objective(request.plan, request.data, None)
    quick = {"max_iter": 3} if file.kind == "class" else {}
    scores = evaluate(quick, lambda *_: None, 0)
    assert scores[request.plan.metric_name] == scores[request.plan.metric_name]
    assert request.plan["encode"] == "auto"


def test_no_column_of_the_file_is_lost(file):
    frame = load("table.csv", None, {})["X"]
    plan = make_request(QUICK[file.kind], "table.csv", file.target, list(SETS), None, None).plan
    kept = [name for names in plan.facts["kinds"].values() for name in names]
    assert sorted(kept) == sorted(set(map(str, frame)) - {file.target})


def learners_of(name, kind):
    """Return two learners for a file; together, the files of a kind meet all of them."""
    names = [maker.__name__ for maker in MAKERS if made(maker).kind == kind]
    first = 2 * names.index(name) % len(LEARNERS[kind])
    return LEARNERS[kind][first : first + 2]


@pytest.mark.slow
def test_two_learners_tune_the_file_by_one_command(file, request, capsys):
    for learner in learners_of(request.node.callspec.id, file.kind):
        options = [option for text in SETS for option in ("--set", text)]
        name = learner.rpartition(".")[2].lower()
        arguments = (learner, "--data", "table.csv", "--target", file.target, "--name", name)
        code = command("run", *arguments, *options, "--quiet", "--json")
        out, err = capsys.readouterr()
        assert code == 0, (learner, err)
        best = json.loads(out)["best"]["params"]
        assert best and not any("tablevectorizer" in hyperparameter for hyperparameter in best)
