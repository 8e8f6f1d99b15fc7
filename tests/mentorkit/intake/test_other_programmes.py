"""Whoever leads one programme neither changes nor gets to know the people of another, by whatever id."""

import pytest

from mentorkit.errors import NotAllowed, NotFound
from mentorkit.forms import links
from mentorkit.intake import actions, past, pool, prospects, service, trail, wished
from mentorkit.intake.lookalikes import tell_apart
from mentorkit.intake.memory import forget, remember
from mentorkit.intake.merge import Preview, merge, preview
from mentorkit.intake.unmerge import unmerge
from mentorkit.matching import ranking
from mentorkit.matching import service as matching
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import FormLink, Grant, Person, Prospect, Run, Source, Wish
from mentorkit.store import Store
from mentorkit.workbench import Workbench

EVA = sole_actor("eva")
HERE, THERE = "arts-academy/2015", "party-chapters"
FORM = Source(kind="form")
BEA = Actor("bea", (Grant(id="G1", user_id="bea", role="lead", programme_id="arts-academy"),))
OTTO = Actor("otto", (Grant(id="G2", user_id="otto", role="organisation", programme_id=THERE,
                            organisation="Stendal"),))  # fmt: skip


class Two:
    """Two programmes; Bea leads the first, Mona Geheim and Anna Hof belong to the second."""

    def __init__(self):
        self.store = Store.create()
        for preset in ("arts-academy", THERE):
            Workbench(self.store, EVA).add(preset)
        with self.store.read() as reader:
            self.there = next(run.id for run in reader.all(Run) if run.programme_id == THERE)
        more = {"organisation": "Harz"}
        self.mona = self.enter(self.there, "mentor", "Mona", "Geheim", phone="0391 123456", **more)
        self.anna = self.enter(self.there, "mentee", "Anna", "Geheim", **more)
        self.bert = self.enter(HERE, "mentee", "Bert", "Bach", wish_1="Irgend Wer")
        self.dora = self.enter(HERE, "mentor", "Dora", "Dahl")

    def enter(self, run, role, first, last, **more):
        said = {"first_name": first, "last_name": last, "email": f"{first}@example.org".lower(), **more}
        return service.enter(self.store, EVA, run, role, said, source=FORM)

    def all(self, kind, **equal):
        with self.store.read() as reader:
            return reader.all(kind, **equal)


@pytest.fixture
def two():
    made = Two()
    yield made
    made.store.close()


def wish(two):
    return two.all(Wish, run_id=HERE)[0]


def meant_there(two):
    (meaning,) = remember(two.store, EVA, two.there, {"Kennwort": "remark"})
    return meaning.id


def link_there(two):
    links.give(two.store, EVA, two.there, "mentee", name="Anna Geheim", organisation="Harz")
    return two.all(FormLink)[0].id


def mona(two):
    """Return a member of the other programme's pool."""
    with two.store.read() as reader:
        person = reader.get(Person, two.mona.person_id)
    return pool.Member(person.name, person)


def plan(two):
    """Return a preview as nobody gets it, of people of two programmes."""
    with two.store.read() as reader:
        keep, other = (reader.get(Person, a.person_id) for a in (two.bert, two.mona))
    return Preview(keep, other, keep, (), (), ())


#: Every service that takes the id of something besides the run, or instead of it.
ATTEMPTS = {
    "a prospect": lambda two, who: prospects.add(two.store, who, HERE, mona(two)),
    "the mentor of a wish": lambda two, who: wished.decide(
        two.store, who, wish(two).id, two.mona.id, wish(two).version),
    "the other of two persons": lambda two, who: preview(
        two.store, who, two.bert.person_id, two.mona.person_id),
    "the one of two persons": lambda two, who: preview(
        two.store, who, two.mona.person_id, two.bert.person_id),
    "putting together": lambda two, who: merge(two.store, who, plan(two)),
    "taking apart": lambda two, who: unmerge(two.store, who, two.bert.person_id, two.mona.person_id),
    "telling apart": lambda two, who: tell_apart(two.store, who, two.bert.person_id, two.mona.person_id),
    "undoing": lambda two, who: trail.undo(two.store, who, two.anna.id, two.anna.version),
    "restoring": lambda two, who: trail.redo(two.store, who, two.anna.id, two.anna.version),
    "undoing what was never changed": lambda two, who: trail.undo(two.store, who, two.mona.id, 7),
    "what happened": lambda two, who: trail.history_of(two.store, who, two.anna.id),
    "what somebody was": lambda two, who: past.history_of(two.store, who, two.anna.id),
    "many": lambda two, who: actions.preview(two.store, who, "withdraw", [two.bert.id, two.anna.id]),
    "many, as another saw them": lambda two, who: actions.apply(
        two.store, who, actions.preview(two.store, EVA, "withdraw", [two.anna.id]), "x"),
    "withdrawing": lambda two, who: service.withdraw(two.store, who, two.anna.id, "x", two.anna.version),
    "mending": lambda two, who: service.mend(two.store, who, two.anna.id, {"phone": "1"}, two.anna.version),
    "a ranking": lambda two, who: ranking.rank(two.store, who, HERE, [two.anna]),
    "a ranking of both": lambda two, who: ranking.rank(two.store, who, HERE, [two.bert, two.anna]),
    "a pair": lambda two, who: matching.decide(
        two.store, who, HERE, two.bert.person_id, two.mona.person_id, "lock"),
    "a pause": lambda two, who: pool.pause(two.store, who, "arts-academy", mona(two), None),
    "a pause there": lambda two, who: pool.pause(
        two.store, who, THERE, mona(two), None),
    "a heading": lambda two, who: forget(two.store, who, HERE, meant_there(two)),
    "a link": lambda two, who: links.take_back(two.store, who, link_there(two)),
}  # fmt: skip


@pytest.mark.parametrize("who", [BEA, OTTO], ids=["lead of another programme", "another town"])
@pytest.mark.parametrize("attempt", list(ATTEMPTS))
def test_people_of_another_programme_are_out_of_reach_and_not_named(two, attempt, who):
    before = [two.all(kind) for kind in (Person, Prospect, Wish)]
    with pytest.raises((NotAllowed, NotFound)) as refusal:
        ATTEMPTS[attempt](two, who)
    assert "Geheim" not in str(refusal.value)
    assert [two.all(kind) for kind in (Person, Prospect, Wish)] == before


def test_nothing_can_be_said_to_be_undoable_elsewhere(two):
    assert trail.undoable(two.store, BEA, two.anna.id) is None


def test_a_prospect_tells_nothing_that_was_entered_in_another_programme(two):
    with two.store.write("eva", "test") as writer:
        made = writer.save(Prospect(id=writer.new_id(Prospect), run_id=HERE, name="Mona Geheim",
                                    person_id=two.mona.person_id))  # fmt: skip
    assert "phone" not in prospects.known_of(two.store, BEA, made.id)
    assert prospects.known_of(two.store, BEA, made.id).get("email") is None
