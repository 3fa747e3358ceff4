"""What `knowledge check` reports: every mistake of an entry at once, each at its place."""

import re
from pathlib import Path

import pytest

from autotune import autotune, knowledge
from autotune.errors import KnowledgeError
from autotune.expressions import names_in
from autotune.facts.data import FACTS as FACTS_OF_DATA
from autotune.knowledge.catalog import shipped
from autotune.knowledge.examination import examined
from autotune.knowledge.knowledge_file import RESERVED
from autotune.knowledge.mistakes import FACTS
from autotune.recommend.examined import examined_file
from autotune.serialization import documents
from autotune.version import installed_version

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = re.search(r"```yaml\n(.*?)```", (ROOT / "knowledge/README.md").read_text(), re.S)[1]
N_NEIGHBORS = "hyperparameters.n_neighbors"
MISTAKES = {
    "a fact": ("rows / 10", "rowz / 10", f"{N_NEIGHBORS}.data.high", "'rowz'. Did you mean 'rows'"),
    "a function": ("clip(rows", "klip(rows", f"{N_NEIGHBORS}.data.high", "Did you mean 'clip'"),
    "a fact of the trials": ("5 * dims", "5 * dimz", "trials", "'dimz'. Did you mean 'dims'"),
    "no rule at all": ("5 * dims", "5 *", "trials", "must be an expression"),
    "a parent": (
        "{metric: [minkowski]}",
        "{metrik: [minkowski]}",
        "hyperparameters.p.when.metrik",
        "Did you mean 'metric'",
    ),
    "a forbidden name": (
        "algorithm: [kd_tree]",
        "algoritm: [kd_tree]",
        "forbidden.0.algoritm",
        "Did you mean 'algorithm'",
    ),
    "a name of a forbidden rule": (
        "algorithm == 'ball_tree'",
        "algoritm == 'ball_tree'",
        "forbidden.1",
        "Did you mean 'algorithm'",
    ),
    "the fidelity": ("trials:", "fidelity: epochs\ntrials:", "fidelity", "got 'epochs'"),
    "a start": (
        "weights: distance}",
        "wieghts: distance}",
        "starts.0.params.wieghts",
        "Did you mean 'weights'",
    ),
    "a start outside its range": (
        "weights: distance}",
        "weights: nearest}",
        "starts.0.params.weights",
        "'uniform', 'distance', got 'nearest'",
    ),
    "the scores of a start": ('"90 -20 ."', '"90 -20"', "starts.0.scores", "(3), got 2"),
    "a default outside its range": (
        "default: 5 ",
        "default: 51 ",
        f"{N_NEIGHBORS}.default",
        "1 to 50, or listed in also or apart, got 51",
    ),
    "a range outside its bounds": (
        "bounds: [1, null]     ",
        "bounds: [2, null]     ",
        f"{N_NEIGHBORS}.low",
        "at least bounds' 2, got 1",
    ),
    "an end beyond the bounds": (
        "bounds: [1, null]     ",
        "bounds: [1, 30]     ",
        f"{N_NEIGHBORS}.high",
        "at most bounds' 30, got 50",
    ),
    "a class": (
        "KNeighborsRegressor",
        "KNeighborsRegresor",
        "estimators.1",
        "Did you mean 'KNeighborsRegressor'",
    ),
    "a module": (
        "sklearn.neighbors.KNeighborsRegressor",
        "sklearn.neighbours.KNeighborsRegressor",
        "estimators.1",
        "must be a class that the installed library has",
    ),
    "a hyperparameter": ("  p:\n", "  pp:\n", "hyperparameters.pp", "Did you mean 'p'"),
    "a source": ("source: mlr3\n    why: The median", "source: mlr\n    why: x", "starts", "mlr3"),
    "a start of another kind": (
        "params: {n_neighbors: 3,",
        "params: {n_neighbors: few,",
        "starts.0.params.n_neighbors",
        "1 to 50, got 'few'",
    ),
    "a condition that never holds": (
        "{metric: [minkowski]}",
        "{metric: []}",
        "hyperparameters.p.when.metric",
        "at least one value",
    ),
    "a combination that always holds": (
        "{algorithm: [kd_tree], metric: [cosine]}",
        "{}",
        "forbidden.0",
        "an empty one forbids everything",
    ),
    "a legal name": ("{name: weights,", "{name: wheights,", "legal.0.name", "mean 'weights'"),
    "the name of an import": (
        "library: scikit-learn ",
        "library: sklearn ",
        "library",
        "as pip names it, got 'sklearn'",
    ),
    "versions of no library": ("library: scikit-learn", "", "versions", "must go with library"),
    "a legal value": (
        "values: [uniform, distance]",
        "values: [uniform]",
        "hyperparameters.weights.choices.1",
        "legal values of weights, got 'distance'",
    ),
}


