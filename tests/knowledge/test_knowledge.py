"""Knowledge files: each says what the format asks for.

The libraries accept every bound, choice, default and start.
"""

import json
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import make_classification, make_regression
from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401

from autotune import autotune, knowledge
from autotune.errors import AutotuneError, KnowledgeError, SettingError
from autotune.facts.task import task_of
from autotune.knowledge.catalog import shipped
from autotune.knowledge.entry import Entry
from autotune.knowledge.versions import applies
from autotune.recommend.candidates import with_rules
from autotune.recommend.relevance import fits_task
from autotune.serialization import documents
from autotune.serialization.validation import validate
from autotune.serialization.values import load_dotted
from autotune.space.domains import Choice
from autotune.space.forbidden_rules import ForbiddenRule

ROOT = Path(__file__).parent.parent.parent
FILES = sorted((ROOT / "knowledge").glob("*.yaml"))
ENTRIES = {k.content.name: k.content for k in knowledge.entries()}
CASES = [(name, dotted) for name, entry in ENTRIES.items() for dotted in entry.estimators]
FAST = {
    "n_estimators": 5,
    "iterations": 5,
    "allow_writing_files": False,
    "thread_count": 1,
    "n_jobs": 1,
}
EXAMPLE = re.search(r"```yaml\n(.*?)```", (ROOT / "knowledge/README.md").read_text(), re.S)[1]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_each_file_passes_its_check(path):
    assert knowledge.check(path).content


def test_the_example_in_the_readme_passes():
    validate(Entry, documents.parse(EXAMPLE, "k-nearest-neighbours.yaml"))


def test_the_editors_schema_is_the_loaders():
    assert json.loads((ROOT / "knowledge/schema.json").read_text()) == Entry.model_json_schema()


def test_no_two_entries_claim_one_class():
    claimed = [d for e in ENTRIES.values() for d in e.estimators]
    assert len(claimed) == len(set(claimed))


def _data(estimator, task):
    X, y = (
        make_regression(n_samples=60, n_features=6, noise=1.0, random_state=0)
        if task == "regression"
        else make_classification(
            n_samples=90, n_features=6, n_informative=4, n_classes=3, random_state=0
        )
    )
    X = np.abs(X) + 0.1
    if task == "regression":
        y = (y - y.min()) / (y.max() - y.min()) + 0.1
    if type(estimator).__name__ in ("PLSCanonical", "CCA", "PLSSVD"):
        y = np.stack([y, y**2], axis=1)
    if type(estimator).__name__.endswith("Vectorizer"):
        words = np.array(["red", "blue", "cat", "dog", "hat", "mat", "box", "sun"])
        X = [" ".join(words[(np.arange(12) * (i + 3)) % 8]) for i in range(90)]
    return X, y


def _values(told, facts):
    """Every value at an edge of a hyperparameter.

    These are both ends with and without data, choices, other kinds, and the default.
    """
    domain = told.domain()
    ruled = with_rules(told, facts)[0]
    ends = (
        list(domain.choices)
        if isinstance(domain, Choice)
        else [ruled.low, ruled.high, *domain.also]
    )
    if not isinstance(domain, Choice) and not told.data:
        ends += [domain.low, domain.high]
    return ends + ([told.default] if told.default is not None else [])


def _with_parents(entry, name, value):
    """Return the setting with its condition's parents at values that use it."""
    found = {name: value}
    for parent, values in entry.hyperparameters[name].when.items():
        if parent in entry.hyperparameters:
            found = {**_with_parents(entry, parent, values[0]), **found}
        else:
            found[parent] = values[0]
    return found


def _is_refused(row, params):
    """Return whether a forbidden row, or a rule over all parameters, holds for these."""
    if isinstance(row, str):
        rule = ForbiddenRule(row)
        return set(rule.names) <= set(params) and rule.matches(params)
    return all(name in params and params[name] in values for name, values in row.items())


def _points(entry, task, facts, defaults):
    fitting = {
        n: h
        for n, h in entry.hyperparameters.items()
        if (not h.task or fits_task(h.task, task)) and applies(entry.library, h.versions)
    }
    points = [_with_parents(entry, n, v) for n, h in fitting.items() for v in _values(h, facts)]
    starts = [s.params for s in entry.starts if not s.task or fits_task(s.task, task)]
    return [
        p
        for p in points + starts
        if not any(_is_refused(row, defaults | p) for row in entry.forbidden)
    ]


