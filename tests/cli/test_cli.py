"""The command line, as its users run it: what it prints, where, and with which exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sklearn.datasets import load_iris

from autotune.knowledge import Entry


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Work in a folder that holds train.csv."""
    frame = load_iris(as_frame=True).frame.rename(columns={"target": "y"})
    frame.to_csv(tmp_path / "train.csv", index=False)
    frame.to_parquet(tmp_path / "train.parquet")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


@pytest.fixture
def run(data, run):
    """Run a command in the folder of the data."""
    return run


TREE = (
    "run",
    "sklearn.tree.DecisionTreeClassifier",
    "--data",
    "train.csv",
    "--target",
    "y",
    "--name",
    "tree",
    "--set",
    "max_trials=3",
)


def test_a_plan_reads_well_at_80_columns_and_is_plain(run):
    words = ("plan", "sklearn.svm.SVC", "--data", "train.parquet", "--target", "y")
    for options, shown in (((), "judged by"), (("--details",), "svm.yaml:")):
        code, out, _ = run(*words, *options)
        assert code == 0 and shown in out and "\x1b" not in out
        assert max(map(len, out.splitlines())) <= 80


def test_a_run_shows_best_gain_and_how_to_see_it_again(run):
    code, out, err = run(*TREE)
    assert code == 0 and "best" in out and "gain" in out and "autotune describe tree" in err


@pytest.mark.slow
def test_json_is_one_document_on_standard_output(run):
    run(*TREE)
    for arguments in (
        ("plan", "sklearn.svm.SVC"),
        ("describe", "tree"),
        ("describe", "tree", "--trials"),
        ("list",),
        ("best", "tree"),
        ("knowledge", "list"),
        ("knowledge", "show", "random-forest"),
        ("plan", "sklearn.svm.SVC", "--explain", "C"),
    ):
        code, out, err = run(*arguments, "--json")
        assert code == 0 and json.loads(out) and err == "", arguments


@pytest.mark.slow
def test_the_run_s_json_is_the_record(run):
    code, out, _ = run(*TREE, "--quiet", "--json")
    assert (
        code == 0 and json.loads(out)["name"] == "tree" and json.loads(out)["status"] == "completed"
    )


@pytest.mark.slow
def test_jobs_are_listed_filtered_and_described(run):
    assert "No jobs yet" in run("list")[1]
    run(*TREE)
    assert (
        "tree" in run("list", "--status", "completed")[1]
        and "tree" not in run("list", "--status", "failed")[1]
    )
    assert (
        "max_runtime" in run("describe", "tree")[1]
        and "finished" in run("describe", "tree", "--trials")[1]
    )
    assert eval(run("best", "tree", "--format", "python")[1])


@pytest.mark.slow
def test_a_job_file_holds_the_whole_job(run, data):
    (data / "job.yaml").write_text(
        "estimator: sklearn.tree.DecisionTreeClassifier\ndata: train.csv\ntarget: y\nname: filed\n"
        "static: {max_depth: 4}\nranges:\n  min_samples_leaf: 2..9\n"
        "settings: {max_trials: 3}\nseed: 3\n"
    )
    assert run("run", "job.yaml", "--quiet")[0] == 0
    record = json.loads(run("describe", "filed", "--json")[1])
    assert (
        record["static"] == {"max_depth": 4}
        and record["settings"]["max_trials"]["source"] == "you (job.yaml:8)"
    )
    assert record["ranges"]["min_samples_leaf"]["source"] == "you (job.yaml:7)"


