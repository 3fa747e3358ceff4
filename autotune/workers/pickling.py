"""What a trial evaluates, as a file that workers load and from which a job is resumed.

Arrays lie at the file's end and are mapped, not read: the workers of a machine share them until one
writes to its own.
"""

import mmap
import os
import sys
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO

from autotune.errors import EngineError, StoreError
from autotune.workers.captured_variables import captured_culprit

Parts = list[bytes | memoryview]
MAPPED_FROM, ALIGNED = 100_000, 64  # bytes


def pickled(objective: object, plan: object) -> Parts:
    """Return the parts of a file with an objective, a plan and their arrays, which are not copied.

    They are the module path, the arrays' sizes, the objective, the plan, for resuming the job,
    and the arrays.

    Raises:
        EngineError: if the objective cannot travel to another process; the message names what
            cannot.
    """
    import pickle

    from autotune.workers.code_pickling import dumps

    arrays: list[memoryview] = []
    body = _pickled(objective, arrays) + dumps(plan)
    path = [str(Path(entry).absolute()) for entry in sys.path]
    head = pickle.dumps(path) + pickle.dumps([array.nbytes for array in arrays]) + body
    return [
        head,
        bytes(-len(head) % ALIGNED),
        *(part for array in arrays for part in (array, bytes(-array.nbytes % ALIGNED))),
    ]


def read_objective(file: BinaryIO) -> Any:
    """Return the objective of a file that `pickled` wrote, read up to its module path.

    Loading it may need that path.
    """
    import pickle

    sizes = pickle.load(file)
    room = [size + -size % ALIGNED for size in sizes]
    content = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    begins = accumulate(room, initial=len(content) - sum(room))
    return pickle.load(
        file,
        buffers=[content[begin : begin + size] for begin, size in zip(begins, sizes, strict=False)],
    )


def write_file(parts: Iterable[bytes | memoryview], path: Path) -> None:
    """Write what `pickled` returned to a file that this user alone can read; it holds the data.

    Raises:
        StoreError: if the file cannot be written.
    """
    new = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.writelines(parts)
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise StoreError(
            f"{path} must be writable for what trials evaluate "
            f"({sum(memoryview(part).nbytes for part in parts):,} bytes): {error.strerror}."
        ) from None


def read_file(path: Path) -> tuple[Any, Any]:
    """Return the objective and the plan that a file holds.

    Raises:
        StoreError: if there is none, or it cannot be loaded here.
    """
    import pickle

    hint = "Give X and y, or objective, as the job had them."
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_uid not in (
                os.getuid(),
                0,
            ):  # to load it is to run its writer's code
                raise StoreError(
                    f"{path} must be your own file, "
                    f"got one of user {os.fstat(file.fileno()).st_uid}.",
                    hint,
                )
            # Modules lie where the job was begun; what this process has comes first.
            sys.path += [entry for entry in pickle.load(file) if entry not in sys.path]
            return read_objective(file), pickle.load(file)
    except FileNotFoundError:
        raise StoreError("what the job evaluates is not on this machine.", hint) from None
    except StoreError:
        raise
    except Exception as error:  # unpickling runs any module's code
        raise StoreError(
            f"{path} must be loadable: {type(error).__name__}: {error}.", hint
        ) from None


def _pickled(objective: object, arrays: list[memoryview]) -> bytes:
    from autotune.workers.code_pickling import dumps

    def is_inline(buffer: Any) -> bool:
        raw = buffer.raw()
        if raw.nbytes >= MAPPED_FROM:
            arrays.append(raw)
        return bool(raw.nbytes < MAPPED_FROM)

    try:
        return dumps(objective, is_inline)
    except Exception as error:  # any object's own pickling code may run here
        what = _what_is_stuck(objective)
        raise EngineError(
            "what a trial evaluates must travel to worker processes, "
            f"but {what} cannot: {type(error).__name__}: {error}.",
            "Build such objects inside the function or estimator.",
        ) from None


def _what_is_stuck(objective: object) -> str:
    """Return words for what cannot travel: the innermost attribute, or a variable that it uses."""
    stuck = {name: value for name, value in _attributes(objective) if not _travels(value)}
    if not stuck:
        return "it"
    name = max(stuck, key=lambda name: name.count("__"))
    variable = captured_culprit(stuck[name], _travels)
    return f"the variable {variable!r}, which its {name!r} uses," if variable else f"its {name!r}"


def _attributes(objective: object) -> list[tuple[str, Any]]:
    """Return what an objective holds, its estimator's hyperparameters one by one."""
    attributes = dict(vars(objective)) if hasattr(objective, "__dict__") else {}
    estimator: Any = attributes.get("estimator")
    return [
        *(estimator.get_params().items() if hasattr(estimator, "get_params") else ()),
        *attributes.items(),
    ]


def _travels(value: object) -> bool:
    from autotune.workers.code_pickling import dumps

    try:
        dumps(value)
    except Exception:  # see _pickled
        return False
    return True
