"""Exported programs run without autotune and try what the job tries, or are refused."""

import ast
import subprocess
import sys
import venv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.datasets import load_iris
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import ParameterSampler, RandomizedSearchCV, ShuffleSplit
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from autotune import (
    AutotuneError,
    Choice,
    Float,
    Int,
    Job,
    LogNormal,
    Normal,
    Plan,
    Script,
    autotune,
)
from autotune.errors import EngineError
from autotune.plan.choices import Range
from autotune.plan.provenance import Source, SourceKind
from autotune.serialization import documents
from tests.programs import (
    drawing,
    failing,
    filled,
    run_alone,
    scored,
    stepwise,
    table,
    told,
    tried,
    uneven,
    worst_recall,
)

IRIS, SPECIES = load_iris(return_X_y=True, as_frame=True)
IRIS = IRIS.set_axis(["a", "b", "c", "d"], axis=1)[::3]
SPECIES = SPECIES[::3]
DOMAINS = {
    "float": Float(-1, 3),
    "log": Float(1e-4, 1, log=True),
    "reverse": Float(0.5, 0.999, log="reverse"),
    "step": Float(0.1, 0.7, step=0.2),
    "int": Int(-3, 9),
    "log int": Int(1, 1000, log=True),
    "step int": Int(1, 13, step=4),
    "normal": Normal(2, 0.5),
    "lognormal": LogNormal(0, 1),
    "q": Float(0.3, 5, log=True, q=0.5),
    "q normal": Normal(10, 3, q=2),
    "mixed": Int(1, 5, also=[None, "auto"]),
    "fixed": 7,
    "odd": Choice(
        [
            None,
            True,
            1,
            1.0,
            (1, 2),
            "1",
            'a"\\\n',
            float("inf"),
            ["x", {"k": 0.5}],
            LogisticRegression(C=2.0),
        ]
    ),
}
OWN = {
    "random": {"strategy": "random", "ranges": DOMAINS},
    "gp": {"sampler": "gp", "ranges": DOMAINS},
    "cost": {
        "cost_aware": {"float": 2.5, "log int": -1},
        "ranges": {**{n: DOMAINS[n] for n in ("log int", "odd")}, "float": Float(1, 3)},
    },
    "tpe": {"sampler": "tpe", "ranges": DOMAINS, "max_trials": 12},
    "sobol": {"strategy": "sobol", "ranges": ["float", "log", "int", "odd"]},
    "grid": {"strategy": "grid", "ranges": ["step", "step int", "mixed"], "max_trials": 20},
    "finite": {"sampler": "gp", "ranges": ["step int", "odd"], "max_trials": 16},
}
ONE = {"x": Float(0, 4)}
FUNCTIONS = {
    "function": (
        uneven,
        {
            "ranges": {**ONE, "k": Int(1, 3, also=[None]), "c": Choice(["a", "b"])},
            "completion": {"target": 0.5},
        },
    ),
    "failures": (failing, {"ranges": ONE, "completion": {}}),
    "steps, stopped early": (
        stepwise,
        {
            "ranges": ONE,
            "metric": "score",
            "mode": "max",
            "early_stopping": "median",
            "completion": {},
        },
    ),
    "steps, a promise": (
        stepwise,
        {
            "ranges": ONE,
            "epochs": 12,
            "metric": "score",
            "early_stopping": "curve",
            "completion": {},
        },
    ),
    "hyperband": (
        stepwise,
        {
            "ranges": ONE,
            "metric": "score",
            "mode": "max",
            "strategy": "hyperband",
            "completion": {},
        },
    ),
    "seeds": (drawing, {"ranges": ONE, "completion": {"no_improvement": 4, "tolerance": 0.01}}),
}
COLUMNS = ColumnTransformer(
    [("n", StandardScaler(), make_column_selector("a|b")), ("f", FunctionTransformer(abs), ["c"])]
)
SCALED = make_pipeline(StandardScaler(), SVC(class_weight="balanced"))
ESTIMATORS = {
    "columns": (
        Pipeline([("prep", COLUMNS), ("rf", RandomForestClassifier(n_estimators=3))]),
        {"strategy": "random"},
    ),
    "conditions, known configurations": (
        SCALED,
        {"ranges": {"svc__kernel": ["rbf", "poly", "linear"]}, "effort": "all", "max_trials": 6},
    ),
    "forbidden rows": (LinearSVC(), {"effort": "all", "strategy": "random", "max_trials": 6}),
    "stops early": (XGBClassifier(n_estimators=20, early_stopping_rounds=3), {}),
    "several": ([RandomForestClassifier(n_estimators=2), SCALED], {"max_trials": 4}),
    "parts as values": (
        BaggingClassifier(n_estimators=2),
        {"ranges": {"estimator": [None, DecisionTreeClassifier(), SVC()]}},
    ),
    "metric and folds of one's own": (
        RidgeClassifier(),
        {"metric": worst_recall, "mode": "max", "cv": ShuffleSplit(2, random_state=4)},
    ),
    "clusters": (KMeans(n_init=1), {}),
}


