"""The data that a program's command line names."""

import argparse

import pandas as pd

from autotune.export.templates.placeholders import CSV_OPTIONS, TARGET_IS_REQUIRED


def add_data_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name the data."""
    parser.add_argument("--data", required=True, metavar="FILE", help="CSV or parquet file")
    parser.add_argument(
        "--target", required=TARGET_IS_REQUIRED, metavar="COLUMN", help="column to predict"
    )


def load_data(
    parser: argparse.ArgumentParser, path: str, target: str | None
) -> tuple[pd.DataFrame, pd.Series | None]:
    """Return X, and y if a target is named; exit with a message if they cannot be read."""
    try:
        data = (
            pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path, **CSV_OPTIONS)
        )
        return (data, None) if target is None else (data.drop(columns=target), data[target])
    except (OSError, ValueError, KeyError) as error:
        parser.error(f"--data, --target: {error}")