@pytest.mark.slow
def test_a_saved_plan_runs(run, data):
    assert run("plan", *TREE[1:6], "--set", "max_trials=2", "-o", "plan.yaml")[0] == 0
    assert (
        run("run", "plan.yaml", "--data", "train.csv", "--target", "y", "--quiet", "--name", "p")[0]
        == 0
    )
    assert run("plan", "sklearn.svm.SVC", "-o", "plan.yaml")[2].startswith(
        "autotune: plan.yaml must not exist yet. Use --force"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("plan", "sklearn.svm.SVX"), "or 'SVC'"),
        (
            ("best", "x", "--format", "toml"),
            "'toml' is not one of 'yaml', 'json', 'python'. See autotune best --help.",
        ),
        (("list", "--status", "done"), "See autotune list --help."),
        (("run", "sklearn.svm.SVC", "--data", "train.csv"), "--target"),
        (("export", "optnua", "sklearn.svm.SVC"), "Did you mean 'optuna'"),
        (("plan", "random-forst"), "Did you mean 'random-forest'"),
        (("plna",), "No such command"),
        (("plan", "sklearn.svm.SVC", "--sett", "x=1"), "No such option"),
        (("plan",), "Missing argument"),
        (("plan", "sklearn.svm.SVC", "--set", "max_trails=1"), "Did you mean 'max_trials'"),
        (("plan", "sklearn.svm.SVC", "--set", "max_trials"), "--set must be NAME=VALUE"),
        (("plan", "sklearn.svm.SVC", "--set", "ranges.C=10..1"), "low <= high must hold"),
        (
            ("plan", "sklearn.svm.SVC", "--set", "sampler=none"),
            "must be one of gp, tpe or None, got 'none' (--set). None is written null here.",
        ),
        (
            ("plan", "sklearn.svm.SVC", "--set", "early_stopping=mediam"),
            "or None, got 'mediam' (--set). Did you mean 'median'",
        ),
        (
            ("plan", "sklearn.svm.SVC", "--set", "initial_trials=[{C: -1}]"),
            "C must lie in 0.03125 .. 32,768 log, got -1",
        ),
        (("log", "nosuch", "x"), "integer. See autotune log --help."),
        (
            ("plan", "sklearn.svm.SVC", "--data", "nosuch.csv", "--target", "y"),
            "data must be a file that exists",
        ),
        (
            ("plan", "sklearn.svm.SVC", "--data", "train.csv", "--target", "yy"),
            "must have a column 'yy'. Did you mean 'y'?",
        ),
        (
            ("plan", "sklearn.svm.SVC", "--data", "train.xlsx", "--target", "y"),
            "must be a .csv, .tsv or .parquet file",
        ),
        (("plan", "sklearn.svm.SVC", "--fact", "rows=-1"), "rows must be a whole number"),
        (("plan", "sklearn.svm.SVC", "--overrides", "no.yaml"), "must be a file that can be read"),
        (("run", "no.yaml"), "must be a file that can be read"),
        (("run", "sklearn.svm.SVC"), "X must be given"),
        (("describe", "nosuch"), "a job named 'nosuch' must be in"),
        (("describe", "../x"), "a job's name must be"),
        (("best", "nosuch"), "a job named"),
        (("list", "--storage", "redis://x"), "storage must be a folder or a URL"),
        (("knowledge", "show", "randm-forest"), "Did you mean 'random-forest'"),
        (("knowledge", "check", "no.yaml"), "must be a file that can be read"),
        (("knowledge", "new", "--from-estimator", "os.path"), "must"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(run, arguments, words):
    code, out, err = run(*arguments)
    assert (
        (code, out) == (2, "")
        and words in err
        and err.startswith("autotune: ")
        and err.count("\n") == 1
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "estimator: sklearn.svm.SVC\nmax_trails: 3\n",
            "job.yaml:2:1: 'max_trails' is no name of a job file. Did you mean 'max_trials'",
        ),
        ("data: train.csv\n", "a job file must have 'estimator'"),
        (
            "estimator: [3]\n",
            "job.yaml:1:12: estimator must be a text, or a list of texts, got [3]",
        ),
        (
            "estimator: sklearn.svm.SVC\nmax_trials: no\n",
            "'max_trials' must be a whole number 1..1,000,000, got 'no' (job.yaml:2)",
        ),
        ("- a\n", "job.yaml:1:1: the file must be a job file or a saved plan, got a list."),
        ("", "job.yaml:1:1: the file must be a job file or a saved plan, got nothing."),
        ("estimator: []\n", "estimator must be a text, or a list of texts, got []"),
        ("estimator: a\nestimator: b\n", "job.yaml:2:1: a key must stand once"),
        (
            "estimator: sklearn.svm.SVC\nfacts: {row: 3}\n",
            "job.yaml:2:8: facts: 'row' is no fact. Did you mean 'rows'",
        ),
        (
            "estimator: sklearn.svm.SVC\nranges:\n  C: {low: 1, hihg: 3}\n",
            "job.yaml:3:6: a range has no 'hihg'. Did you mean 'high'",
        ),
        (
            "estimator: sklearn.svm.SVC\ngamma: {name: os.nope}\n",
            "'gamma' is no name of a job file",
        ),
        (
            "estimator: sklearn.svm.SVC\nstatic: {gamma: {name: os.nope}}\n",
            "job.yaml:2:17: 'os.nope' must be a name that can be imported",
        ),
        ("script: {comand: train.py}\n", "job.yaml:1:9: script: 'comand' must be one of its names"),
        ("a: [\n", "must be YAML"),
    ],
)
def test_a_mistake_in_a_job_file_is_told_with_its_line(run, data, text, words):
    (data / "job.yaml").write_text(text)
    code, _, err = run("run", "job.yaml")
    assert code == 2 and words in err and err.count("\n") == 1


def test_text_columns_are_told_before_any_trial(run, data):
    (data / "words.csv").write_text("a,b,y\n1,red,0\n2,blue,1\n3,red,0\n4,blue,1\n")
    words = ("sklearn.svm.SVC", "--data", "words.csv", "--target", "y", "--set", "encode=null")
    code, _, err = run("run", *words)
    assert code == 2 and "must have numbers, got text in b" in err and "encode='auto'" in err


@pytest.mark.slow
def test_a_failed_job_is_exit_code_1(run, data):
    (data / "negative.csv").write_text("a,y\n" + "".join(f"{-i},{i % 2}\n" for i in range(40)))
    words = ("sklearn.naive_bayes.MultinomialNB", "--data", "negative.csv", "--target", "y")
    settings = ("--set", "max_trials=2", "--quiet", "--no-preflight")
    code, out, err = run("run", *words, *settings, "--name", "negative")
    assert code == 1 and out == "" and err.count("\n") == 1 and "no trial finished" in err
    assert "Negative values" in err and "failed" in run("describe", "negative")[1]


