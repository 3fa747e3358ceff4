"""One evaluation in a process of its own, killed when its time is up: libraries' inner loops hear no signal."""

import multiprocessing
from collections.abc import Callable, Mapping
from typing import Any

FORK = multiprocessing.get_context("fork")  # the data need not be sent


def limited(evaluate: Callable[[Mapping[str, Any]], Any], settings: Mapping[str, Any], seconds: float) -> Any:
    """Return what evaluating gives.

    Raises:
        TimeoutError: if it takes more than so many seconds.
        RuntimeError: with the words of what it raised, or if its process died.
    """
    here, there = FORK.Pipe(duplex=False)
    child = FORK.Process(target=_send, args=(evaluate, settings, there), daemon=True)
    child.start()
    there.close()
    try:
        if not here.poll(seconds):
            raise TimeoutError(f"no result within {seconds:g} s")
        answer, error = here.recv()
    except EOFError:
        raise RuntimeError("its process died") from None
    finally:
        child.kill()
        child.join()
        here.close()
    if error:
        raise RuntimeError(error)
    return answer


def _send(evaluate: Callable[[Mapping[str, Any]], Any], settings: Mapping[str, Any], there: Any) -> None:
    try:
        there.send((evaluate(settings), ""))
    except Exception as error:  # sent as words: not every exception can be pickled
        there.send((None, f"{type(error).__name__}: {error}"))
