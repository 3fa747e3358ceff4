"""Each check of the conformance kit fails an engine that breaks what it checks, and says how."""

import time
from contextlib import nullcontext
from dataclasses import replace

import pytest

from autotune.engines import ExportedProgram
from autotune.space.parameters import primitives
from autotune.stopping.catalog import RULES
from autotune.testing import CHECKS
from autotune.workers.events import Done
from autotune.workers.pool import WorkerPool
from tests.adapters.toy_engine import ToyAdapter, ToyExecutable, ToySearch
from tests.adapters.toys import install

BY_NAME = {str(check): check for check in CHECKS}
EVERYTHING = replace(
    ToyAdapter.capabilities,
    strategies=frozenset({"random", "grid", "sobol", "bayesian"}),
    samplers=frozenset({"gp", "tpe"}),
    programs=True,
    constraints=True,
)


def toy(search=ToySearch, executable=ToyExecutable, capabilities=EVERYTHING, packages=()):
    """Return a toy that differs from the one of the guide in one thing."""

    class Executable(executable):
        def search(self, history):
            return search(self.plan, history)

    class Adapter(ToyAdapter):
        def compile(self, plan):
            return Executable(plan)

    adapter = Adapter()
    adapter.capabilities, adapter.packages = capabilities, packages
    return adapter


class DrawsTheMiddle(ToySearch):
    def ask(self):
        return {
            name: number.low
            for name, number in primitives("x", self.plan.space.domains["x"]).items()
        }


class Repeats(ToySearch):
    def ask(self):
        self.tried.clear()
        return super().ask()


class LeavesOutWhatDepends(ToySearch):
    def ask(self):
        return {name: value for name, value in super().ask().items() if name != "c"}


class AllowsWhatIsForbidden(ToySearch):
    def __init__(self, plan, history):
        super().__init__(replace(plan, forbidden=()), history)


class SkipsTheFirstTrials(ToySearch):
    def __init__(self, plan, history):
        super().__init__(plan, history)
        self.first = []


class IgnoresTheSeed(ToySearch):
    def __init__(self, plan, history):
        seed = replace(plan.settings["seed"], value=0)
        super().__init__(replace(plan, settings={**plan.settings, "seed": seed}), history)


class ForgetsItsHistory(ToySearch):
    def __init__(self, plan, history):
        super().__init__(plan, replace(history, trials=()))


class IsDeaf(ToySearch):
    def report(self, number, step, value):
        return ""


class LearnsFromResults(ToySearch):
    def tell(self, number, status, value):
        if value is not None and value > 0:
            self.tried.append({})  # draws by the number of these


class IsToldOfNoConstraint(ToySearch):
    def constrain(self, number, amounts):
        pass


class LosesFigures(WorkerPool):
    def wait(self, timeout=None):
        return [
            replace(event, metrics={"value": event.metrics["value"]})
            if isinstance(event, Done)
            else event
            for event in super().wait(timeout)
        ]


class EndsEarly(ToySearch):
    def ask(self):
        return super().ask() if len(self.tried) < 3 else None


class IsNoData(ToyExecutable):
    def config(self):
        return {"engine": "toy", "sampler": object()}


class WritesNoPython(ToyExecutable):
    def source(self):
        return ExportedProgram("import import")


class NeverLate(WorkerPool):
    @property
    def running(self):
        return dict.fromkeys(super().running, time.monotonic())


class FailsWhatIsTriedAgain(WorkerPool):
    def submit(self, number, params, seed):
        seen = self.__dict__.setdefault("seen", set())
        super().submit(number, {"k": 1} if number in seen else params, seed)
        seen.add(number)


def place(workers):
    class Executable(ToyExecutable):
        def place(self, address):
            return nullcontext(workers)

    return Executable


BROKEN = {
    "values_lie_in_the_domain_and_reach_its_ends(float)": toy(DrawsTheMiddle),
    "a_finite_space_is_tried_completely_and_once": toy(Repeats),
    "conditions_hold": toy(LeavesOutWhatDepends),
    "forbidden_combinations_are_not_tried": toy(AllowsWhatIsForbidden),
    "first_trials_are_tried_first": toy(SkipsTheFirstTrials),
    "a_seed_repeats_the_trials": toy(IgnoresTheSeed),
    "a_job_is_resumed": toy(ForgetsItsHistory),
    **{f"reports_are_judged_by_the_plans_rule({rule})": toy(IsDeaf) for rule in RULES},
    "what_is_compiled_is_plain_data": toy(executable=IsNoData),
    "a_program_is_python": toy(executable=WritesNoPython),
    # The toy draws at random, whatever strategy it declares and is asked for.
    "a_model_learns_from_results(gp)": toy(),
    "a_model_learns_from_results(tpe)": toy(),
    "a_model_learns_constraints(gp)": toy(IsToldOfNoConstraint),
    "a_model_learns_constraints(tpe)": toy(IsToldOfNoConstraint),
    "a_grid_is_the_same_for_any_seed": toy(),
    "a_sobol_sequence_leaves_no_gaps": toy(),
    "a_random_search_learns_nothing": toy(LearnsFromResults),
    "job_finds_the_best_in_both_directions(max)": toy(EndsEarly),
    "job_finds_the_best_in_both_directions(min)": toy(EndsEarly),
    "job_record_names_the_engine": toy(packages=("no-such-distribution",)),
    "job_holds_its_caps": toy(executable=place(NeverLate)),
    "job_survives_failures": toy(executable=place(FailsWhatIsTriedAgain)),
    "job_is_best_within_its_constraints": toy(IsToldOfNoConstraint, place(LosesFigures)),
    "job_stops_trials_at_their_reports": toy(IsDeaf),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_check_fails_an_engine_that_breaks_it(name, monkeypatch):
    install(monkeypatch, BROKEN[name])
    with pytest.raises(AssertionError, match=r"expected .*; got .*; look at .*"):
        BY_NAME[name]("toy")


def test_every_check_has_an_engine_that_breaks_it():
    other_domains = {n for n in BY_NAME if n.startswith("values_lie_")}
    assert set(BY_NAME) - other_domains == set(BROKEN) - other_domains


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_the_toy_of_the_guide_conforms(check, monkeypatch):
    from tests.adapters.toy_engine import adapter

    install(monkeypatch, adapter)
    check("toy")


def test_what_an_engine_does_not_declare_is_refused_all_at_once(monkeypatch):
    from autotune import Float, autotune
    from autotune.errors import EngineError
    from tests.adapters.toy_engine import adapter

    install(monkeypatch, adapter)
    plan = autotune(
        lambda x=0.5: x, ranges={"x": Float(0, 1)}, strategy="bayesian", warm_start="other"
    )
    with pytest.raises(EngineError, match=r"strategy='bayesian' \(it has random\); warm_start"):
        plan.compile("toy")
