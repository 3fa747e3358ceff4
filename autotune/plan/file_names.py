"""What a plan file must hold beside its shape: names that mean something, and enough settings."""

from collections.abc import Collection, Iterable

from autotune.errors import KnowledgeError, SettingError, did_you_mean
from autotune.facts.data import FACTS, check_facts
from autotune.plan.settings import CHECKS
from autotune.serialization.documents import Document, Place
from autotune.serialization.validation import located
from autotune.serialization.values import from_plain, is_tagged
from autotune.space.forbidden_rules import ForbiddenRule

# A job's own plan also has the results that its parents gave it.
SETTINGS = (*CHECKS, "results")
# Files of the first release have these; what came later is added to them when they are read.
REQUIRED = (
    "seed",
    "metric",
    "mode",
    "strategy",
    "max_trials",
    "max_parallel",
    "max_runtime",
    "max_retries",
    "trial_timeout",
    "threads_per_trial",
    "early_stopping",
    "completion",
    "initial_trials",
)


def check_names(document: Document) -> None:
    """Refuse a plan file, whose shape was checked, where it names what a plan cannot have.

    Raises:
        KnowledgeError: with the place of the name and the nearest one that is known.
    """
    data = document.data
    _check_listed(document, (("facts", name) for name in data["facts"]), FACTS, "a fact")
    with located(document, "facts"):
        check_facts({name: from_plain(value) for name, value in data["facts"].items()})
    _check_listed(
        document, (("settings", name) for name in data["settings"]), SETTINGS, "a setting"
    )
    _check_listed(document, _hyperparameters(document), data["ranges"], "one of the plan's ranges")
    _check_rules(document)
    for name in REQUIRED:
        if name not in data["settings"]:
            raise KnowledgeError(
                f"settings: must have {name!r}, which is missing",
                name=f"settings.{name}",
                where=document.at_key(("settings",)),
            )
    _check_recipe(document)
    _check_results(document)


def _check_rules(document: Document) -> None:
    for index, row in enumerate(document.data.get("forbidden", [])):
        with located(document, "forbidden", index):
            for name in ForbiddenRule(row).names if isinstance(row, str) else ():
                if name not in document.data["ranges"]:
                    raise SettingError(
                        f"forbidden.{index}: {name!r} must be one of the plan's ranges",
                        did_you_mean(name, document.data["ranges"]),
                        name=f"forbidden.{index}",
                    )


def _check_results(document: Document) -> None:
    results = document.data["settings"].get("results", {"value": {"parents": []}})["value"]
    parents = results.get("parents") if isinstance(results, dict) else None
    if not isinstance(parents, list) or not all(isinstance(parent, dict) for parent in parents):
        raise KnowledgeError(
            "settings.results: must hold the results of parent jobs, as a job's record does",
            name="settings.results",
            where=document.at(("settings", "results", "value")),
        )


def _check_recipe(document: Document) -> None:
    recipe = document.data.get("recipe")
    if recipe is not None and not is_tagged(recipe):
        raise KnowledgeError(
            "recipe: must say what is tuned as a plan that was saved does, or be null",
            "For example recipe: {estimator: sklearn.svm.SVC, params: {}}.",
            name="recipe",
            where=document.at_key(("recipe",)),
        )


def _hyperparameters(document: Document) -> Iterable[Place]:
    """Yield the places where conditions name hyperparameters."""
    for name, described in document.data["ranges"].items():
        yield from (("ranges", name, "when", parent) for parent in described.get("when", {}))
    for index, row in enumerate(document.data.get("forbidden", [])):
        if not isinstance(row, str):
            yield from (("forbidden", index, name) for name in row)


def _check_listed(
    document: Document, places: Iterable[Place], names: Collection[str], kind: str
) -> None:
    for place in places:
        if place[-1] not in names:
            name = ".".join(map(str, place))
            raise KnowledgeError(
                f"{name}: {place[-1]!r} must be {kind}",
                did_you_mean(place[-1], names),
                name=name,
                where=document.at_key(place),
            )
