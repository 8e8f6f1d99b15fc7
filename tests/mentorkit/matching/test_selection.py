from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from matching_samples import administration, lock, mentee, mentor, programmes, settings

from mentorkit.errors import RuleBroken
from mentorkit.language import Voice, speaking
from mentorkit.matching.matching import match
from mentorkit.matching.pool import pool_of
from mentorkit.matching.selection import select
from mentorkit.programme.records import Finding, Overruling, Source

UNNA = settings()


def names(places):
    return [place.person for place in places]


@pytest.fixture(autouse=True)
def english():
    with speaking(Voice("en")):
        yield


def test_those_in_the_best_matching_hold_a_place():
    people = administration(per_town=(5, 5))
    matching, selection = match(people, UNNA), select(people, UNNA)
    held = {(place.role, place.person_id) for place in selection.selected}
    assert {("mentee", i) for i in matching.tandems.mentee_id} <= held
    assert {("mentor", i) for i in matching.tandems.mentor_id} <= held


@given(programmes())
def test_no_quota_is_exceeded_none_left_open_and_everybody_stands_somewhere(programme):
    people, chosen, decisions, past = programme
    decisions = [d for d in decisions if d.kind == "forbid"]
    selection = select(people, chosen, decisions=decisions, earlier=past)
    for role in ("mentee", "mentor"):
        for town in {a.organisation for a in people}:
            quota = chosen.quotas.of(role, town)
            held, waiting = (
                sum((p.role, p.organisation) == (role, town) for p in places)
                for places in (selection.selected, selection.waiting)
            )
            assert quota is None or held <= quota
            assert not waiting or held == quota
    everybody = [p.application_id for p in (*selection.selected, *selection.waiting, *selection.out)]
    assert sorted(everybody) == sorted(a.id for a in people)


def test_free_places_go_to_those_who_could_have_the_best_tandem():
    people = [
        mentor("Ben", "Werne", topics=["Recht", "Netzwerke"]),
        mentee("Anna", "Kamen", topics=["Recht", "Netzwerke"]),
        mentee("Bea", "Kamen", topics=["Haushalt"]),
        mentee("Cora", "Kamen", topics=["Recht", "Netzwerke", "Auftreten"]),
        mentee("Dora", "Kamen"),
    ]
    selection = select(people, settings({"topics": 1000}, quotas={"mentees": 2}))
    assert names(selection.selected) == ["Anna", "Cora", "Ben"]
    assert names(selection.waiting) == ["Dora", "Bea"]
    assert [(p.code, p.reason) for p in selection.waiting] == [
        ("quota", f"All 2 places of Kamen for mentees are taken; number {n} on the list.") for n in (1, 2)
    ]


def test_the_selection_does_not_depend_on_the_order_of_rows():
    people = administration(per_town=(5, 5))
    assert select(people, UNNA) == select(people[::-1], UNNA)


def test_without_quotas_everybody_eligible_holds_a_place():
    people = [mentee("Anna"), mentee("Bea"), mentor("Ben")]
    selection = select(people, settings(preset="arts-academy"))
    assert names(selection.selected) == ["Anna", "Bea", "Ben"]
    assert selection.waiting == selection.out == ()


def test_a_selection_is_made_before_there_is_anybody_to_match_with():
    selection = select([mentee(f"Anna{n}", "Kamen") for n in range(5)], UNNA)
    assert (len(selection.selected), len(selection.waiting)) == (3, 2)


def test_a_fixed_selection_stays_and_late_applications_wait():
    people = [
        mentee("Anna", "Kamen").with_(place="waiting"),
        mentee("Bea", "Kamen").with_(place="selected"),
        mentee("Cora", "Kamen"),
        mentor("Ben", "Werne").with_(place="selected"),
    ]
    selection = select(people, settings(quotas={"mentees": 1, "mentors": 1}), fixed=True)
    assert names(selection.selected) == ["Bea", "Ben"]
    assert {p.person: p.code for p in selection.waiting} == {"Anna": "quota", "Cora": "quota"}
    assert selection.fixed