def checked(tmp_path, text):
    path = tmp_path / "k-nearest-neighbours.yaml"
    path.write_text(text)
    return examined_file(str(path))


@pytest.mark.parametrize(("old", "new", "name", "words"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_has_its_name_and_line_and_says_what_must_hold(old, new, name, words, tmp_path):
    assert EXAMPLE.count(old) == 1
    text = EXAMPLE.replace(old, new)
    errors = checked(tmp_path, text).errors
    error = next(each for each in errors if each.name.startswith(name) and words in str(each))
    row = text.splitlines()[int(error.where.split(":")[-2]) - 1]
    last = [part for part in error.name.split(".") if not part.isdigit()][-1]
    assert f"{last}:" in row or new in row


def places(value, place=()):
    """Yield the keys that lead to each value."""
    yield place
    items = value.items() if isinstance(value, dict) else []
    for key, item in [*items, *(enumerate(value) if isinstance(value, list) else [])]:
        yield from places(item, (*place, key))


def with_value(data, place, value):
    """Return the data with another value at a place."""
    if not place:
        return value
    copy = data.copy()
    copy[place[0]] = with_value(data[place[0]], place[1:], value)
    return copy


@pytest.mark.parametrize("value", [None, -5, "x", [], {}, True, [1], {"a": 1}, ["a", {"b": []}]])
def test_whatever_stands_in_a_file_is_fine_or_a_mistake_with_its_place(value):
    data = documents.parse(EXAMPLE).data
    for place in places(data):
        text = documents.to_yaml(with_value(data, place, value))
        _, errors = examined(documents.parse(text, "k.yaml"), "k-nearest-neighbours")
        assert all(re.match(r"k.yaml:\d+:\d+$", error.where) for error in errors)


def test_the_example_has_no_mistake(tmp_path):
    result = checked(tmp_path, EXAMPLE)
    assert (result.errors, result.notes) == ((), ())


def test_every_mistake_of_a_file_is_reported_at_once_in_its_order(tmp_path):
    text = EXAMPLE
    for name in ("a function", "a parent", "a start", "the fidelity", "a class"):
        text = text.replace(*MISTAKES[name][:2])
    text = text.replace("importance: all", "importance: some").replace("title: k", "titel: k")
    errors = checked(tmp_path, text).errors
    lines = [int(error.where.split(":")[-2]) for error in errors]
    assert [error.name for error in errors] == [
        "titel",
        "estimators.1",
        "hyperparameters.n_neighbors.data.high",
        "hyperparameters.p.when.metrik",
        "hyperparameters.p.importance",
        "starts.0.params.wieghts",
        "fidelity",
    ]
    assert lines == sorted(lines)
    found = [text.splitlines()[line - 1] for line in lines]
    assert all(word in row for word, row in zip(("titel", "Regresor", "klip"), found, strict=False))


def test_what_could_not_be_checked_is_said(tmp_path):
    absent = checked(tmp_path, EXAMPLE.replace("sklearn.neighbors.KN", "nowhere.KN"))
    assert not absent.errors
    assert "nowhere.KNeighborsClassifier cannot be imported here" in absent.notes[0]
    other = checked(tmp_path, EXAMPLE.replace('">=1.4"', '"<0.1"'))
    version = installed_version("scikit-learn")
    assert other.notes == (f"it is for scikit-learn<0.1, and {version} is installed",)


def test_a_plan_refuses_rules_over_what_is_no_fact(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", str(tmp_path))
    (tmp_path / "k-nearest-neighbours.yaml").write_text(EXAMPLE.replace("rows /", "rowz /"))
    with pytest.raises(KnowledgeError, match=r"data.high: must read facts .* got 'rowz'"):
        autotune("sklearn.neighbors.KNeighborsClassifier")


def test_an_entry_for_other_versions_is_named_by_the_plan_that_lacks_it(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", str(tmp_path))
    path = tmp_path / "k-nearest-neighbours.yaml"
    path.write_text(EXAMPLE.replace('">=1.4"', '"<0.1"'))
    plan = autotune("sklearn.neighbors.KNeighborsClassifier")
    words = f"is for scikit-learn <0.1, and {installed_version('scikit-learn')} is installed."
    assert [words in note and "neighbours.yaml:9" in note for note in plan.notes] == [True]
    assert words in " ".join(str(plan).split())
    assert not autotune("sklearn.svm.SVC").notes
    path.write_text(EXAMPLE)
    assert not autotune("sklearn.neighbors.KNeighborsClassifier").notes


def test_rules_may_read_the_facts_of_data():
    assert set(FACTS_OF_DATA) == FACTS


# scikit-learn's own messages about classes that end with 1.10.
@pytest.mark.filterwarnings("ignore:Class PassiveAggressive:FutureWarning")
@pytest.mark.slow
def test_the_shipped_entries_agree_with_the_installed_libraries():
    names = [path for path in sorted(shipped().glob("*.yaml")) if path.stem not in RESERVED]
    results = [examined_file(str(path)) for path in names]
    assert len(results) == len(knowledge.entries())
    assert [str(error) for result in results for error in result.errors] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "name", "words"),
    [
        ("names", "rows / 10, 16", "rowz / 10, 16", "names.batch_size.data.high", "mean 'rows'"),
        ("names", "source: hyperopt", "source: hyper", "names.nu.source", "got 'hyper'"),
        (
            "names",
            "bounds: [2, null]\n    source: peers\n    why: More leaves let each tree learn "
            "finer interactions, which few rows cannot support.\n    evidence: The",
            "bounds: [9, null]\n    source: peers\n    why: More leaves.\n    evidence: The",
            "names.max_leaf_nodes.low",
            "at least bounds' 9, got 8",
        ),
        (
            "settings",
            "and ranks and minority",
            "and rankz and minority",
            "settings.metric.1.when",
            "mean 'ranks'",
        ),
        ("settings", "source: bradley1997", "source: br", "settings.metric.2.source", "'br'"),
        ("settings", "rows < 50 and task", "rowz < 50 and task", "warnings.3.when", "mean 'rows'"),
    ],
)
def test_the_tables_of_ones_own_folder_are_checked_too(file, old, new, name, words, tmp_path):
    text = (shipped() / f"{file}.yaml").read_text()
    assert old in text
    path = tmp_path / f"{file}.yaml"
    path.write_text(text.replace(old, new, 1))
    (error,) = examined_file(str(path)).errors
    assert error.name == name and words in str(error)


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_the_shipped_tables_have_no_mistake(name):
    assert examined_file(str(shipped() / f"{name}.yaml")).errors == ()


def test_each_fact_of_the_decision_tables_is_read_by_a_rule():
    content = knowledge.table("settings").content
    rows = [row for rows in content.settings.values() for row in rows]
    rules = [rule for row in rows for rule in (row.when, *row.computed.values())]
    read = set().union(*map(names_in, rules))
    assert set(content.facts) <= read
