"""Evaluations in a process of their own, killed when their time is up.

A signal would not do: libraries' inner loops do not hear it.

The process is begun afresh, never forked: OpenMP's threads do not survive a fork, and a trial would
wait for them for ever.
"""

import atexit
import multiprocessing
from collections.abc import Callable, Mapping
from typing import Any

import cloudpickle

SPAWN = multiprocessing.get_context("spawn")
READY_SECONDS = 120  # for imports and reading data, which are no part of a trial

Evaluate = Callable[[Mapping[str, Any]], Any]


class Worker:
    """A process that evaluates one configuration after the other.

    It starts when first needed, and anew after it was killed.
    """

    def __init__(self) -> None:
        self.process: Any = None
        self.pipe: Any = None
        self.opened = b""
        atexit.register(self.end)

    def evaluate(
        self, opening: Callable[[], Evaluate], params: Mapping[str, Any], seconds: float
    ) -> Any:
        """Return what evaluating gives.

        ``opening`` is called once in the process and gives the function that evaluates.

        Raises:
            TimeoutError: if it takes more than so many seconds.
            RuntimeError: with the words of what it raised, or if its process died.
        """
        wanted = cloudpickle.dumps(opening)
        if wanted != self.opened or not self.process.is_alive():
            self.end()
            self._begin(wanted)
        return self._answer(params, seconds)

    def end(self) -> None:
        """Kill the process, if there is one."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.pipe.close()
        self.process, self.opened = None, b""

    def _begin(self, wanted: bytes) -> None:
        self.pipe, there = SPAWN.Pipe()
        self.process = SPAWN.Process(target=_serve, args=(there, wanted), daemon=True)
        self.process.start()
        there.close()
        self._answer(None, READY_SECONDS)
        self.opened = wanted

    def _answer(self, params: Mapping[str, Any] | None, seconds: float) -> Any:
        try:
            if params is not None:
                self.pipe.send(params)
            if not self.pipe.poll(seconds):
                raise TimeoutError(f"no result within {seconds:g} s")
            answer, error = self.pipe.recv()
        except TimeoutError:
            self.end()
            raise
        except (EOFError, OSError):
            self.end()
            raise RuntimeError("its process died") from None
        if error:
            raise RuntimeError(error)
        return answer


def _serve(there: Any, opening: bytes) -> None:
    evaluate = cloudpickle.loads(opening)()
    there.send((None, ""))
    while True:
        params = there.recv()
        try:
            there.send((evaluate(params), ""))
        except Exception as error:  # sent as words: not every exception can be pickled
            there.send((None, f"{type(error).__name__}: {error}"))


WORKER = Worker()
