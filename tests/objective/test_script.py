"""Scripts: real commands in several languages, run as trials.

They are read as they print, and ended with all they started.
"""

import json
import os
import signal
import stat
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotune import AutotuneError, Job, Script, autotune
from autotune.errors import SettingError, TrialError
from autotune.objective.bounded_log import END, MAX_LINE_BYTES, Lines, Log
from autotune.objective.metric_reports import Steps
from autotune.record.job_list import list_jobs
from autotune.script import text_of
from autotune.serialization.values import from_plain, to_plain
from tests.jobs import command, ended, kill, left_by, start, until

PYTHON = """
import argparse, sys
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
parser.add_argument("--batch-size", type=int)
parser.add_argument("--epochs", type=int)
parser.add_argument("--backend")
given = parser.parse_args()
for epoch in range(1, given.epochs + 1):
    print(f"epoch {epoch} loss: {abs(given.lr - 0.03) + 1 / epoch:.4f}")
    print(f"val-f1:  {1 - abs(given.lr - 0.03) - 0.5 / epoch}", file=sys.stderr)
"""
SHELL = """#!/bin/sh
# KIND is what it does; the metric is m
for word in "$@"; do case "$word" in kind=*) kind="${word#kind=}";; x=*) x="${word#x=}";; esac; done
case "$kind" in
  ok) echo "m: $x";;
  flood) yes "some text that is printed again and again" | head -c 30000000; echo; echo "m: 1";;
  line) head -c 50000000 /dev/zero | tr '\\0' a; echo; echo "m: 1";;
  never) echo "m: 1"; sleep 1000;;
  endless) while true; do echo nothing; done;;
  daemon)
    (setsid sleep 4321 >/dev/null 2>&1 &)
    env -i setsid sleep 4321 >/dev/null 2>&1 &
    echo "m: 1";;
  holds) sleep 4321 & echo "m: 1";;
  nan) echo "m: nan";;
  infinite) echo "m: -inf";;
  small) echo "m: 1e-05";;
  other) echo "mm: 0.25";;
  nothing) ;;
  fail) echo one; echo two >&2; exit 3;;
  killed) kill -KILL $$;;
  stdin) read answer; echo "m: 2";;
  cd) cd /; echo "m: 1";;
  closes) exec >/dev/null 2>&1; sleep 0.2;;
  backtrack) echo "m: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";;
  text) echo "m: abc";;
  word) head -c 10000 /dev/zero | tr '\\0' a; echo; echo "mm: 0.25";;
  binary) printf '\\377\\376\\001\\n'; echo "m: 1";;
esac
"""
AMT = {"epochs": 3, "backend": "gloo", "lr": 0.01, "batch-size": 32}
F1 = {"val-f1": r"val-f1:\s+([0-9.]+)"}
M = {"m": r"\bm: {number}"}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Work in a folder that holds train.py and train.sh."""
    (tmp_path / "train.py").write_text(PYTHON)
    write("train.sh", SHELL, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name, text, where="."):
    path = Path(where) / name
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def shell(kind, metrics=None, **options):
    return Script(
        "train.sh",
        hyperparameters={"kind": kind, "x": 0.5},
        metrics=metrics or M,
        arguments="{name}={value}",
        **options,
    )


def job(script, **settings):
    settings = {
        "ranges": {"x": (0.1, 0.9)},
        "max_trials": 3,
        "max_parallel": 1,
        "max_failures": 3,
    } | settings
    return ended(autotune(script, **settings).run, name="job")


def sleepers():
    found = subprocess.run(
        ["pgrep", "-f", "^sleep 4321$"], capture_output=True, text=True, check=False
    )
    return found.stdout.split()


def test_a_python_script_is_tuned_by_its_arguments_and_its_log():
    plan = autotune(Script("train.py", hyperparameters=AMT, metrics=F1), max_trials=6)
    assert (
        set(plan.ranges) == {"lr", "batch-size"}
        and plan["metric"] == "val-f1"
        and plan["mode"] == "max"
    )
    done = plan.run()
    assert done.status == "completed" and dict(done.all_trials()[0].params) == {
        "lr": 0.01,
        "batch-size": 32,
    }
    assert done.all_trials()[0].value == pytest.approx(
        1 - 0.02 - 0.5 / 3
    ) and "epoch 3 loss:" in done.log(0)


def test_a_shell_script_gets_name_value_words():
    done = job(shell("ok"))
    assert done.best_score == max(t.params["x"] for t in done.all_trials())


@pytest.mark.slow
def test_an_awk_program_is_a_list_of_words():
    Path("train.awk").write_text(
        'BEGIN { for (i = 1; i < ARGC; i++) split(ARGV[i], w, "="); print "loss = " w[2] ^ 2 }'
    )
    script = Script(
        ["awk", "-f", "train.awk", "--"],
        {"x": 0.5},
        {"loss": "loss = {number}"},
        arguments="{name}={value}",
    )
    done = job(script)
    assert done.plan["mode"] == "min" and done.best_score == pytest.approx(
        min(t.params["x"] ** 2 for t in done.all_trials()), rel=1e-4
    )


@pytest.mark.slow
def test_a_c_program_is_a_command():
    Path("train.c").write_text(
        "#include <stdio.h>\n#include <stdlib.h>\n"
        'int main(int n, char **w) { printf("score %g", atof(w[1]) * 2); return 0; }'
    )
    subprocess.run(["cc", "-o", "train", "train.c"], check=True)
    done = job(Script("./train", {"x": 0.5}, {"score": "score {number}"}, arguments=["{x}"]))
    assert done.best_score == pytest.approx(2 * done.best_params["x"], rel=1e-4)


@pytest.mark.slow
def test_json_lines_in_a_file_are_the_other_way():
    write(
        "train.py",
        "import sys\n"
        "open('told.jsonl', 'w').write('{\"loss\": %s, \"phase\": \"end\"}' % sys.argv[2])",
    )
    done = job(Script("train.py", {"x": 0.5}, ["loss"], metrics_file="told.jsonl"))
    assert done.best_score == min(t.params["x"] for t in done.all_trials())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "loss 0.5",
            "metrics.jsonl must hold a JSON object of metrics in each line, got 'loss 0.5'",
        ),
        ('{"los": 1}', "must hold 'loss', got ['los']. Did you mean 'los'?"),
        ('{"loss": NaN}', "'loss' must be finite, got nan"),
        ('{"loss": "low"}', "must hold 'loss', got nothing"),
    ],
)
def test_a_metrics_file_that_does_not_tell_the_metric_fails_the_trial_with_the_reason(line, words):
    write("train.sh", f"#!/bin/sh\necho '{line}' > $AUTOTUNE_METRICS_FILE")
    with pytest.raises(TrialError) as told:
        Script("train.sh", {"x": 0.5}, ["loss"]).try_once()
    assert words in str(told.value)


def test_endless_steps_fill_no_store_and_endless_names_no_memory():
    seen = []
    steps = Steps("m", lambda step, value: seen.append(step))
    for value in range(5000):
        steps.take({"m": value})
    assert (
        steps.last == {"m": 4999} and seen[:999] == list(range(1, 1000)) and len(seen) == 999 + 401
    )
    with pytest.raises(ValueError, match="at most 100 metrics"):
        steps.take({f"m{i}": 1 for i in range(200)})


@pytest.mark.slow
def test_a_python_script_may_report_as_functions_do():
    write(
        "train.py",
        "import sys\nfrom autotune import report, trial\n"
        "for s in range(3): report(loss=s + float(sys.argv[2]), n=trial.number)",
    )
    done = job(Script("train.py", {"x": 0.5}, ["loss"]))
    assert done.all_trials()[2].metrics["n"] == 2 and done.all_trials()[0].value == 2.5


VALUES = [
    "two words",
    "'; rm -rf / #",
    '"quoted"',
    "line\nbreak",
    "-dash",
    "--x=1",
    "$HOME `id` $(id)",
    "",
    "ü→\t",
    "*",
    "\\",
]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", ["--{name} {value}", "--{name}={value}", ["{text}", "{a-b}"]])
def test_values_arrive_as_they_are_since_no_shell_sees_them(arguments):
    write("show.py", "import json, sys\nprint('got', json.dumps(sys.argv[1:]), 'm: 1')")
    script = Script("show.py", {"text": "two words", "a-b": 1}, M, arguments=arguments)
    done = autotune(script, ranges={"text": VALUES}).run()
    assert len(done.all_trials()) == len(VALUES)
    for trial in done.all_trials():
        value = trial.params["text"]
        words = {
            "--{name} {value}": ["--text", value, "--a-b", "1"],
            "--{name}={value}": [f"--text={value}", "--a-b=1"],
        }
        got = json.loads(done.log(trial.number).removeprefix("got ").rpartition(" m: ")[0])
        assert got == (words[arguments] if isinstance(arguments, str) else [value, "1"])


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")))
def test_any_text_is_one_word(value):
    assert Script("x", {"a": value}, M).arguments_for({"a": value}) == ["--a", value]


def test_values_of_all_kinds_have_a_text_and_none_leaves_the_argument_out():
    assert [text_of(v) for v in (1e-05, 3, True, [1, "a"], {"k": None})] == [
        "1e-05",
        "3",
        "True",
        '[1, "a"]',
        '{"k": null}',
    ]
    assert Script("x", {"a": None, "b": 1}, M).arguments_for({"a": None, "b": 1}) == ["--b", "1"]


@pytest.mark.slow
def test_each_trial_has_a_folder_an_environment_and_a_seed_of_its_own():
    write(
        "train.py",
        "import os\nprint(os.getcwd(), os.environ['WHO'], os.environ['AUTOTUNE_SEED'], "
        "os.environ['AUTOTUNE_TRIAL'], 'm: 1')",
    )
    done = job(Script("train.py", {"x": 0.5}, M, env={"WHO": "me"}))
    logs = [done.log(n) for n in range(3)]
    assert len(set(logs)) == 3 and all(
        str(done.trials_path / str(n) / "work") in log and " me " in log
        for n, log in enumerate(logs)
    )


@pytest.mark.slow
def test_a_folder_given_is_where_all_trials_run(folder):
    write("train.py", "import os\nprint(os.getcwd(), 'm: 1')")
    assert str(folder) in job(Script("train.py", {"x": 0.5}, M, folder=".")).log(0)


@pytest.mark.slow
def test_a_seed_left_open_is_the_trials():
    write("train.py", "import sys\nprint(sys.argv[1:], 'm: 1')")
    done = job(Script("train.py", {"x": 0.5, "seed": None}, M))
    assert len({done.log(n).partition("'--seed', ")[2] for n in range(3)}) == 3


@pytest.mark.slow
def test_steps_are_reported_as_they_stream_and_a_stopped_script_is_asked_to_end():
    write(
        "train.py",
        """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("saved"), sys.exit(0)))