# The classes end with scikit-learn 1.10, and their entries, too.
@pytest.mark.filterwarnings("ignore:Class PassiveAggressive:FutureWarning")
@pytest.mark.slow
@pytest.mark.parametrize(("name", "dotted"), CASES, ids=[d for _, d in CASES])
def test_the_library_accepts_every_edge_of_an_entry(name, dotted):
    entry = ENTRIES[name]
    if not entry.hyperparameters:
        return
    pytest.importorskip(dotted.partition(".")[0])
    cls = load_dotted(dotted)
    if not hasattr(cls, "get_params"):
        pytest.skip("the arguments of a trainer or a network: nothing to fit")
    task = {"regression": "regression", "ranking": "ranking", "classification": "multiclass"}.get(
        task_of(cls()), task_of(cls()) or ""
    )
    X, y = _data(cls(), task)
    facts = {"rows": len(X), "columns": 6, "classes": 3, "task": task}
    ranked = (
        {"group": [len(X) // 3] * 3}
        if dotted.endswith("Ranker") and "catboost" not in dotted
        else {}
    )
    if dotted.endswith("CatBoostRanker"):
        ranked = {"group_id": np.repeat(range(3), len(X) // 3)}
    defaults = cls().get_params()
    known = set(defaults)
    for point in _points(entry, task, facts, defaults):
        # A family's entry may name what only some of its classes have; the others leave it out of
        # their plan.
        if set(point) <= known or entry.library != "scikit-learn":
            _fit(cls, entry, point, X, y, ranked)


def _fit(cls, entry, point, X, y, extra):
    estimator = cls()
    known = estimator.get_params()
    allowed = {*entry.threads, entry.fidelity, "n_estimators", "iterations", "allow_writing_files"}
    quick = {
        n: v
        for n, v in FAST.items()
        if n in allowed
        and (
            n in known
            or (
                entry.library == "catboost"
                and n in ("iterations", "allow_writing_files", "thread_count")
            )
        )
    }
    many = {n: min(v, 5) for n, v in point.items() if n in ("n_estimators", "iterations")}
    estimator.set_params(**{**quick, **point, **many})
    if ("verbose" in known and entry.library != "scikit-learn") or entry.library == "catboost":
        estimator.set_params(
            verbose=-1
            if entry.library == "lightgbm"
            else 0
            if entry.library != "catboost"
            else False
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for deprecated in (FutureWarning, DeprecationWarning):
            warnings.simplefilter(
                "error" if entry.library == "scikit-learn" else "ignore", deprecated
            )
        warnings.filterwarnings("ignore", message="Class PassiveAggressive")
        warnings.filterwarnings(
            "ignore", message="The default value of `copy`"
        )  # HDBSCAN's own default, in 1.9
        estimator.fit(X, y, **extra)


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_data_rules_stay_legal_for_any_size(name):
    for rows in (2, 10, 1000, 10**7):
        for columns in (1, 20, 10**5):
            facts = {
                "rows": rows,
                "columns": columns,
                "classes": 2,
                "minority": 0.5,
                "missing": 0.0,
                "sparse": False,
                "cores": 1,
            }
            for told in ENTRIES[name].hyperparameters.values():
                domain = with_rules(told, facts)[0]
                if told.bounds and told.bounds[0] is not None:
                    assert domain.low >= told.bounds[0]
                if told.bounds and told.bounds[1] is not None:
                    assert domain.high <= told.bounds[1]


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_starts_lie_in_the_ranges_and_rules_give_a_count(name):
    entry = ENTRIES[name]
    for start in entry.starts:
        for hyperparameter, value in start.params.items():
            told = entry.hyperparameters[hyperparameter]
            inside = (
                told.domain().contains(value) or value == told.default
            )  # a plan widens ranges to hold the user's own
            assert inside or told.data, (hyperparameter, value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("type: int ", "type: integer "), ":12:11: hyperparameters.n_neighbors.type: must be"),
        (("importance: essential", "importanc: essential"), "Did you mean 'importance'?"),
        (("low: 1\n    high: 50", "low: 60\n    high: 50"), "low <= high must hold"),
        (
            ("source: mlr3\n  weights", "source: mlr4\n  weights"),
            "n_neighbors.source: must be one of sources: mlr3, got 'mlr4'",
        ),
        (('"clip(rows / 10, 2, 100)"', '"rows.real"'), "a rule may hold arithmetic"),
        (("schema: 1", "schema: 2"), "schema: must be 1"),
        (("title: k nearest neighbors", "title: k\ntitle: b"), "a key must stand once"),
        (("name: k-nearest-neighbours ", "name: K "), "name: "),
    ],
)
def test_a_mistake_is_told_with_its_place(change, words, tmp_path):
    path = tmp_path / "k-nearest-neighbours.yaml"
    path.write_text(EXAMPLE.replace(*change))
    with pytest.raises(KnowledgeError) as caught:
        knowledge.check(path)
    assert words in str(caught.value) and re.match(
        rf"{re.escape(str(path))}:\d+:\d+: ", str(caught.value)
    )


@given(
    st.dictionaries(
        st.sampled_from([*Entry.model_fields, "schema", "x"]),
        st.none() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=3), max_size=2),
        max_size=6,
    )
)
@settings(max_examples=100)
def test_any_mapping_is_an_entry_or_one_error(data):
    try:
        validate(Entry, documents.parse(documents.to_yaml(data), "x.yaml"))
    except KnowledgeError as error:
        assert str(error).startswith("x.yaml:") and "\n" not in str(error)


def test_ones_own_folder_wins_by_name_and_adds(tmp_path, monkeypatch):
    (tmp_path / "k-nearest-neighbours.yaml").write_text(EXAMPLE.replace("high: 50", "high: 7"))
    monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", str(tmp_path))
    plan = autotune("sklearn.neighbors.KNeighborsClassifier")
    assert plan.ranges["n_neighbors"].value.high == 7 and tmp_path.name in str(
        plan.ranges["n_neighbors"].source
    )


def test_a_changed_file_of_ones_own_is_read_again(tmp_path, monkeypatch):
    path = tmp_path / "k-nearest-neighbours.yaml"
    monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", str(tmp_path))
    for high in (7, 19):
        path.write_text(EXAMPLE.replace("high: 50", f"high: {high}"))
        assert (
            autotune("sklearn.neighbors.KNeighborsClassifier").ranges["n_neighbors"].value.high
            == high
        )


def test_a_missing_folder_is_told(monkeypatch):
    monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", "/nowhere")
    with pytest.raises(AutotuneError, match="must name folders"):
        autotune("sklearn.neighbors.KNeighborsClassifier")


def test_an_entry_for_other_versions_is_passed_over(tmp_path, monkeypatch):
    (tmp_path / "k-nearest-neighbours.yaml").write_text(EXAMPLE.replace('">=1.4"', '"<0.1"'))
    monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", str(tmp_path))
    source = str(autotune("sklearn.neighbors.KNeighborsClassifier").ranges["n_neighbors"].source)
    assert tmp_path.name not in source and shipped().name in source


def test_an_installed_package_brings_knowledge(tmp_path):
    package, info = tmp_path / "their_knowledge", tmp_path / "theirs-1.0.dist-info"
    package.mkdir()
    info.mkdir()
    (package / "__init__.py").write_text("")
    (package / "k-nearest-neighbours.yaml").write_text(EXAMPLE.replace("high: 50", "high: 9"))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[autotune.knowledge]\ntheirs = their_knowledge\n")
    code = (
        "from autotune import autotune; "
        "print(autotune('sklearn.neighbors.KNeighborsClassifier').ranges['n_neighbors'].value.high)"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}{os.pathsep}{ROOT / 'adapters'}",
    }
    got = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
    )
    assert got.stdout.strip() == "9", got.stderr


@pytest.mark.parametrize("name", ["xgboost.XGBClassifier", "lightgbm.LGBMRegressor"])
def test_a_misspelt_hyperparameter_is_refused_also_where_the_library_takes_any_name(name):
    with pytest.raises(SettingError, match="Did you mean 'learning_rate'"):
        autotune(name, ranges={"learning_rat": (0.01, 0.1)})
    assert {"eta", "max_bin"} <= set(
        autotune(name, ranges={"eta": (0.01, 0.1), "max_bin": (100, 300)}).ranges
    )
    assert autotune(name, nthread=2).static["nthread"] == 2
