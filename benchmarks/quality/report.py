"""The report: figures as JSON with where they came from, and as markdown tables by family."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.measure import stamped
from benchmarks.quality.figures import OURS, family
from benchmarks.quality.pictures import draw


def figures(rows: pd.DataFrame, trials: int | None = None) -> dict[str, Any]:
    """Return the figures of each kind of problem and family, of the rows with so many trials.

    By default, that is the most trials there are.
    """
    found = {}
    for (kind, name), of in rows.groupby(["kind", "family"]):
        length = trials or int(of["trials"].max())
        found[f"{kind} {name}"] = family(of[of["trials"] == length], length)
    return found


def write(rows: pd.DataFrame, out: Path, command: str, trials: int | None = None) -> dict[str, Any]:
    """Write ``out`` with the ending .json, .md and .svg; return the figures."""
    found = figures(rows, trials)
    out.parent.mkdir(parents=True, exist_ok=True)
    data = stamped(command, found) | {
        "rows_of": sorted(set(rows["commit"].dropna())) or ["a commit not recorded"]
    }
    out.with_suffix(".json").write_text(json.dumps(data, indent=2, allow_nan=True) + "\n")
    out.with_suffix(".md").write_text(markdown(data, out.with_suffix(".svg").name))
    draw(found, out.with_suffix(".svg"))
    return found


def markdown(data: Mapping[str, Any], picture: str) -> str:
    """Return stamped figures as text, with a picture's file name."""
    head = [
        "# Quality of search",
        "",
        f"`{data['command']}`, commit {data['commit']}, "
        f"rows of {', '.join(data['rows_of'])}, {_pairs(data['versions'])}.",
        "",
        _LEGEND,
        "",
        f"![Mean regret by trials, family by family]({picture})",
        "",
        *summary(data["figures"]),
    ]
    return (
        "\n".join(
            [*head, *(line for name, of in data["figures"].items() for line in _section(name, of))]
        )
        + "\n"
    )


_LEGEND = (
    "Regret: 0 is the best score known on the task, 1 the median of random search in the "
    "widest space, at most 2; a method\n"
    "without a result has 2. At time: regret when the best hand-set space had spent the "
    "training seconds of its 10th, 20th, 50th trial;\n"
    "a method that ended sooner keeps its last. Match: median trial at which the mean curve "
    "over the seeds reaches the other's last score,\n"
    "share of tasks that do, geometric mean speed-up (1 where never) with the 95 % bootstrap "
    "interval over groups of related tasks. The\n"
    "best hand-set space is chosen by its final regret on these very tasks, which flatters it. "
    "Where random search was not run, its median\n"
    "is that of the random draws with which the hand-set spaces' searches begin. p: Wilcoxon's "
    "test of autotune's final regret against\n"
    "the method's over the tasks, by Holm's correction for all methods of the family. "
    "Trial 1 is the library's default."
)


def summary(figures: Mapping[str, Any]) -> list[str]:
    """Return a table with a line for each family that autotune can be compared on."""
    told = {
        n: of
        for n, of in figures.items()
        if OURS in of["methods"] and "best_hand_set" in of["against"]
    }
    if not told:
        return []
    marks = list(next(iter(told.values()))["methods"][OURS]["regret"])
    columns = [
        "",
        "tasks × seeds",
        *(f"R@{k}" for k in marks),
        "best hand-set space",
        f"its R@{marks[-1]}",
        "trials to match it",
    ]
    columns += [
        "within .01",
        "better / equal / worse",
        "worse by over 1 % of the score",
        f"rank@{marks[-1]} (of)",
    ]
    columns += ["trial 2 beats the default"]
    return [
        _cells(columns),
        _cells(["---"] * len(columns)),
        *(_summed(n, of) for n, of in told.items()),
    ]


def _summed(name: str, of: Mapping[str, Any]) -> str:
    ours, hand = of["methods"][OURS], of["against"]["best_hand_set"]
    m, v = ours["match"]["best_hand_set"], of["paired"]["best_hand_set"]
    better = ours["better_than_default"]
    cells = [
        name,
        f"{of['tasks']} × {of['seeds']}",
        *map(_short, ours["regret"].values()),
        hand.removeprefix("peer:"),
    ]
    cells += [
        _short(of["methods"][hand]["final"]),
        *(f"{x['median']:g} ({x['share']:.0%} of tasks)" for x in (m, m["near"])),
    ]
    cells += [
        f"{v['better']} / {v['equal']} / {v['worse']}",
        str(len(of["losses"]["beyond_1_percent"])),
    ]
    cells += [f"{list(ours['rank'].values())[-1]:.1f} ({len(of['methods'])})"]
    return _cells([*cells, f"{better['at_once']:.0%}" if better else ""])


