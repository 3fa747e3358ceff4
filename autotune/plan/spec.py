"""The plan: what is tuned, in which ranges, how and for how long, each with its provenance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from autotune.errors import SettingError, did_you_mean
from autotune.plan import explanation
from autotune.plan.choices import (
    Range,
    Setting,
    condition_from_plain,
    range_from_plain,
    setting_from_plain,
)
from autotune.plan.differences import Differences, differences
from autotune.plan.earlier_texts import baselines_from_reason
from autotune.plan.mode import Mode
from autotune.plan.provenance import ENGINE_DEFAULT
from autotune.plan.trial_setup import TrialSetup
from autotune.serialization import documents
from autotune.serialization.documents import PlainMapping
from autotune.serialization.values import from_plain, has_opaque, to_plain
from autotune.space.conditions import When
from autotune.space.forbidden_rules import ForbiddenRule
from autotune.space.search_space import Space

SCHEMA = 1
NOT_INSTALLED = "not_installed"
"""The fact that names the libraries of what is tuned that the plan was made without."""


@dataclass(frozen=True, eq=False)
class PlanSpec:
    """A complete, runnable plan; frozen, and equal to another with the same content."""

    estimator: str
    """The name of what is tuned: a class, a function, a script or a knowledge entry."""
    facts: Mapping[str, Any]
    """What is known of the data and the machine, such as ``rows``."""
    static: Mapping[str, Any]
    """The hyperparameters that the user set on the estimator."""
    ranges: Mapping[str, Range]
    """The range of each hyperparameter that is tuned."""
    settings: Mapping[str, Setting]
    """All other choices by name; ``plan["max_trials"]`` is a setting's value."""
    trial_setup: TrialSetup
    """What knowledge says of how trials are set up; a run reads no knowledge."""
    forbidden: tuple[When, ...] = ()
    """Combinations that are never tried: every name of a row has one of the row's values."""
    rules: tuple[ForbiddenRule, ...] = ()
    """Further combinations that are never tried, as expressions."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Why each hyperparameter that could be tuned is not."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Why each other hyperparameter keeps its value, such as a number of threads."""
    notes: tuple[str, ...] = ()
    """Plain lines about the estimator on these data, such as that it is slow on many rows."""
    baselines: tuple[Mapping[str, Any], ...] = ()
    """The user's own configurations among the initial trials, one for each algorithm."""
    limits: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    """The lowest and highest number that a hyperparameter accepts at all, where known."""
    recipe: Any = None
    """What is tuned as plain data."""
    target: Any = field(default=None, repr=False)
    """What is tuned, where the plan was made or loaded with it."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlanSpec) and self.describe() == other.describe()

    __hash__ = None  # type: ignore[assignment]

    @property
    def space(self) -> Space:
        """The search space of the tuned hyperparameters."""
        return Space(
            {name: range_.value for name, range_ in self.ranges.items()},
            {name: range_.when for name, range_ in self.ranges.items() if range_.when},
            self.forbidden,
            self.rules,
        )

    @property
    def tunes(self) -> bool:
        """Whether there is anything to search; else a job evaluates one configuration."""
        return any(range_.value.size > 1 for range_ in self.ranges.values())

    @property
    def forbids(self) -> bool:
        """Whether there are combinations that are never tried."""
        return bool(self.forbidden or self.rules)

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
    def further_metrics(self) -> tuple[str, ...]:
        """The names of the metrics that are recorded besides the one that is tuned."""
        listed = self.settings.get("metrics")
        return () if listed is None else tuple(n for n in listed.value if n != self["metric"])

    @property
    def metric_params(self) -> Mapping[str, Any]:
        """Further arguments of the metric's function, such as the positive class."""
        given = self.settings.get("metric_params")
        return {} if given is None else given.value

    @property
    def mode(self) -> Mode:
        """Whether larger or smaller values of the metric are better."""
        return Mode(self["mode"])

    @property
    def constraints(self) -> Mapping[str, str]:
        """Limits on what a trial records, by its name there, such as ``<= 5``."""
        given = self.settings.get("constraints")
        return {} if given is None else given.value

    @property
    def trial_value(self) -> str:
        """What of its reports is a trial's value: ``last``, ``best`` or ``mean``."""
        return str(self["value"]) if "value" in self.settings else "last"

    @property
    def direction(self) -> Literal["maximize", "minimize"]:
        """``maximize`` or ``minimize``, as Optuna names the modes."""
        return "maximize" if self.mode is Mode.MAX else "minimize"

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
            "facts": {name: to_plain(value) for name, value in self.facts.items()},
            "static": {name: to_plain(value) for name, value in self.static.items()},
            "ranges": {name: range_.describe() for name, range_ in self.ranges.items()},
            "settings": {name: setting.describe() for name, setting in self.settings.items()},
            "forbidden": [
                *(
                    {name: [to_plain(value) for value in values] for name, values in row.items()}
                    for row in self.forbidden
                ),
                *(rule.text for rule in self.rules),
            ],
            "left_out": dict(self.left_out),
            **({"fixed": dict(self.fixed)} if self.fixed else {}),
            **({"notes": list(self.notes)} if self.notes else {}),
            "baselines": [to_plain(dict(point)) for point in self.baselines],
            "limits": {name: list(ends) for name, ends in self.limits.items()},
            "trial_setup": self.trial_setup.describe(),
        }

    def explain(self, name: str) -> str:
        """Return in words what was chosen for any hyperparameter or setting, by whom and why.

        Raises:
            SettingError: if the plan has no such name; the nearest ones are offered.
        """
        if name in self.ranges:
            return explanation.of_range(name, self.ranges[name])
        if name in self.settings:
            return explanation.of_setting(name, self.settings[name])
        untuned = {**self.fixed, **self.left_out}
        if name in untuned:
            return explanation.of_fixed(name, untuned[name], self.static)
        raise SettingError(
            f"{name!r} must be in the plan.",
            did_you_mean(name, [*self.ranges, *self.settings, *untuned]),
        )

    def diff(self, other: "PlanSpec") -> Differences:
        """Return what differs from another plan: by dotted name the two values, None for none.

        ``print`` shows a line for each, such as ``max_trials: 40 → 80``. Of the configurations that
        a search knows, there is their number only.
        """
        return differences(self, other)

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
        """Build a plan from a document that holds what `describe` gave; errors as for `load`.

        A document of a version that kept no trial setup gets one from the installed knowledge.
        """
        from autotune.plan.file_names import check_names
        from autotune.plan.schema import PlanFile
        from autotune.serialization.validation import located, validate

        validate(PlanFile, document)
        check_names(document)
        data, ranges, settings = document.data, {}, {}
        for name, described in data["ranges"].items():
            with located(document, "ranges", name, "value"):
                ranges[name] = range_from_plain(described)
        for name, described in data["settings"].items():
            with located(document, "settings", name, "value"):
                settings[name] = setting_from_plain(name, described)
        recipe = data.get("recipe")
        with located(document):
            target = None if has_opaque(recipe) else from_plain(recipe)
            return cls(
                estimator=data["estimator"],
                recipe=recipe,
                target=target,
                facts={name: from_plain(value) for name, value in data["facts"].items()},
                static={name: from_plain(value) for name, value in data["static"].items()},
                ranges=ranges,
                settings=_with_later(settings),
                trial_setup=_trial_setup(data, target, settings),
                forbidden=tuple(
                    condition_from_plain(row)
                    for row in data.get("forbidden", ())
                    if not isinstance(row, str)
                ),
                rules=tuple(
                    ForbiddenRule(row) for row in data.get("forbidden", ()) if isinstance(row, str)
                ),
                left_out=data.get("left_out", {}),
                fixed=data.get("fixed", {}),
                notes=tuple(data.get("notes", ())),
                baselines=_baselines(data, settings),
                limits={name: (low, high) for name, (low, high) in data.get("limits", {}).items()},
            )

    @staticmethod
    def schema() -> dict[str, Any]:
        """Return the JSON Schema of plan files."""
        from autotune.plan.schema import PlanFile

        return PlanFile.model_json_schema()


def _baselines(
    data: PlainMapping, settings: Mapping[str, Setting]
) -> tuple[Mapping[str, Any], ...]:
    """Return the baselines; files of the first release hold them in a sentence only."""
    if "baselines" in data:
        return tuple(from_plain(data["baselines"]))
    initial = settings.get("initial_trials")
    return baselines_from_reason(initial.reason, initial.value) if initial else ()


def _trial_setup(data: PlainMapping, target: object, settings: Mapping[str, Setting]) -> TrialSetup:
    """Return the setup that a document holds; of one without, what knowledge says of it now."""
    if "trial_setup" in data:
        return TrialSetup.from_described(data["trial_setup"])
    from autotune.recommend.trial_setup import setup_of_older_plan

    fidelity, rule = (
        settings[name].value if name in settings else None
        for name in ("fidelity", "early_stopping")
    )
    return setup_of_older_plan(
        target,
        data["estimator"],
        data["facts"].get("task"),
        fidelity=fidelity,
        rule=rule,
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
        name: Setting(value, ENGINE_DEFAULT, why)
        for name, value in later.items()
        if name not in settings
    }
