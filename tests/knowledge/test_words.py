"""What the knowledge files say is read by practitioners who never read the papers.

A reason is one short sentence without figures; the figures are in its evidence, and each source is
one that a reader can look up.
"""

import re
from pathlib import Path

import pytest

from autotune.serialization import documents

FOLDER = Path(__file__).parent.parent.parent / "knowledge"
DATA = {path.stem: documents.read(path).data for path in sorted(FOLDER.glob("*.yaml"))}
MOST_WORDS = 15
PROSE = ("why", "say", "evidence", "title")  # fields that hold sentences ...
TEXTS = ("kept", "sources")  # ... and fields that hold one for each of their names
NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?:e-?\d+)?")
MARGIN_NOTE = {
    "a parenthesis": r"[()]",
    "a term of the papers": r"\bfANOVA\b|\btop-10\b|\bp\d\d\b|\boptim(?:a|um)\b",
    "a laboratory's word": r"\bpeers?\b|\blab\b",
}
SHORTHAND = {
    "a number without its zero": r"(?<![\w.])\.\d",
    "a range with a dash": r"(?<![\w.-])(?:\d+\.?\d*|\d*\.\d+)-\d",
    "a thousand with a blank": r"\b\d{1,3} \d{3}\b",
    "a laboratory's word": r"\bpeers?\b|\blab\b|\bfANOVA\b",
}
STILTED = {
    "a phrase that reads as translated": (
        r"\b(?:gone on with|goes on with|go on with|stands? in|stand there|lies? in|lie there|"
        r"tells? (?!whether|you)|where there (?:is|are)|where it (?:is|does|has)|"
        r"is the user's word|as they are|is no |says nothing|what is left open|still open|"
        r"by itself|of its own|of one's own|one's own|that one|in turn|anew|is had|be had|"
        r"whose prior|beside (?:it|them)|without hope|foretell\w*|foretold|"
        r"costs? next to nothing|such as it)\b"
    ),
    "British spelling": (
        r"\b(?:neighbour|behaviour|favour|colour)\w*|\bcentres?\b|\blearnt\b|"
        r"\b\w*(?:minimis|maximis|standardis|regularis|normalis|randomis|generalis|initialis|"
        r"penalis|discretis|localis|vectoris|recognis|optimis(?=[ea]))\w*"
    ),
}
VAGUE = {"a laboratory's word": r"\bpeers?\b|\blab\b", "no more than a table": r"[Tt]able of \d+"}


def reasons():
    """Return every hyperparameter's fields by its file and name."""
    return {
        f"{stem}: {name}": fields
        for stem, data in DATA.items()
        for name, fields in data.get("names" if stem == "names" else "hyperparameters", {}).items()
    }


def sentences(value, path):
    """Yield every sentence below a value, with where it is."""
    if isinstance(value, dict):
        for name, below in value.items():
            if isinstance(below, str) and (name in PROSE or path[-1] in TEXTS):
                yield " ".join((*path, name)), below
            else:
                yield from sentences(below, (*path, name))
    elif isinstance(value, list):
        for position, below in enumerate(value):
            yield from sentences(below, (*path, str(position)))


def matching(text, patterns):
    """Return what is wrong with a text: the names of the patterns that it matches."""
    return [name for name, pattern in patterns.items() if re.search(pattern, text)]


def unexplained(fields):
    """Return what is wrong with a hyperparameter's reason and evidence."""
    why, evidence = fields["why"], fields.get("evidence", "")
    ends = {float(fields[end]) for end in ("low", "high") if end in fields}
    faults = matching(why, MARGIN_NOTE | STILTED) + matching(evidence, SHORTHAND | STILTED)
    if re.search(r"[.!?]\s", why) or not why.endswith("."):
        faults.append("not one sentence")
    if len(why.split()) > MOST_WORDS:
        faults.append(f"{len(why.split())} words")
    if figures := {float(n.replace(",", "")) for n in NUMBER.findall(why)} - ends:
        faults.append(f"figures {sorted(figures)}")
    if not evidence.endswith((".", "!", "?")):
        faults.append("no evidence, in full sentences")
    return faults


def test_each_reason_is_a_short_sentence_and_has_its_evidence():
    assert not {place: faults for place, f in reasons().items() if (faults := unexplained(f))}


def test_no_sentence_is_stilted():
    texts = [pair for stem, data in DATA.items() for pair in sentences(data, (stem,))]
    assert not {place: faults for place, text in texts if (faults := matching(text, STILTED))}


def test_each_source_is_one_to_look_up():
    sources = {
        f"{stem}: {key}": text
        for stem, data in DATA.items()
        for key, text in data.get("sources", {}).items()
    }
    assert not {
        place: faults for place, text in sources.items() if (faults := matching(text, VAGUE))
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"why": "Most tunable (.0045 AUC).", "evidence": "A study."},
        {"why": "Narrow ranges lose late (lab).", "evidence": "A study."},
        {"why": "It explains most of the variance by fANOVA.", "evidence": "A study."},
        {"why": "All peers tune it.", "evidence": "A study."},
        {"why": "Best between 4 and 40.", "evidence": "A study.", "low": 4, "high": 50},
        {"why": "One idea. Another idea.", "evidence": "A study."},
        {"why": "No full stop", "evidence": "A study."},
        {"why": "Word " * 15 + "word.", "evidence": "A study."},
        {"why": "Its default lies in the middle.", "evidence": "A study."},
        {"why": "It stands in for the learning rate.", "evidence": "A study."},
        {"why": "Few neighbours follow local detail.", "evidence": "A study."},
        {"why": "Deeper trees overfit."},
        {"why": "Deeper trees overfit.", "evidence": "lows .1 to .5"},
        {"why": "Deeper trees overfit.", "evidence": "Best values are .1 to .5."},
        {"why": "Deeper trees overfit.", "evidence": "Best values are 5-95."},
        {"why": "Deeper trees overfit.", "evidence": "Others end at 1 000."},
        {"why": "Deeper trees overfit.", "evidence": "All 7 peers tune it."},
    ],
    ids=lambda fields: f"{fields['why'][:30]} {fields.get('evidence', '')}",
)
def test_a_margin_note_is_noticed(fields):
    assert unexplained(fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"why": "Deeper trees fit finer detail.", "evidence": "By its name only."},
        {"why": "Useful depths end at 12.", "evidence": "Others end at 12.", "low": 1, "high": 12},
        {
            "why": "It is k-means++ or random.",
            "evidence": "Lale 0.9.4 searches 1e-6 to 0.1 (5 to 95 %).",
        },
    ],
    ids=lambda fields: fields["why"],
)
def test_a_plain_reason_passes(fields):
    assert not unexplained(fields)
