"""What is typed is understood as people write it, or refused in a sentence."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorkit.errors import UsageError
from mentorkit.language import Voice, formats, speaking
from mentorkit.setup import typed

GERMAN, ENGLISH = Voice("de"), Voice("en")


def test_numbers_are_read_as_the_language_writes_them():
    assert typed.whole(" 12 ", 0, 20) == 12
    assert typed.whole_or_none(" ", 0, 20) is None
    with speaking(GERMAN):
        assert typed.whole("1.000", 0, 1000) == typed.whole("1000", 0, 1000) == 1000
        assert (typed.figure("3.000"), typed.figure("1.234,5"), typed.figure("2,5")) == (3000, 1234.5, 2.5)
        assert (typed.figure("-0,125"), typed.figure("3")) == (-0.125, 3)
    with speaking(ENGLISH):
        assert typed.whole("1,000", 0, 1000) == 1000
        assert (typed.figure("3,000"), typed.figure("1,234.5"), typed.figure("2.5")) == (3000, 1234.5, 2.5)


@pytest.mark.parametrize(
    ("voice", "text"),
    [(GERMAN, "2.5"), (GERMAN, "2,500"), (GERMAN, "1.00"), (GERMAN, "1.0000"), (GERMAN, "1,234.5"),
     (ENGLISH, "2,5"), (ENGLISH, "2.500"), (ENGLISH, "1.234,5")],
)  # fmt: skip
def test_a_number_that_could_mean_two_things_is_refused_with_an_example(voice, text):
    example = {"de": "1.234,5", "en": "1,234.5"}[voice.language]
    with speaking(voice), pytest.raises(UsageError, match=re.escape(example)):
        typed.figure(text)


@pytest.mark.parametrize("voice", [GERMAN, ENGLISH])
@given(number=st.integers(-(10**8), 10**8) | st.decimals(-1000, 1000, places=2).map(float))
def test_what_fills_a_field_is_read_as_the_same_number(voice, number):
    with speaking(voice):
        assert typed.figure(typed.written(number)) == number
        assert typed.written(10**6) == "1000000"


@given(number=st.integers(0, 10**8))
def test_a_whole_number_is_read_as_the_app_shows_it(number):
    assert typed.whole(formats.number(number), 0, 10**8) == number


@pytest.mark.parametrize("text", ["", "drei", "-1", "21", "1,5", "1,0", "²", "٣", "1_0", "1e1", "9" * 30])
def test_what_is_no_whole_number_in_its_range_is_refused(text):
    with pytest.raises(UsageError, match="keine ganze Zahl von 0 bis 20"):
        typed.whole(text, 0, 20)


@pytest.mark.parametrize("text", ["", "zwei", "nan", "inf", "1e99", "1e3", ",", "."])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(UsageError, match="keine Zahl"):
        typed.figure(text)
    with pytest.raises(UsageError, match="keine Zahl von 0 bis 1"):
        typed.figure("1,2", 0, 1)


def test_dates_are_written_day_first():
    assert typed.day("31.3.2027") == dt.date(2027, 3, 31)
    assert typed.day(" ") is None
    for text in ("31.2.2027", "bald"):
        with pytest.raises(UsageError, match="kein Datum"):
            typed.day(text)


def test_a_contact_person_has_a_name_and_addresses_that_can_be_some():
    found = typed.contact(" Eva Muster ", "Gleichstellung", "Eva@Example.org", "02303 27-1234 ")
    assert (found.name, found.email, found.phone) == ("Eva Muster", "Eva@example.org", "02303 27-1234")
    for name, email, phone in ((" ", "", ""), ("Eva", "eva@", ""), ("Eva", "", "nie")):
        with pytest.raises(UsageError):
            typed.contact(name, "", email, phone)


def test_a_rule_asks_for_the_value_that_its_field_needs():
    def ruled(role, field, test, **given):
        blank = {"hard": "yes", "sentence_de": "", "sentence_en": ""}
        return typed.eligibility({"role": role, "field": field, "test": test, **blank, **given})

    graded = ruled("mentee", "pay_grade", "at_least", scale="de-2014", limit_A="9", limit_E="9b")
    assert (graded.limits, graded.code) == ({"A": "9", "E": "9b"}, "grade_too_low")
    assert graded.sentence.endswith("gruppe muss mindestens A 9 oder E 9b sein (Besoldung A und TVöD 2014)")
    assert ruled("mentor", "supervision", "yes", value="whatever").value is None
    assert ruled("mentee", "gender", "is", value="f").code == "not_female"
    assert ruled("mentee", "gender", "is", value="d").code == "gender_is"
    assert ruled("mentee", "age", "at_most", value="30", hard="no").hard is False
    assert ruled("mentee", "languages", "is_one_of", values=["de", "en"]).values == ("de", "en")
    own = ruled("mentee", "age", "at_most", value="30", sentence_de="Höchstens dreißig. ")
    assert own.sentences == {"de": "Höchstens dreißig"}
    for field, test, rest in (
        ("age", "at_least", {"value": "hoch"}), ("department", "is", {"value": " "}),
        ("pay_grade", "at_least", {"scale": "de-2014"}), ("languages", "is_one_of", {"values": []}),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            ruled("mentee", field, test, **rest)
