"""What somebody was before is told at the application: surely where it is sure, else as a question."""

import pytest

from mentorkit.errors import NotAllowed
from mentorkit.intake import service
from mentorkit.intake.past import Past, history_of
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import EarlierTandem, Grant, Person, Source, Tandem
from mentorkit.store import Store
from mentorkit.workbench import Workbench

LEAD = sole_actor("eva")
FORM = Source(kind="form")


def earlier(store, run, year, mentee, mentee_organisation, mentor, mentor_organisation):
    with store.write("eva", "test") as writer:
        writer.save(EarlierTandem(
            id=writer.new_id(EarlierTandem), programme_id=run.split("/")[0], year=year, mentee=mentee,
            mentee_organisation=mentee_organisation, mentor=mentor, mentor_organisation=mentor_organisation,
        ))  # fmt: skip


@pytest.fixture
def store():
    made = Store.create()
    yield made
    made.close()


@pytest.fixture
def run(store):
    return Workbench(store, LEAD).add("cross-company").id


def enter(store, run, role, first, last, organisation, **more):
    entries = {"first_name": first, "last_name": last, "organisation": organisation,
               "email": f"{first}@example.org".lower(), **more}  # fmt: skip
    return service.enter(store, LEAD, run, role, entries, source=FORM)


def test_a_former_mentee_who_is_a_mentor_now(store, run):
    earlier(store, run, "2016", "Zorbach, Dora", "Federn Altena", "Horst Çelik", "Drahtwerk Volme")
    dora = enter(store, run, "mentor", "Dora", "Zorbach", "Federn Altena")
    assert history_of(store, LEAD, dora.id) == [Past("2016", "mentee", "Horst Çelik")]
    with store.read() as reader:
        assert [t.mentee_id for t in reader.all(EarlierTandem)] == [dora.person_id]


def test_who_names_the_year_is_sure_in_another_company_too(store, run):
    earlier(store, run, "2016", "Mo Tal", None, "Dora Zorbach", "Drahtwerk Volme")
    dora = enter(store, run, "mentor", "Dora", "Zorbach", "Federn Altena", earlier_runs="2016")
    assert history_of(store, LEAD, dora.id) == [Past("2016", "mentor", "Mo Tal")]


def test_a_name_alone_is_not_sure(store, run):
    earlier(store, run, "2016", "Dora Zorbach", "Drahtwerk Volme", "Horst Çelik", None)
    dora = enter(store, run, "mentor", "Dora", "Zorbach", "Federn Altena")
    assert history_of(store, LEAD, dora.id) == [Past("2016", "mentee", "Horst Çelik", sure=False)]
    with store.read() as reader:
        assert [t.mentee_id for t in reader.all(EarlierTandem)] == [None]


def test_of_two_namesakes_neither_is_sure(store, run):
    earlier(store, run, "2016", "Dora Zorbach", "Federn Altena", "Horst Çelik", None)
    enter(store, run, "mentee", "Dora", "Zorbach", "Federn Altena")
    with store.write("eva", "test") as writer:
        for tandem in writer.all(EarlierTandem):
            writer.save(tandem.with_(mentee_id=None))
    two = enter(store, run, "mentor", "Dora", "Zorbach", "IT-Haus Hagen", email="dz@example.org")
    assert [past.sure for past in history_of(store, LEAD, two.id)] == [False]


def test_tandems_of_other_runs_and_the_other_role_are_told(store, run):
    later = Workbench(store, LEAD).add("cross-company", run="2030").id
    mentee = enter(store, run, "mentee", "Dora", "Zorbach", "Federn Altena")
    mentor = enter(store, run, "mentor", "Horst", "Celik", "Drahtwerk Volme")
    with store.write("eva", "test") as writer:
        writer.save(Tandem(id=writer.new_id(Tandem), run_id=run, mentee_id=mentee.person_id,
                           mentor_id=mentor.person_id, score=700, contributions={}))  # fmt: skip
    now = enter(store, later, "mentor", "Dora", "Zorbach", "Federn Altena")
    also = enter(store, later, "mentee", "Dora", "Zorbach", "Federn Altena")
    assert now.person_id == also.person_id == mentee.person_id
    name = run.split("/")[1]
    assert history_of(store, LEAD, now.id) == sorted(
        [Past(name, "mentee", "Horst Celik"), Past("2030", "mentee")], key=lambda past: past.run
    )


