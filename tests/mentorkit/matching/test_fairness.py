"""How groups fare in a matching."""

import hypothesis
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from matching_samples import mentee, mentor, settings, wish

from mentorkit.matching.fairness import SMALLEST, fairness, summary
from mentorkit.matching.matching import match

TOWNS = ("Kamen", "Werne", "Lünen", "Schwerte")


def crowd(counts, role=mentee, **answers):
    """Return so many people of each town."""
    return [
        role(f"{role.__name__.title()}{town}{n} Muster", town, pay_grade=9 + n % 3, **answers)
        for town, count in counts.items()
        for n in range(count)
    ]


def mentors(count, town="Fröndenberg"):
    return [mentor(f"Mentor{n} Muster", town, pay_grade=12) for n in range(count)]


def rows(found, role="mentee", question="organisation"):
    return {g.name: g for g in found.groups if (g.role, g.question) == (role, question)}


def free(**changes):
    """Return settings without quotas that ask for gender."""
    plain = settings()
    return settings(quotas=type(plain.quotas)(), **changes)


def test_each_group_tells_how_many_have_a_tandem_and_with_what_score():
    people = crowd({"Kamen": 6, "Werne": 5})
    matching = match([*people, *mentors(8)], free())
    found = rows(fairness(matching))
    assert {name: g.people for name, g in found.items()} == {"Kamen": 6, "Werne": 5}
    assert sum(g.placed for g in found.values()) == 8
    frame = matching.tandems.groupby("mentee_organisation")["score"].agg(["mean", "min"])
    for name, group in found.items():
        assert np.isclose(group.mean, frame.loc[name, "mean"])
        assert group.lowest == frame.loc[name, "min"]


def test_small_groups_are_put_together_until_nobody_can_be_told():
    found = rows(fairness(match([*crowd({"Kamen": 9, "Werne": 2, "Lünen": 3}), *mentors(9)], free())))
    assert {g.people for g in found.values()} == {9, 5}
    found = rows(fairness(match([*crowd({"Kamen": 9, "Werne": 6, "Lünen": 1}), *mentors(9)], free())))
    assert {g.people for g in found.values()} == {9, 7}


def test_a_question_with_a_single_large_group_is_withheld():
    found = fairness(match([*crowd({"Kamen": 9, "Werne": 1}), *mentors(9)], free()))
    assert rows(found) == {}
    assert ("mentee", "organisation") in found.withheld
    assert any("Nicht ausgewiesen" in sentence for sentence in summary(found))


@given(st.dictionaries(st.sampled_from(TOWNS), st.integers(1, 9), min_size=1))
@hypothesis.settings(max_examples=40, deadline=None)
def test_no_row_tells_of_few_people_and_all_rows_are_everybody(counts):
    found = rows(fairness(match([*crowd(counts), *mentors(6)], free())))
    assert all(group.people >= SMALLEST for group in found.values())
    assert not found or sum(group.people for group in found.values()) == sum(counts.values())


def test_a_group_that_stands_clearly_lower_is_named_with_its_size():
    people = [*crowd({"Kamen": 6}, topics=["Recht"]), *crowd({"Werne": 6}, topics=["Sport"])]
    judges = [mentor(f"Mentor{n} Muster", "Lünen", pay_grade=12, topics=["Recht"]) for n in range(6)]
    told = fairness(match([*people, *judges], free())).lower()
    assert any("Werne (6 Mentees): 0 % haben ein Tandem" in sentence for sentence in told)
    assert not any("Kamen" in sentence for sentence in told)


def test_nothing_is_named_where_all_fare_alike():
    people = crowd({"Kamen": 6, "Werne": 6}, topics=["Recht"])
    found = fairness(match([*people, *mentors(12)], free()))
    assert found.lower() == []
    assert "Keine Gruppe" in summary(found)[0]


def test_fulfilled_wishes_are_counted_for_mentees_where_enough_wish():
    people, others = crowd({"Kamen": 5, "Werne": 5}), mentors(10)
    wishes = [wish(a, others[n % 5]) for n, a in enumerate(people)]
    found = rows(fairness(match([*people, *others], free(), wishes=wishes, goal="wishes")))
    assert {g.wishes for g in found.values()} == {5}
    assert sum(g.fulfilled for g in found.values()) == 5
    few = rows(fairness(match([*people, *others], free(), wishes=wishes[:6], goal="wishes")))
    assert [g.wishes for g in few.values()] == [None, None]
    assert {g.wish_share for g in few.values()} == {None}


def test_approved_tandems_count_instead_of_proposed_ones():
    people, others = crowd({"Kamen": 5, "Werne": 5}), mentors(10)
    matching = match([*people, *others], free())
    formed = {(people[0].person_id, others[0].person_id): 700}
    found = rows(fairness(matching, formed=formed))
    assert (found["Kamen"].placed, found["Kamen"].mean, found["Werne"].placed) == (1, 700, 0)
