"""What is typed is understood as people write it, or refused in a sentence."""

from __future__ import annotations

import datetime as dt

import pytest

from mentorkit.errors import UsageError
from mentorkit.setup import typed


def test_numbers_are_read_as_people_write_them():
    assert typed.whole(" 12 ", 0, 20) == 12
    assert typed.whole_or_none(" ", 0, 20) is None
    assert typed.figure("2,5") == typed.figure("2.5") == 2.5
    assert typed.figure("3") == 3


@pytest.mark.parametrize("text", ["", "drei", "-1", "21", "1,5", "²", "٣", "9" * 30])
def test_what_is_no_whole_number_in_its_range_is_refused(text):
    with pytest.raises(UsageError, match="keine ganze Zahl von 0 bis 20"):
        typed.whole(text, 0, 20)


@pytest.mark.parametrize("text", ["", "zwei", "nan", "inf", "1e99"])
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
    assert typed.eligibility("mentee", "pay_grade", "9").value == 9
    assert typed.eligibility("mentor", "supervision", "whatever").value is None
    assert typed.eligibility("mentee", "gender", "f").code == "not_female"
    for field, text in (("pay_grade", "hoch"), ("department", " ")):
        with pytest.raises(UsageError):
            typed.eligibility("mentee", field, text)