def own_plan(settings):
    """Return a plan of hyperparameters alone, which one's own evaluation needs."""
    ranges = (
        settings["ranges"]
        if isinstance(settings["ranges"], dict)
        else {n: DOMAINS[n] for n in settings["ranges"]}
    )
    settings = {"max_trials": 6, **settings, "ranges": ranges}
    return autotune(
        "torch-training-loop",
        tune=list(ranges),
        completion={},
        seed=3,
        mode="max",
        max_parallel=1,
        **settings,
    )


def assert_the_same(plans, folder, export, data=None):
    """Run each plan and its program; both must try the same, with the same results."""
    jobs, runs = {}, []
    for name, plan in plans.items():
        X, y = data(plan)[1:] if data else (None, None)
        objective = scored if plan.target is None else None
        jobs[name] = plan.run(
            X, y, objective=objective, name=f"job-{len(runs)}", storage=str(folder), progress=False
        )
        program, study = folder / f"{len(runs)}.py", folder / f"{len(runs)}.journal"
        text = export(plan)
        program.write_text(filled(text) if objective else text)
        arguments = (
            ["--data", data(plan)[0], *([] if y is None else ["--target", "target"])]
            if data
            else []
        )
        runs.append([program, *arguments, "--storage", study, "--study", "s"])
    got = run_alone(*runs)
    assert got.returncode == 0, got.stderr
    for run, (name, job) in zip(runs, jobs.items(), strict=True):
        assert tried(run[-3]) == told(job.study.trials), name
    assert got.stdout.count("best ") == len(plans)


def optuna_text(plan):
    return plan.export("optuna")


def test_programs_with_ones_own_evaluation_try_what_the_job_tries(tmp_path):
    assert_the_same(
        {name: own_plan(settings) for name, settings in OWN.items()}, tmp_path, optuna_text
    )


def test_programs_of_functions_try_what_the_job_tries(tmp_path):
    plans = {
        name: autotune(f, max_trials=10, max_parallel=1, **settings)
        for name, (f, settings) in FUNCTIONS.items()
    }
    assert_the_same(plans, tmp_path, optuna_text)


def estimator_plans():
    """Return plans of estimators, made from the data but for those without a target."""
    plans = {}
    for name, (estimator, settings) in ESTIMATORS.items():
        given = (IRIS,) if isinstance(estimator, KMeans) else (IRIS, SPECIES)
        plans[name] = autotune(
            estimator, *given, **{"max_trials": 3, "max_parallel": 1, "cv": 2} | settings
        )
    return plans


