"""Knowledge that cannot be read: told with file and line wherever a plan would have used it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autotune import autotune, knowledge
from autotune.cli import main
from autotune.errors import KnowledgeError

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = re.search(r"```yaml\n(.*?)```", (ROOT / "knowledge/README.md").read_text(), re.S)[1]
BROKEN = {
    "text that is no YAML": ("title: [\n", r"other.yaml:2:1: must be YAML"),
    "an empty file": ("", r"other.yaml:1:1: the file must hold a mapping .* got nothing"),
    "a list": ("- a\n- b\n", r"other.yaml:1:1: the file must hold a mapping .* got a list"),
    "a key that stands twice": ("name: a\nname: b\n", r"other.yaml:2:1: a key must stand once"),
    "an unknown key": (
        EXAMPLE.replace("title:", "tilte:"),
        r"other.yaml:\d+:1: tilte: is no name of the format. Did you mean 'title'",
    ),
    "an unknown key of a hyperparameter": (
        EXAMPLE.replace("high: 50", "hihg: 50"),
        r"other.yaml:\d+:\d+: hyperparameters.n_neighbors.hihg: is no name .* mean 'high'",
    ),
    "versions that are none": (
        EXAMPLE.replace('">=1.4"', "banana"),
        r"other.yaml:\d+:\d+: versions: must name versions such as >=1.4 .*, got 'banana'",
    ),
    "bytes that are no text": (b"\xff\xfe\x00", r"other.yaml:1:1: must be YAML"),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of the user's own knowledge."""
    monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", str(tmp_path))
    return tmp_path


def message_of_plan():
    with pytest.raises(KnowledgeError) as caught:
        autotune("sklearn.svm.SVC")
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(("content", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_with_its_line_whichever_estimator_is_tuned(
    folder, content, words
):
    path = folder / "other.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    assert re.search(words, message_of_plan())


def test_a_broken_file_is_one_line_and_exit_code_2_on_the_command_line(folder, capsys):
    (folder / "other.yaml").write_text("title: [\n")
    with pytest.raises(SystemExit) as ended:
        main(["plan", "sklearn.svm.SVC"])
    out, err = capsys.readouterr()
    assert (ended.value.code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"autotune: {folder}/other.yaml:2:1: must be YAML")


def test_versions_of_a_hyperparameter_are_checked_too(folder):
    text = EXAMPLE.replace("high: 50", "high: 50\n    versions: latest")
    (folder / "k-nearest-neighbours.yaml").write_text(text)
    assert "n_neighbors.versions: must name versions" in message_of_plan()


def test_a_folder_named_as_a_file_is_refused(folder):
    (folder / "other.yaml").mkdir()
    assert "other.yaml' must be a file that can be read: Is a directory" in message_of_plan()


def test_a_link_to_nothing_is_refused(folder):
    (folder / "other.yaml").symlink_to("nowhere")
    assert "other.yaml': No such file or directory" in message_of_plan()


def test_a_file_that_would_be_passed_over_for_its_ending_is_refused(folder):
    (folder / "other.yml").write_text(EXAMPLE)
    assert "Rename it to other.yaml" in message_of_plan()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads any file")
def test_a_file_that_may_not_be_read_is_refused(folder):
    (folder / "other.yaml").write_text(EXAMPLE)
    (folder / "other.yaml").chmod(0)
    assert "Permission denied" in message_of_plan()


def test_a_file_in_place_of_a_folder_is_refused(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", str(tmp_path / "file"))
    assert "must name folders that can be read" in message_of_plan()


def test_a_file_that_is_mended_is_read_again(folder):
    path = folder / "other.yaml"
    path.write_text("title: [\n")
    message_of_plan()
    path.unlink()
    assert autotune("sklearn.svm.SVC").ranges


def test_entries_are_found_by_their_content_not_by_how_they_are_written(folder):
    listed = "estimators:\n  - sklearn.neighbors.KNeighborsClassifier\n"
    text = re.sub(r"^estimators:.*\n(?:  - .*\n)+", "", EXAMPLE, flags=re.M) + listed
    (folder / "k-nearest-neighbours.yaml").write_text(text.replace("high: 50", "high: 8"))
    plan = autotune("sklearn.neighbors.KNeighborsClassifier")
    assert plan.ranges["n_neighbors"].value.high == 8


def test_a_table_is_no_entry():
    assert knowledge.find_entry("names") is None
    assert knowledge.find_entry("svm").content.name == "svm"


def installed(tmp_path, module, files):
    """Run a plan beside an installed package that offers a module of knowledge."""
    info = tmp_path / "theirs-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[autotune.knowledge]\ntheirs = {module}\n")
    if files:
        (tmp_path / module).mkdir()
        for name, text in {"__init__.py": "", **files}.items():
            (tmp_path / module / name).write_text(text)
    paths = os.pathsep.join(map(str, (tmp_path, ROOT, ROOT / "adapters")))
    return subprocess.run(
        [sys.executable, "-m", "autotune", "plan", "sklearn.svm.SVC"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
        check=False,
    )


def test_a_broken_entry_of_an_installed_package_is_refused(tmp_path):
    process = installed(tmp_path, "their_knowledge", {"other.yaml": "title: [\n"})
    assert process.returncode == 2
    assert re.fullmatch(r"autotune: .*other.yaml:2:1: must be YAML.*\n", process.stderr)


def test_a_package_that_offers_knowledge_it_lacks_is_named(tmp_path):
    process = installed(tmp_path, "no_such.module", {})
    assert (process.returncode, process.stderr.count("\n")) == (2, 1)
    assert "of theirs must name a package of knowledge files" in process.stderr
    assert "Install theirs again, or uninstall it." in process.stderr
