"""An adapter that does not fit is refused where it is found, with its file and line."""

from inspect import getsourcelines

import pytest

from autotune import Float, autotune
from autotune.errors import EngineError
from tests.adapters.toy_engine import ToyAdapter, ToyExecutable, ToySearch
from tests.adapters.toys import install


def plan():
    return autotune(lambda x=0.5: x, ranges={"x": Float(0, 1)}, strategy="random", max_trials=1)


def refused(monkeypatch, adapter):
    install(monkeypatch, adapter)
    with pytest.raises(EngineError) as caught:
        plan().run(engine="toy", progress=False)
    text = str(caught.value)
    assert "\n" not in text
    return text


class WithoutGaps:
    capabilities, packages = ToyAdapter.capabilities, ()

    def compile(self, plan):
        return ToyExecutable(plan)


class TakesNoPlan(ToyAdapter):
    def compile(self):
        return None


def test_a_missing_member_is_named_with_the_adapters_line(monkeypatch):
    text = refused(monkeypatch, WithoutGaps())
    assert "engine 'toy' (toy_engine:adapter) must have gaps(plan), got WithoutGaps" in text
    assert f"{__file__}:{getsourcelines(WithoutGaps)[1]}" in text


def test_a_method_with_other_parameters_is_no_member(monkeypatch):
    assert "must have compile(plan), got TakesNoPlan" in refused(monkeypatch, TakesNoPlan())


def test_a_class_is_no_instance(monkeypatch):
    text = refused(monkeypatch, ToyAdapter)
    assert "must be an instance, got the class ToyAdapter" in text
    assert "adapter = ToyAdapter()" in text and "toy_engine.py:" in text


def test_an_import_that_fails_is_named_with_its_line(monkeypatch):
    def load():
        raise RuntimeError("no licence")

    text = refused(monkeypatch, load)
    assert "cannot be loaded by its entry point toy_engine:adapter" in text
    assert "RuntimeError: no licence" in text and f"{__file__}:" in text


def test_what_is_compiled_lacks_a_member(monkeypatch):
    class Adapter(ToyAdapter):
        def compile(self, plan):
            return object()

    text = refused(monkeypatch, Adapter())
    assert (
        "must have native, config(), source(), search(history), place(address), got object" in text
    )


def test_a_search_lacks_a_member(monkeypatch):
    class Search(ToySearch):
        tell = None

    class Executable(ToyExecutable):
        def search(self, history):
            return Search(self.plan, history)

    class Adapter(ToyAdapter):
        def compile(self, plan):
            return Executable(plan)

    assert "must have tell(number, status, value), got Search" in refused(monkeypatch, Adapter())


def test_an_address_is_refused_by_an_engine_without_clusters(monkeypatch):
    install(monkeypatch, ToyAdapter())
    with pytest.raises(EngineError, match="engine 'toy'"):
        plan().run(engine="toy", address="10.0.0.1:6379", progress=False)
