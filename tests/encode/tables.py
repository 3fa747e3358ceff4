"""Tables as people have them: numbers, words, dates, gaps, and a target in words."""

import numpy as np
import pandas as pd

RNG = 11


def visits(rows=90):
    """Return visits to a clinic, as a registrar keeps them: whether the patient came back."""
    rng = np.random.default_rng(RNG)
    age = rng.integers(1, 95, rows).astype(float)
    ward = rng.choice(["surgery", "eye", "child's", "heart"], rows).astype(object)
    came = np.where((age > 60) ^ (ward == "eye"), "yes", "no")
    seen = [f"seen by dr {name} at {i}" for i, name in enumerate(rng.integers(0, 99, rows))]
    age[rng.random(rows) < 0.1] = np.nan
    ward[rng.random(rows) < 0.1] = None
    frame = pd.DataFrame(
        {
            "age": age,
            "cost": rng.lognormal(4, 1, rows).round(2),
            "ward": ward,
            "insured": rng.choice([True, False], rows),
            "admitted": pd.date_range("2021-03-01", periods=rows, freq="31h").strftime("%Y-%m-%d"),
            "note": seen,
            "fax": [None] * rows,
        }
    )
    return frame, pd.Series(came, name="came back")


NEW_ROWS = pd.DataFrame(
    {
        "age": [30.0, np.nan],
        "cost": [1.0, 2.0],
        "ward": ["never seen", None],
        "insured": [True, False],
        "admitted": ["2030-01-01", None],
        "note": ["", "seen by nobody"],
        "fax": ["1234", None],
    }
)
