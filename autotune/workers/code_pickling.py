"""Pickling of functions by value that keeps their file, line numbers and source lines.

cloudpickle 3.1.3 and later names the file of such functions ``<dynamic-code>``, so that a traceback
in a worker process has no source line. Code objects are marshalled whole instead, as Python's own
cache files are, and the lines travel along for machines that lack the file.
"""

import inspect
import io
import linecache
import marshal
from collections.abc import Callable
from types import CodeType

import cloudpickle

MAX_LINES = 2_000  # of one function; a longer one travels without its source


def dumps(value: object, buffer_callback: Callable[[object], bool] | None = None) -> bytes:
    """Return a value as bytes for `pickle.load`, functions and classes of scripts by value.

    Args:
        value: What is pickled.
        buffer_callback: Takes each large buffer; False keeps it out of the bytes.
    """
    file = io.BytesIO()
    _Pickler(file, protocol=5, buffer_callback=buffer_callback).dump(value)
    return file.getvalue()


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]  # cloudpickle has no types
    """cloudpickle's pickler, but for code objects."""

    def reducer_override(self, obj: object) -> object:
        if isinstance(obj, CodeType):
            return restore_code, (marshal.dumps(obj), *_source(obj))
        return super().reducer_override(obj)


def _source(code: CodeType) -> tuple[list[str], int]:
    """Return the source lines of a code object, and the number of the first."""
    try:
        lines, first = inspect.getsourcelines(code)
    except (OSError, TypeError, IndexError, SyntaxError):  # typed at a prompt, or edited since
        return [], 1
    return (lines, max(first, 1)) if len(lines) <= MAX_LINES else ([], 1)


def restore_code(content: bytes, lines: list[str], first: int) -> CodeType:
    """Return the code object, its lines readable by tracebacks also where its file is absent."""
    code: CodeType = marshal.loads(content)
    if lines and not linecache.getline(code.co_filename, code.co_firstlineno).strip():
        _remember(code.co_filename, lines, first)
    return code


def _remember(filename: str, lines: list[str], first: int) -> None:
    """Enter lines into the line cache, beside those of other functions of the same file."""
    present = list(linecache.getlines(filename))
    present += ["\n"] * (first - 1 + len(lines) - len(present))
    present[first - 1 : first - 1 + len(lines)] = lines
    size = sum(map(len, present))
    linecache.cache[filename] = (size, None, present, filename)  # None: never checked on disk
