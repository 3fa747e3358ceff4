"""A trial's evaluation by a call of a function, and the figures that constraints are on."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from autotune.export.templates.evaluation_by_call import metric_of, reported
from autotune.export.templates.placeholders import call_objective, value_of


def evaluate(
    params: dict[str, object],
    seed: int,
    report: Callable[[int, float], None],
    figures: dict[str, object],
) -> float:
    """Return a trial's value; where the function yields, report each value.

    ``figures`` takes the last of each metric while the function goes on.
    """
    result = call_objective(params, seed)
    if not isinstance(result, Iterator):
        return metric_of(next(noted([result], figures)))
    return metric_of(value_of(reported(noted(result, figures), report)))


def noted(results: Iterable[object], figures: dict[str, object]) -> Iterator[object]:
    """Yield results as they come, and note the metrics of each."""
    for result in results:
        if isinstance(result, Mapping):
            figures.update(result)
        yield result
