"""CSV files as people have them are read as they were meant, and what was read is said."""

import json

import pytest

from autotune.cli.csv_file import options_of
from autotune.cli.data import load
from autotune.errors import DataError

GERMAN = "Größe;Preis;Tag;Ja?\n1.234;2,5;01.02.2020;ja\n3.000;1.004,5;02.03.2020;nein\n"


def read(folder, text, encoding="utf-8", name="data.csv"):
    (folder / name).write_bytes(text.encode(encoding))
    return load(str(folder / name), None, {})["X"]


@pytest.mark.parametrize(
    ("text", "encoding", "options"),
    [
        ("a,b\n1,2.5\n3,4.5\n", "utf-8", {}),
        ("\ufeffa,b\n1,2.5\n3,4.5\n", "utf-8", {}),
        ("a;b\n1;2,5\n3;4,5\n", "utf-8", {"sep": ";", "decimal": ","}),
        ("a\tb\n1\t2.5\n3\t4.5\n", "utf-8", {"sep": "\t"}),
        ("a|b\n1|2.5\n3|4.5\n", "utf-8", {"sep": "|"}),
        ('a,b\n"1,234.5",2\n"12,000",3\n', "utf-8", {"thousands": ","}),
        ("a, b\n1, 2\n3, 4\n", "utf-8", {"skipinitialspace": True}),
        ("a,b\n?,x\n3,y\n4,?\n", "utf-8", {"na_values": {"a": ["?"]}}),
        (",a,b\n0,5,x\n1,6,y\n", "utf-8", {"index_col": 0}),
        ("a,b\nMüller,1\nJosé,2\n", "cp1252", {"encoding": "cp1252"}),
        ("a,b\nMüller,1\nJosé,2\n", "utf-16", {"encoding": "utf-16"}),
        (
            GERMAN,
            "latin-1",
            {"encoding": "cp1252", "sep": ";", "decimal": ",", "thousands": "."}
            | {"dtype": {"Tag": "str"}},
        ),
        ('text,b\n"one; two; three",1\n"four; five",2\n', "utf-8", {}),
        ('text;b\n"a line,\nand another";1\nx;2\n', "utf-8", {"sep": ";"}),
    ],
)
def test_a_file_is_read_as_it_was_meant(tmp_path, text, encoding, options):
    (tmp_path / "data.csv").write_bytes(text.encode(encoding))
    assert options_of(tmp_path / "data.csv") == options


def test_what_is_not_plain_is_said_and_kept(tmp_path, capsys):
    X = read(tmp_path, GERMAN, "latin-1")
    assert list(X["Größe"]) == [1234, 3000] and list(X["Preis"]) == [2.5, 1004.5]
    assert list(X["Tag"]) == ["01.02.2020", "02.03.2020"]
    assert "is read with encoding='cp1252', sep=';'" in capsys.readouterr().err
    json.dumps(X.attrs)


def test_nothing_is_said_of_a_plain_file(tmp_path, capsys):
    read(tmp_path, "a,b\n1,x\n2,y\n")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["DATA.CSV", "data.tsv", "data.txt"])
def test_files_are_known_by_their_endings(tmp_path, name):
    assert read(tmp_path, "a\tb\n1\t2\n", name=name).shape == (1, 2)


def test_rows_without_a_target_are_told_with_the_way_out(tmp_path):
    (tmp_path / "data.csv").write_text("a,sold\n1,yes\n2,\n3,no\n")
    with pytest.raises(DataError, match=r"got 1 of 3 rows.*first in row 2.*dropna"):
        load(str(tmp_path / "data.csv"), "sold", {})


def test_a_spreadsheet_is_refused_with_the_way_out(tmp_path):
    with pytest.raises(DataError, match=r"must be a .csv, .tsv or .parquet file.*Save .* as CSV"):
        read(tmp_path, "x", name="data.xlsx")
