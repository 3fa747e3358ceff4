"""A comparison's verdict in plain words, also when ours loses."""

from autotune.record.paired_tests import Difference, least_p
from autotune.record.verdict import p_text
from autotune.text import number


def verdict(
    search: Difference | None, held_out: Difference | None, winner: str | None, metric: str
) -> str:
    """Return what the search found, what holds on rows neither arm saw, and what follows.

    Args:
        search: Difference of the cross-validated scores, positive where autotune is better.
        held_out: Difference of the winners' scores on held-out rows.
        winner: ``autotune``, ``yours``, or None.
        metric: Name of the metric.
    """
    if search is None:
        return "Nothing can be told: fewer than two seeds have a score in both arms."
    winners = (
        "autotune's ranges found better configurations",
        "your ranges found better configurations",
    )
    first = _sentence(search, metric, winners)
    second = "could not be scored"
    if held_out is not None:
        second = _sentence(
            held_out, metric, ("autotune's winners are better", "your winners are better")
        )
    conclusion = _conclusion(search, held_out, winner)
    return f"{_capital(first)}. On rows neither saw, {second}. {conclusion}"


def _sentence(difference: Difference, metric: str, words: tuple[str, str]) -> str:
    """Return a difference in words, seen from the side that is better."""
    spread = f"over {len(difference.each)} seeds, {p_text(difference.p)}"
    if difference.sign == 0 and not any(difference.each):
        return f"both are the same, {spread}"
    low, high = difference.low, difference.high
    if difference.mean < 0:
        low, high = 0.0 - high, 0.0 - low
    size = f"{number(abs(difference.mean))} {metric} [{number(low)}, {number(high)}] {spread}"
    if difference.sign:
        return f"{words[difference.sign < 0]}: by {size}"
    leader = "autotune" if difference.mean >= 0 else "yours"
    return f"no difference beyond noise: {leader} ahead by {size}"


ADVICE = {
    "autotune": "Take autotune's ranges",
    "yours": "Keep your ranges",
    None: "Keep your ranges or take autotune's",
}


def _conclusion(search: Difference, held_out: Difference | None, winner: str | None) -> str:
    seeds = len(search.each)
    if (
        min(len(difference.each) for difference in (search, held_out) if difference is not None) < 5
        and winner is None
    ):
        least = number(least_p(seeds))
        return (
            f"{seeds} seeds are too few to tell: were all alike, p would be {least}; "
            f"5 can reach {least_p(5):.2g}."
        )
    if held_out is not None and search.sign * held_out.sign < 0:
        return "The two contradict each other, so neither wins."
    advice = ADVICE[winner]
    if winner is None:
        return f"{advice}: on these data the choice makes no difference that can be shown."
    if held_out is None or held_out.sign == 0:
        return (
            f"{advice} if the search's score is what counts: "
            "on rows neither saw the gain is not shown."
        )
    if not search.sign:
        return f"{advice}: the difference shows on rows neither saw, not in the search."
    return f"{advice}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
