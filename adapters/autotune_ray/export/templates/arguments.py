"""The command line of a program: what Ray adds."""

import argparse

from autotune_ray.export.templates.placeholders import MAX_PARALLEL


def add_cluster_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say how many trials run at once, and where."""
    parser.add_argument(
        "--parallel",
        type=int,
        default=MAX_PARALLEL,
        help="number of trials at once (default: %(default)s)",
    )
    parser.add_argument(
        "--address",
        help="a running cluster, such as 10.0.0.1:6379 or auto; by default Ray starts here",
    )
