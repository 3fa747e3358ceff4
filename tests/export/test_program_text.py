"""The text of exported programs: formatted, of plain data, of our source and no private module."""

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from sklearn.svm import SVC
from xgboost import XGBClassifier

from autotune import (
    Choice,
    Float,
    Int,
    Plan,
    autotune,
)
from autotune.plan.choices import Range
from autotune.plan.provenance import Source, SourceKind
from autotune.serialization import documents
from tests.export.plans import (
    IRIS,
    ONE,
    OWN,
    SCALED,
    SPECIES,
    estimator_plans,
    own_plan,
)
from tests.programs import (
    stepwise,
)

HOSTILE = st.text(
    st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12
) | st.sampled_from(
    [
        '"',
        "'",
        '"""',
        "\\",
        "a\nimport os",
        "x # y",
        "{0}",
        "%s",
        "settings",
        "a b",
        "class",
        "λ",
        "__import__('os')",
        "\r",
        "\x00",
        "1-x",
        "x:kind",
    ]
)


@pytest.mark.slow
@profile(max_examples=40)
@given(
    st.lists(HOSTILE, min_size=1, max_size=4, unique=True),
    st.lists(HOSTILE, min_size=2, max_size=4, unique=True),
    HOSTILE,
)
def test_hostile_names_values_and_reasons_stay_data(names, values, reason):
    domains = [
        Choice(values),
        Float(0, 1, also=[values[0]]),
        Int(1, 3),
        Float(0.5, 0.9, log="reverse"),
    ]
    ranges = dict(zip(names, domains, strict=False))
    plan = hostile_plan(ranges, reason)
    text = plan.export("optuna")
    space, define = run_upper(text)
    native = plan.compile("optuna").native
    assert space == native.distributions
    for params in (native.enqueued, *drawn(native)):
        for point in params if isinstance(params, list) else [params]:
            assert repr(define(point.__getitem__)) == repr(native.define(Fixed(point)))


def hostile_plan(ranges, reason):
    """Return a plan whose every text that reaches the program is hostile."""
    plan = autotune(
        "torch-training-loop", tune=["momentum"], max_trials=4, mode="max", strategy="random"
    )
    source = Source(SourceKind.OTHER, text=reason)
    settings = {n: replace(s, source=source, reason=reason) for n, s in plan.settings.items()}
    settings["initial_trials"] = replace(settings["initial_trials"], value=())
    return replace(
        plan,
        ranges={n: Range(d, source, reason) for n, d in ranges.items()},
        settings=settings,
        estimator=reason,
    )


class Fixed:
    """Suggests given parameters."""

    def __init__(self, params):
        self.params = params

    def suggest_categorical(self, name, choices):
        return self.params[name]

    def suggest_int(self, name, *args, **kwargs):
        return self.params[name]

    suggest_float = suggest_int


def drawn(native):
    """Return some configurations' parameters."""
    import optuna

    study = optuna.create_study(sampler=native.sampler)
    for _ in range(3):
        trial = study.ask()
        native.define(trial)
        yield trial.params


def run_upper(text):
    """Run a program's definitions, which must do nothing but define; return two of them."""
    tree = ast.parse(text)
    kinds = (
        ast.Import,
        ast.ImportFrom,
        ast.Assign,
        ast.FunctionDef,
        ast.ClassDef,
        ast.If,
        ast.Expr,
    )
    assert all(isinstance(node, kinds) for node in tree.body)
    assert sum(isinstance(node, ast.Expr) for node in tree.body) == 1  # the docstring
    names = {"__name__": "program"}
    exec(compile(tree, "program", "exec"), names)
    return names["SPACE"], names["suggest_params"]


@pytest.mark.slow
def test_a_programs_text_is_formatted_and_the_same_each_time(tmp_path):
    plans = [
        *estimator_plans().values(),
        *(own_plan(s) for s in OWN.values()),
        autotune(XGBClassifier(), IRIS, SPECIES),
    ]
    for i, plan in enumerate(plans):
        text = plan.export("optuna", tmp_path / f"{i}.py")
        assert text == plan.export("optuna") and (tmp_path / f"{i}.py").read_text() == text
    ruff = [Path(sys.executable).parent / "ruff", "--isolated"]
    for words in (
        ["format", "--check", "--line-length=100"],
        ["check", "--select=E,F,B", "--line-length=140"],
    ):
        got = subprocess.run(
            [ruff[0], words[0], ruff[1], *words[1:], tmp_path],
            capture_output=True,
            text=True,
            check=False,
        )
        assert got.returncode == 0, got.stdout


@pytest.mark.parametrize("engine", ["optuna", "ray"])
def test_a_program_imports_no_private_module(engine):
    tree = ast.parse(autotune(SCALED, IRIS, SPECIES).export(engine))
    modules = [n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert modules and not [m for m in modules if "._" in m]


def test_what_is_embedded_is_our_own_source_and_imports_nothing_of_ours():
    text = autotune(SCALED, IRIS, SPECIES).export("optuna")
    assert (
        "class KnowledgeSampler(" in text
        and "import autotune" not in text
        and "from autotune" not in text
    )


@pytest.mark.parametrize("engine", ["optuna", "ray"])
def test_a_plan_of_the_first_release_that_stops_by_the_median_is_written(engine, tmp_path):
    data = autotune(stepwise, ranges=ONE).describe()
    data["settings"]["early_stopping"]["value"] = "median"
    documents.write(tmp_path / "plan.yaml", data)
    assert (
        "RulePruner(Median(MODE" in Plan.load(tmp_path / "plan.yaml").compile(engine).source().text
    )


def test_limits_that_a_program_cannot_hold_stand_in_its_head():
    text = autotune(SVC(), trial_timeout=60, memory_limit="2 GB").export("optuna")
    assert "Not carried out: trial_timeout=60, memory_limit=2e+09." in ast.get_docstring(
        ast.parse(text)
    ).replace("\n", " ")


def test_a_function_that_cannot_be_imported_has_a_marked_place():
    def train(lr=0.1):
        return lr

    text = autotune(train).export("optuna")
    assert "# Put your function here" in text and "raise NotImplementedError" in text


@pytest.mark.parametrize("static", [{"epochs": 2}, {}])
def test_a_functions_static_values_reach_it_in_the_program(static):
    text = autotune(stepwise, metric="score", ranges=ONE, tune=["x"], **static).export("optuna")
    assert ('stepwise(**{"epochs": 2, **params})' in text) == bool(static)
