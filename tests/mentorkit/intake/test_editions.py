"""What the names of files tell of their editions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorkit.intake.editions import Edition

NAMES = st.lists(
    st.sampled_from(
        ["Liste", "neu", "2", "10", "30.09.2008", "1.10.08", "2008-10-01", "9.12.", "2.1.", "1.2"]
    ),
    max_size=3,
).map(" ".join)


@given(NAMES, NAMES)
def test_of_two_editions_one_at_most_is_before_the_other_and_they_are_put_in_that_order(one, other):
    first, second = Edition.of(f"{one}.csv"), Edition.of(f"{other}.csv")
    if first.is_before(second):
        assert not second.is_before(first)
        assert first.order < second.order


@pytest.mark.parametrize(
    "name", ["Liste 31.02.2008.csv", "Liste 2008.csv", "Liste 12345678.csv", "Liste 10.csv"]
)
def test_what_is_no_day_is_a_number(name):
    edition = Edition.of(name)
    assert (edition.title, edition.date, bool(edition.marks)) == (("liste",), None, True)
