"""Figures as a picture: the mean regret by trials, family by family, as SVG."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.rows import BY_HAND

COLOURS = {
    "autotune": "#d62728",
    "best hand-set space": "#1f77b4",
    "median hand-set space": "#7fb3d9",
    "random search": "#999999",
    "library's default": "#444444",
}
RANDOM = ("random:PyCaret", "random:widest")
TICKS = [0.003, 0.01, 0.03, 0.1, 0.3, 1]
LEAST = 0.003  # what regret is raised to, as its scale is logarithmic


def draw(figures: Mapping[str, Any], out: Path) -> None:
    """Write a picture of all families' curves."""
    import altair

    rows = [r for name, of in figures.items() for r in _rows(name, of)]
    x = altair.X("trial:Q", title="trials", scale=altair.Scale(type="log", domainMin=1)).axis(
        values=[1, 2, 5, 10, 20, 50]
    )
    y = altair.Y(
        "regret:Q", title="mean regret", scale=altair.Scale(type="log", domain=[LEAST, 2])
    ).axis(values=TICKS)
    colour = altair.Color(
        "who:N", title=None, scale=altair.Scale(domain=list(COLOURS), range=list(COLOURS.values()))
    )
    lines = (
        altair.Chart(altair.Data(values=rows))
        .mark_line(strokeWidth=1.5)
        .encode(x, y, colour.legend(orient="bottom"))
    )
    charts = lines.properties(width=170, height=120).facet(
        altair.Facet("family:N", title=None), columns=4
    )
    charts.save(out)


def _rows(name: str, of: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for who, curve in series(of["methods"], of.get("against", {})).items():
        for trial, regret in enumerate(curve, 1):
            yield {
                "family": name,
                "who": who,
                "trial": trial,
                "regret": round(max(float(regret), LEAST), 3),
            }


def series(methods: Mapping[str, Any], against: Mapping[str, str]) -> dict[str, Any]:
    """Return the curves that are drawn of a family's methods, by what they stand for."""
    curves = {m: f["curve"] for m, f in methods.items()}
    hand = [c for m, c in curves.items() if m.startswith(BY_HAND)]
    found = {
        "autotune": curves.get("autotune"),
        "best hand-set space": curves.get(against.get("best_hand_set", "")),
        "median hand-set space": np.median(hand, axis=0) if hand else None,
        "random search": next((curves[m] for m in RANDOM if m in curves), None),
        "library's default": curves.get("default"),
    }
    return {who: curve for who, curve in found.items() if curve is not None}
