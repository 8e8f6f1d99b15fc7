import datetime as dt

import pandas as pd
import pytest

from mentorkit.language import Voice, say_n, speaking
from mentorkit.reports import figures, tables
from mentorkit.reports import nodes as n


@pytest.fixture
def shown(monkeypatch):
    calls = []
    monkeypatch.setattr("IPython.display.display", lambda data, **kw: calls.append((data, kw)))
    return calls


def cells(shown):
    (table,) = tables.parse(shown[0][0]["text/html"])
    return table, [[n.words(cell.inside) for cell in row] for row in table.body]


def test_a_table_is_written_as_a_german_reader_expects(shown):
    frame = pd.DataFrame(
        {
            "Jahr": [2014, 2015],
            "Euro": [1234.5, None],
            "Zahl": [12345, 7],
            "Tag": [dt.date(2014, 3, 1), pd.NaT],
            "ja": [True, False],
            "Name": ["<b>Ö*", '#read("x")'],
        }
    )
    with speaking(Voice("de")):
        figures.table(frame, "Kosten <1>", digits={"Euro": 2})
    table, body = cells(shown)
    assert table.caption == "Kosten <1>"
    assert body == [
        ["2014", "1.234,50", "12.345", "01.03.2014", "ja", "<b>Ö*"],
        ["2015", "–", "7", "–", "nein", '#read("x")'],
    ]


def test_a_table_is_never_cut(shown):
    frame = pd.DataFrame({f"c{i}": ["w" * 200] * 80 for i in range(30)})
    figures.table(frame)
    table, body = cells(shown)
    assert (len(body), table.columns) == (80, 30)
    assert all(text == "w" * 200 for row in body for text in row)


def test_columns_of_the_same_name_and_the_index_are_shown(shown):
    figures.table(pd.DataFrame([[1, 2]], columns=["a", "a"], index=["x"]), index=True)
    assert cells(shown)[1] == [["x", "1", "2"]]


def test_every_level_of_an_index_is_a_column(shown):
    index = pd.MultiIndex.from_tuples([("A", 2014), ("B", 2015)], names=["Ort", None])
    figures.table(pd.DataFrame({"n": [1, 2]}, index=index), index=True)
    table, body = cells(shown)
    assert [n.words(cell.inside) for cell in table.head[0]] == ["Ort", "", "n"]
    assert body == [["A", "2014", "1"], ["B", "2015", "2"]]


def test_a_figure_carries_its_description(shown):
    figures.figure("<svg/>", "Ein Netz", "Netz")
    data, given = shown[0]
    assert data == {"image/svg+xml": "<svg/>", "text/plain": "Ein Netz"}
    assert given["metadata"] == {"alt": "Ein Netz", "caption": "Netz"}


def test_a_thousand_has_its_separator_like_in_every_sentence_and_a_year_has_none(shown):
    with speaking(Voice("de")):
        figures.table(pd.DataFrame({"Passung": [1000, 20], "Jahr": [2014, 2015], "Punkte": [2000, 2500]}))
        assert say_n("{n} point", "{n} points", 1000) == "1.000 Punkte"
    assert cells(shown)[1] == [["1.000", "2014", "2.000"], ["20", "2015", "2.500"]]


def test_lines_of_a_text_stay_lines(shown):
    figures.table(pd.DataFrame({"Kommentar": ["Erste <Zeile>\r\n\nZweiter Absatz"]}))
    assert "Erste &lt;Zeile&gt;<br><br>Zweiter Absatz" in shown[0][0]["text/html"]
