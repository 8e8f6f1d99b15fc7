"""Two persons who are one are put together after a preview, and taken apart again without a trace."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorkit.errors import NotAllowed, NotFound, RuleBroken, StaleRecord
from mentorkit.intake import service
from mentorkit.intake.actions import accept, withdraw
from mentorkit.intake.lookalikes import ask_again, suggestions, tell_apart, told_apart
from mentorkit.intake.merge import merge, preview
from mentorkit.intake.trail import history_of
from mentorkit.intake.unmerge import merged, unmerge
from mentorkit.matching.comments import comment
from mentorkit.matching.one_by_one import settlements, write_down
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    Grant,
    PairComment,
    PairDecision,
    Person,
    Prospect,
    Run,
    Settlement,
    Source,
    Tandem,
    TwoPersons,
    Wish,
)
from mentorkit.store import Store
from mentorkit.workbench import Workbench

LEAD = sole_actor("eva")
KINDS = (
    Application, EarlierTandem, PairComment, PairDecision, Person, Prospect, Settlement, Tandem, TwoPersons,
    Wish,
)  # fmt: skip
FORM = Source(kind="form")


@pytest.fixture
def store():
    made = Store.create()
    Workbench(made, LEAD).add("party-chapters")
    yield made
    made.close()


@pytest.fixture
def run(store):
    return Workbench(store, LEAD).run().id


def enter(store, run, role, first, last, email, **more):
    entries = {"first_name": first, "last_name": last, "email": email, "organisation": "Harz", **more}
    return service.enter(store, LEAD, run, role, entries, source=FORM)


def everything(store):
    with store.read() as reader:
        return {k: {r.id: r.model_dump(exclude={"version"}) for r in reader.all(k)} for k in KINDS}


def put_together(store, keep_id, other_id, **take):
    return merge(store, LEAD, preview(store, LEAD, keep_id, other_id), **take)


def tandem(store, run, mentee, mentor):
    with store.write("eva", "test") as writer:
        writer.save(Tandem(id=writer.new_id(Tandem), run_id=run, mentee_id=mentee.person_id,
                           mentor_id=mentor.person_id, score=500, contributions={}))  # fmt: skip


def test_a_mentee_who_is_a_mentor_too_is_suggested_and_not_merged_silently(store, run):
    one = enter(store, run, "mentee", "Anna", "Hof", "anna@example.org", birth_year="1980")
    two = enter(store, run, "mentor", "Hof", "Anna", "a.hof@example.org")
    assert one.person_id != two.person_id
    (found,) = suggestions(store, LEAD, run)
    assert {found.keep.id, found.other.id} == {one.person_id, two.person_id}


def test_people_of_different_years_or_names_are_not_suggested(store, run):
    enter(store, run, "mentee", "Anna", "Hof", "anna@example.org", birth_year="1980")
    enter(store, run, "mentee", "Anna", "Hof", "zuhause@example.org", birth_year="1950")
    enter(store, run, "mentee", "Bert", "Tal", "bert@example.org", birth_year="1980")
    assert suggestions(store, LEAD, run) == []


def test_who_was_told_apart_with_a_reason_is_not_suggested_again(store, run):
    enter(store, run, "mentee", "Lea", "Schmidt", "lea@example.org", birth_year="1981")
    two = enter(store, run, "mentee", "Lea", "Schmitt", "ls@example.org", birth_year="1981")
    assert len(suggestions(store, LEAD, run)) == 1
    service.accept(store, LEAD, two.id, "zwei Personen", two.version)
    assert suggestions(store, LEAD, run) == []


def test_a_mentee_and_a_mentor_told_apart_are_not_suggested_again_until_that_is_taken_back(store, run):
    rows = b"Vorname;Nachname;E-Mail;KV\nAnna;Hof;anna@example.org;Harz\n"
    service.intake(store, LEAD, run, [("mentees.csv", rows)])
    two = enter(store, run, "mentor", "Anna", "Hof", "a.hof@example.org")
    (found,) = suggestions(store, LEAD, run)
    for pair in ((found.keep.id, found.other.id), (found.other.id, found.keep.id)):
        tell_apart(store, LEAD, *pair)  # said twice is said once
    service.intake(store, LEAD, run, [("mentees.csv", rows + b"Bert;Tal;bert@example.org;Harz\n")])
    assert suggestions(store, LEAD, run) == []
    (apart,) = told_apart(store, LEAD, "party-chapters")
    assert ({apart.one.name, apart.other.name}, apart.by) == ({"Anna Hof"}, "eva")
    later = Workbench(store, LEAD).add("party-chapters", run="2030").id
    enter(store, later, "mentor", "Anna", "Hof", "a.hof@example.org")
    assert suggestions(store, LEAD, later) == []
    ask_again(store, LEAD, two.person_id, found.keep.id)
    assert suggestions(store, LEAD, run) == [found]
    with pytest.raises(NotFound):
        ask_again(store, LEAD, found.keep.id, found.other.id)


def test_who_was_told_apart_from_somebody_stays_so_when_put_together_with_a_third(store, run):
    one = enter(store, run, "mentee", "Anna", "Hof", "anna@example.org")
    two = enter(store, run, "mentor", "Anna", "Hof", "a.hof@example.org")
    bert = enter(store, run, "mentee", "Bert", "Tal", "bert@example.org")
    tell_apart(store, LEAD, two.person_id, bert.person_id)
    tell_apart(store, LEAD, one.person_id, two.person_id)
    before = everything(store)
    put_together(store, one.person_id, two.person_id)
    (apart,) = told_apart(store, LEAD, "party-chapters")
    assert {apart.one.id, apart.other.id} == {one.person_id, bert.person_id}
    unmerge(store, LEAD, one.person_id, two.person_id)
    assert everything(store) == before


def known(store, *names):
    """Make persons known to the programme of whom no application tells."""
    with store.write("eva", "test") as writer:
        made = [Person(id=writer.new_id(Person), programme_id="party-chapters", first_name=n, last_name="Hof")
                for n in names]  # fmt: skip
        return [writer.save(person).id for person in made]


def test_who_was_told_apart_from_somebody_put_together_since_is_not_taken_apart_before(store):
    anna, bea, xe, ye = known(store, "Anna", "Bea", "Xe", "Ye")
    for one in (bea, anna):
        tell_apart(store, LEAD, one, xe)
    before = everything(store)
    put_together(store, anna, bea)
    put_together(store, ye, xe)
    after = everything(store)
    with pytest.raises(RuleBroken):
        unmerge(store, LEAD, anna, bea)
    assert everything(store) == after
    unmerge(store, LEAD, ye, xe)
    unmerge(store, LEAD, anna, bea)
    assert everything(store) == before


def test_told_apart_from_one_who_stays_under_another_name_is_so_when_taken_apart(store):
    ye, anna, bea, xe = known(store, "Ye", "Anna", "Bea", "Xe")
    tell_apart(store, LEAD, bea, xe)
    put_together(store, anna, bea)
    put_together(store, ye, xe)
    unmerge(store, LEAD, anna, bea)
    assert [{t.one.id, t.other.id} for t in told_apart(store, LEAD, "party-chapters")] == [{ye, bea}]
    ask_again(store, LEAD, bea, ye)  # found by its ids in order


PAIRS = [(i, j) for i in range(5) for j in range(5) if i != j]


@settings(max_examples=12, deadline=None)
@given(
    apart=st.sets(st.sampled_from(PAIRS), max_size=5),
    forbidden=st.sets(st.sampled_from(PAIRS), max_size=4),
    together=st.lists(st.sampled_from(PAIRS), min_size=1, max_size=3),
    order=st.randoms(use_true_random=False),
)
def test_taking_apart_in_any_order_is_done_or_refused_with_a_reason(apart, forbidden, together, order):
    store = Store.create()
    run = Workbench(store, LEAD).add("party-chapters").id
    ids = known(store, "Anna", "Bea", "Xe", "Ye", "Zoe")
    for i, j in apart:
        tell_apart(store, LEAD, ids[i], ids[j])
    with store.write("eva", "test") as writer:
        for i, j in forbidden:
            writer.save(PairDecision(id=writer.new_id(PairDecision), run_id=run, mentee_id=ids[i],
                                     mentor_id=ids[j], kind="forbid"))  # fmt: skip
    before, done = everything(store), []
    for i, j in together:
        if {ids[i], ids[j]} <= everything(store)[Person].keys():
            put_together(store, ids[i], ids[j])
            done.append((ids[i], ids[j]))
    for pair in order.sample(done, len(done)):
        with suppress(RuleBroken, NotFound):
            unmerge(store, LEAD, *pair)
            done.remove(pair)
    for pair in reversed(done):  # the last put together first: that is never refused
        unmerge(store, LEAD, *pair)
    assert everything(store)[Person] == before[Person]
    store.close()


@settings(max_examples=10, deadline=None)
@given(
    apart=st.sets(st.sampled_from(PAIRS), max_size=5),
    together=st.lists(st.sampled_from(PAIRS), min_size=1, max_size=4),
)
def test_the_last_put_together_are_taken_apart_without_a_trace(apart, together):
    store = Store.create()
    Workbench(store, LEAD).add("party-chapters")
    ids = known(store, "Anna", "Bea", "Xe", "Ye", "Zoe")
    for i, j in apart:
        tell_apart(store, LEAD, ids[i], ids[j])
    states = []
    for i, j in together:
        now = everything(store)
        if {ids[i], ids[j]} <= now[Person].keys():
            put_together(store, ids[i], ids[j])
            states.append((ids[i], ids[j], now))
    for keep, other, before in reversed(states):
        unmerge(store, LEAD, keep, other)
        assert everything(store) == before
    store.close()


def states(store, *applications):
    with store.read() as reader:
        return [reader.get(Application, a.id).result for a in applications]


def test_who_is_in_doubt_only_as_a_duplicate_is_admitted_when_told_apart_until_that_is_taken_back(store, run):
    one = enter(store, run, "mentee", "Lea", "Schmidt", "lea@example.org", birth_year="1981")
    two = enter(store, run, "mentee", "Lea", "Schmitt", "ls@example.org", birth_year="1981")
    before = everything(store)
    assert [a.id for a in tell_apart(store, LEAD, one.person_id, two.person_id)] == [two.id]
    assert states(store, one, two) == ["ok", "ok"]
    assert history_of(store, LEAD, two.id)[0].action == "person.tell_apart"
    ask_again(store, LEAD, one.person_id, two.person_id)
    assert everything(store) == before
    assert len(suggestions(store, LEAD, run)) == 1


def test_who_looks_like_a_third_too_or_lacks_something_stays_in_doubt_when_told_apart(store, run):
    one = enter(store, run, "mentee", "Lea", "Schmidt", "lea@example.org", birth_year="1981")
    two = enter(store, run, "mentee", "Lea", "Schmitt", "ls@example.org", birth_year="1981")
    three = enter(store, run, "mentee", "Lea", "Schmitd", "l3@example.org", birth_year="1981")
    four = enter(store, run, "mentee", "Lea", "Schmidt", "", birth_year="1981")
    assert tell_apart(store, LEAD, one.person_id, two.person_id) == []
    assert tell_apart(store, LEAD, one.person_id, four.person_id) == []
    assert states(store, one, two, three, four) == ["ok", "review", "review", "error"]
    assert {three.person_id, two.person_id} in [
        {s.keep.id, s.other.id} for s in suggestions(store, LEAD, run)
    ]


def test_what_a_person_decided_on_a_duplicate_is_not_taken_back_with_telling_apart(store, run):
    one = enter(store, run, "mentee", "Lea", "Schmidt", "lea@example.org", birth_year="1981")
    two = enter(store, run, "mentee", "Lea", "Schmitt", "ls@example.org", birth_year="1981")
    service.accept(store, LEAD, two.id, "sie sind Schwestern", two.version)
    assert tell_apart(store, LEAD, one.person_id, two.person_id) == []
    ask_again(store, LEAD, one.person_id, two.person_id)
    assert states(store, two) == ["ok"]


def test_an_accepted_duplicate_is_no_word_on_the_other_role(store, run):
    enter(store, run, "mentee", "Lea", "Schmidt", "lea@example.org", birth_year="1981")
    two = enter(store, run, "mentee", "Lea", "Schmitt", "ls@example.org", birth_year="1981")
    service.accept(store, LEAD, two.id, "zwei Personen", two.version)
    mentor = enter(store, run, "mentor", "Lea", "Schmitt", "lea.s@example.org", birth_year="1981")
    found = suggestions(store, LEAD, run)
    assert all(mentor.person_id in (s.keep.id, s.other.id) for s in found)
    assert len(found) == 2


def test_a_preview_tells_what_moves_and_changes_nothing(store, run):
    one = enter(store, run, "mentee", "Anna", "Hof", "anna@example.org")
    two = enter(store, run, "mentor", "Anna", "Hof", "a.hof@example.org", birth_year="1980")
    bert = enter(store, run, "mentee", "Bert", "Tal", "bert@example.org")
    tandem(store, run, bert, two)
    before = everything(store)
    plan = preview(store, LEAD, one.person_id, two.person_id)
    assert everything(store) == before
    assert [a.id for a in plan.of(Application)] == [two.id]
    assert len(plan.of(Tandem)) == 1
    assert (plan.merged.birth_year, plan.doubles, plan.hindrances) == (1980, (), ())


def test_merging_moves_all_and_unmerging_brings_all_back(store, run):
    one = enter(store, run, "mentee", "Anna", "Hof", "anna@example.org")
    two = enter(store, run, "mentor", "Anna", "Hof", "a.hof@example.org", birth_year="1980")
    bert = enter(store, run, "mentee", "Bert", "Tal", "bert@example.org")
    tandem(store, run, bert, two)
    before = everything(store)
    kept = put_together(store, one.person_id, two.person_id)
    after = everything(store)
    assert list(after[Person]) == [one.person_id, bert.person_id]
    assert kept.birth_year == 1980
    assert {t["mentor_id"] for t in after[Tandem].values()} == {one.person_id}
    assert [m.other.name for m in merged(store, LEAD, "party-chapters")] == ["Anna Hof"]
    unmerge(store, LEAD, one.person_id, two.person_id)
    assert everything(store) == before
    assert merged(store, LEAD, "party-chapters") == []
    with pytest.raises(NotFound):
        unmerge(store, LEAD, one.person_id, two.person_id)


def test_of_two_applications_for_one_role_one_is_withdrawn_and_its_values_are_offered(store, run):
    one = enter(store, run, "mentee", "Lea", "Schmidt", "lea@example.org", birth_year="1981", topics="Medien")
    two = enter(store, run, "mentee", "Lea", "Schmitt", "ls@example.org", birth_year="1981",
                topics="Haushalt", phone="030 23125106")  # fmt: skip
    assert two.status == "review"
    before = everything(store)
    (double,) = preview(store, LEAD, one.person_id, two.person_id).doubles
    assert (double.stays.id, double.goes.id) == (one.id, two.id)
    assert double.offered["topics"] == ("Medien", "Haushalt")
    assert double.missing == ("phone",)
    put_together(store, one.person_id, two.person_id)
    after = everything(store)[Application]
    assert after[two.id]["withdrawn"]
    assert (after[one.id]["entries"]["phone"], after[one.id]["entries"]["topics"]) == (
        "030 23125106",
        "Medien",
    )
    unmerge(store, LEAD, one.person_id, two.person_id)
    assert everything(store) == before


@pytest.fixture
def twice(store, run):
    """Two applications of one person, spelled differently."""
    one = enter(store, run, "mentee", "Anne", "Barth-Hövel", "anne@example.org", topics="Medien")
    two = enter(
        store, run, "mentee", "Anne", "Barth-Hoevel", "anne@example.org", topics="Recht", phone="03 1"
    )
    assert one.person_id == two.person_id
    assert [finding.code for finding in two.findings] == ["duplicate"]
    return one, two


def test_whoever_is_found_to_double_somebody_is_among_the_suggestions(store, run, twice):
    one, two = twice
    (found,) = suggestions(store, LEAD, run)
    assert (found.keep.id, found.other.id) == (one.person_id, one.person_id)
    withdraw(store, LEAD, two.id, "", two.version)
    assert suggestions(store, LEAD, run) == []


def test_who_is_in_doubt_by_the_telephone_alone_is_suggested_too(store, run):
    enter(store, run, "mentee", "Lea", "Schmidt", "lea@example.org", phone="030 23125106")
    two = enter(store, run, "mentee", "Lea", "Schmitt", "ls@example.org", phone="030 23125106")
    assert [finding.code for finding in two.findings] == ["duplicate"]
    assert len(suggestions(store, LEAD, run)) == 1
    accept(store, LEAD, two.id, "Zwei Personen", two.version)
    assert suggestions(store, LEAD, run) == []


@pytest.mark.parametrize("kept", [0, 1])
def test_of_two_applications_of_one_person_one_stays_with_the_best_of_both_and_can_be_given_back(
    store, run, twice, kept
):
    before, person = everything(store), twice[0].person_id
    plan = preview(store, LEAD, person, person, stays=twice[kept].id)
    (double,) = plan.doubles
    assert (double.stays.id, double.goes.id) == (twice[kept].id, twice[1 - kept].id)
    merge(store, LEAD, plan, take=["topics"])
    after = everything(store)[Application]
    assert after[twice[1 - kept].id]["withdrawn"]
    assert after[twice[kept].id]["entries"]["topics"] == ["Recht", "Medien"][kept]
    assert after[twice[kept].id]["findings"] == ()
    assert suggestions(store, LEAD, run) == []
    (joined,) = merged(store, LEAD, "party-chapters")
    assert (joined.keep_id, joined.other.id) == (person, person)
    unmerge(store, LEAD, person, person)
    assert everything(store) == before
    assert merged(store, LEAD, "party-chapters") == []


def test_of_three_applications_the_best_that_goes_fills_what_the_one_that_stays_lacks(store, run):
    three = [
        enter(store, run, "mentee", "Anna", "Hof", "anna@example.org", **said)
        for said in (
            {"topics": "Medien", "birth_year": "1980", "region": "Nord"},
            {"topics": "Recht", "birth_year": "1980", "phone": "0391 111111"},
            {"topics": "Haushalt", "phone": "0391 222222"},
        )
    ]
    person, before = three[0].person_id, everything(store)
    plan = preview(store, LEAD, person, person)
    told = {"topics": ("Medien", "Recht"), "phone": ("", "0391 111111")}
    assert [(d.goes.id, d.offered) for d in plan.doubles] == [(three[1].id, told), (three[2].id, {})]
    merge(store, LEAD, plan)
    assert everything(store)[Application][three[0].id]["entries"]["phone"] == "0391 111111"
    unmerge(store, LEAD, person, person)
    assert everything(store) == before


def test_what_was_put_together_in_turn_is_taken_apart_one_after_the_other(store, run):
    one, *_ = (enter(store, run, "mentee", "Anna", "Hof", "anna@example.org", topics=t) for t in ("A", "B"))
    person, before = one.person_id, [everything(store)]
    put_together(store, person, person)
    for role, topics in (("mentee", "C"), ("mentor", "D"), ("mentor", "E")):
        enter(store, run, role, "Anna", "Hof", "anna@example.org", topics=topics, phone="0391 222222")
    before.append(everything(store))
    put_together(store, person, person)
    before.append(everything(store))
    put_together(store, person, person)
    last = everything(store)
    for _ in range(2):  # taken apart and put together again
        unmerge(store, LEAD, person, person)
        assert everything(store) == before[2]
        put_together(store, person, person)
        assert plain(everything(store)) == plain(last)
    unmerge(store, LEAD, person, person)
    unmerge(store, LEAD, person, person)
    assert everything(store) == before[1]
    assert [m.keep_id for m in merged(store, LEAD, "party-chapters")] == [person]
    unmerge(store, LEAD, person, person)
    withdrawn = [key for key, a in everything(store)[Application].items() if a["withdrawn"]]
    assert (withdrawn, merged(store, LEAD, "party-chapters")) == ([], [])
    with pytest.raises(NotFound):
        unmerge(store, LEAD, person, person)


def plain(found):
    return {key: a["withdrawn"] is None for key, a in found[Application].items()}


def test_only_applications_for_the_run_and_role_of_the_one_that_stays_are_put_together(store, run):
    later = Workbench(store, LEAD).add("party-chapters", run="2030").id
    asked = [(run, "mentee"), (run, "mentor"), (later, "mentee")]
    twice = {key: [enter(store, *key, "Anna", "Hof", "anna@example.org", topics=text)
                   for text in ("Medien", "Recht")] for key in asked}  # fmt: skip
    person = twice[run, "mentee"][0].person_id
    assert {a.person_id for pair in twice.values() for a in pair} == {person}
    found = [s for r in (run, later) for s in suggestions(store, LEAD, r)]
    assert [s.stays for s in found] == [first.id for first, _ in twice.values()]
    for key, (stays, goes) in reversed(twice.items()):
        plan = preview(store, LEAD, person, person, stays=stays.id)
        assert [(d.stays.id, d.goes.id) for d in plan.doubles] == [(stays.id, goes.id)], key
        merge(store, LEAD, plan)
    withdrawn = {key for key, a in everything(store)[Application].items() if a["withdrawn"]}
    assert withdrawn == {goes.id for _, goes in twice.values()}


def test_of_two_applications_in_an_approved_run_none_is_withdrawn(store, run, twice):
    with store.write("eva", "test") as writer:
        found = writer.get(Run, run)
        writer.save(found.with_(approved_at=writer.at))
    person, before = twice[0].person_id, everything(store)
    plan = preview(store, LEAD, person, person, stays=twice[0].id)
    assert len(plan.hindrances) == 1
    with pytest.raises(RuleBroken):
        merge(store, LEAD, plan)
    assert everything(store) == before


def test_a_person_with_one_application_is_put_together_with_nobody(store, run):
    one = enter(store, run, "mentee", "Anna", "Hof", "anna@example.org")
    with pytest.raises(NotFound):
        preview(store, LEAD, one.person_id, one.person_id)
    with pytest.raises(NotFound):
        unmerge(store, LEAD, one.person_id, one.person_id)


def test_the_one_that_stays_is_no_duplicate_any_more(store, run):
    one = enter(store, run, "mentee", "Lea", "Schmidt", "", birth_year="1981")
    two = enter(store, run, "mentee", "Lea", "Schmitt", "ls@example.org", birth_year="1981")
    assert (one.status, two.status) == ("error", "review")
    put_together(store, one.person_id, two.person_id, take=["email"])
    with store.read() as reader:
        standing = [a for a in reader.all(Application) if a.withdrawn is None]
    assert [(a.status, a.person_id, a.answers["email"]) for a in standing] == [
        ("ok", one.person_id, "ls@example.org")
    ]


def test_the_two_of_a_tandem_are_not_one(store, run):
    one = enter(store, run, "mentee", "Anna", "Hof", "anna@example.org")
    two = enter(store, run, "mentor", "Anna", "Hof", "a.hof@example.org")
    tandem(store, run, one, two)
    assert preview(store, LEAD, one.person_id, two.person_id).hindrances
    with pytest.raises(RuleBroken):
        put_together(store, one.person_id, two.person_id)


def test_decisions_on_pairs_that_both_have_are_kept_once_and_come_back(store, run):
    one = enter(store, run, "mentee", "Anna", "Hof", "anna@example.org")
    two = enter(store, run, "mentee", "Anna", "Hof", "a.hof@example.org")
    mia = enter(store, run, "mentor", "Mia", "Tal", "mia@example.org")
    with store.write("eva", "test") as writer:
        for who in (one, two):
            writer.save(PairDecision(id=writer.new_id(PairDecision), run_id=run, mentee_id=who.person_id,
                                     mentor_id=mia.person_id, kind="forbid"))  # fmt: skip
    before = everything(store)
    put_together(store, one.person_id, two.person_id)
    assert len(everything(store)[PairDecision]) == 1
    unmerge(store, LEAD, one.person_id, two.person_id)
    assert everything(store) == before


def test_comments_on_pairs_go_with_the_person_and_come_back(store, run):
    one = enter(store, run, "mentee", "Anna", "Hof", "anna@example.org")
    two = enter(store, run, "mentee", "Anna", "Hof", "a.hof@example.org")
    mia = enter(store, run, "mentor", "Mia", "Tal", "mia@example.org")
    for who in (one, two):
        comment(store, LEAD, run, who.person_id, mia.person_id, f"Comment on {who.person_id}")
    before = everything(store)
    put_together(store, one.person_id, two.person_id)
    found = everything(store)[PairComment].values()
    assert {(said["mentee_id"], said["text"]) for said in found} == {
        (one.person_id, f"Comment on {who.person_id}") for who in (one, two)
    }
    unmerge(store, LEAD, one.person_id, two.person_id)
    assert everything(store) == before


def test_what_was_settled_goes_with_the_person_and_comes_back(store, run):
    one = enter(store, run, "mentee", "Anna", "Hof", "anna@example.org")
    two = enter(store, run, "mentee", "Anna", "Hof", "a.hof@example.org")
    mia = enter(store, run, "mentor", "Mia", "Tal", "mia@example.org")
    write_down(store, LEAD, run, two.person_id, mia.person_id, {"time": "Monthly"})
    before = everything(store)
    put_together(store, one.person_id, two.person_id)
    (found,) = settlements(store, LEAD, run)
    assert (found.mentee_id, found.time) == (one.person_id, "Monthly")
    unmerge(store, LEAD, one.person_id, two.person_id)
    assert everything(store) == before
    write_down(store, LEAD, run, one.person_id, mia.person_id, {"time": "Weekly"})
    assert preview(store, LEAD, one.person_id, two.person_id).hindrances == (
        "Für beide ist eine Absprache mit derselben Person festgehalten. Bitte leeren Sie eine davon.",
    )


def test_what_was_changed_since_is_not_overwritten(store, run):
    one = enter(store, run, "mentee", "Lea", "Schmidt", "lea@example.org", birth_year="1981")
    two = enter(
        store, run, "mentee", "Lea", "Schmitt", "ls@example.org", birth_year="1981", phone="030 23125106"
    )
    put_together(store, one.person_id, two.person_id)
    with store.read() as reader:
        now = reader.get(Application, one.id)
    service.mend(store, LEAD, one.id, {"phone": "030 23125107"}, now.version)
    before = everything(store)
    with pytest.raises(RuleBroken):
        unmerge(store, LEAD, one.person_id, two.person_id)
    assert everything(store) == before


@pytest.mark.parametrize("who", [0, 1])
def test_what_somebody_else_changed_since_the_preview_is_not_put_together_unseen(store, run, who):
    pair = [enter(store, run, "mentee", "Lea", "Schmidt", "lea@example.org", birth_year="1981"),
            enter(store, run, "mentee", "Lea", "Schmitt", "ls@example.org", birth_year="1981")]  # fmt: skip
    plan = preview(store, LEAD, *(application.person_id for application in pair))
    service.mend(store, LEAD, pair[who].id, {"phone": "030 23125106"}, pair[who].version)
    before = everything(store)
    with pytest.raises(StaleRecord):
        merge(store, LEAD, plan)
    assert everything(store) == before


def test_two_who_were_put_together_by_somebody_else_are_not_there_any_more(store, run):
    one = enter(store, run, "mentee", "Anna", "Hof", "anna@example.org")
    two = enter(store, run, "mentor", "Anna", "Hof", "a.hof@example.org")
    plan = preview(store, LEAD, one.person_id, two.person_id)
    merge(store, LEAD, plan)
    with pytest.raises(NotFound):
        merge(store, LEAD, plan)


def test_only_the_lead_puts_people_together(store, run):
    one = enter(store, run, "mentee", "Anna", "Hof", "anna@example.org")
    two = enter(store, run, "mentor", "Anna", "Hof", "a.hof@example.org")
    plan = preview(store, LEAD, one.person_id, two.person_id)
    ina = Actor("ina", (Grant(id="G1", user_id="ina", role="organisation", organisation="Harz"),))
    for attempt in (lambda: suggestions(store, ina, run), lambda: merged(store, ina, "party-chapters"),
                    lambda: preview(store, ina, one.person_id, two.person_id),
                    lambda: told_apart(store, ina, "party-chapters"),
                    lambda: tell_apart(store, ina, one.person_id, two.person_id),
                    lambda: ask_again(store, ina, one.person_id, two.person_id),
                    lambda: merge(store, ina, plan)):  # fmt: skip
        with pytest.raises(NotAllowed):
            attempt()
    put_together(store, one.person_id, two.person_id)
    with pytest.raises(NotAllowed):
        unmerge(store, ina, one.person_id, two.person_id)


@settings(max_examples=15, deadline=None)
@given(
    roles=st.lists(st.sampled_from(["mentee", "mentor"]), min_size=2, max_size=4),
    more=st.lists(st.sampled_from(["topics", "phone", "birth_year"]), unique=True),
)
def test_taking_apart_always_brings_back_what_was(roles, more):
    said = {"topics": "Medien", "phone": "030 23125106", "birth_year": "1981"}
    store = Store.create()
    run = Workbench(store, LEAD).add("party-chapters").id
    people = [
        enter(
            store, run, role, "Lea", "Schmidt", f"lea{i}@example.org", **{k: said[k] for k in more if i % 2}
        )
        for i, role in enumerate(roles)
    ]
    one, two = people[0].person_id, people[1].person_id
    before = everything(store)
    if one != two:
        put_together(store, one, two)
        unmerge(store, LEAD, one, two)
    assert everything(store) == before
    store.close()


def test_what_was_taken_over_outlasts_the_same_file_and_can_be_given_back(store, run):
    head = "Vorname;Nachname;E-Mail;Verband;Geb.-Jahr;Themen;Telefon\n"
    file = ("A Mentees.csv", (head + "Eva;Eins;eva@example.org;Harz;1980;Medien;\n").encode())
    service.intake(store, LEAD, run, [file])
    other = "Eva;Eins;eva.privat@example.org;Harz;;;0391 123456\n"
    service.intake(store, LEAD, run, [("B Mentees.csv", (head + other).encode())])
    one, two = service.applications(store, LEAD, run)
    before = everything(store)
    put_together(store, one.person_id, two.person_id)
    again = service.intake(store, LEAD, run, [file])
    assert [(row.change, row.differences) for row in again.rows] == [("unchanged", ())]
    assert service.applications(store, LEAD, run)[0].entries["phone"] == "0391 123456"
    unmerge(store, LEAD, one.person_id, two.person_id)
    assert everything(store) == before
    assert service.intake(store, LEAD, run, [file]).rows[0].change == "unchanged"