for step in range(1, 30):
    print(f"epoch {step} m: {float(sys.argv[2]) * step}", flush=True)
    time.sleep(0.02)
""",
    )
    done = job(
        Script("train.py", {"x": 0.5}, M, steps="epoch {number}"),
        max_trials=14,
        early_stopping="median",
        completion={},
    )
    stopped = [t for t in done.all_trials() if t.status == "stopped"]
    assert stopped and all("saved" in done.log(t.number) for t in stopped)
    assert (
        len(done.study.trials[0].intermediate_values)
        == 29
        > len(done.study.trials[stopped[0].number].intermediate_values)
    )


@pytest.mark.parametrize(("steps", "count"), [(None, 2), (True, 3), (False, 0)])
def test_the_last_match_is_the_value_and_the_others_are_steps(steps, count):
    done = autotune(Script("train.py", AMT, F1, steps=steps), max_trials=1).run()
    assert len(
        done.study.trials[0].intermediate_values
    ) == count and done.best_score == pytest.approx(1 - 0.02 - 0.5 / 3)


@pytest.mark.slow
def test_trying_once_says_what_was_matched():
    tried = Script("train.py", AMT, {**F1, "loss": "loss: {number}"}).try_once()
    assert (
        tried.counts == {"val-f1": 3, "loss": 3}
        and "found 3 times" in str(tried)
        and "--batch-size 32" in str(tried)
    )


@pytest.mark.parametrize(
    "line",
    [
        "\x1b[1mval_acc\x1b[0m: \x1b[32m0.75\x1b[0m",  # bold, green
        "\x1b[38;5;208mval_acc:\x1b[m \x1b[38;2;10;200;30m0.75",  # 256 and true colors
        "epoch 1 \x1b[2K\x1b[1Gval_acc: 0.75",  # a line drawn again
    ],
)
def test_metrics_in_color_are_read(line, tmp_path):
    program = tmp_path / "train.py"
    program.write_text(f"print({line!r})")
    tried = Script(str(program), {"lr": 0.1}, {"accuracy": "val_acc: {number}"}).try_once()
    assert tried.counts == {"accuracy": 1} and "0.75" in str(tried)


FAILS = [
    ("word", {}, ("no line of its log matches", "did you mean 'mm', which is 0.25 there?")),
    ("other", {}, ("no line of its log matches", "did you mean 'mm', which is 0.25", "mm: 0.25")),
    ("nothing", {}, ("no line of its log matches", "its log is empty")),
    ("fail", {}, ("exit status 3", "one | two")),
    ("killed", {}, ("killed by SIGKILL",)),
    ("nan", {}, ("'m' must be finite, got nan",)),
    ("infinite", {}, ("'m' must be finite, got -inf",)),
    ("small", {"metrics": {"m": "m: ([0-9.]+)"}}, ("got '1' of '1e-05'", "{number}")),
    ("text", {"metrics": {"m": r"m: (\w+)"}}, ("must take a number, got 'abc'",)),
    ("closes", {}, ("no line of its log matches",)),
    (
        "backtrack",
        {"metrics": {"m": "m: ((a|aa|b?a)+)$"}},
        ("must find its number quickly", "on a line of"),
    ),
    ("ok", {"metrics": {**M, "n": "n: {number}"}}, ("the pattern of 'n'", "m: 0.5")),
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "options", "words"), FAILS, ids=[k for k, *_ in FAILS])
def test_trying_once_tells_what_is_wrong(kind, options, words):
    with pytest.raises(TrialError) as told:
        shell(kind, **options).try_once()
    assert all(w in str(told.value) for w in words) and "\n" not in str(told.value)


def test_trying_once_ends_at_its_limit():
    with pytest.raises(TrialError, match=r"did not end in 0\.5 s"):
        shell("never").try_once(limit=0.5)


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("flood", marks=pytest.mark.slow),
        "line",
        "holds",
        "daemon",
        "stdin",
        "cd",
        "binary",
    ],
)
def test_whatever_a_script_does_its_metric_is_read_and_nothing_is_left(kind):
    done = autotune(shell(kind), max_trials=1, keep_static=["x", "kind"]).run()
    assert done.best_score in (1, 2) and not sleepers()
    assert (done.trials_path / "0" / "log.txt").stat().st_size < 4 * END


@pytest.mark.parametrize("kind", ["fail", "nan", "other"])
def test_a_failing_script_is_a_failed_trial_with_the_reason_and_three_end_the_job(kind):
    done = job(shell(kind), max_trials=6)
    words = next(words for k, _, words in FAILS if k == kind)
    assert done.status == "failed" and [t.status for t in done.all_trials()] == ["failed"] * 3
    assert (
        all(words[0] in t.error for t in done.all_trials())
        and words[0] in done.describe()["completion"]["reason"]
    )


@pytest.mark.slow
def test_the_record_of_a_failing_script_holds_the_end_of_its_log_and_no_traceback():
    assert (
        job(shell("fail"), max_trials=3).describe()["completion"]["error"]
        == "The log ends:\none\ntwo"
    )


@pytest.mark.slow
def test_a_killed_script_is_tried_again_with_its_checkpoint():
    write(
        "train.py",
        """
