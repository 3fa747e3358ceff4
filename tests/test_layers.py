"""The structure: no circle of files, nothing heavy at import, adapters import one engine only."""

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ADAPTERS = ROOT / "adapters"
FILES = sorted((ROOT / "autotune").rglob("*.py")) + sorted(ADAPTERS.rglob("*.py"))


def module_name(path):
    base = ADAPTERS if path.is_relative_to(ADAPTERS) else ROOT
    parts = list(path.relative_to(base).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in FILES}
PACKAGES = {name for name, path in MODULES.items() if path.name == "__init__.py"}


def imported(path):
    """Return the modules of ours that a file imports: also inside functions, and for typing."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} must import by full names"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {module for name in names if (module := defining_module(name))}


def defining_module(name):
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name


def test_no_circle_of_files():
    # A package's own face (__init__) collects names of its files, so it is left out.
    graph = {
        name: imported(path) - PACKAGES - {name}
        for name, path in MODULES.items()
        if name not in PACKAGES
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_two_classes_never_share_a_name():
    places = {}
    for path in FILES:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(module_name(path))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


# They work on a plan, which holds all that knowledge said when it was made.
WITHOUT_KNOWLEDGE = (
    *("objective", "run", "workers", "record", "warm_start", "export"),
    *("stopping", "reports", "comparison"),
)


def _works_on_a_plan(module):
    package, *folders = module.split(".")
    return package != "autotune" or bool(set(folders[:1]) & set(WITHOUT_KNOWLEDGE))


def test_nothing_that_works_on_a_plan_imports_knowledge():
    readers = [
        f"{name} imports {module}"
        for name, path in MODULES.items()
        if name.split(".")[0] != "autotune"
        or (name.split(".")[1:2] and name.split(".")[1] in WITHOUT_KNOWLEDGE)
        for module in imported(path)
        if module.split(".")[:2] == ["autotune", "knowledge"]
    ]
    assert readers == []


def test_importing_autotune_loads_nothing_heavy():
    heavy = ("optuna", "sklearn", "pandas", "ray", "numpy", "pydantic", "yaml", "rich")
    heavy += ("importlib.metadata",)
    code = f"import autotune, sys; print([m for m in {heavy} if m in sys.modules])"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (process.stdout.strip(), process.stderr) == ("[]", "")


@pytest.mark.slow
def test_a_job_of_a_function_loads_neither_scikit_learn_nor_sqlalchemy():
    heavy = ("sklearn", "scipy", "pandas", "sqlalchemy", "ray")
    code = "from tests.jobs import plan, quick; import sys; plan(quick, max_trials=1).run()"
    code += f"; print([m for m in {heavy} if m in sys.modules])"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert process.stdout.strip() == "[]", process.stderr


@pytest.mark.parametrize(
    ("adapter", "engines"),
    [
        ("autotune_optuna", {"optuna"}),
        ("autotune_ray", {"ray", "optuna", "autotune_optuna", "cloudpickle", "numpy"}),
    ],
)
def test_adapters_import_their_engine_and_autotune_only(adapter, engines):
    allowed = engines | {"autotune", adapter} | sys.stdlib_module_names
    for path in (ADAPTERS / adapter).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                assert node.module.split(".")[0] in allowed, path


def test_functions_and_files_stay_small():
    lengths = []
    for path in FILES:
        assert len(path.read_text().splitlines()) <= 400, path
        functions = [
            n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef)
        ]
        # Without the signature: a public function has a parameter for each setting.
        lengths += [n.end_lineno - n.body[0].lineno + 1 for n in functions]
    assert max(lengths) <= 60
    assert sorted(lengths)[len(lengths) // 2] <= 10


def test_every_public_name_is_there():
    import autotune

    assert all(getattr(autotune, name) is not None for name in autotune.__all__)


def test_dir_offers_the_public_names_only():
    import autotune
    import autotune.cli
    import autotune.learn.overlay

    assert dir(autotune) == sorted(autotune.__all__)


def test_the_suite_runs_the_examples_in_docstrings(pytestconfig):
    assert pytestconfig.getoption("doctestmodules")
    assert {"autotune", "adapters"} <= set(pytestconfig.getini("testpaths"))


HIDE_POSIX = (
    "import sys; sys.modules.update(dict.fromkeys(['fcntl', 'pwd', 'resource', 'termios']))"
)


def without_posix(code):
    """Run code where the modules of POSIX cannot be imported, as on Windows."""
    return subprocess.run(
        [sys.executable, "-c", f"{HIDE_POSIX}\n{code}"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


def test_plans_are_made_where_posix_modules_are_missing():
    code = "from autotune import autotune; print(autotune('sklearn.svm.SVC')['mode'])"
    process = without_posix(code)
    assert (process.stdout.strip(), process.stderr) == ("max", "")


@pytest.mark.parametrize("arguments", [["--help"], ["plan", "sklearn.svm.SVC"]])
def test_the_command_line_works_where_posix_modules_are_missing(arguments):
    code = f"sys.argv = {['autotune', *arguments]}; import runpy; "
    process = without_posix(f"{code}runpy.run_module('autotune', run_name='__main__')")
    assert (process.returncode, process.stderr) == (0, "")
    assert process.stdout


def test_every_module_can_be_imported_where_posix_modules_are_missing():
    names = [name for name in MODULES if name.startswith("autotune.") and "__main__" not in name]
    process = without_posix(f"import importlib\nfor n in {names}: importlib.import_module(n)")
    assert process.stderr == ""


def test_a_job_where_files_cannot_be_locked_is_refused_in_one_line(tmp_path):
    code = f"""
from pathlib import Path
from autotune.errors import StoreError
from autotune.record.lease import FileLease
try:
    FileLease(Path({str(tmp_path / "lock")!r}), "job").take()
except StoreError as error:
    print(error)
"""
    expected = "jobs must run where files can be locked. On Windows, use its subsystem for Linux."
    assert without_posix(code).stdout.strip() == expected


def test_the_map_of_tasks_names_what_exists():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    tasks = text[text.index("## Where to start") : text.index("## How the code flows")]
    places = set(re.findall(r"`([\w/]+(?:/|\.py|\.yaml))`", tasks)) - {"templates/"}
    whole = {place for place in places if "/" in place}
    assert len(whole) > 20
    assert [place for place in whole if not (ROOT / place).exists()] == []