def test_an_officer_of_another_organisation_is_told_nothing(store, run):
    dora = enter(store, run, "mentor", "Dora", "Zorbach", "Federn Altena")
    ina = Actor("ina", (Grant(id="G1", user_id="ina", role="organisation", organisation="Drahtwerk Volme"),))
    with pytest.raises(NotAllowed):
        history_of(store, ina, dora.id)


def officer_of(organisation):
    grant = Grant(id="G1", user_id="ina", role="organisation", organisation=organisation)
    return Actor("ina", (grant,))


def test_an_officer_is_told_of_no_partner_by_a_name_alone(store, run):
    earlier(store, run, "2016", "Dora Zorbach", "Drahtwerk Volme", "Horst Çelik", "IT-Haus Hagen")
    dora = enter(store, run, "mentor", "Dora", "Zorbach", "Federn Altena")
    assert history_of(store, LEAD, dora.id)
    assert history_of(store, officer_of("Federn Altena"), dora.id) == []


def test_an_officer_is_told_what_her_own_organisation_has_to_do_with(store, run):
    earlier(store, run, "2016", "Dora Zorbach", "Federn Altena", "Horst Çelik", "IT-Haus Hagen")
    earlier(store, run, "2015", "Mo Tal", "Drahtwerk Volme", "Dora Zorbach", "IT-Haus Hagen")
    dora = enter(store, run, "mentor", "Dora", "Zorbach", "Federn Altena", earlier_runs="2015, 2016")
    assert [past.run for past in history_of(store, LEAD, dora.id)] == ["2015", "2016"]
    told = history_of(store, officer_of("Federn Altena"), dora.id)
    assert told == [Past("2016", "mentee", "Horst Çelik")]


def test_who_enters_a_person_of_another_organisation_gets_to_know_nothing_of_her(store, run):
    later = Workbench(store, LEAD).add("cross-company", run="2030").id
    mentee = enter(store, run, "mentee", "Dora", "Zorbach", "Federn Altena")
    mentor = enter(store, run, "mentor", "Horst", "Celik", "Drahtwerk Volme")
    enter(store, run, "mentor", "Dora", "Zorbach", "Federn Altena")
    with store.write("eva", "test") as writer:
        writer.save(Tandem(id=writer.new_id(Tandem), run_id=run, mentee_id=mentee.person_id,
                           mentor_id=mentor.person_id, score=700, contributions={}))  # fmt: skip
    now = enter(store, later, "mentor", "Dora", "Zorbach", "IT-Haus Hagen")
    assert now.person_id == mentee.person_id
    assert len(history_of(store, LEAD, now.id)) == 2
    assert history_of(store, officer_of("IT-Haus Hagen"), now.id) == []


def test_who_enters_a_person_of_another_organisation_changes_nothing_of_her(store, run):
    there = enter(store, run, "mentee", "Dora", "Zorbach", "Federn Altena", birth_year="1980")
    here = enter(store, run, "mentor", "Dora", "Zorbach", "IT-Haus Hagen")
    ina, mail = officer_of("IT-Haus Hagen"), {"email": "DORA@example.org"}
    assert here.person_id == there.person_id

    def person():
        with store.read() as reader:
            return reader.get(Person, there.person_id)

    before = person()
    here = service.mend(store, ina, here.id, mail, here.version)
    assert (person(), here.person_id) == (before, there.person_id)
    there = service.mend(store, LEAD, there.id, mail, there.version)
    assert person().email == "DORA@example.org"
