"""Whether an adapter's objects have the members of the seam; what lacks one is refused."""

import inspect
import traceback
from types import FunctionType, ModuleType

from autotune.errors import EngineError

MISSING = object()


def check_members(candidate: object, seam: type, role: str) -> None:
    """Refuse an object that lacks a member of the seam, or whose methods take other parameters.

    Args:
        candidate: The object that an adapter gave.
        seam: The protocol that it must follow.
        role: What the object is, for the message, such as ``the adapter of engine 'toy'``.

    Raises:
        EngineError: naming the object, its file and line, and all that is missing.
    """
    if isinstance(candidate, type):
        raise EngineError(
            f"{role} must be an instance, got the class {candidate.__name__}",
            f"Name an object of it in the entry point: adapter = {candidate.__name__}().",
            where=place_of(candidate),
        )
    problems = [
        problem for name in members_of(seam) if (problem := _problem(candidate, seam, name))
    ]
    if problems:
        raise EngineError(
            f"{role} must have {', '.join(problems)}, got {type(candidate).__name__}",
            f"autotune.engines.{seam.__name__} says what each must do; see docs/engines.md.",
            where=place_of(candidate),
        )


def members_of(seam: type) -> list[str]:
    """Return the names of a protocol's public methods and properties, in their order."""
    return [
        name
        for name, member in vars(seam).items()
        if not name.startswith("_") and isinstance(member, FunctionType | property)
    ]


def _problem(candidate: object, seam: type, name: str) -> str:
    """Return a member as it must be written, where the object lacks it; else an empty text."""
    expected = vars(seam)[name]
    # Read without running a property: an engine's native objects may take seconds to make.
    member = inspect.getattr_static(candidate, name, MISSING)
    if not isinstance(expected, FunctionType):
        return name if member is MISSING else ""
    parameters = list(inspect.signature(expected).parameters)[1:]
    written = f"{name}({', '.join(parameters)})"
    if member is MISSING:
        return written
    method = getattr(candidate, name)
    return "" if callable(method) and _takes(method, parameters) else written


def _takes(method: object, parameters: list[str]) -> bool:
    """Return whether a method can be called with these arguments by position."""
    if not callable(method):
        return False
    try:
        inspect.signature(method).bind(*parameters)
    except TypeError:
        return False
    except ValueError:  # code in C need not have a signature
        return True
    return True


def place_of(thing: object) -> str:
    """Return the file and line where an object's class, or a function, is written."""
    code = thing if isinstance(thing, type | FunctionType | ModuleType) else type(thing)
    try:
        lines = inspect.getsourcelines(code)
        return f"{inspect.getsourcefile(code)}:{lines[1] or 1}"
    except (OSError, TypeError):
        return f"module {getattr(code, '__module__', code.__name__)}"


def place_of_error(error: BaseException) -> str:
    """Return the file and line where an error was raised, as an import meets it."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith("<frozen")
    ]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
