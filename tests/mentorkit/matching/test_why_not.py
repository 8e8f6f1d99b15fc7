"""Why somebody has no tandem: the fewest rules that keep her out; each repair, once made, brings her in."""

from __future__ import annotations

import pytest
from matching_samples import forbid, lock, mentee, mentor, settings

from mentorkit.errors import NotFound, RuleBroken
from mentorkit.matching.matching import match
from mentorkit.matching.why_not import Repair, _repair
from mentorkit.programme.pair_rules import TandemLimit
from mentorkit.programme.settings import Limits, Quotas

CRITERIA = {"field": 600, "topics": 400}
ANNA = mentee("Anna Eins", "Lünen", field="Recht", topics=["Haushaltsrecht"])
BEA = mentee("Bea Zwei", "Lünen", field="Technik", topics=["Auftreten"])
CLEO = mentee("Cleo Drei", "Werne", field="Recht")
DORA = mentor("Dora Vier", "Kamen", field="Technik", topics=["Auftreten"], places=1)
EMIL = mentor("Emil Fünf", "Lünen", field="Recht", topics=["Haushaltsrecht"], places=1)
UTE = mentor("Ute Sechs", "Kamen", field="Recht", places=1)
FREE = settings(CRITERIA, quotas=Quotas())


def why_not(people, own=FREE, decisions=()):
    matching = match(people, own, decisions=decisions)
    (left,) = matching.unmatched.query("role == 'mentee'").itertuples()
    return matching, matching.why_not(left.person_id)


def kinds(found):
    return [repair.kind for repair in found.repairs]


def gains(before, after, repair):
    """Check that a matching is what a repair promises: one more tandem and its points."""
    assert after.objective["tandems"] == before.objective["tandems"] + 1
    assert after.objective["total"] - before.objective["total"] == repair.points


def test_places_and_organisations_together_keep_out_who_has_free_mentors_only_at_home():
    matching, found = why_not([ANNA, BEA, DORA, EMIL])
    assert found.codes == ("same_organisation", "places")
    assert len(found.rules) == 2
    place, *newcomers = found.repairs
    assert place.kind == "place"
    assert "Dora Vier" in place.sentence
    gains(matching, match([ANNA, BEA, DORA.with_(answers={**DORA.answers, "places": 2}), EMIL], FREE), place)
    assert {one.kind for one in newcomers} == {"newcomer"}
    assert "außerhalb von Lünen" in newcomers[0].sentence


def test_who_has_no_mentor_but_those_at_home_is_kept_out_by_that_alone():
    _, found = why_not([ANNA, EMIL, mentor("Udo Sieben", "Lünen", places=1), CLEO])
    assert found.codes == ("same_organisation",)
    assert set(kinds(found)) == {"newcomer"}
    assert "Haushaltsrecht" in found.repairs[0].sentence


@pytest.mark.parametrize("role", ["mentee", "mentor"])
def test_one_more_in_the_quota_that_is_used_up_helps(role):
    quotas = Quotas(own={"Lünen": Limits(mentees=1)} if role == "mentee" else {"Kamen": Limits(mentors=1)})
    people = [ANNA, BEA, DORA, UTE]
    own = settings(CRITERIA, quotas=quotas)
    matching, found = why_not(people, own)
    assert found.codes == (f"{role}_quota",) if role == "mentee" else f"{role}_quota" in found.codes
    (repair,) = [one for one in found.repairs if one.kind == f"{role}_quota"]
    gains(matching, match(people, settings(CRITERIA, quotas=Quotas())), repair)


def test_a_forbidden_pair_allowed_again_helps():
    people, decisions = [ANNA, BEA, DORA, UTE], [forbid(ANNA, UTE), forbid(BEA, UTE)]
    matching, found = why_not(people, decisions=decisions)
    assert "forbidden" in found.codes
    again = [one for one in found.repairs if one.kind == "forbidden"]
    assert len(again) == 2
    gains(matching, match(people, FREE, decisions=decisions[1:]), again[0])
    gains(matching, match(people, FREE, decisions=decisions[:1]), again[1])


def test_a_lock_undone_helps_where_it_takes_the_only_mentor():
    people, decisions = [CLEO, ANNA, EMIL, DORA], [lock(CLEO, DORA)]
    matching, found = why_not(people, decisions=decisions)
    assert "locks" in found.codes
    (repair,) = [one for one in found.repairs if one.kind == "lock"]
    gains(matching, match(people, FREE), repair)


def test_the_highest_lowest_score_that_helps_is_named():
    own = settings({"field": 1000}, lowest_score=900, quotas=Quotas())
    people = [ANNA, BEA, DORA, UTE.with_(answers={**UTE.answers, "field": None})]
    matching, found = why_not(people, own)
    assert "low_score" in found.codes
    (repair,) = [one for one in found.repairs if one.kind == "low_score"]
    assert "500" in repair.sentence
    gains(matching, match(people, own.model_copy(update={"lowest_score": 500})), repair)


def test_a_limit_over_all_tandems_that_keeps_her_out_is_named_in_its_words():
    limit = TandemLimit(role="mentor", field="field", values=("Recht",), most=0)
    people, own = [ANNA, BEA, DORA, UTE], settings(CRITERIA, limits=(limit,), quotas=Quotas())
    matching, found = why_not(people, own)
    assert f"{limit.sentence}." in found.rules
    (repair,) = [one for one in found.repairs if one.kind == "limit"]
    gains(matching, match(people, FREE), repair)


def test_fewer_rules_never_keep_her_out():
    own = settings(CRITERIA, quotas=Quotas(own={"Kamen": Limits(mentors=1)}))
    _, found = why_not([ANNA, BEA, DORA, UTE, EMIL], own, [forbid(BEA, UTE)])
    assert not found._is_in(set(found.codes))
    assert all(found._is_in(set(found.codes) - {code}) for code in found.codes)


def test_who_has_a_tandem_or_no_matching_stands_is_said():
    people = [ANNA, BEA, DORA, UTE]
    with pytest.raises(NotFound, match="Anna Eins"):
        match(people, FREE).why_not(ANNA.person_id)
    twice = match(people, FREE, decisions=[lock(ANNA, DORA), lock(BEA, DORA)])
    with pytest.raises(RuleBroken):
        twice.why_not(ANNA.person_id)


@pytest.mark.parametrize(
    ("points", "told"),
    [
        (0, "Ein Platz mehr: ein Tandem und 0 Punkte mehr."),
        (1, "Ein Platz mehr: ein Tandem und 1 Punkt mehr."),
        (-30, "Ein Platz mehr: ein Tandem mehr, aber 30 Punkte weniger."),
    ],
)
def test_a_repair_says_that_it_is_one_tandem_more(points, told):
    assert _repair("place", "Ein Platz mehr", points) == Repair("place", told, points)
