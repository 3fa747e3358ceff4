"""The command line of a program."""

import argparse

from autotune_optuna.export.templates.placeholders import MAX_TRIALS, STUDY


def add_study_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say how many trials to run, and where the study is kept."""
    parser.add_argument(
        "--trials", type=int, default=MAX_TRIALS, help="number of trials (default: %(default)s)"
    )
    parser.add_argument(
        "--storage",
        help="file or URL that keeps the study, such as study.journal or sqlite:///study.db",
    )
    parser.add_argument(
        "--study",
        default=STUDY,
        help="name of the study in the storage; one that exists is resumed (default: %(default)s)",
    )
