import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorkit.reports import nodes as n
from mentorkit.reports.tables import parse, text_of

HOSTILE = [
    "<script>alert(1)</script>",
    "</td></tr></table><h1>out</h1>",
    "<plaintext>",
    "a & b",
    '#read("/etc/passwd")',
]


def rows(table):
    return [[n.words(cell.inside) for cell in row] for row in table.body]


def test_cells_of_a_frame_come_out_as_they_are():
    (table,) = parse(pd.DataFrame({"a": HOSTILE}).to_html(index=False))
    assert rows(table) == [[text] for text in HOSTILE]


def test_unescaped_markup_of_a_styler_is_text():
    (table,) = parse(
        "<table><tr><th>a</th></tr><tr><td><b>x</b><script>y</script></td><td>z</td></tr></table>"
    )
    assert rows(table) == [["<b>x</b><script>y</script>", "z"]]


def test_a_styler_keeps_caption_and_colours():
    styler = (
        pd.DataFrame({"a": [1, 2]})
        .style.set_caption("Two <numbers>")
        .map(lambda v: "background-color: #ff0000; color: #00ff00; font-weight: bold; position: fixed")
    )
    (table,) = parse(styler.to_html())
    assert table.caption == "Two <numbers>"
    assert table.body[0][1] == n.Cell(["1"], right=True, strong=True, fill="#ff0000", ink="#00ff00")


def test_the_name_of_the_index_joins_the_head():
    (table,) = parse(pd.DataFrame({"b": [1]}, index=pd.Index(["x"], name="a")).to_html())
    assert [[n.words(c.inside) for c in row] for row in table.head] == [["a", "b"]]


def test_numbers_are_right_and_words_left():
    (table,) = parse(pd.DataFrame({"a": ["1.234,5", "–"], "b": ["12 %", "x"]}).to_html(index=False))
    assert [cell.right for cell in table.body[0]] == [True, False]


def test_columns_of_a_multiindex_align_under_spans():
    frame = pd.DataFrame(
        [[1, 2]] * 4,
        index=pd.MultiIndex.from_product([["A", "B"], ["x", "y"]]),
        columns=pd.MultiIndex.from_product([["c"], ["d", "e"]]),
    )
    (table,) = parse(frame.to_html())
    assert [cell.right for cell in table.body[1]] == [False, True, True]
    assert table.body[0][0].rows == 2


@pytest.mark.parametrize("html", ["", "<p>x</p>", "<table></table>", "<table><tr></tr>"])
def test_no_table_is_no_error(html):
    assert parse(html) == []


def test_text_is_read_where_there_is_no_table():
    assert (
        text_of("<style>a{}</style><p>one</p><script>x</script><p>two <b>three</b></p>") == "one\ntwo three"
    )


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from("abc")), max_size=5),
        max_size=5,
    )
)
def test_every_grid_is_filled_without_gaps_or_overlaps(spans):
    body = "".join(
        "<tr>" + "".join(f"<td colspan={c} rowspan={r}>{t}</td>" for c, r, t in row) + "</tr>"
        for row in spans
    )
    for table in parse(f"<table><thead><tr><th>h</th></tr></thead><tbody>{body}</tbody></table>"):
        area = sum(cell.columns * cell.rows for row in table.body for cell in row)
        assert area == table.columns * len(table.body)
        assert sum(len(n.words(c.inside)) for row in table.body for c in row) == sum(map(len, spans))
