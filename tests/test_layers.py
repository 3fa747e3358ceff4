"""The structure: imports go one way, `import autotune` stays light, and what is claimed twice agrees."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = (
    "version", "errors", "gaussian", "stopping", "seeds", "scores", "rules", "scale", "early_stopping", "domain", "space",
    "files", "strays", "inside", "script", "values", "several", "knowledge", "ranges", "override", "show", "schema", "plan",
    "show_plan", "objective", "facts", "recommend", "make", "encode", "columns", "completion", "forecast", "adapters", "record",
    "best", "paired", "verdict", "job", "show_job", "learn", "run", "export", "api", "comparison", "__init__", "testing", "cli", "__main__",
)  # fmt: skip
MODULES = sorted((ROOT / "autotune").rglob("*.py"))


def _layer(path):
    first = path.relative_to(ROOT / "autotune").parts[0]
    return first.removesuffix(".py")


def _imports(path):
    """Return the layers a module imports, also inside functions, where an import waits until it is needed."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "autotune":
            parts = node.module.split(".")
            yield from [parts[1]] if len(parts) > 1 else [a.name for a in node.names]
        elif isinstance(node, ast.Import):
            yield from (a.name.split(".")[1] for a in node.names if a.name.startswith("autotune."))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path):
    mine = _layer(path)
    for theirs in _imports(path):
        target = theirs if theirs in ORDER else "__init__"
        assert ORDER.index(target) <= ORDER.index(mine), f"{mine} imports {theirs}"


def test_importing_autotune_loads_nothing_heavy():
    heavy = ("optuna", "sklearn", "pandas", "ray", "numpy", "pydantic", "yaml", "rich")
    code = f"import autotune, sys; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_adapters_import_their_engine_and_autotune_only():
    needs = {"autotune_optuna": {"optuna"}, "autotune_ray": {"ray", "optuna", "autotune_optuna", "cloudpickle", "numpy"}}
    for adapter, engines in needs.items():
        for path in (ROOT / "adapters" / adapter).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                root = node.module.split(".")[0] if isinstance(node, ast.ImportFrom) and node.module else ""
                assert not root or root in engines | {"autotune", adapter} | sys.stdlib_module_names, path


def test_functions_and_files_stay_small():
    lengths = []
    for path in [*MODULES, *(ROOT / "adapters").rglob("*.py")]:
        assert len(path.read_text().splitlines()) <= 400, path
        tree = ast.parse(path.read_text())
        lengths += [n.end_lineno - n.lineno + 1 for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    assert max(lengths) <= 60 and sorted(lengths)[len(lengths) // 2] <= 10


def test_every_public_name_is_there():
    import autotune

    assert all(getattr(autotune, name) is not None for name in autotune.__all__)


def test_the_examples_in_docstrings_run():
    import doctest

    import autotune

    assert doctest.testmod(autotune).failed == 0 and doctest.testmod(autotune).attempted > 0