def data_in(folder):
    """Return what gives a plan its data, as they are read from a file."""
    for sub in ("with", "without"):
        (folder / sub).mkdir()
    tables = {True: table(folder / "without", IRIS), False: table(folder / "with", IRIS, SPECIES)}
    return lambda plan: tables[plan.estimator.endswith("KMeans")]


@pytest.mark.slow
def test_programs_of_estimators_try_what_the_job_tries(tmp_path):
    assert_the_same(estimator_plans(), tmp_path, optuna_text, data_in(tmp_path))


def ray_text(plan):
    return plan.export("ray")


@pytest.mark.slow
def test_ray_programs_try_what_the_job_tries_with_one_trial_at_a_time(tmp_path):
    wanted = ("function", "steps, stopped early")
    plans = {
        n: autotune(FUNCTIONS[n][0], max_trials=6, max_parallel=1, **FUNCTIONS[n][1])
        for n in wanted
    }
    assert_the_same(plans, tmp_path, ray_text)


@pytest.mark.slow
def test_a_ray_program_of_an_estimator_tries_what_the_job_tries(tmp_path):
    plans = {"pipeline": autotune(SCALED, IRIS, SPECIES, max_trials=4, max_parallel=1, cv=2)}
    assert_the_same(plans, tmp_path, ray_text, data_in(tmp_path))


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Return the Python of a new environment that has the libraries, but no autotune."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False, symlinks=True)
    place = next((folder / "lib").glob("python*/site-packages"))
    for path in map(Path, sys.path):
        if path.name == "site-packages":
            for entry in path.iterdir():
                if (
                    "autotune" not in entry.name
                    and entry.suffix != ".pth"
                    and not (place / entry.name).exists()
                ):
                    (place / entry.name).symlink_to(entry)
    return folder / "bin" / "python"


