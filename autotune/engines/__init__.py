"""The seam to engines: an adapter compiles a plan to what its engine runs; it decides nothing."""

from autotune.engines.capabilities import Capabilities
from autotune.engines.registry import DEFAULT_ENGINE, Engine, compile_plan, find
from autotune.engines.seam import (
    Adapter,
    ConstrainedSearch,
    Encoded,
    Executable,
    ExportedProgram,
    JobHistory,
    PastTrial,
    Place,
    Search,
    Workers,
)

__all__ = [
    "DEFAULT_ENGINE",
    "Adapter",
    "Capabilities",
    "ConstrainedSearch",
    "Encoded",
    "Engine",
    "Executable",
    "ExportedProgram",
    "JobHistory",
    "PastTrial",
    "Place",
    "Search",
    "Workers",
    "compile_plan",
    "find",
]
