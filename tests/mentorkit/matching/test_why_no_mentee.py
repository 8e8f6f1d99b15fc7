"""Why a mentor has no tandem: the fewest rules that keep her out; what is said to help does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as trying
from matching_samples import forbid, lock, mentee, mentor, programmes, settings

from mentorkit.errors import NotFound, NothingToMatch
from mentorkit.matching.matching import match
from mentorkit.programme.settings import Quotas

CRITERIA = {"field": 600, "topics": 400}
ANNA = mentee("Anna Eins", "Lünen", field="Recht")
BEA = mentee("Bea Zwei", "Werne", field="Technik")
DORA = mentor("Dora Vier", "Kamen", field="Technik", places=1)
EMIL = mentor("Emil Fünf", "Lünen", field="Recht", topics=["Haushaltsrecht"], places=1)
UTE = mentor("Ute Sechs", "Kamen", field="Recht", places=1)
FREE = settings(CRITERIA, quotas=Quotas())


def why(people, own=FREE, decisions=()):
    matching = match(people, own, decisions=decisions)
    left = next(matching.unmatched.query("role == 'mentor'").itertuples())
    return matching, matching.why_no_mentee(left.person_id)


def kinds(found):
    return [one.kind for one in found.repairs]


def test_where_all_mentees_are_taken_one_more_would_help_and_the_cheapest_exchange_is_told():
    people = [ANNA, BEA, DORA, UTE, EMIL]
    matching, found = why(people)
    assert matching.pool.mentors[found.mentor].name == "Emil Fünf"
    assert found.codes == ("taken",)
    tandem, newcomer = found.repairs
    assert (tandem.kind, newcomer.kind) == ("tandem", "newcomer")
    assert "Bea Zwei" in tandem.sentence
    assert "außerhalb von Lünen" in newcomer.sentence
    assert "Haushaltsrecht" in newcomer.sentence
    more = match([*people, mentee("Cleo Drei", "Werne", topics=["Haushaltsrecht"])], FREE)
    assert "Emil Fünf" in set(more.tandems["mentor"])


def test_who_knows_mentees_of_her_own_house_only_is_kept_out_by_that_alone():
    _, found = why([ANNA, mentee("Cleo Drei", "Lünen"), DORA, EMIL])
    assert found.codes == ("same_organisation",)
    assert kinds(found) == ["newcomer", "newcomer"][: len(found.repairs)] != []
    assert "außerhalb von Lünen" in found.repairs[0].sentence


def test_a_pair_that_was_ruled_out_is_allowed_again():
    people = [ANNA, BEA, DORA, UTE]
    decisions = [forbid(ANNA, UTE), forbid(BEA, UTE)]
    matching, found = why(people, decisions=decisions)
    assert found.codes == ("forbidden",)
    assert kinds(found) == ["forbidden", "forbidden"]
    assert "Anna Eins – Ute Sechs" in found.repairs[0].sentence
    assert len(matching.tandems) == 1


def test_a_lock_in_the_way_is_named():
    people = [ANNA, BEA, DORA.with_(answers={**DORA.answers, "places": 2}), EMIL]
    _, found = why(people, decisions=[lock(BEA, DORA)])
    assert "locks" in found.codes
    assert "lock" in kinds(found)


def test_where_a_tandem_of_hers_would_be_as_good_that_is_said():
    both = mentor("Dora Vier", "Kamen", field="Recht", places=2)
    many = [ANNA, BEA.with_(answers=ANNA.answers), both]
    alike = (mentor(f"Ute {name}", "Kamen", field="Recht", places=1) for name in "ABCDEFGHIJKLMNOP")
    # which of two optima is taken depends on who the people are
    ute = next(one for one in alike if len(match([*many, one], FREE).unmatched))
    _, found = why([*many, ute])
    assert found.codes == ("even",)
    assert found.repairs[0].kind == "tandem"


def test_where_no_rule_keeps_her_out_the_points_do():
    both = mentor("Dora Vier", "Kamen", field="Recht", places=2)
    people = [ANNA, BEA.with_(answers={**BEA.answers, "field": "Recht"}), both, UTE.with_(answers={
        **UTE.answers, "field": "Technik"})]  # fmt: skip
    matching, found = why(people)
    assert found.codes == ("points",)
    assert kinds(found) == ["tandem"]
    other = next(a for a in (ANNA, BEA) if a.name in found.repairs[0].sentence)
    assert len(match(people, FREE, decisions=[lock(other, UTE)]).tandems) == len(matching.tandems)


def test_who_has_a_tandem_is_not_asked_about():
    matching = match([ANNA, DORA], FREE)
    with pytest.raises(NotFound):
        matching.why_no_mentee(DORA.person_id)


@trying(max_examples=60, deadline=None, derandomize=True)
@given(programmes())
def test_she_is_kept_out_by_the_rules_named_and_by_none_of_them_alone_left_out(programme):
    people, chosen, decisions, earlier = programme
    try:
        matching = match(people, chosen, decisions=decisions, earlier=earlier)
    except NothingToMatch:
        return
    if matching.status != "optimal":
        return
    for left in matching.unmatched.query("role == 'mentor'").itertuples():
        found = matching.why_no_mentee(left.person_id)
        assert all(found.rules)
        if found.codes not in {("points",), ("limits",), ("even",)}:
            assert not found._is_in(set(found.codes))
            assert all(found._is_in(set(found.codes) - {code}) for code in found.codes)