import os, pathlib, signal
path = pathlib.Path(os.environ["AUTOTUNE_CHECKPOINT_DIR"], "n")
if not path.exists():
    path.write_text("7")
    os.kill(os.getpid(), signal.SIGKILL)
print("m:", path.read_text())
""",
    )
    done = job(Script("train.py", {"x": 0.5}, M))
    assert {t.value for t in done.all_trials()} == {7.0}


@pytest.mark.parametrize("kind", ["never", "endless"])
def test_a_script_that_never_ends_is_killed_at_its_timeout(kind):
    done = job(shell(kind), trial_timeout=0.7, max_trials=2)
    assert {t.status for t in done.all_trials()} == {"timed out"}
    assert not subprocess.run(
        ["pgrep", "-f", "train.sh kind="], capture_output=True, check=False
    ).stdout


@pytest.mark.slow
def test_a_job_deleted_takes_its_trials_folder_with_it():
    done = job(shell("ok"))
    assert done.trials_path.is_dir()
    done.delete()
    assert not done.trials_path.exists()


@pytest.mark.slow
def test_a_cut_short_trial_goes_on_from_its_checkpoint(folder):
    write(
        "train.py",
        """
import os, pathlib, time
path = pathlib.Path(os.environ["AUTOTUNE_CHECKPOINT_DIR"], "epoch")
first = int(path.read_text()) if path.exists() else 0
for epoch in range(first, 5):
    path.write_text(str(epoch + 1))
    while not pathlib.Path(os.environ["GO"]).exists(): time.sleep(0.01)
