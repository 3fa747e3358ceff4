"""What is exported where, what is refused, and what a person is told of it."""

import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from autotune import (
    AutotuneError,
    Plan,
    Script,
    autotune,
)
from autotune.errors import EngineError
from autotune.serialization import documents
from tests.export.plans import IRIS, SPECIES
from tests.programs import (
    run_alone,
)


@pytest.mark.parametrize(
    ("estimator", "settings", "words"),
    [
        (
            make_pipeline(FunctionTransformer(lambda v: v), SVC()),
            {},
            "steps.*func cannot be written as code, got <function",
        ),
        (SVC(), {"metric": lambda e, X, y: 1.0, "mode": "max"}, "metric cannot be written as code"),
        (SVC(), {"cv": [([0], [1])]}, "cv must be a number of folds or a splitter"),
    ],
)
def test_what_cannot_be_written_as_code_is_refused_by_name(estimator, settings, words):
    with pytest.raises(EngineError, match=words):
        autotune(estimator, **settings).export("optuna")


def test_a_file_that_exists_is_replaced_only_by_force(tmp_path):
    plan, path = autotune(SVC(), strategy="random"), tmp_path / "tune.py"
    path.write_text("mine")
    with pytest.raises(AutotuneError, match=r"must not exist yet. Use --force \(force=True\)"):
        plan.export("optuna", path)
    assert path.read_text() == "mine"
    plan.export("optuna", path, force=True)
    assert "optuna" in path.read_text()


@pytest.mark.parametrize(
    ("to", "words"), [("optnua", "Did you mean 'optuna'"), ("sklearn ", "Did you mean 'sklearn'")]
)
def test_an_unknown_target_is_refused(to, words):
    with pytest.raises(AutotuneError, match=words):
        autotune(SVC()).export(to)


@pytest.mark.parametrize("ending", ["json", "yaml"])
def test_the_configuration_alone_is_written_as_yaml_or_json(ending, tmp_path):
    plan = autotune(SVC())
    plan.export("config", tmp_path / f"plan.{ending}")
    plan.export("optuna", tmp_path / f"again.{ending}", format="config")
    found = [documents.read(tmp_path / f"{n}.{ending}").data for n in ("plan", "again")]
    assert (
        found[0] == found[1]
        and found[0]["engine"] == "optuna"
        and set(found[0]["distributions"]) == {*plan.compile().native.distributions}
    )


def test_the_command_writes_programs_and_says_what_they_do_otherwise(tmp_path):
    from autotune.cli import main

    def run(*words):
        with pytest.raises(SystemExit) as ended:
            main([str(w) for w in words])
        return ended.value.code

    plan = tmp_path / "plan.yaml"
    assert run("plan", "sklearn.svm.SVC", "--set", "trial_timeout=5", "-o", plan) == 0
    assert run("export", "optuna", plan, "-o", tmp_path / "tune.py") == 0
    assert run("export", "optuna", plan, "-o", tmp_path / "tune.py") == 2
    assert run("export", "optuna", plan, "-o", tmp_path / "tune.py", "--force") == 0
    assert run("export", "sklearn", "sklearn.svm.SVC", "-o", tmp_path / "ranges.py") == 0
    assert run("export", "config", plan, "-o", tmp_path / "config.json") == 0
    assert run("export", "nothing", plan) == 2
    assert (tmp_path / "tune.py").read_text() == Plan.load(plan).export("optuna")


def test_the_command_says_what_a_program_does_not_carry_out(tmp_path, capsys):
    from autotune.cli import main

    with pytest.raises(SystemExit):
        main(
            [
                "export",
                "optuna",
                "sklearn.svm.SVC",
                "--set",
                "trial_timeout=5",
                "-o",
                str(tmp_path / "tune.py"),
            ]
        )
    assert "Not carried out: trial_timeout=5" in capsys.readouterr().err


@pytest.mark.slow
def test_a_program_tells_bad_data_in_one_line(tmp_path):
    program = tmp_path / "tune.py"
    autotune(SVC(), strategy="random").export("optuna", program)
    got = run_alone([program, "--data", tmp_path / "none.csv", "--target", "y"])
    assert "error: --data, --target: [Errno 2]" in got.stderr and "Traceback" not in got.stderr


def test_a_script_and_a_function_that_reports_through_autotune_are_refused():
    def train(x=1.0):
        import autotune

        autotune.report(x)

    for target in (train, Script("train.py", {"lr": 0.1}, {"loss": "loss {number}"})):
        with pytest.raises(EngineError, match=r"calls autotune\.report|cannot run a Script"):
            autotune(target).export("optuna")


@pytest.mark.slow
def test_results_of_parents_are_refused_not_dropped(tmp_path):
    settings, where = (
        {"max_parallel": 1, "completion": {}, "cv": 2},
        {"storage": str(tmp_path), "progress": False},
    )
    autotune(DecisionTreeClassifier(), IRIS, SPECIES, max_trials=3, **settings).run(
        IRIS, SPECIES, name="parent", **where
    )
    child = autotune(
        DecisionTreeClassifier(), IRIS, SPECIES, max_trials=2, warm_start=["parent"], **settings
    )
    with pytest.raises(
        EngineError, match="cannot hold the results of warm_start's parents, got 3 trials"
    ):
        child.run(IRIS, SPECIES, name="child", **where).plan.export("optuna")
