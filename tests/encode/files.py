"""Ten CSV files as people have them: each a text, the column to predict, and what it is."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.encode.tables import visits

MOST = 160  # rows


@dataclass(frozen=True)
class File:
    """A file's bytes, the column to predict, and whether that is a class or a number."""

    content: bytes
    target: str
    kind: str


def _csv(frame, encoding="utf-8", **options):
    return frame.to_csv(index=False, **options).encode(encoding)


def _pick(rng, words, rows=MOST, gaps=0.0):
    values = rng.choice(words, rows).astype(object)
    values[rng.random(rows) < gaps] = None
    return values


def clinic(rng):
    """Return patients with yes or no, gaps, a note and an empty column."""
    X, y = visits(MOST)
    return File(_csv(X.assign(**{"Came back?": y})), "Came back?", "class")


def cars(rng):
    """Return prices as a German spreadsheet saves them: semicolons, decimal commas, Latin-1."""
    km, year = rng.integers(1, 250_000, MOST), rng.integers(1995, 2024, MOST)
    price = 200 * (year - 1990) * np.exp(-km / 200_000) + rng.normal(0, 200, MOST) + 300
    frame = pd.DataFrame(
        {
            "Marke": _pick(rng, ["Citroën", "Opel", "VW"], gaps=0.05),
            "Kilometer": [f"{v:,}".replace(",", ".") for v in km],
            "Erstzulassung": [f"{day:02}.03.{y}" for day, y in zip(km % 28 + 1, year, strict=True)],
            "Unfall": _pick(rng, ["ja", "nein"]),
            "Preis in €": [f"{v:.2f}".replace(".", ",") for v in price],
        }
    )
    return File(_csv(frame, "cp1252", sep=";"), "Preis in €", "number")


def meters(rng):
    """Return readings of a meter: a stamp of time and a weather word, with dashes for gaps."""
    stamp = pd.date_range("2022-01-01", periods=MOST, freq="7h")
    temperature = 10 - 12 * np.cos(stamp.day_of_year / 58) + rng.normal(0, 2, MOST)
    frame = pd.DataFrame(
        {"stamp": stamp.strftime("%Y-%m-%d %H:%M:%S"), "sky": _pick(rng, ["sun", "rain", "fog"])}
    )
    frame["temperature"] = [f"{t:.1f}" if rng.random() > 0.1 else "-" for t in temperature]
    frame["kwh"] = (30 - temperature + rng.normal(0, 1, MOST)).round(2)
    return File(_csv(frame), "kwh", "number")


def loans(rng):
    """Return applications with question marks for gaps, money in English, and 0 or 1."""
    income = rng.lognormal(10, 0.6, MOST)
    frame = pd.DataFrame(
        {
            "income": [f"{v:,.2f}" for v in income],
            "purpose": _pick(rng, ["car", "house", "?", "school"]),
        }
    )
    frame["years"] = [str(v) if v < 30 else "?" for v in rng.integers(0, 35, MOST)]
    frame["default"] = ((income < 18_000) ^ (frame["purpose"] == "car")).astype(int)
    return File(_csv(frame), "default", "class")


def plants(rng):
    """Return measures of three plants, with row numbers in front, as pandas writes them."""
    kind = rng.integers(0, 3, MOST)
    frame = pd.DataFrame(
        {
            "leaf length": kind * 2 + rng.normal(0, 1, MOST),
            "soil": _pick(rng, ["clay", "sand"], gaps=0.2),
        }
    )
    frame["species"] = np.array(["fern", "moss", "oak"])[kind]
    return File(frame.to_csv().encode(), "species", "class")


def tickets(rng):
    """Return help-desk tickets: texts of several lines, a mark of bytes, an empty last column."""
    late = rng.random(MOST) < 0.4
    texts = [
        f'Hello,\nmy "{w}" is {"broken" if bad else "slow"}; no {i}'
        for i, (w, bad) in enumerate(zip(_pick(rng, ["phone", "disk", "mouse"]), late, strict=True))
    ]
    frame = pd.DataFrame(
        {
            "ticket id": [f"T-{i:05}" for i in range(MOST)],
            "text": texts,
            "prio": _pick(rng, ["low", "high"]),
            "escalated": np.where(late, "Y", "N"),
            "remark": "",
        }
    )
    return File(_csv(frame, "utf-8-sig"), "escalated", "class")


def flats(rng):
    """Return rents by tabs, with spaces in front of names, and rooms that are partly words."""
    size = rng.integers(20, 160, MOST)
    rooms = np.where(rng.random(MOST) < 0.1, "studio", (size // 30 + 1).astype(str))
    frame = pd.DataFrame(
        {
            "size": size,
            "rooms": rooms,
            "district": _pick(rng, [f"D{i}" for i in range(60)]),
            "free from": _pick(rng, ["2024-05-01", "2024-06-15", "2025-01-01"], gaps=0.1),
            "rent": size * 12 + rng.normal(0, 50, MOST).round(),
        }
    )
    return File(_csv(frame, sep="\t"), "rent", "number")


def probes(rng):
    """Return many columns of numbers with gaps, one that never changes, and True or False."""
    values = rng.normal(size=(MOST, 120))
    frame = pd.DataFrame(values.round(3), columns=[f"probe {i}" for i in range(120)])
    frame = frame.mask(rng.random(frame.shape) < 0.02)
    frame["site"], frame["unit"] = _pick(rng, ["north", "south"]), "mV"
    return File(_csv(frame.assign(alarm=values[:, 0] + values[:, 1] > 0)), "alarm", "class")


def survey(rng):
    """Return few answers, most of them words, with odd names of columns."""
    rows, words = 60, ["agree", "neutral", "disagree"]
    frame = pd.DataFrame(
        {f"Q{i}: do you [like] it?": _pick(rng, words, rows, 0.15) for i in range(5)}
    )
    frame["age, in years"] = [str(v) if v > 20 else "n.a." for v in rng.integers(16, 80, rows)]
    frame["recommends"] = np.where(frame.iloc[:, 0] == "agree", "Yes", "No")
    return File(_csv(frame), "recommends", "class")


def orders(rng):
    """Return orders by bars: days of delivery, from dates as Americans write them."""
    day = pd.date_range("2023-02-01", periods=MOST, freq="11h")
    country = _pick(rng, ["US", "CA", "MX", "BR"])
    frame = pd.DataFrame(
        {
            "ordered": day.strftime("%m/%d/%Y"),
            "country": country,
            "express": _pick(rng, ["TRUE", "FALSE"]),
            "weight_kg": rng.lognormal(1, 1, MOST).round(1),
        }
    )
    frame["days"] = (
        2 + 5 * (frame["express"] == "FALSE") + 4 * (country == "BR") + rng.integers(0, 2, MOST)
    )
    return File(_csv(frame, sep="|"), "days", "number")


MAKERS = (clinic, cars, meters, loans, plants, tickets, flats, probes, survey, orders)


def made(maker):
    """Return a file; the same each time."""
    return maker(np.random.default_rng(3))