def alone(python, *words, folder):
    """Run Python without this checkout on its path."""
    return subprocess.run(
        [python, *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=200,
        env={},
        check=False,
    )


@pytest.mark.slow
def test_a_program_runs_in_an_environment_that_lacks_autotune(bare, tmp_path):
    assert (
        "No module named 'autotune'" in alone(bare, "-c", "import autotune", folder=tmp_path).stderr
    )
    path, X, y = table(tmp_path, IRIS, SPECIES)
    plan = autotune(SCALED, X, y, max_trials=5, max_parallel=1, cv=2)
    job = plan.run(X, y, storage=str(tmp_path), progress=False)
    plan.export("optuna", tmp_path / "tune.py")
    got = alone(
        bare,
        "tune.py",
        "--data",
        path,
        "--target",
        "target",
        "--storage",
        "s.journal",
        "--study",
        "s",
        folder=tmp_path,
    )
    assert got.returncode == 0, got.stderr
    assert tried(tmp_path / "s.journal") == told(job.study.trials)
    assert ast.literal_eval(got.stdout.partition("with\n")[2]) == job.best_params


@pytest.mark.slow
def test_a_program_goes_on_with_its_study_and_with_the_jobs_own(tmp_path):
    made = autotune(
        uneven,
        ranges=FUNCTIONS["function"][1]["ranges"],
        max_trials=9,
        max_parallel=1,
        completion={},
    )
    whole = made.run(storage=str(tmp_path / "a"), name="whole", progress=False)
    url = f"sqlite:///{tmp_path}/b.db"
    begun = autotune(
        uneven,
        ranges=FUNCTIONS["function"][1]["ranges"],
        max_trials=3,
        max_parallel=1,
        completion={},
    )
    begun.run(storage=url, name="whole", progress=False)
    program = tmp_path / "tune.py"
    made.export("optuna", program)
    got = run_alone(
        [program, "--storage", url, "--study", "whole", "--trials", 6],
        [program, "--storage", url, "--study", "whole"],
    )
    assert got.returncode == 0, got.stderr
    assert told(Job.load("whole", url).study.trials) == told(whole.study.trials)


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


@pytest.mark.parametrize(
    ("estimator", "settings", "words"),
    [
        (
            make_pipeline(FunctionTransformer(lambda v: v), SVC()),
            {},
            "steps.*func cannot be written as code, got <function",
        ),
        (SVC(), {"metric": lambda e, X, y: 1.0, "mode": "max"}, "metric cannot be written as code"),
        (SVC(), {"cv": [([0], [1])]}, "cv must be a number of folds or a splitter"),
    ],
)
def test_what_cannot_be_written_as_code_is_refused_by_name(estimator, settings, words):
    with pytest.raises(EngineError, match=words):
        autotune(estimator, **settings).export("optuna")


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


def test_a_file_that_exists_is_replaced_only_by_force(tmp_path):
    plan, path = autotune(SVC(), strategy="random"), tmp_path / "tune.py"
    path.write_text("mine")
    with pytest.raises(AutotuneError, match=r"must not exist yet. Use --force \(force=True\)"):
        plan.export("optuna", path)
    assert path.read_text() == "mine"
    plan.export("optuna", path, force=True)
    assert "optuna" in path.read_text()


@pytest.mark.parametrize(
    ("to", "words"), [("optnua", "Did you mean 'optuna'"), ("sklearn ", "Did you mean 'sklearn'")]
)
def test_an_unknown_target_is_refused(to, words):
    with pytest.raises(AutotuneError, match=words):
        autotune(SVC()).export(to)


@pytest.mark.parametrize("ending", ["json", "yaml"])
def test_the_configuration_alone_is_written_as_yaml_or_json(ending, tmp_path):
    plan = autotune(SVC())
    plan.export("config", tmp_path / f"plan.{ending}")
    plan.export("optuna", tmp_path / f"again.{ending}", format="config")
    found = [documents.read(tmp_path / f"{n}.{ending}").data for n in ("plan", "again")]
    assert (
        found[0] == found[1]
        and found[0]["engine"] == "optuna"
        and set(found[0]["distributions"]) == {*plan.compile().native.distributions}
    )


def test_scikit_learns_distributions_stay_in_the_ranges_and_say_conditions():
    plan = autotune(
        SVC(),
        ranges={"kernel": ["rbf", "poly", "linear"], "shrinking": [True, False]},
        effort="all",
    )
    drawn = list(ParameterSampler(plan.export("sklearn"), 60, random_state=0))
    assert all(
        plan.space.outside(plain(point)) == [] and plan.space.complete(plain(point)) == plain(point)
        for point in drawn
    )
    assert {point["kernel"] for point in drawn} == {"rbf", "poly", "linear"}


def plain(point):
    return {n: v.item() if hasattr(v, "item") else v for n, v in point.items()}


@profile(max_examples=25)
@given(st.sets(st.sampled_from(sorted(DOMAINS)), min_size=1))
def test_scikit_learns_distributions_of_every_domain_stay_in_it(names):
    plan = own_plan({"ranges": {n: DOMAINS[n] for n in names}, "strategy": "random"})
    for seed in range(5):
        (point,) = ParameterSampler(plan.export("sklearn"), 1, random_state=seed)
        lognormal = {"lognormal"}  # scipy has none that ends
        assert set(plan.space.outside(plain(point))) <= lognormal and set(point) == names


def test_scikit_learns_distributions_as_code_are_the_same(tmp_path):
    plan = autotune(RandomForestClassifier(n_estimators=2), IRIS, SPECIES)
    plan.export("sklearn", tmp_path / "ranges.py")
    names = {}
    exec((tmp_path / "ranges.py").read_text(), names)
    mine, theirs = (
        list(ParameterSampler(d, 20, random_state=0))
        for d in (plan.export("sklearn"), names["PARAM_DISTRIBUTIONS"])
    )
    assert mine == theirs
    forest = RandomForestClassifier(n_estimators=2, random_state=0)
    search = RandomizedSearchCV(
        forest, names["PARAM_DISTRIBUTIONS"], n_iter=2, cv=2, random_state=0
    ).fit(IRIS, SPECIES)
    assert set(search.best_params_) <= set(plan.ranges)


def test_what_scikit_learn_cannot_say_is_refused_at_once():
    ranges = {"x": Int(1, 3), "y": Float(0, 1)}
    plan = own_plan({"ranges": ranges, "strategy": "random"})
    plan = replace(
        plan, ranges={"x": plan.ranges["x"], "y": replace(plan.ranges["y"], when={"x": (1,)})}
    )
    with pytest.raises(EngineError, match="cannot express a condition on the number 'x'"):
        plan.export("sklearn")


def test_the_command_writes_programs_and_says_what_they_do_otherwise(tmp_path):
    from autotune.cli import main

    def run(*words):
        with pytest.raises(SystemExit) as ended:
            main([str(w) for w in words])
        return ended.value.code

    plan = tmp_path / "plan.yaml"
    assert run("plan", "sklearn.svm.SVC", "--set", "trial_timeout=5", "-o", plan) == 0
    assert run("export", "optuna", plan, "-o", tmp_path / "tune.py") == 0
    assert run("export", "optuna", plan, "-o", tmp_path / "tune.py") == 2
    assert run("export", "optuna", plan, "-o", tmp_path / "tune.py", "--force") == 0
    assert run("export", "sklearn", "sklearn.svm.SVC", "-o", tmp_path / "ranges.py") == 0
    assert run("export", "config", plan, "-o", tmp_path / "config.json") == 0
    assert run("export", "nothing", plan) == 2
    assert (tmp_path / "tune.py").read_text() == Plan.load(plan).export("optuna")


def test_the_command_says_what_a_program_does_not_carry_out(tmp_path, capsys):
    from autotune.cli import main

    with pytest.raises(SystemExit):
        main(
            [
                "export",
                "optuna",
                "sklearn.svm.SVC",
                "--set",
                "trial_timeout=5",
                "-o",
                str(tmp_path / "tune.py"),
            ]
        )
    assert "Not carried out: trial_timeout=5" in capsys.readouterr().err


def test_a_program_tells_bad_data_in_one_line(tmp_path):
    program = tmp_path / "tune.py"
    autotune(SVC(), strategy="random").export("optuna", program)
    got = run_alone([program, "--data", tmp_path / "none.csv", "--target", "y"])
    assert "error: --data, --target: [Errno 2]" in got.stderr and "Traceback" not in got.stderr


@pytest.mark.parametrize("static", [{"epochs": 2}, {}])
def test_a_functions_static_values_reach_it_in_the_program(static):
    text = autotune(stepwise, metric="score", ranges=ONE, tune=["x"], **static).export("optuna")
    assert ('stepwise(**{"epochs": 2, **params})' in text) == bool(static)


def test_a_script_and_a_function_that_reports_through_autotune_are_refused():
    def train(x=1.0):
        import autotune

        autotune.report(x)

    for target in (train, Script("train.py", {"lr": 0.1}, {"loss": "loss {number}"})):
        with pytest.raises(EngineError, match=r"calls autotune\.report|cannot run a Script"):
            autotune(target).export("optuna")


def test_results_of_parents_are_refused_not_dropped(tmp_path):
    settings, where = (
        {"max_parallel": 1, "completion": {}, "cv": 2},
        {"storage": str(tmp_path), "progress": False},
    )
    autotune(DecisionTreeClassifier(), IRIS, SPECIES, max_trials=3, **settings).run(
        IRIS, SPECIES, name="parent", **where
    )
    child = autotune(
        DecisionTreeClassifier(), IRIS, SPECIES, max_trials=2, warm_start=["parent"], **settings
    )
    with pytest.raises(
        EngineError, match="cannot hold the results of warm_start's parents, got 3 trials"
    ):
        child.run(IRIS, SPECIES, name="child", **where).plan.export("optuna")
