"""What a search leaves open, from rows of `benchmarks.quality` and its `budget`.

Run it with ``python -m benchmarks.learn.left ROWS...``.

Where autotune was run on enough tasks that it knew nothing of, the mean regret of its longest run
on each is written into the entry as ``measured.left``: `leave_out` foretells it on surfaces fitted
to recorded trials, which are smoother than training is.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.learn.leave_out import keep
from benchmarks.quality.curves import WORST, ends, padded
from benchmarks.quality.rows import read

AT = (1, 2, 3, 5, 10, 20, 40, 80, 160)
FEWEST = 5  # tasks


def curve(of: pd.DataFrame) -> np.ndarray | None:
    """Return autotune's regret on a task after each trial of its longest run.

    It is None where regret has no meaning.
    """
    ours = of[of["method"] == "autotune"].sort_values("trials")
    best, median = ends(of)
    if ours.empty or not best > median:
        return None
    longest = ours[ours["trials"] == ours["trials"].iloc[-1]]
    regrets = [
        (best - padded(b, longest["trials"].iloc[0])) / (best - median) for b in longest["best"]
    ]
    return np.clip(np.mean(regrets, axis=0), 0, WORST)


def left(of: pd.DataFrame) -> dict[str, float]:
    """Return a family's mean regret at the numbers of trials that enough tasks reach.

    The mean is over those tasks; it never rises.
    """
    curves = [c for _, rows in of.groupby("problem") if (c := curve(rows)) is not None]
    found: dict[str, float] = {}
    for count in AT:
        reached = [c[count - 1] for c in curves if len(c) >= count]
        if len(reached) >= FEWEST:
            found[str(count)] = round(min([float(np.mean(reached)), *found.values()]), 3)
    return found


def main(*folders: str) -> None:
    rows = pd.concat([read(Path(f)) for f in folders], ignore_index=True)
    for family, of in rows.groupby("family"):
        if figures := left(of):
            keep(str(family), figures)
            print(family, figures, file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
