"""What a trial evaluates, as a file that worker processes load, and from which an interrupted job goes on.

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

Parts = list[bytes | memoryview]
MAPPED_FROM, ALIGNED = 100_000, 64  # bytes


def pickled(objective: Any, plan: Any) -> Parts:
    """Return the parts of a file: the module path, the arrays' sizes, the objective, the plan, for one that goes on with the
    job, and the arrays, which are not copied.

    Raises:
        EngineError: if the objective cannot travel to another process; the message names what
            cannot.
    """
    import pickle

    from autotune.workers.code_pickling import dumps

    arrays: list[memoryview] = []
    body = _pickled(objective, arrays) + dumps(plan)
    path = [str(Path(p).absolute()) for p in sys.path]
    head = pickle.dumps(path) + pickle.dumps([a.nbytes for a in arrays]) + body
    return [
        head,
        bytes(-len(head) % ALIGNED),
        *(part for a in arrays for part in (a, bytes(-a.nbytes % ALIGNED))),
    ]


def read_objective(file: BinaryIO) -> Any:
    """Return the objective of a file that `pickled` gave, read up to the module path, which loading it may need."""
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
    """Write what `pickled` gave to a file that this user alone can read; the data to tune on travels with it.

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
            f"{path} must be writable for what trials evaluate ({sum(memoryview(p).nbytes for p in parts):,} bytes): {error.strerror}."
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
                    f"{path} must be your own file, got one of user {os.fstat(file.fileno()).st_uid}.",
                    hint,
                )
            # Modules lie where the job was begun; what this process has comes first.
            sys.path += [p for p in pickle.load(file) if p not in sys.path]
            return read_objective(file), pickle.load(file)
    except FileNotFoundError:
        raise StoreError("what the job evaluates is not on this machine.", hint) from None
    except StoreError:
        raise
    except Exception as error:  # unpickling runs any module's code
        raise StoreError(
            f"{path} must be loadable: {type(error).__name__}: {error}.", hint
        ) from None


def _pickled(objective: Any, arrays: list[memoryview]) -> bytes:
    from autotune.workers.code_pickling import dumps

    def kept_here(buffer: Any) -> bool:
        raw = buffer.raw()
        if raw.nbytes >= MAPPED_FROM:
            arrays.append(raw)
        return bool(raw.nbytes < MAPPED_FROM)

    try:
        return dumps(objective, kept_here)
    except Exception as error:  # any object's own pickling code may run here
        stuck = [n for n, v in _attributes(objective) if not _travels(v)]
        culprit = max(stuck, key=lambda n: n.count("__"), default="")  # the innermost
        what = f"its {culprit!r} cannot" if culprit else "it cannot"
        raise EngineError(
            f"what a trial evaluates must travel to worker processes, but {what}: {type(error).__name__}: {error}.",
            "Build such objects inside the function or estimator.",
        ) from None


def _attributes(objective: Any) -> list[tuple[str, Any]]:
    """Return what an objective holds, its estimator's hyperparameters one by one."""
    held = dict(vars(objective)) if hasattr(objective, "__dict__") else {}
    estimator: Any = held.get("estimator")
    return [
        *(estimator.get_params().items() if hasattr(estimator, "get_params") else ()),
        *held.items(),
    ]


def _travels(value: Any) -> bool:
    from autotune.workers.code_pickling import dumps

    try:
        dumps(value)
    except Exception:  # see _pickled
        return False
    return True
