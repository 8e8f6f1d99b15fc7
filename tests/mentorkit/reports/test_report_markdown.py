import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorkit.reports import nodes as n
from mentorkit.reports.markdown import literal, parse


def bare(blocks):
    return "".join(n.words(b.inside) for b in blocks if isinstance(b, n.Paragraph))


@pytest.mark.parametrize(
    "written", ["Mentor*innen und Mentee*innen", "Mentor_innen", "Mentor:innen", "Koordinator*innen*treffen"]
)
def test_gendered_forms_stay_as_written(written):
    assert parse(written) == [n.Paragraph([written])]


def test_a_star_in_a_word_does_not_end_the_emphasis_around_it():
    assert parse("**alle Mentor*innen**") == [n.Paragraph([n.Span("strong", ["alle Mentor*innen"])])]


def test_links_lead_to_web_and_mail_only():
    source = (
        "[a](https://example.org) [b](mailto:x@example.org) [c](javascript:alert(1)) "
        "[d](file:///etc/passwd) [e](#x)"
    )
    links = [x for x in parse(source)[0].inside if isinstance(x, n.Link)]
    assert [x.to for x in links] == ["https://example.org", "mailto:x@example.org"]
    assert "d" in bare(parse(source))


def test_a_link_without_words_shows_its_address():
    assert parse("[](https://example.org)") == [
        n.Paragraph([n.Link("https://example.org", ["https://example.org"])])
    ]


def test_html_is_text():
    assert bare(parse("<script>alert(1)</script>\n\na <b>c</b>")) == "<script>alert(1)</script>a <b>c</b>"


def test_mathematics_is_kept_as_its_source():
    assert parse(r"so $\bar x_1$")[0].inside == ["so ", n.Code(r"$\bar x_1$")]
    assert parse("$$\na^2\n$$") == [n.Paragraph([n.Code("$$a^2$$")])]


def test_prices_are_not_mathematics():
    assert parse("between 5$ and 6$") == [n.Paragraph(["between 5$ and 6$"])]


def test_a_footnote_stands_where_it_is_called():
    assert parse("a[^1]\n\n[^1]: the note") == [n.Paragraph(["a", n.Note(["the note"])])]


def test_a_footnote_that_calls_itself_ends():
    assert parse("a[^1]\n\n[^1]: again [^1]") == [n.Paragraph(["a", n.Note(["again "])])]


def test_a_table_knows_its_numbers_by_the_colons():
    (table,) = parse("| a | b |\n|---|--:|\n| x | 1 |")
    assert [[cell.right for cell in row] for row in table.head + table.body] == [[False, True], [False, True]]
    assert n.words(table.body[0][0].inside) == "x"


def test_lists_keep_their_numbers_and_nesting():
    (listing,) = parse("3. a\n   - b\n4. c")
    assert listing.start == 3
    assert listing.items[0][1] == n.Listing([[n.Paragraph(["b"])]])


def test_a_picture_is_shown_if_it_is_attached_and_else_its_words():
    dot = n.Picture("png", b"x", "")
    assert parse("![plan](attachment:p.png)", {"attachment:p.png": dot}) == [n.Picture("png", b"x", "plan")]
    assert bare(parse("![plan](/etc/passwd)")) == "[Bild: plan]"


def test_deep_nesting_loses_form_but_no_words():
    quoted = parse("> " * 60 + "deep")
    starred = parse("*a " * 2000 + "a*" * 2000)
    assert "deep" in str(quoted)
    assert bare(starred).count("a") == 4000


@given(st.text(min_size=1))
def test_a_literal_text_comes_out_as_it_is(text):
    assert n.clean(bare(parse(f"({literal(text)})"))) == n.clean(f"({' '.join(text.split())})")
