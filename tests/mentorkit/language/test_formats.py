"""Numbers, dates and names as German and English readers expect them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorkit.language import Voice, formats, speaking
from mentorkit.language.formats import din5007


@pytest.mark.parametrize(
    ("unsorted", "in_order"),
    [
        (
            ["Zander", "Äpfel", "Apfel", "Österreich", "Otto"],
            ["Apfel", "Äpfel", "Österreich", "Otto", "Zander"],
        ),
        (["Götz", "Goethe", "Gott"], ["Goethe", "Gott", "Götz"]),
        (["Weiß", "Weiss", "Weise"], ["Weise", "Weiss", "Weiß"]),
        (["Çelik", "Ebert", "Cäsar"], ["Cäsar", "Çelik", "Ebert"]),
        (["Łukasz", "Lutz", "Lukas"], ["Lukas", "Łukasz", "Lutz"]),
    ],
)
def test_names_sort_by_din_5007(unsorted, in_order):
    assert sorted(unsorted, key=din5007) == in_order


@given(st.lists(st.text()))
def test_any_names_have_one_order(names):
    backwards = names[::-1]
    assert sorted(names, key=din5007) == sorted(backwards, key=din5007)


def test_dates_numbers_and_lists_follow_the_language():
    day = dt.date(2008, 11, 9)
    with speaking(Voice("de")):
        assert formats.date(day) == "09.11.2008"
        assert formats.number(13480) == "13.480"
        assert formats.number(1.5, 2) == "1,50"
        assert formats.number(1234.6, 0) == "1.235"
        assert formats.listing(["Kamen", "Unna", "Werne"]) == "Kamen, Unna und Werne"
    with speaking(Voice("en")):
        assert formats.date(day) == "9 Nov 2008"
        assert formats.number(13480) == "13,480"
        assert formats.listing(["Kamen", "Unna"]) == "Kamen and Unna"
