"""Plan files that people edited or an earlier release wrote: refused with the line, or read."""

import re

import pytest
from sklearn.ensemble import RandomForestClassifier

from autotune import autotune
from autotune.api import Plan
from autotune.cli import main
from autotune.errors import KnowledgeError
from autotune.plan.file_names import REQUIRED
from autotune.serialization import documents

DOMAIN = ("ranges", "max_features", "value")
GONE = object()


def described():
    return autotune(RandomForestClassifier(), max_trials=5).describe()


def edited(tmp_path, place, value):
    """Return the path of a plan's file with one value changed, added or taken away."""
    data = part = described()
    for name in place[:-1]:
        part = part[name]
    if value is GONE:
        del part[place[-1]]
    else:
        part[place[-1]] = value
    documents.write(tmp_path / "plan.yaml", data)
    return tmp_path / "plan.yaml"


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (("setings",), {}, "setings: is no name of the format. Did you mean 'settings'"),
        (("facts", "row"), 3, "'row' must be a fact. Did you mean 'rows'?"),
        (("facts", "rows"), "many", "rows must be a whole number >= 1, got 'many'"),
        ((*DOMAIN, "hihg"), 1, "hihg: is no name of the format. Did you mean 'high'?"),
        ((*DOMAIN, "low"), None, "low must be a finite number, got None"),
        (("settings", "seed", "vlaue"), 1, "vlaue: is no name of the format. Did you mean 'value'"),
        (("settings", "seed"), 3, "settings.seed: must be"),
        (("settings",), [], "settings: must be a mapping of names to values, got []"),
        (("estimator",), 5, "estimator: must be a text, got 5"),
        (("schema",), 2, "schema: must be 1, got 2"),
        (("recipe",), 5, "recipe: must say what is tuned"),
        (("recipe",), {"estimator": "sklearn.svm.SVC"}, "recipe: must say what is tuned"),
        (("forbidden",), [{"bootstrp": [True]}], "forbidden.0.bootstrp: 'bootstrp' must be one of"),
        (("ranges", "max_features", "when"), {"bootstrp": [True]}, "Did you mean 'bootstrap'"),
    ],
)
def test_what_the_format_does_not_know_is_refused_with_its_line(tmp_path, place, value, words):
    path = edited(tmp_path, place, value)
    with pytest.raises(KnowledgeError) as caught:
        Plan.load(path)
    message = str(caught.value)
    assert words in message
    assert "\n" not in message
    assert re.match(rf"{re.escape(str(path))}:\d+:\d+: ", message)


def test_an_unknown_setting_names_the_line_of_its_key(tmp_path):
    setting = described()["settings"]["max_trials"]
    path = edited(tmp_path, ("settings", "max_trails"), setting)
    with pytest.raises(KnowledgeError, match="Did you mean 'max_trials'") as caught:
        Plan.load(path)
    line = int(caught.value.where.split(":")[-2])
    assert path.read_text().splitlines()[line - 1] == "  max_trails:"


def test_results_that_are_none_are_refused(tmp_path):
    setting = {"value": 1, "source": "you", "reason": "You said so."}
    with pytest.raises(KnowledgeError, match="must hold the results of parent jobs"):
        Plan.load(edited(tmp_path, ("settings", "results"), setting))


@pytest.mark.parametrize("name", REQUIRED)
def test_a_setting_that_every_plan_needs_is_missed(tmp_path, name):
    with pytest.raises(KnowledgeError, match=f"settings: must have '{name}', which is missing"):
        Plan.load(edited(tmp_path, ("settings", name), GONE))


@pytest.mark.parametrize("place", [("recipe",), ("forbidden",), ("left_out",)])
def test_a_part_that_may_be_missing_is_read_as_empty(tmp_path, place):
    plan = Plan.load(edited(tmp_path, place, GONE))
    assert not getattr(plan, place[0])


@pytest.mark.parametrize("name", ["memory_limit", "portfolio", "sampler", "cost_aware", "fidelity"])
def test_a_setting_of_a_later_release_may_be_missing(tmp_path, name):
    plan = Plan.load(edited(tmp_path, ("settings", name), GONE))
    assert "did not have it" in plan.explain(name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("schema: 1\nschema: 1\n", "plan.yaml:2:1: a key must stand once"),
        ("schema: 1\n", "plan.yaml:1:1: the file: must have 'estimator', which is missing."),
        ("{\n", "plan.yaml:2:1: must be YAML"),
        ("schema: 1\nsetings: {}\n", "plan.yaml:2:1: setings: is no name of the format"),
    ],
)
def test_on_the_command_line_it_is_one_line_and_exit_code_2(
    tmp_path, monkeypatch, capsys, text, words
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(text)
    with pytest.raises(SystemExit) as ended:
        main(["run", "plan.yaml"])
    out, err = capsys.readouterr()
    assert (ended.value.code, out, err.count("\n")) == (2, "", 1)
    assert words in err
