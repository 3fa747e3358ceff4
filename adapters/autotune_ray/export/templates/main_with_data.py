"""The command line of a program that evaluates on data."""

import argparse
from functools import partial

from autotune.export.templates.best import print_best
from autotune.export.templates.data import add_data_arguments, load_data
from autotune_optuna.export.templates.arguments import add_study_arguments
from autotune_ray.export.templates.arguments import add_cluster_arguments
from autotune_ray.export.templates.optimization import optimize
from autotune_ray.export.templates.placeholders import STUDY, evaluate


def main() -> None:
    """Tune, and print the best configuration."""
    parser = argparse.ArgumentParser(description=f"Tune {STUDY}.")
    add_data_arguments(parser)
    add_study_arguments(parser)
    add_cluster_arguments(parser)
    options = parser.parse_args()
    evaluation = partial(evaluate, *load_data(parser, options.data, options.target))
    best, value = optimize(
        evaluation,
        options.trials,
        options.storage,
        options.study,
        parallel=options.parallel,
        address=options.address,
    )
    print_best(best, value)
