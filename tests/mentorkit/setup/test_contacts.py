"""Contacts and quotas of single organisations, goals, retention: seen beforehand, saved, undone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mentorkit.errors import NotAllowed, RuleBroken
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.pair_rules import TandemLimit
from mentorkit.programme.records import Contact, Grant, Organisation, Programme
from mentorkit.programme.settings import Goal, Limits
from mentorkit.setup import begin, service
from mentorkit.setup.change import problems
from mentorkit.store import Store
from mentorkit.workbench import Workbench

UNNA = "cross-administration"
ME = sole_actor("me")
EVA = Contact(name="Eva Muster", function="Gleichstellung", email="eva@example.org", phone="02303 1")
GOAL = Goal(key="goal-1", title="Mehr Mut", question="Sind Sie mutiger?", answer="yes_no", target=60)


@pytest.fixture
def store():
    made = Store.create()
    Workbench.of(made, "me").add(UNNA)
    yield made
    made.close()


def with_town(store, name="Kamen", **changes):
    now = service.change_of(store, ME, UNNA)
    towns = tuple(replace(o, **changes) if o.name == name else o for o in now.organisations)
    return replace(now, organisations=towns)


def town(store, name="Kamen", actor=ME):
    return next(o for o in service.change_of(store, actor, UNNA).organisations if o.name == name)


def test_contacts_and_an_own_quota_are_previewed_saved_and_undone(store):
    change = with_town(store, contacts=(EVA,), limits=Limits(mentees=1))
    seen = service.preview(store, ME, change)
    assert [(d.label, d.after) for d in seen.differences] == [
        ("Ansprechpersonen", "Kamen: Eva Muster, Gleichstellung, eva@example.org, 02303 1"),
        ("Organisationen mit eigenem Kontingent", "Kamen: Mentees 1"),
    ]
    saved = service.save(store, ME, change)
    assert saved.settings.quotas.of("mentee", "Kamen") == 1
    assert saved.settings.quotas.of("mentor", "Kamen") == 3
    assert town(store).contacts == (EVA,)
    service.undo(store, ME, UNNA, saved.version)
    assert (town(store).contacts, town(store).limits) == ((), Limits())
    with store.read() as reader:
        assert reader.get(Programme, UNNA).settings.quotas.own == {}


def test_an_own_quota_follows_a_new_name_there_and_back(store):
    service.save(store, ME, with_town(store, limits=Limits(mentors=5)))
    now = service.change_of(store, ME, UNNA)
    towns = tuple(o.renamed("Stadt Kamen") if o.name == "Kamen" else o for o in now.organisations)
    saved = service.save(store, ME, replace(now, organisations=towns))
    assert saved.settings.quotas.own == {"Stadt Kamen": Limits(mentors=5)}
    back = service.undo(store, ME, UNNA, saved.version)
    assert back.settings.quotas.own == {"Kamen": Limits(mentors=5)}


def test_neighbours_and_a_limit_on_an_organisation_follow_a_new_name_there_and_back(store):
    limit = TandemLimit(role="mentor", field="organisation", values=("Kamen",), most=1)
    change = with_town(store, "Lünen", neighbours=("Kamen",))
    change = replace(change, settings=change.settings.model_copy(update={"limits": (limit,)}))
    assert service.save(store, ME, change).settings.organisations.near("Kamen") == ("Lünen",)
    assert town(store).neighbours == ("Lünen",)
    now = service.change_of(store, ME, UNNA)
    towns = tuple(o.renamed("Stadt Kamen") if o.name == "Kamen" else o for o in now.organisations)
    saved = service.save(store, ME, replace(now, organisations=towns))
    assert saved.settings.organisations.near("Lünen") == ("Stadt Kamen",)
    assert saved.settings.limits[0].values == ("Stadt Kamen",)
    back = service.undo(store, ME, UNNA, saved.version)
    assert back.settings.organisations.near("Lünen") == ("Kamen",)
    assert back.settings.limits == (limit,)


def test_contacts_are_shown_to_those_they_concern(store):
    service.save(store, ME, with_town(store, contacts=(EVA,)))

    def actor(role, organisation=None):
        grant = Grant(id="G", user_id="x", role=role, programme_id=UNNA, organisation=organisation)
        return Actor("x", (grant,))

    for seeing in (actor("lead"), actor("organisation", "Kamen"), actor("data-protection")):
        assert town(store, actor=seeing).contacts == (EVA,)
    for other in (actor("organisation", "Werne"), actor("evaluator"), actor("analyst"), actor("operator")):
        assert town(store, actor=other).contacts == ()


def test_an_organisation_that_came_since_somebody_looked_stays(store):
    change = with_town(store, contacts=(EVA,))
    with store.write("me", "intake") as writer:
        writer.save(Organisation(id=writer.new_id(Organisation), programme_id=UNNA, name="Selm"))
    service.save(store, ME, change)
    assert town(store, "Selm").id
    assert town(store).contacts == (EVA,)


def test_a_goal_says_what_how_and_whom(store):
    settings = service.change_of(store, ME, UNNA).settings.model_dump()
    for wrong in ({"title": " "}, {"question": ""}, {"asked_of": ()}, {"target": 101}, {"answer": "text"}):
        found = problems({**settings, "goals": ({**GOAL.model_dump(), **wrong},)}, ())
        assert found["goals"], wrong
    assert "goals" not in problems({**settings, "goals": (GOAL.model_dump(),)}, ())


def test_a_goal_is_saved_and_told_in_words(store):
    now = service.change_of(store, ME, UNNA)
    change = replace(now, settings=now.settings.model_copy(update={"goals": (GOAL,)}))
    (difference,) = service.preview(store, ME, change).differences
    assert difference.after == "Mehr Mut: Sind Sie mutiger? (mindestens 60 % sagen Ja, gefragt: Mentees)"
    assert service.save(store, ME, change).settings.goals == (GOAL,)


def test_it_is_said_until_when_data_would_be_kept(store):
    now = service.change_of(store, ME, UNNA)
    change = replace(now, settings=now.settings.model_copy(update={"retention_months": 6}))
    said = service.preview(store, ME, change).consequences
    assert "Die Personendaten des Durchgangs 2014 werden bis 19.09.2015 aufbewahrt." in said
    other = replace(now, settings=now.settings.model_copy(update={"lowest_score": 1}))
    assert not any("aufbewahrt" in sentence for sentence in service.preview(store, ME, other).consequences)


def test_a_programme_begins_like_an_earlier_one_without_its_people(store):
    service.save(store, ME, with_town(store, contacts=(EVA,), limits=Limits(mentees=1)))
    run_id = begin.add_like(store, ME, f"{UNNA}/2014", "Kreis Soest", "2016", "de")
    assert run_id == "kreis-soest/2016"
    new, old = (service.change_of(store, ME, key) for key in ("kreis-soest", UNNA))
    assert [o.name for o in new.organisations] == [o.name for o in old.organisations]
    assert not any(o.contacts for o in new.organisations)
    assert new.settings.quotas == old.settings.quotas
    assert new.settings.rules == old.settings.rules
    assert new.settings.texts["de"].description == ""
    assert new.settings.texts["de"].note
    assert {o.id for o in new.organisations}.isdisjoint(o.id for o in old.organisations)
    assert new.calendars[run_id][0].day.year == old.calendars[f"{UNNA}/2014"][0].day.year + 2
    with pytest.raises(RuleBroken, match="Kreis Soest"):
        begin.add_like(store, ME, f"{UNNA}/2014", "Kreis Soest", "2017", "de")
    lead = Actor("lea", (Grant(id="G", user_id="lea", role="lead"),))
    with pytest.raises(NotAllowed):
        begin.add_like(store, lead, f"{UNNA}/2014", "Neu", "2016", "de")