def _section(name: str, of: Mapping[str, Any]) -> list[str]:
    if not of["methods"]:
        return ["", f"## {name}", "", "No task has rows of every method."]
    marks = list(next(iter(of["methods"].values()))["regret"])
    times = list(next(iter(of["methods"].values()))["regret_at_time"])
    columns = ["method", *(f"R@{k}" for k in marks), "95 %", *(f"rank@{k}" for k in marks)]
    columns += (
        [f"at time of {k}" for k in times]
        + [f"match {m}" for m in of["against"].values()]
        + ["beats default", "p"]
    )
    body = [_line(method, f, of["against"]) for method, f in of["methods"].items()]
    return [
        "",
        f"## {name}",
        "",
        *_about(of),
        "",
        _cells(columns),
        _cells(["---"] * len(columns)),
        *body,
        "",
        *_rest(of),
    ]


def _line(method: str, f: Mapping[str, Any], against: Mapping[str, str]) -> str:
    cells = [method, *map(_short, f["regret"].values()), "–".join(map(_short, f["interval"]))]
    cells += [f"{v:.1f}" for v in f["rank"].values()] + list(
        map(_short, f["regret_at_time"].values())
    )
    for key in against:
        m = f["match"][key]
        cells.append(
            f"{m['median']:g}; {m['share']:.0%}; {m['speed_up']:.1f}x "
            f"[{m['interval'][0]:.1f}–{m['interval'][1]:.1f}]"
        )
    better = f["better_than_default"]
    return _cells(
        [
            *cells,
            f"{better['median']:g}; {better['share']:.0%}" if better else "",
            "" if f["p"] is None else _p(f["p"]),
        ]
    )


def _about(of: Mapping[str, Any]) -> list[str]:
    p = ", ".join(f"{_p(v)} at {k}" for k, v in of["friedman_p"].items())
    versus = [
        f"autotune against {of['against'][k]} at the end: better on {v['better']} tasks, "
        f"equal on {v['equal']}, worse on "
        f"{v['worse']} (Wilcoxon's p {_p(v['p'])})."
        for k, v in of["paired"].items()
    ]
    return [
        f"{of['tasks']} of {of['tasks_run']} tasks, {of['seeds']} seeds, {of['trials']} trials, "
        f"{len(of['methods'])} methods. Best "
        f"hand-set space: {of['against'].get('best_hand_set')}. Friedman's p: {p}. "
        "Nemenyi's critical difference of average ranks: "
        f"{of['critical_difference']}.",
        *versus,
    ]


def _rest(of: Mapping[str, Any]) -> list[str]:
    lost = of["losses"]
    noise = (
        f"; beyond the seeds' noise on {len(lost['beyond_noise'])}"
        if lost and of["seeds"] > 1
        else ""
    )
    behind = "; ".join(
        f"{t['task']} ({t['autotune']:.3f} to {t['hand_set']:.3f})"
        for t in lost.get("tasks_behind", ())
    )
    lines = (
        [
            f"autotune ends behind the best hand-set space on {len(lost['tasks_behind'])} tasks: "
            f"{behind or 'none'}{noise}."
        ]
        if lost
        else []
    )
    lines += (
        [f"Ahead of autotune on average: {', '.join(lost['methods_ahead']) or 'none'}."]
        if lost
        else []
    )
    lines += (
        [f"Run on too few tasks to compare: {', '.join(of['left_out'])}."] if of["left_out"] else []
    )
    told = {
        method: [*_errors(f), *([f"left out or fixed: {f['notes']}"] if f["notes"] else [])]
        for method, f in of["methods"].items()
    }
    return [
        *lines,
        "",
        *(f"- {method}: {'; '.join(words)}" for method, words in told.items() if words),
    ]


def _errors(f: Mapping[str, Any]) -> list[str]:
    if not f["rows_with_errors"]:
        return []
    return [
        f"{f['failed_trials']} failed trials, {f['rows_with_errors']} of {f['rows']} rows "
        f"with errors ({_pairs(f['errors'])})"
    ]


def _p(value: float | None) -> str:
    return "not tested" if value is None else f"{value:.2g}"


def _pairs(of: Mapping[str, Any]) -> str:
    return ", ".join(f"{k} {v}" for k, v in of.items())


def _cells(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _short(value: float) -> str:
    return f"{value:.3f}"
