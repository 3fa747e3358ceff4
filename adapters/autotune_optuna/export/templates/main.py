"""The command line of a program without data."""

import argparse

from autotune.export.templates.best import print_best
from autotune_optuna.export.templates.arguments import add_study_arguments
from autotune_optuna.export.templates.optimization import optimize
from autotune_optuna.export.templates.placeholders import STUDY, evaluate


def main() -> None:
    """Tune, and print the best configuration."""
    parser = argparse.ArgumentParser(description=f"Tune {STUDY}.")
    add_study_arguments(parser)
    options = parser.parse_args()
    print_best(*optimize(evaluate, options.trials, options.storage, options.study))
