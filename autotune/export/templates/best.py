"""The result of a search."""

from pprint import pprint

from autotune.export.templates.placeholders import METRIC


def print_best(params: dict[str, object], value: float) -> None:
    """Print the best hyperparameters and their value."""
    print(f"best {METRIC}: {value:.6g}, with")
    pprint(params, sort_dicts=False)
