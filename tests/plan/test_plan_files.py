"""Plan files: those of the first release, and sources that survive the way to a file and back."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotune import Hint, Plan, autotune
from autotune.errors import KnowledgeError, SettingError
from autotune.plan.earlier_texts import source_from_text
from autotune.plan.provenance import (
    BY_SET_OPTION,
    ESTIMATOR,
    WARM_START,
    FileLine,
    Source,
    SourceKind,
    entry,
    source_from_plain,
)
from autotune.serialization import documents
from tests.jobs import quick

FILES = Path(__file__).parent / "files"
OLD = sorted(p.name for p in FILES.iterdir() if p.suffix in (".yaml", ".json"))

lines = st.builds(FileLine, st.text(min_size=1), st.integers(1, 10**6))
one_line = st.tuples(lines)
simple_sources = st.one_of(
    st.builds(Source, st.just(SourceKind.USER), one_line | st.just(()), is_hint=st.booleans()),
    st.builds(Source, st.just(SourceKind.USER), option=st.just("--set"), is_hint=st.booleans()),
    st.builds(Source, st.just(SourceKind.ENTRY), st.lists(lines, min_size=1).map(tuple)),
    st.builds(
        Source,
        st.just(SourceKind.DECISION_TABLE),
        one_line,
        st.from_regex(r"[a-z0-9-]+", fullmatch=True),
    ),
    st.builds(Source, st.sampled_from([SourceKind.NAMES_TABLE, SourceKind.DATA_RULE]), one_line),
    st.builds(Source, st.just(SourceKind.OTHER), text=st.text(min_size=1)),
    st.builds(
        Source,
        st.sampled_from(
            [
                SourceKind.ESTIMATOR,
                SourceKind.ESTIMATOR_LIST,
                SourceKind.SCRIPT,
                SourceKind.DECLARED,
                SourceKind.DEFAULT,
                SourceKind.COMPARISON,
                SourceKind.WARM_START,
            ]
        ),
    ),
)
sources = st.builds(
    lambda source, additions: source.then(*additions),
    simple_sources,
    st.lists(simple_sources, max_size=2),
)


@pytest.mark.slow
@given(sources)
def test_a_source_survives_the_way_to_a_file_and_back(source):
    again = source_from_plain(json.loads(json.dumps(source.describe())))
    assert again == source
    assert (str(again), again.cited, again.brief) == (str(source), source.cited, source.brief)


@given(sources)
def test_a_source_is_equal_to_its_text_and_to_no_other(source):
    assert source == str(source)
    assert hash(source) == hash(str(source))
    assert source != f"{source}!"


@given(sources.map(str) | st.text())
def test_the_text_of_an_earlier_file_is_never_changed(text):
    assert str(source_from_text(text)) == (text or "unknown")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("you", Source(SourceKind.USER)),
        ("you (--set), as a hint", Source(SourceKind.USER, option="--set", is_hint=True)),
        ("you (a (b):c.yaml:3)", Source(SourceKind.USER, (FileLine("a (b):c.yaml", 3),))),
        ("knowledge k/a.yaml:1, k/b.yaml:2", entry(("k/a.yaml", 1), ("k/b.yaml", 2))),
        (
            "your estimator, then knowledge k/a.yaml:1, and warm_start",
            ESTIMATOR.then(entry(("k/a.yaml", 1)), WARM_START),
        ),
        (
            "knowledge k/settings.yaml:9 (row by-trials)",
            Source(SourceKind.DECISION_TABLE, (FileLine("k/settings.yaml", 9),), "by-trials"),
        ),
        ("data rule k/a.yaml:4", Source(SourceKind.DATA_RULE, (FileLine("k/a.yaml", 4),))),
        ("Jane, by hand", Source(SourceKind.OTHER, text="Jane, by hand")),
    ],
)
def test_texts_of_the_first_release_become_sources(text, source):
    assert source_from_text(text) == source


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"kind": SourceKind.ENTRY}, "must have places"),
        ({"kind": SourceKind.OTHER}, "must have text"),
        ({"kind": SourceKind.ESTIMATOR, "is_hint": True}, "must have no is_hint"),
        ({"kind": SourceKind.USER, "places": (FileLine("a", 1),) * 2}, "must have one place"),
    ],
)
def test_fields_that_a_kind_of_source_does_not_have_are_refused(fields, error):
    with pytest.raises(SettingError, match=error):
        Source(**fields)


@pytest.mark.parametrize("name", OLD)
def test_plan_files_of_the_first_release_load_with_every_source_as_data(name):
    data, plan = documents.read(FILES / name).data, Plan.load(FILES / name)
    for section, choices in (("ranges", plan.ranges), ("settings", plan.settings)):
        for key, chosen in data[section].items():
            assert choices[key].source == chosen["source"]
            assert choices[key].source.kind is not SourceKind.OTHER


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("estimator.yaml", 1),
        ("list.yaml", 3),
        ("function.json", 1),
        ("overrides.json", 1),
        ("excluded.yaml", 0),
    ],
)
def test_plan_files_of_the_first_release_load_with_their_baselines(name, count):
    plan = Plan.load(FILES / name)
    assert plan.baselines == plan["initial_trials"][:count]


@pytest.mark.parametrize("name", OLD)
@pytest.mark.parametrize("ending", ["yaml", "json"])
def test_plan_files_of_the_first_release_are_saved_as_files_of_today(name, ending, tmp_path):
    plan = Plan.load(FILES / name)
    plan.save(tmp_path / f"plan.{ending}")
    again = Plan.load(tmp_path / f"plan.{ending}")
    assert again == plan
    jsonschema.validate(again.describe(), Plan.schema())


def test_a_saved_plan_keeps_each_source_as_data_and_as_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("max_trials: 9\nranges:\n  k: 1..3\n")
    plan = autotune(quick, overrides="mine.yaml", ranges={"x": Hint(2.0)})
    plan.save("plan.yaml")
    again, data = Plan.load("plan.yaml"), documents.read("plan.yaml").data
    assert again.settings["max_trials"].source == Source(
        SourceKind.USER, (FileLine("mine.yaml", 1),)
    )
    assert again.ranges["x"].source == Source(SourceKind.USER, is_hint=True)
    assert data["ranges"]["k"]["source"] == "you (mine.yaml:3)"
    assert data["ranges"]["x"]["source"] == "you, as a hint"


def test_a_damaged_source_is_refused_with_its_file(tmp_path):
    plan = autotune(quick, max_trials=9).describe()
    plan["settings"]["max_trials"]["origin"] = {"kind": "knowledge entry"}
    documents.write(tmp_path / "plan.json", plan)
    with pytest.raises(KnowledgeError, match=r"plan\.json:\d+:\d+: .*must have places"):
        Plan.load(tmp_path / "plan.json")
    plan["settings"]["max_trials"]["origin"] = {"kind": "my cousin"}
    documents.write(tmp_path / "plan.json", plan)
    with pytest.raises(KnowledgeError, match=r"plan\.json:\d+:\d+: .*kind"):
        Plan.load(tmp_path / "plan.json")


def test_sources_are_worded_for_a_sentence_and_for_a_table():
    source = Source(
        SourceKind.DECISION_TABLE, (FileLine("knowledge/settings.yaml", 84),), "by-trials"
    )
    assert str(source) == "knowledge knowledge/settings.yaml:84 (row by-trials)"
    assert source.cited == "knowledge/settings.yaml:84 (row by-trials)"
    assert source.brief == "settings.yaml:84"
    assert entry(("team/svm.yaml", 3)).brief == "team/svm.yaml:3"
    assert (BY_SET_OPTION.location, ESTIMATOR.location) == ("--set", "")
