"""The published shapes of plan files and job records, for checking them and for editors."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from autotune.plan.provenance import SourceKind


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class PlaceFile(_Part):
    """A line of a file."""

    file: str
    line: int


class SourceFile(_Part):
    """Who or what chose a setting, as data; ``source`` is the same in words."""

    kind: SourceKind = Field(strict=False)
    places: list[PlaceFile] = []
    row: str = ""
    option: str = ""
    is_hint: bool = False
    text: str = ""
    additions: list["SourceFile"] = []


class SettingFile(_Part):
    """One setting: its value, who chose it, why, what changed it, and the evidence."""

    value: Any
    source: str
    origin: SourceFile | None = None
    reason: str
    changes: str = ""
    evidence: str = ""


class DomainFile(_Part):
    """What a hyperparameter may be."""

    type: Literal["float", "int", "choice", "fixed", "normal", "lognormal"]
    low: int | float | None = None
    high: int | float | None = None
    log: bool | Literal["reverse"] | None = None
    step: int | float | None = None
    also: list[Any] | None = None
    choices: list[Any] | None = None
    value: Any = None
    mean: int | float | None = None
    std: int | float | None = None
    q: int | float | None = None


class RangeFile(SettingFile):
    """The range of one hyperparameter, and the condition under which it is used."""

    value: DomainFile
    when: dict[str, list[Any]] = {}


class ContinuationFile(_Part):
    """How a fit goes on by more of the fidelity."""

    by: str
    total: bool


class EncoderFile(_Part):
    """What encodes a table's columns before an estimator."""

    steps: list[Any]
    params: dict[str, Any] = {}
    words: dict[str, str] = {}


class ScorerFile(_Part):
    """How a scorer is made of a metric's function."""

    function: str
    response: list[str]
    is_loss: bool
    params: dict[str, Any]


class GroupFile(_Part):
    """How a ranker is told the groups of rows."""

    name: str
    form: Literal["ids", "sizes"]


class TrialSetupFile(_Part):
    """How trials are set up, as knowledge had it when the plan was made, without empty fields."""

    thread_names: list[str] = []
    seed_names: list[str] = []
    unlisted_threads: list[str] = []
    housekeeping: dict[str, Any] = {}
    early_stopping: dict[str, str] = {}
    continuation: ContinuationFile | None = None
    learned: dict[str, Any] = {}
    library_defaults: dict[str, Any] = {}
    irrelevant: list[str] = []
    labels_from_zero: list[str] = []
    real_names: dict[str, str] = {}
    encoders: dict[str, EncoderFile] = {}
    scorers: dict[str, ScorerFile] = {}
    groups: dict[str, GroupFile] = {}


class PlanFile(_Part):
    """A plan as a file."""

    schema_: Literal[1] = Field(alias="schema")
    estimator: str
    recipe: Any = None
    facts: dict[str, Any]
    static: dict[str, Any]
    ranges: dict[str, RangeFile]
    settings: dict[str, SettingFile]
    forbidden: list[dict[str, list[Any]] | str] = []
    left_out: dict[str, str] = {}
    fixed: dict[str, str] = {}
    notes: list[str] = []
    baselines: list[dict[str, Any]] = []
    limits: dict[str, list[int | float | None]] = {}
    trial_setup: TrialSetupFile = Field(
        default=TrialSetupFile(), description="Files written before it existed lack it."
    )


class VerdictFile(_Part):
    """The winner against the user's own configuration, tested over the folds."""

    answer: Literal["tuned", "yours", "unclear"]
    text: str
    gain: float
    better: int
    folds: int
    p: float | None
    of: int


class EdgeFile(_Part):
    """A hyperparameter whose best value is at an end of its range, and the wider range to try."""

    name: str
    value: int | float
    end: Literal["lower", "upper"]
    range: DomainFile
    wider: DomainFile


class RecordFile(PlanFile):
    """A job's record: its plan, and how it went."""

    name: str
    status: Literal["running", "interrupted", "completed", "failed", "stopped"]
    counters: dict[str, int]
    constraints: dict[str, Any] | None = None
    best: dict[str, Any] | None
    overall_best: dict[str, Any] | None
    verdict: VerdictFile | None
    refit: str | None = None
    confirmation: dict[str, Any] | None = None
    edges: list[EdgeFile] = []
    warnings: dict[str, int] = {}
    consumed: dict[str, Any]
    forecast: dict[str, Any] | None
    completion: dict[str, Any]
    repeatable: dict[str, Any]
    environment: dict[str, Any]
