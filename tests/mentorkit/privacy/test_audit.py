"""The audit trail as whoever watches over it sees it."""

import re
from pathlib import Path

import pytest

import mentorkit
from mentorkit.errors import NotAllowed
from mentorkit.privacy import audit
from mentorkit.privacy.deeds import DEEDS, DENIED, KINDS, deed_word
from mentorkit.privacy.permissions import PERMISSIONS, Actor, sole_actor
from mentorkit.programme.records import Grant, Person, Run
from mentorkit.setup.begin import add
from mentorkit.store import Store
from mentorkit.store.tables import TABLES


def somebody(role: str, programme_id: str | None, organisation: str | None = None) -> Actor:
    return Actor("eva", (Grant(id="G1", user_id="eva", role=role, programme_id=programme_id,
                               organisation=organisation),))  # fmt: skip


@pytest.fixture
def store() -> Store:
    made = Store.create()
    for preset in ("cross-company", "cross-administration"):
        add(made, sole_actor("anna"), preset)
    return made


def programme_of(store: Store, preset: str) -> str:
    with store.read() as reader:
        return next(run.programme_id for run in reader.all(Run) if run.id.startswith(preset))


def test_it_tells_who_did_what_to_which_identifier_and_no_content(store):
    here = programme_of(store, "cross-company")
    with store.write("anna", "person.pause", "wegen Krankheit") as writer:
        person = Person(id=writer.new_id(Person), programme_id=here, first_name="Geheim", last_name="Muster")
        writer.save(person)
    told = audit.entries(store, somebody("data-protection", here), here)
    assert (told[0].by, told[0].action, told[0].kind, told[0].subject) == (
        "anna", "person.pause", "person", person.id,
    )  # fmt: skip
    assert not {"Geheim", "Muster", "wegen Krankheit"} & set(str(told).split("'"))
    assert [entry.number for entry in told] == sorted((e.number for e in told), reverse=True)


def test_another_programme_is_not_told_of(store):
    here, there = (programme_of(store, name) for name in ("cross-company", "cross-administration"))
    told = audit.entries(store, somebody("lead", here), here)
    assert told
    assert not {there} & {entry.subject for entry in told}
    with pytest.raises(NotAllowed):
        audit.entries(store, somebody("lead", here), there)


def test_entries_of_no_programme_are_for_whoever_watches_over_all(store):
    store.denied("boris", "keys.read")
    here = programme_of(store, "cross-company")
    one, every = somebody("data-protection", here), somebody("data-protection", None)
    assert not any(entry.denied for entry in audit.entries(store, one, here))
    assert [entry.by for entry in audit.entries(store, every, here) if entry.denied] == ["boris"]


def test_what_was_forgotten_of_a_record_still_there_stays_with_its_programme(store):
    here = programme_of(store, "cross-company")
    with store.write("anna", "person.pause") as writer:
        person = writer.save(
            Person(id=writer.new_id(Person), programme_id=here, first_name="A", last_name="B")
        )
    with store.write("anna", "person.erase") as writer:
        writer.forget(Person, person.id)
    told = audit.entries(store, somebody("data-protection", here), here, most=2)
    assert [entry.action for entry in told] == ["person.erase", "person.pause"]


def test_the_coordination_of_an_organisation_does_not_look_at_the_whole_trail(store):
    here = programme_of(store, "cross-administration")
    for look in (audit.entries, audit.head):
        with pytest.raises(NotAllowed):
            look(store, somebody("organisation", here, "Kamen"), here)


def test_older_entries_follow_page_by_page(store):
    here = programme_of(store, "cross-company")
    lead = somebody("lead", None)
    everything = audit.entries(store, lead, here, most=10_000)
    page = audit.entries(store, lead, here, most=1)
    while page and (older := audit.entries(store, lead, here, before=page[-1].number)):
        page += older
    assert page == everything


def test_the_head_is_the_one_that_the_check_tells(store):
    here = programme_of(store, "cross-company")
    assert audit.head(store, somebody("lead", here), here).entries > 0


def test_every_deed_in_the_code_every_right_and_every_kind_of_record_has_a_word():
    library = Path(mentorkit.__file__).parent
    code = "\n".join(path.read_text("utf-8") for path in library.rglob("*.py"))
    written = re.findall(r'(?:write\(\s*[\w.]+,|besides\()\s*"([a-z_]+\.[a-z_.]+)"', code)
    named = re.findall(r'^_?[A-Z_, ]+ = "([a-z_]+\.[a-z_.]+)"', code, re.MULTILINE)
    assert len(written) > 30
    deeds = {deed.removesuffix(DENIED) for deed in (*written, *named, *PERMISSIONS)}
    assert deeds - {*DEEDS} - {"user.password_hash"} == set()
    assert {*KINDS} == {table.name for table in TABLES.values()}


def test_a_deed_that_nobody_put_into_words_stays_as_it_is():
    assert deed_word("nobody.knows") == "nobody.knows"
    assert deed_word("application.take_in", "nobody_knows") == deed_word("application.take_in")
    assert deed_word("application.take_in", "earlier_tandem") == (
        "Ein Tandem eines früheren Durchgangs aus einer Liste übernommen"
    )
    assert deed_word("keys.open.denied") == "Verweigert: Eigenen Schlüssel geöffnet"
