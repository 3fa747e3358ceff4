"""What a name means everywhere agrees with the entries, or says why it does not."""

import math

import pytest

from autotune import autotune, knowledge
from autotune.knowledge.names import meaning_of, never_tuned

NAMES = knowledge.table("names").content.names
SAME = [  # each name of names.yaml, an entry, and the hyperparameter's name there
    (meaning, entry.content.name, name, described)
    for entry in knowledge.entries()
    for canonical, described in entry.content.hyperparameters.items()
    for name in (canonical, *described.aliases)
    if never_tuned(name) is None and (meaning := meaning_of(name)) is not None
]


def common(meaning, described):
    """Return the share that two ranges have in common of all that either holds."""
    if "choice" in (meaning.type, described.type):
        values, others = (set(map(str, each.choices or [])) for each in (meaning, described))
        return len(values & others) / len(values | others)
    ends = [meaning.low, meaning.high, described.low, described.high]
    if meaning.log is True and min(ends) > 0:
        ends = [math.log(end) for end in ends]
    if meaning.log == "reverse" and max(ends) < 1:
        ends = [-math.log(1 - end) for end in ends]
    low, high, other_low, other_high = ends
    shared = min(high, other_high) - max(low, other_low)
    return max(0, shared) / (max(high, other_high) - min(low, other_low))


def reason(key, entry):
    differs = NAMES[key].differs
    return differs if isinstance(differs, str) else differs.get(entry, "")


@pytest.mark.parametrize(
    ("key", "entry", "name", "described"), SAME, ids=[f"{k}-{e}-{n}" for k, e, n, _ in SAME]
)
def test_a_name_has_half_its_range_in_common_with_each_entry_or_a_reason(
    key, entry, name, described
):
    assert reason(key, entry) or common(NAMES[key], described) >= 0.5


@pytest.mark.parametrize("key", [key for key, row in NAMES.items() if row.differs])
def test_each_reason_is_needed(key):
    differing = {
        entry
        for other, entry, _, described in SAME
        if other == key and common(NAMES[key], described) < 0.5
    }
    given = NAMES[key].differs
    assert len(differing) > 1 if isinstance(given, str) else set(given) <= differing


@pytest.mark.parametrize(
    ("name", "entry", "hyperparameter"),
    [("eta", "xgboost", "learning_rate"), ("min_child_weight", "xgboost", "min_child_weight")],
)
def test_a_name_of_xgboost_has_its_range(name, entry, hyperparameter):
    described = knowledge.find_entry(entry).content.hyperparameters[hyperparameter]
    assert (NAMES[name].low, NAMES[name].high) == (described.low, described.high)


def test_sgds_first_step_is_a_learning_rate_and_no_boosters_step():
    assert meaning_of("eta0") == "lr"


def test_alpha_beside_factors_weighs_observed_interactions():
    def als(factors=100, alpha=40.0):
        return factors + alpha

    def penalized(tries=100, alpha=0.1):
        return tries + alpha

    assert autotune(als, metric="ndcg").ranges["alpha"].value.low == 1
    assert autotune(penalized, metric="loss").ranges["alpha"].value.high == 1


def test_a_meaning_beside_other_names_is_read_however_they_are_spelled():
    for other in ("implicitPrefs", "model.implicit-prefs", "--implicit_prefs"):
        assert meaning_of("alpha", [other]) == "implicit_alpha"
    assert meaning_of("alpha", ["regularization"]) == "alpha"
    assert meaning_of("alpha") == "alpha"