@pytest.mark.slow
def test_what_fails_in_the_first_trial_is_told_before_there_is_a_job(run, data):
    (data / "negative.csv").write_text("a,y\n" + "".join(f"{-i},{i % 2}\n" for i in range(40)))
    words = ("sklearn.naive_bayes.MultinomialNB", "--data", "negative.csv", "--target", "y")
    code, out, err = run("run", *words, "--set", "max_trials=2", "--name", "negative")
    assert code == 2 and out == "" and err.count("\n") == 1 and "Negative values" in err
    assert "No jobs yet" in run("list")[1]


def test_missing_values_are_told_before_any_trial(run, data):
    (data / "holes.csv").write_text(
        "a,y\n" + "".join(f"{'' if i % 3 else i},{i % 2}\n" for i in range(40))
    )
    words = ("sklearn.svm.SVC", "--data", "holes.csv", "--target", "y", "--set", "encode=null")
    code, _, err = run("run", *words)
    assert code == 2 and "X must have no missing values for SVC, got 65.00%" in err


def test_knowledge_check_tells_each_file(run, data):
    (data / "bad.yaml").write_text("schema: 1\nname: bad\n")
    good = Path(__file__).parent.parent.parent / "knowledge/random-forest.yaml"
    code, out, err = run("knowledge", "check", good, "bad.yaml")
    assert (
        code == 2 and "random-forest.yaml: ok" in out and err.startswith("autotune: bad.yaml:1:1: ")
    )


def test_knowledge_check_as_json_has_the_place_of_each_mistake(run, data):
    (data / "bad.yaml").write_text("schema: 2\nname: bad\ntitle: 5\nfidelity: [x]\n")
    code, out, _ = run("knowledge", "check", "bad.yaml", "--json")
    (result,) = json.loads(out)
    assert code == 2 and not result["ok"]
    places = [(each["name"], each["line"], each["column"]) for each in result["mistakes"]]
    assert places[-3:] == [("schema", 1, 9), ("title", 3, 8), ("fidelity", 4, 11)]
    assert result["error"] == result["mistakes"][0]["message"]


@pytest.mark.parametrize(
    "dotted",
    [
        "sklearn.svm.NuSVC",
        "sklearn.ensemble.RandomForestRegressor",
        "sklearn.linear_model.TheilSenRegressor",
        "lightgbm.LGBMClassifier",
        "sklearn.cluster.MeanShift",
        "sklearn.neural_network.BernoulliRBM",
    ],
)
def test_a_draft_passes_the_check(run, dotted):
    code, out, _ = run("knowledge", "new", "--from-estimator", dotted)
    assert code == 0 and run("knowledge", "check", out.partition(":")[0])[0] == 0


def test_a_draft_says_which_ranges_come_from_names_alone(run, data):
    run("knowledge", "new", "--from-estimator", "sklearn.neural_network.BernoulliRBM")
    text = (data / "bernoulli-rbm.yaml").read_text()
    assert "Ranges from names alone, which nothing measured for this class: " in text
    assert "by the hyperparameter's name alone" in text and "evidence: 'None yet" in text
    schema = text.partition("$schema=")[2].partition("\n")[0]
    assert json.loads((data / schema).read_text()) == Entry.model_json_schema()


def test_a_draft_says_which_ranges_surround_the_default(run, data):
    run("knowledge", "new", "--from-estimator", "sklearn.cluster.MeanShift")
    text = (data / "mean-shift.yaml").read_text()
    assert "Ranges from names alone, which nothing measured for this class: none." in text
    assert "within what the class accepts: min_bin_freq." in text
    assert "Without a range, add those that matter: bandwidth, cluster_all." in text


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("plan",),
        ("run",),
        ("list",),
        ("describe",),
        ("best",),
        ("knowledge",),
        ("knowledge", "new"),
    ],
)
def test_help_shows_an_example_or_the_commands(run, command):
    code, out, _ = run(*command, "--help")
    assert code == 0 and ("autotune " in out)


def test_the_installed_command_and_a_closed_pipe(data):
    command = Path(sys.executable).parent / "autotune"
    shell = f"{command} knowledge list --json | head -1"
    got = subprocess.run(
        ["bash", "-c", shell], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert got.stdout and got.stderr == ""
    assert subprocess.run(
        [command, "--version"], capture_output=True, text=True, check=True
    ).stdout.startswith("autotune ")


def test_the_command_is_there_as_a_module():
    command = [sys.executable, "-m", "autotune", "plan", "no.Such"]
    got = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (got.returncode, got.stdout) == (2, "") and got.stderr.startswith("autotune: ")


def test_an_error_is_json_where_json_is_asked_for(run):
    code, out, err = run("plan", "sklearn.svm.SVC", "--set", "max_trials=0", "--json")
    error = json.loads(out)
    assert code == 2
    assert err.count("\n") == 1
    assert (error["error"], error["message"]) == ("SettingError", err.strip()[10:])
