"""What a command is to run: a plan and its data, from options, a job file or a plan file."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autotune.api import Plan
    from autotune.cli.job_file import JobFile


@dataclass(frozen=True)
class Request:
    """What a command is to run, from its options, a job file or a plan file."""

    plan: Any
    data: dict[str, Any] = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)


def make_request(
    what: str,
    data: str | None,
    target: str | None,
    sets: list[str] | None,
    overrides: str | None,
    facts: list[str] | None,
) -> Request:
    """Return the plan and data that the options, a job file or a plan file ask for."""
    from autotune.api import Plan
    from autotune.cli.job_file import JobFile, read_job
    from autotune.errors import KnowledgeError
    from autotune.serialization import documents
    from autotune.serialization.validation import kind_of

    job_file = JobFile(
        Path(),
        {"estimator": what.split(",") if "," in what else what, "data": data, "target": target},
    )
    if what.endswith((".yaml", ".yml", ".json")):
        document = documents.read(what)
        if not isinstance(document.data, dict):
            raise KnowledgeError(
                "the file must be a job file or a saved plan",
                got=kind_of(document.data),
                where=document.at(()),
            )
        if {"recipe", "schema"} & set(document.data):
            plan = _changed(Plan.from_document(document), sets, overrides, facts)
            return Request(plan, _load(job_file, data, target))
        job_file = read_job(document)
    return _planned(
        job_file,
        _load(job_file, data or job_file.data, target or job_file.words.get("target")),
        sets,
        overrides,
        facts,
    )


def _planned(
    job_file: "JobFile",
    loaded: dict[str, Any],
    sets: list[str] | None,
    overrides: str | None,
    facts: list[str] | None,
) -> Request:
    from autotune.api import Plan
    from autotune.cli.data import refuse_text
    from autotune.facts.algorithm_choice import each
    from autotune.recommend.planner import make_plan

    plan = Plan.of(
        make_plan(
            job_file.words["estimator"],
            loaded.get("X"),
            loaded.get("y"),
            overrides=overrides,
            facts=_facts(facts) or job_file.facts,
            keywords={},
            sets=sets or (),
            job_file=job_file.overrides,
            command_line=True,
        )
    )
    if plan.target is not None and loaded and not plan.trial_setup.encoders:
        for estimator in each(plan.target):
            refuse_text(loaded["X"], estimator)
    return Request(plan, loaded, dict(job_file.words))


def _load(job_file: "JobFile", data: str | None, target: str | None) -> dict[str, Any]:
    from autotune.cli.data import load_any

    return load_any(
        data,
        target,
        {key: job_file.words.get(key) for key in ("groups", "sample_weight")},
        job_file.drop,
    )


def _changed(
    plan: "Plan", sets: list[str] | None, overrides: str | None, facts: list[str] | None
) -> "Plan":
    """Return a saved plan with the settings that the options give."""
    from autotune.errors import SettingError
    from autotune.recommend.changed import with_settings

    if facts:
        raise SettingError(
            "a saved plan must keep the facts it was made of, got --fact.", "Plan anew."
        )
    if not sets and not overrides:
        return plan
    return plan.of(with_settings(plan, {}, overrides, sets or ()))


def _facts(texts: list[str] | None) -> dict[str, Any]:
    from autotune.errors import SettingError
    from autotune.serialization import documents

    values = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not equals:
            raise SettingError(
                f"--fact must be NAME=VALUE, got {text!r}.", "For example --fact rows=100000."
            )
        values[name] = documents.parse(value, "--fact").data
    return values
