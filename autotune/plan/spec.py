"""The plan: what is tuned, in which ranges, how, and for how long; each setting with its source, reason and evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from autotune.errors import KnowledgeError, SettingError, did_you_mean
from autotune.plan.settings import CHECKS
from autotune.serialization import documents
from autotune.serialization.values import from_plain, has_opaque, to_plain
from autotune.space.domains import Domain
from autotune.space.search_space import Space
from autotune.space.shorthand import domain_from_plain, domain_to_plain

SCHEMA = 1


@dataclass(frozen=True)
class Setting:
    """One choice: its value, who made it, why, and the measurement behind it."""

    value: Any
    source: str
    reason: str
    evidence: str = ""

    def describe(self) -> dict[str, Any]:
        """Return the setting as JSON-safe data."""
        return {"value": to_plain(self.value), **self._provenance()}

    @property
    def cited(self) -> str:
        """The source as texts cite it: a knowledge file by its place alone."""
        return self.source.removeprefix("knowledge ")

    def _provenance(self) -> dict[str, Any]:
        return {"source": self.source, "reason": self.reason} | (
            {"evidence": self.evidence} if self.evidence else {}
        )


@dataclass(frozen=True)
class Range(Setting):
    """The range of one hyperparameter: ``value`` is its domain, ``when`` the condition under which it is used."""

    value: Domain
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        """Return the range as JSON-safe data."""
        when = (
            {"when": {n: [to_plain(v) for v in vs] for n, vs in self.when.items()}}
            if self.when
            else {}
        )
        return {"value": domain_to_plain(self.value), **when, **self._provenance()}


@dataclass(frozen=True, eq=False)
class Plan:
    """A complete, runnable plan; frozen, and equal to another with the same content.

    ``left_out`` says of each hyperparameter that is not tuned why not. ``target`` is the object
    that is tuned, where the plan was made or loaded with one; ``recipe`` is the same as plain data.
    """

    estimator: str
    facts: Mapping[str, Any]
    static: Mapping[str, Any]
    ranges: Mapping[str, Range]
    settings: Mapping[str, Setting]
    forbidden: tuple[Mapping[str, tuple[Any, ...]], ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    recipe: Any = None
    target: Any = field(default=None, repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and self.describe() == other.describe()

    __hash__ = None  # type: ignore[assignment]

    @property
    def space(self) -> Space:
        """The search space of the tuned hyperparameters."""
        return Space(
            {n: r.value for n, r in self.ranges.items()},
            {n: r.when for n, r in self.ranges.items() if r.when},
            self.forbidden,
        )

    @property
    def parents(self) -> list[Mapping[str, Any]]:
        """What the parents of a job gave, one mapping each, as it was found when the job began."""
        return list(self["results"]["parents"]) if "results" in self.settings else []

    @property
    def metric_name(self) -> str:
        """The metric's name, also of one that is a callable."""
        metric = self["metric"]
        return metric if isinstance(metric, str) else str(getattr(metric, "__name__", "metric"))

    @property
    def direction(self) -> Literal["maximize", "minimize"]:
        """``maximize`` or ``minimize``, as Optuna names the modes."""
        return "maximize" if self["mode"] == "max" else "minimize"

    def __getitem__(self, name: str) -> Any:
        """Return the value of a setting, such as ``plan["max_trials"]``."""
        if name not in self.settings:
            raise SettingError(
                f"{name!r} must be a setting of the plan.", did_you_mean(name, self.settings)
            )
        return self.settings[name].value

    def describe(self) -> dict[str, Any]:
        """Return everything the plan says as JSON-safe data; see ``Plan.schema``."""
        return {
            "schema": SCHEMA,
            "estimator": self.estimator,
            "recipe": self.recipe,
            "facts": {k: to_plain(v) for k, v in self.facts.items()},
            "static": {k: to_plain(v) for k, v in self.static.items()},
            "ranges": {n: r.describe() for n, r in self.ranges.items()},
            "settings": {n: s.describe() for n, s in self.settings.items()},
            "forbidden": [
                {n: [to_plain(v) for v in vs] for n, vs in row.items()} for row in self.forbidden
            ],
            "left_out": dict(self.left_out),
        }

    def explain(self, name: str) -> str:
        """Return in words what was chosen for a setting or hyperparameter, by whom and why.

        Raises:
            SettingError: if the plan has no such name; the nearest ones are offered.
        """
        chosen = self.ranges.get(name) or self.settings.get(name)
        if chosen is not None:
            from autotune.text import setting_text, value_text

            evidence = f" Evidence: {chosen.evidence}." if chosen.evidence else ""
            condition = (
                f" Used only when {_condition(chosen.when)}."
                if isinstance(chosen, Range) and chosen.when
                else ""
            )
            text = (
                value_text(chosen.value)
                if isinstance(chosen, Range)
                else setting_text(name, chosen.value)
            )
            return f"{name} = {text}. {chosen.reason}{condition} Source: {chosen.cited}.{evidence}"
        if name in self.left_out:
            return f"{name} is not tuned: {self.left_out[name]}."
        raise SettingError(
            f"{name!r} must be in the plan.",
            did_you_mean(name, [*self.ranges, *self.settings, *self.left_out]),
        )

    def diff(self, other: "Plan") -> dict[str, tuple[Any, Any]]:
        """Return what differs from another plan: by dotted name, the value here and there; None where one lacks it."""
        mine, theirs = _flat(self), _flat(other)
        return {
            n: (mine.get(n), theirs.get(n))
            for n in dict.fromkeys([*mine, *theirs])
            if mine.get(n) != theirs.get(n)
        }

    def save(self, path: str | Path) -> None:
        """Write the plan to a YAML file, or JSON where the name ends in ``.json``."""
        documents.write(path, self.describe())

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a plan that `save` wrote.

        Raises:
            KnowledgeError: with file, line and column of what the format does not know.
        """
        return cls.from_document(documents.read(path))

    @classmethod
    def from_document(cls, document: documents.Document) -> Self:
        """Build a plan from a document that holds what `describe` gave; errors as for `load`."""
        from autotune.plan.schema import PlanFile
        from autotune.serialization.validation import validate

        validate(PlanFile, document)
        data = document.data
        try:
            return cls(
                estimator=data["estimator"],
                recipe=data["recipe"],
                target=None if has_opaque(data["recipe"]) else from_plain(data["recipe"]),
                facts={k: from_plain(v) for k, v in data["facts"].items()},
                static={k: from_plain(v) for k, v in data["static"].items()},
                ranges={n: _range(r) for n, r in data["ranges"].items()},
                settings=_with_later({n: _setting(n, s) for n, s in data["settings"].items()}),
                forbidden=tuple(_values(row) for row in data["forbidden"]),
                left_out=data["left_out"],
            )
        except SettingError as error:
            raise KnowledgeError(f"{document.path}: {error}") from None

    @staticmethod
    def schema() -> dict[str, Any]:
        """Return the JSON Schema of plan files."""
        from autotune.plan.schema import PlanFile

        return PlanFile.model_json_schema()


def _condition(when: Mapping[str, tuple[Any, ...]]) -> str:
    return " and ".join(f"{n} is {' or '.join(map(repr, vs))}" for n, vs in when.items())


def _flat(plan: Plan) -> dict[str, Any]:
    data = plan.describe()
    flat = {"estimator": data["estimator"]} | {f"facts.{k}": v for k, v in data["facts"].items()}
    flat |= {f"static.{k}": v for k, v in data["static"].items()}
    flat |= {
        f"ranges.{k}": {f: v[f] for f in ("value", "when") if f in v}
        for k, v in data["ranges"].items()
    }
    return flat | {k: v["value"] for k, v in data["settings"].items()}


def _values(row: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {n: tuple(from_plain(v) for v in vs) for n, vs in row.items()}


def _range(data: Mapping[str, Any]) -> Range:
    domain = domain_from_plain(data["value"])
    return Range(
        domain,
        data["source"],
        data["reason"],
        data.get("evidence", ""),
        _values(data.get("when", {})),
    )


def _with_later(settings: dict[str, Setting]) -> dict[str, Setting]:
    """Add the settings that came after the first release, as plans of then were carried out."""
    later: dict[str, Any] = {
        "memory_limit": None,
        "max_failures": {},
        "deterministic": False,
        "portfolio": (),
        "fidelity": None,
        "cost_aware": {},
    }
    if "strategy" in settings and settings["strategy"].value == "bayesian":
        later["sampler"] = "tpe"
    why = "The release that made this plan did not have it."
    return settings | {
        n: Setting(v, "engine default", why) for n, v in later.items() if n not in settings
    }


def _setting(name: str, data: Mapping[str, Any]) -> Setting:
    """Build a setting; its value is held to what one given by a user is, as a person may have edited it."""
    value = from_plain(data["value"])
    if isinstance(value, list) and all(isinstance(v, dict) for v in value):
        value = tuple(value)
    if name in CHECKS and not has_opaque(data["value"]):
        value = CHECKS[name](name, value)
    return Setting(value, data["source"], data["reason"], data.get("evidence", ""))
