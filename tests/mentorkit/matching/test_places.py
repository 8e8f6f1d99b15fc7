from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_samples import lock, mentee, mentor, programmes, settings

from mentorkit.language import Voice, speaking
from mentorkit.matching.compare import Comparison, outcome
from mentorkit.matching.places import ORDERS, queues, rank
from mentorkit.matching.selection import select
from mentorkit.programme.records import Orders, Withdrawal
from mentorkit.programme.settings import Quotas

UNNA = settings()
RANKED = st.sampled_from(("arrival", "received", "rank"))


@pytest.fixture(autouse=True)
def english():
    with speaking(Voice("en")):
        yield


def names(places):
    return [place.person for place in places]


def four(**answers):
    return [mentee(f"{letter} Muster", "Kamen", **answers) for letter in "DBCA"]


def test_in_the_order_of_arrival_the_first_made_comes_first():
    assert [a.first_name for a in rank(four(), "arrival")] == ["D", "B", "C", "A"]


def test_by_date_of_receipt_the_earliest_comes_first_and_who_has_none_last():
    d, b, c, a = four()
    b = b.with_(answers={"received": "2014-02-01"})
    c = c.with_(answers={"received": "2014-01-31"})
    assert [one.first_name for one in rank([d, b, c, a], "received")] == ["C", "B", "D", "A"]


def test_who_tells_no_date_has_the_day_it_was_taken_in():
    d, b, c, a = (one.with_(id=one.first_name) for one in four())
    b = b.with_(answers={"received": "2014-02-01"})
    known = {"C": dt.date(2014, 1, 31), "B": dt.date(2014, 1, 1)}
    ranked = rank([d, b, c, a], "received", received=known)
    assert [one.first_name for one in ranked] == ["C", "B", "D", "A"]


def test_by_hand_the_ranked_come_first_and_the_others_as_they_arrived():
    d, b, c, a = four()
    people = [d, b.with_(rank=2), c, a.with_(rank=1)]
    assert [one.first_name for one in rank(people, "rank")] == ["A", "B", "D", "C"]


def test_an_organisation_without_quota_has_no_queue():
    people = [*four(), mentee("E Muster")]
    assert queues(people, Quotas(), Orders()) == []
    (queue,) = queues(people, Quotas(mentees=3), Orders(general="arrival"))
    assert ([a.first_name for a in queue.selected], [a.first_name for a in queue.waiting]) == (
        ["D", "B", "C"],
        ["A"],
    )


def test_a_ranking_gives_the_places_even_where_the_matching_would_choose_otherwise():
    late = mentee("Ada Muster", "Kamen", topics=["Netzwerke"], pay_grade=12)
    early = [mentee(f"M{n} Muster", "Kamen", topics=[], pay_grade=9) for n in range(3)]
    people = [*early, late, mentor("Eva Muster", "Werne", topics=["Netzwerke"], pay_grade=15)]
    assert "Ada Muster" in names(select(people, UNNA).selected)
    by_arrival = select(people, UNNA, orders=Orders(general="arrival"))
    assert [(p.person, p.code, p.number) for p in by_arrival.waiting] == [("Ada Muster", "quota", 1)]
    other = select(people, UNNA, orders=Orders(general="arrival", own={"Kamen": "matching"}))
    assert "Ada Muster" in names(other.selected)


def test_who_is_in_a_locked_tandem_holds_a_place_whatever_the_ranking():
    people = [*four(topics=["Netzwerke"], pay_grade=9), mentor("Eva Muster", "Werne", pay_grade=12)]
    chosen = select(people, UNNA, decisions=[lock(people[3], people[4])], orders=Orders(general="arrival"))
    assert "A Muster" in names(chosen.selected)
    assert names(chosen.waiting) == ["C Muster"]


def test_who_withdrew_is_out_for_that_reason_and_leaves_the_place_to_others():
    people = four()
    gone = Withdrawal(by="anna", at=dt.datetime(2014, 3, 1, tzinfo=dt.UTC))
    selection = select([people[0].with_(withdrawn=gone), *people[1:]], UNNA)
    assert [(p.person, p.code) for p in selection.out] == [("D Muster", "withdrawn")]
    assert selection.out[0].reason == "D Muster does not take part any more."
    assert selection.waiting == ()


def test_free_places_name_those_who_are_next_in_their_order():
    people = [a.with_(place="waiting" if n else "selected") for n, a in enumerate(four())]
    selection = select(people, UNNA, fixed=True, orders=Orders(general="arrival"))
    (vacancy,) = selection.vacancies(UNNA.quotas)
    assert (vacancy.role, vacancy.organisation, vacancy.places) == ("mentee", "Kamen", 2)
    assert names(vacancy.next) == ["B Muster", "C Muster"]


@given(programmes(), RANKED, st.integers(0, 9))
def test_the_ranking_decides_alone_within_every_quota(programme, order, seed):
    people, chosen, _, past = programme
    chance = random.Random(seed)
    people = [a.with_(rank=chance.choice((None, 1, 2, 3))) for a in people]
    orders = Orders(general=order)
    selection = select(people, chosen, earlier=past, orders=orders)
    held = {place.application_id for place in selection.selected}
    for queue in queues(people, chosen.quotas, orders):
        assert [a.id in held for a in queue.people] == [k < queue.places for k in range(len(queue.people))]
        waiting = [p.application_id for p in selection.waiting if p.role == queue.role]
        assert [i for i in waiting if i in {a.id for a in queue.people}] == [a.id for a in queue.waiting]


@given(programmes(), RANKED)
def test_no_ranking_leads_to_better_tandems_than_the_matching_within_the_quotas(programme, order):
    people, chosen, _, past = programme
    best, ranked = (
        outcome(people, chosen, orders, earlier=past) for orders in (Orders(), Orders(general=order))
    )
    assert (best.tandems, best.total) >= (ranked.tandems, ranked.total)
    held = [{p.application_id for p in one.selection.selected} for one in (best, ranked)]
    comparison = Comparison(best, ranked)
    assert {p.application_id for p in comparison.gaining} == held[0] - held[1]
    assert {p.application_id for p in comparison.losing} == held[1] - held[0]


def test_the_comparison_is_told_in_plain_sentences():
    late = mentee("Ada Muster", "Kamen", topics=["Netzwerke"], pay_grade=12)
    early = [mentee(f"M{n} Muster", "Kamen", topics=["Auftreten"], pay_grade=9) for n in range(3)]
    people = [*early, late, mentor("Eva Muster", "Werne", topics=["Netzwerke"], pay_grade=15)]
    comparison = Comparison(*(outcome(people, UNNA, Orders(general=o)) for o in ("matching", "arrival")))
    counted, better, changed = comparison.sentences()
    assert counted.startswith("If the matching chooses, 1 tandem comes about, with ")
    assert better.startswith("Each tandem gets ")
    assert "With the matching: Ada Muster. By the ranking: M" in changed
    same = Comparison(comparison.matching, comparison.matching)
    assert same.sentences()[1:] == ["The tandems are as good either way.", "The same people get the places."]
    assert set(comparison.to_json()) == {"orders", "matching", "ranked", "gaining", "losing", "sentences"}


def test_every_order_has_words():
    assert set(ORDERS) == {"matching", "arrival", "received", "rank"}
