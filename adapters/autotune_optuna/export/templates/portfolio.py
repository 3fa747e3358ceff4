"""The configurations that are known to be good on other tasks."""

from autotune.serialization.scores import imputed_scores
from autotune_optuna.export.templates.placeholders import (
    PORTFOLIO,
    PORTFOLIO_PARAMS,
    PORTFOLIO_SCORES,
)


def read_portfolio() -> tuple[list[dict[str, object]], list[list[float]]]:
    """Return configurations that are good on other tasks, and each one's scores there."""
    rows = [zip(PORTFOLIO_PARAMS, row, strict=True) for row in PORTFOLIO]
    points = [{name: value for name, value in row if value is not None} for row in rows]
    return points, [imputed_scores(scores) for scores in PORTFOLIO_SCORES.split(";")]