def test_contradicting_locks_are_refused_with_the_sentence():
    a, b, c = mentee("Anna", "Kamen"), mentor("Ben", "Werne"), mentor("Cem", "Werne")
    with pytest.raises(RuleBroken, match="Anna has one place"):
        select([a, b, c], UNNA, decisions=[lock(a, b), lock(a, c)])


def test_who_is_not_eligible_is_out_with_the_gravest_finding():
    findings = [
        Finding(code="grade_unclear", field="pay_grade", value="S 12"),
        Finding(code="fixed_term", field="permanent", value="befristet"),
    ]
    anna = mentee("Anna", "Kamen").with_(status="ineligible", findings=findings)
    late = mentee("Bea", "Kamen").with_(status="review")
    overruled = {"by": "lea", "at": "2014-03-01T12:00:00Z", "reason": "Made permanent in May."}
    cora = anna.with_(id="A3", person_id="P3", first_name="Cora", overruled=overruled)
    selection = select([anna, late, cora, mentor("Ben", "Werne")], UNNA)
    assert names(selection.selected) == ["Cora", "Ben"]
    assert [(p.person, p.code) for p in selection.out] == [("Anna", "fixed_term"), ("Bea", "review")]
    assert "befristet" in selection.out[0].reason
    assert selection.to_json()["out"][0]["reason"] == selection.out[0].reason


def test_why_somebody_is_out_is_told_before_where_the_application_stands():
    source = Source(file="unna.csv", row=7)
    finding = Finding(code="missing_email", field="email")
    anna = mentee("Anna", "Kamen").with_(status="error", findings=[finding], source=source)
    (out,) = select([anna, mentor("Ben", "Werne")], UNNA).out
    assert out.reason == "The e-mail address is missing. Please ask for it and fill it in. (unna.csv, row 7)"


def test_whom_a_person_refused_is_out_with_the_reason_and_not_undecided():
    refused = {"by": "lea", "at": "2014-03-01T12:00:00Z", "reason": "Zieht weg.", "verdict": "refused"}
    anna = mentee("Anna", "Kamen").with_(overruled=refused)
    bea = mentee("Bea", "Kamen").with_(status="review", overruled=refused)
    selection = select([anna, bea, mentor("Ben", "Werne")], UNNA)
    assert [(p.person, p.code, p.undecided) for p in selection.out] == [
        ("Anna", "refused", False), ("Bea", "refused", False),
    ]  # fmt: skip
    assert "Zieht weg." in selection.to_json()["out"][0]["reason"]


def test_the_second_application_of_a_person_in_one_role_is_out():
    twice = [mentee("Anna", "Kamen"), mentee("Anna", "Kamen", topics=["Recht"]).with_(id="A2")]
    selection = select([*twice, mentor("Ben", "Werne")], UNNA)
    assert names(selection.selected) == ["Anna", "Ben"]
    assert [(p.person, p.code) for p in selection.out] == [("Anna", "duplicate")]


def test_the_json_is_as_the_contract_says():
    people = [*(mentee(f"Anna{n}", "Kamen") for n in range(4)), mentor("Ben", "Werne")]
    found = select(people, UNNA).to_json()
    assert set(found["selected"][0]) == {"person_id", "person", "role", "organisation"}
    contract = {"person_id", "person", "role", "organisation", "code", "reason"}
    assert set(found["waiting"][0]) == {*contract, "number"}
    assert found["out"] == []
    assert found["fixed"] is False


def test_of_two_applications_of_a_person_the_one_that_holds_a_place_counts():
    anna = mentee("Anna", "Kamen")
    why = Overruling(by="lea", at=dt.datetime(2014, 5, 1, tzinfo=dt.UTC), reason="late")
    for place in ("selected", "waiting"):
        held = anna.with_(id="A2", status="review", overruled=why, place=place)
        for pair in ([anna, held], [held, anna.with_(place="out")]):
            assert [a.id for a in pool_of(pair).mentees] == ["A2"]
    assert [a.id for a in pool_of([anna, held.with_(place=None)]).mentees] == [anna.id]