print("first:", first, "m: 1")
""",
    )
    code = f"""
from autotune import Script
environment = {{"GO": {str(folder / "go")!r}}}
script = Script({str(folder / "train.py")!r}, {{"x": 0.5}}, {M!r}, env=environment)
autotune(script, ranges={{"x": (0.1, 0.9)}}, max_trials=1).run(name="cut")"""
    process = start(code)
    until(
        lambda: list(
            (Path(os.environ["AUTOTUNE_HOME"]) / "jobs").glob("cut.trials/0/checkpoint/epoch")
        )
    )
    kill(process)
    until(lambda: left_by(process.pid) == 0)
    Path("go").touch()
    done = Job.load("cut").resume()
    assert done.status == "completed" and "first: 1" in done.log(0)


REFUSED = [
    ({"command": ""}, "command must be a text"),
    ({"command": []}, "command must be a file or program"),
    ({"hyperparameters": {"--lr": 1}}, "Did you mean 'lr'"),
    ({"hyperparameters": {"a b": 1}}, "without spaces"),
    ({"hyperparameters": {"a": object()}}, "must be a number, text"),
    ({"hyperparameters": {"a": "x\0"}}, "NUL"),
    ({"metrics": {}}, "metrics must be patterns by name"),
    ({"metrics": {"m": "m: [0-9]+"}}, "must have a group"),
    ({"metrics": {"m": "m: ([0-9]+"}}, "must be a regular expression"),
    ({"metrics": ["m"], "metrics_file": "m.jsonl", "folder": "."}, "folder of the trial's own"),
    ({"metrics": ["m"], "metrics_file": "../m.jsonl"}, "must lie in the trial's folder"),
    ({"metrics_file": "m.jsonl"}, "must go with a list of names"),
    ({"arguments": "--{name}"}, "must hold {name} and {value}"),
    ({"arguments": "--{name} {vlaue}"}, "must hold {name} and {value}"),
    ({"arguments": ["{rl}"]}, "Did you mean 'lr'"),
    ({"arguments": ["{"]}, "braces closed"),
    ({"arguments": ["x"]}, "got none for lr"),
    ({"env": {"AUTOTUNE_RUN": "x"}}, "must not begin with AUTOTUNE_"),
    ({"steps": "epoch"}, "must have a group"),
    ({"steps": 3}, "steps must be"),
]


@pytest.mark.parametrize(("change", "words"), REFUSED, ids=[w for _, w in REFUSED])
def test_what_no_script_can_be_is_refused_where_it_is_made(change, words):
    with pytest.raises(SettingError) as told:
        Script(**{"command": "train.py", "hyperparameters": {"lr": 0.1}, "metrics": M} | change)
    assert words in str(told.value)


MISSING = [
    ("trian.py", "Did you mean 'train.py'"),
    (["no-such-program"], "a program that is installed"),
    ("python train.py", "a list: ['python', 'train.py']"),
    ("./notes.txt", "chmod +x"),
    (["train.sh"], "Did you mean './train.sh'"),
]


@pytest.mark.parametrize(("words", "hint"), MISSING, ids=[str(w) for w, _ in MISSING])
def test_a_command_that_is_not_there_is_refused_before_any_trial(words, hint):
    Path("notes.txt").touch()
    script = Script(words, {"x": 0.5}, M)
    for run in (script.try_once, autotune(script, max_trials=2).run):
        with pytest.raises(SettingError) as told:
            run()
        assert hint in str(told.value)
    assert list_jobs() == []


@pytest.mark.slow
def test_a_relative_path_among_the_values_is_told_of():
    Path("data").mkdir()
    write("train.py", "import os, sys\nos.listdir(sys.argv[2])")
    with pytest.raises(TrialError, match="where 'data' is not: give its whole path"):
        Script("train.py", {"data-dir": "data"}, M).try_once()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"metric": "val-f2"}, "Did you mean 'val-f1'"),
        ({"cv": 3}, "cv must go with an estimator, got a script"),
        ({"lrr": 1}, "Did you mean 'lr'"),
    ],
)
def test_settings_that_do_not_fit_a_script_are_refused(settings, words):
    with pytest.raises(AutotuneError) as told:
        autotune(Script("train.py", AMT, F1), **settings)
    assert words in str(told.value)


def test_static_values_are_changed_by_name():
    plan = autotune(Script("train.py", AMT, F1), epochs=7, **{"batch-size": 64})
    assert plan.static["epochs"] == 7 and plan["initial_trials"][0]["batch-size"] == 64
    assert plan.target.hyperparameters["epochs"] == 7


def test_a_plan_of_a_script_is_a_file_that_runs():
    plan = autotune(Script("train.py", AMT, F1, steps=True, env={"A": 1}), max_trials=2)
    plan.save("plan.yaml")
    again = type(plan).load("plan.yaml")
    assert again == plan and again.run().status == "completed"
    assert from_plain(to_plain(plan.target)).describe() == plan.target.describe()


@pytest.mark.slow
def test_the_best_configuration_is_applied_to_a_script():
    script = Script("train.py", AMT, F1)
    best = autotune(script, ranges={"lr": (0.02, 0.03)}, tune=["lr"], max_trials=2).run().best
    applied = best.apply(script)
    assert (
        applied.hyperparameters == {**AMT, "lr": best.params["lr"]}
        and applied.try_once().metrics["val-f1"] == best.value
    )


@pytest.mark.slow
def test_a_script_has_no_best_estimator():
    with pytest.raises(
        AutotuneError, match=r"must tune an estimator, got train\.sh\. Use job\.best_params\."
    ):
        _ = job(shell("ok"), max_trials=1).best_estimator


def test_a_loss_is_minimised_by_its_name():
    modes = {
        m: autotune(Script("x", {"lr": 0.1}, [m]))["mode"]
        for m in ("val-loss", "RMSE", "testError", "f1", "neg_loss", "value")
    }
    assert modes == {
        "val-loss": "min",
        "RMSE": "min",
        "testError": "min",
        "f1": "max",
        "neg_loss": "max",
        "value": "max",
    }


@pytest.mark.slow
def test_the_log_keeps_beginning_and_end(tmp_path):
    with Log(tmp_path / "log") as log:
        log.write_lines([b"first"])
        for number in range(200_000):
            log.write_lines([b"%d in the middle" % number])
        log.write_lines([b"last"])
        assert log.tail(2) == ["199999 in the middle", "last"]
    text = (tmp_path / "log").read_text()
    assert text.startswith("first\n0 in") and "bytes left out]" in text and len(text) < 4 * END


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_lines_are_the_same_however_the_bytes_come(pieces):
    lines, whole = Lines(), Lines()
    cut = [line for piece in pieces for line in lines.feed(piece)] + lines.end()
    assert cut == whole.feed(b"".join(pieces)) + whole.end()


def test_a_line_without_an_end_stays_short():
    lines = Lines()
    for _ in range(100):
        assert lines.feed(b"a" * 65536) == []
    assert len(lines.end()[0]) == MAX_LINE_BYTES


JOB = """
script:
  command: train.py
  hyperparameters: {epochs: 3, backend: gloo, lr: 0.01, batch-size: 32}
  metrics: {val-f1: 'val-f1:\\s+{number}'}
