"""Two persons side by side."""

import pytest
from matching_samples import earlier, forbid, mentee, mentor, settings

from mentorkit.errors import NotFound
from mentorkit.matching.matching import match
from mentorkit.matching.sheet import beside, sheet

ADA = mentee("Ada Amsel", "Kamen", pay_grade=9, topics=["Haushalt", "Führung"], department="Bauamt")
BEA = mentor("Bea Buche", "Lünen", pay_grade=12, topics=["führung", "Recht"], department="bauamt")
CIA = mentor("Cia Clever", "Kamen", pay_grade=12, topics=["Recht"])
PEOPLE = [ADA, BEA, CIA]


def rows_of(found):
    return {row.field: row for row in found.rows}


def test_it_tells_both_answers_and_what_they_have_in_common_in_the_order_of_the_programme():
    found = sheet(match(PEOPLE, settings()), ADA.person_id, BEA.person_id)
    rows = rows_of(found)
    assert (rows["organisation"].mentee, rows["organisation"].mentor) == (("Kamen",), ("Lünen",))
    assert rows["topics"].mentee == ("Haushalt", "Führung")
    assert rows["topics"].common == ("Führung",)
    assert rows["department"].common == ("Bauamt",)
    asked = [name for name in settings().questions.mentee if name in rows]
    assert [name for name in rows if name in asked] == asked


def test_addresses_stay_where_the_applications_are():
    found = sheet(match(PEOPLE, settings()), ADA.person_id, BEA.person_id)
    assert not {"email", "phone"} & rows_of(found).keys()
    assert "example.org" not in repr(found.rows)


@pytest.mark.parametrize("partner", [BEA, CIA])
def test_the_points_of_its_criteria_are_the_score(partner):
    matching = match(PEOPLE, settings())
    found = sheet(matching, ADA.person_id, partner.person_id)
    told = [one.points for row in found.rows for one in row.points] + [one.points for one in found.other]
    assert sum(told) == found.score
    assert len(told) == len(matching.scores.criteria)


def test_a_criterion_stands_in_the_row_of_the_field_that_it_compares():
    rows = rows_of(sheet(match(PEOPLE, settings()), ADA.person_id, BEA.person_id))
    assert [one.because for one in rows["topics"].points] == ["Beide nennen Führung."]
    assert "Abstand von 3" in rows["pay_grade"].points[0].because


def test_it_tells_what_the_matching_says_of_the_pair():
    matching = match([*PEOPLE, mentee("Dea Dorn", "Werne", pay_grade=9)], settings())
    best = matching.tandems.iloc[0]
    assert sheet(matching, best.mentee_id, best.mentor_id).matched
    refused = sheet(matching, ADA.person_id, CIA.person_id)
    assert "Kamen" in refused.blocked
    assert refused.price is None
    decided = match(PEOPLE, settings(), decisions=[forbid(ADA, BEA)])
    assert sheet(decided, ADA.person_id, BEA.person_id).decision.kind == "forbid"


def test_it_prices_a_pair_that_is_allowed_and_not_proposed():
    two = [ADA, mentee("Eva Esche", "Kamen", pay_grade=9), BEA, mentor("Fee Falk", "Werne", pay_grade=15)]
    matching = match(two, settings())
    mate = {row.mentee_id: row.mentor_id for row in matching.tandems.itertuples()}
    other = next(m for m in (two[2], two[3]) if m.person_id != mate[ADA.person_id])
    found = sheet(matching, ADA.person_id, other.person_id)
    assert found.price == matching.price(ADA.person_id, other.person_id)


def test_earlier_tandems_of_both_are_told_once_each():
    past = [earlier("Ada Amsel", "Otto Ohm", "Kamen"), earlier("Nora Nell", "Bea Buche")]
    told = sheet(match(PEOPLE, settings(), earlier=past), ADA.person_id, BEA.person_id).earlier
    assert len(told) == 2
    assert told[0].startswith("2012: Ada Amsel (Kamen) mit Otto Ohm")


def test_somebody_who_takes_no_part_has_no_sheet():
    with pytest.raises(NotFound):
        sheet(match(PEOPLE, settings()), ADA.person_id, "nobody")


def test_beside_a_person_stands_her_partner_or_whom_she_fits_best():
    matching = match(PEOPLE, settings())
    assert beside(matching, "mentee", ADA.person_id) == (ADA.person_id, BEA.person_id)
    assert beside(matching, "mentor", BEA.person_id) == (ADA.person_id, BEA.person_id)
    assert beside(matching, "mentor", CIA.person_id) == (ADA.person_id, CIA.person_id)
    assert beside(matching, "mentor", "nobody") is None
