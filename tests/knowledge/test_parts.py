"""An entry in several files: what is reviewed, what the library accepts, what was measured."""

import shutil

import pytest

from autotune import autotune, knowledge
from autotune.errors import KnowledgeError
from autotune.knowledge.knowledge_file import check, check_entry
from autotune.knowledge.parts import PARTS, part_paths, read_whole
from autotune.serialization import documents

SHIPPED = knowledge.catalog.shipped()
MOST_LINES = 150
ENTRIES = sorted(knowledge.catalog.entry_names())
PARTED = [name for name in ENTRIES if part_paths(SHIPPED / f"{name}.yaml")]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder of knowledge with a copy of one entry and its parts, used by plans."""
    for path in (SHIPPED / "svm.yaml", *part_paths(SHIPPED / "svm.yaml").values()):
        copy = tmp_path / path.relative_to(SHIPPED)
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(path, copy)
    monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_is_short_enough_to_review(name):
    assert len((SHIPPED / f"{name}.yaml").read_text().splitlines()) < MOST_LINES


@pytest.mark.parametrize("name", PARTED)
def test_what_was_measured_stands_beside_an_entry_and_is_part_of_it(name):
    assert "measured" not in documents.read(SHIPPED / f"{name}.yaml").data
    whole = check_entry(SHIPPED / f"{name}.yaml")
    for folder, path in part_paths(SHIPPED / f"{name}.yaml").items():
        for key in documents.read(path).data:
            place, line = whole.place(key)
            assert place == f"{SHIPPED.name}/{folder}/{name}.yaml"
            assert path.read_text().splitlines()[line - 1].strip()


def test_every_part_belongs_to_an_entry():
    for part in PARTS:
        assert {path.stem for path in (SHIPPED / part).glob("*")} <= set(ENTRIES)


def test_an_entry_that_holds_its_own_starts_gives_the_same_plan(folder):
    parted = autotune("sklearn.svm.SVC")
    documents.write(folder / "svm.yaml", read_whole(folder / "svm.yaml").data)
    shutil.rmtree(folder / "learned")
    joined = autotune("sklearn.svm.SVC")
    assert joined.settings["portfolio"].value == parted.settings["portfolio"].value
    assert joined.ranges == parted.ranges or list(joined.ranges) == list(parted.ranges)


def test_a_changed_part_is_read_again(folder):
    before = autotune("sklearn.svm.SVC").settings["portfolio"].value
    path = folder / "learned" / "svm.yaml"
    start = documents.read(path).data["starts"][0]["params"]["C"]
    path.write_text(path.read_text().replace(f"C: {start}", "C: 123.5", 1))
    assert autotune("sklearn.svm.SVC").settings["portfolio"].value != before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hyperparameters: {}\n", "must hold starts, measured only"),
        ("- 1\n", "must hold a mapping of starts, measured"),
        ("starts: [\n", "must be YAML"),
        ("measured: {command: x}\n", "tasks"),
    ],
)
def test_a_broken_part_is_named_with_its_line(folder, text, message, run):
    path = folder / "learned" / "svm.yaml"
    path.write_text(text)
    with pytest.raises(KnowledgeError, match=message) as caught:
        autotune("sklearn.svm.SVC")
    assert f"learned/svm.yaml:{2 if 'YAML' in message else 1}:" in str(caught.value)
    code, _, err = run("knowledge", "check", str(path))
    assert code == 2 and "learned/svm.yaml" in err


def test_a_key_stands_once(folder):
    text = (folder / "svm.yaml").read_text()
    (folder / "svm.yaml").write_text(f"{text}starts:\n  - {{params: {{C: 1.0}}, why: Plain.}}\n")
    line = text.count("\n") + 1
    with pytest.raises(KnowledgeError, match=rf"starts must stand once.*svm.yaml:{line}:1"):
        check(folder / "svm.yaml")


def test_a_part_without_an_entry_is_refused(folder):
    (folder / "learned" / "mine.yaml").write_text("starts: []\n")
    with pytest.raises(KnowledgeError, match=r"must stand beside the entry, mine\.yaml"):
        autotune("sklearn.svm.SVC")


def test_a_part_is_checked_with_its_entry(folder):
    assert check(folder / "learned" / "svm.yaml").content == check(folder / "svm.yaml").content