max_trials: 3
ranges: {lr: 0.001..0.1}
"""


def test_a_job_file_describes_a_script_wholly(folder, run):
    Path("job.yaml").write_text(JOB)
    code, out, err = run("try", "job.yaml")
    assert code == 0 and "val-f1 = 0.813333 (found 3 times)" in out, err
    ran = command("run", str(folder / "job.yaml"), "--name", "mine", "--json")
    assert ran.returncode == 0 and json.loads(ran.stdout)["counters"]["finished"] == 3, ran.stderr
    assert "epoch 3 loss" in run("log", "mine", "0")[1]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{number}", "[0-9]", "job.yaml:3:3: the pattern of 'val-f1' must have a group"),
        ("command:", "comand:", "'comand' must be one of its names. Did you mean 'command'"),
        ("script:", "estimator: x\nscript:", "'estimator' or 'script', got both"),
        ("command: train.py", "command: gone.py", "must be a file that is there"),
        ("ranges: {", "max_trails: 3\nranges: {", "Did you mean 'max_trials'"),
    ],
)
def test_a_wrong_job_file_is_one_line_and_exit_code_2(run, old, new, words):
    Path("job.yaml").write_text(JOB.replace(old, new))
    code, _, err = run("run", "job.yaml")
    assert code == 2 and words in err and len(err.splitlines()) == 1, err
    assert list_jobs() == []


@pytest.mark.slow
def test_ctrl_c_ends_a_job_of_scripts_and_leaves_nothing(folder):
    code = f"""
from autotune import Script
settings = {{"kind": "never", "x": 0.5}}
script = Script({str(folder / "train.sh")!r}, settings, {M!r}, arguments="{{name}}={{value}}")
autotune(script, ranges={{"x": (0.1, 0.9)}}, max_trials=2).run(name="cut")"""
    process = start(code)
    until(lambda: (Path(os.environ["AUTOTUNE_HOME"]) / "jobs/cut.trials/0/log.txt").exists())
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
    process.communicate(timeout=30)
    assert Job.load("cut").status == "stopped"
    assert not subprocess.run(
        ["pgrep", "-f", str(folder / "train.sh")], capture_output=True, check=False
    ).stdout


@pytest.mark.slow
def test_a_script_that_cleared_its_environment_ends_with_a_killed_job(folder):
    write("clear.sh", "#!/bin/sh\nexec env -i sleep 4321", folder)
    code = f"""
from autotune import Script
script = Script({str(folder / "clear.sh")!r}, {{"x": 0.5}}, {M!r})
autotune(script, ranges={{"x": (0.1, 0.9)}}, max_trials=1).run(name="cut")"""
    process = start(code)
    until(sleepers)
    kill(process)
    until(lambda: not sleepers())
