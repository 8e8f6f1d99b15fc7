"""Entering an application in the app, giving links, and forms to send out."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from app_people import RUN, apply, workbench
from mentorkit_widgets.base import Model
from mentorkit_widgets.components.link import LinkToCopy
from mentorkit_widgets.intake.entry import APP, Entry, EntryModel
from mentorkit_widgets.intake.links import FormsToSend, GiveLink, GivenLinks, Links, LinksModel
from pypdf import PdfReader

from mentorkit.drafts import load_draft
from mentorkit.errors import NotAllowed
from mentorkit.forms import links
from mentorkit.intake.findings import sentences
from mentorkit.language import Voice, set_default_voice
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import ConsentEntry
from mentorkit.programme.records import Application, Contact, FormLink, Grant, Organisation, Programme
from mentorkit.workbench import Workbench

EVA = {
    "first_name": "Eva", "last_name": "Muster", "email": "eva@example.org", "gender": "weiblich",
    "pay_grade": "A 10", "qualification": "Studium", "permanent": "unbefristet",
    "topics": ["Führung", "Recht"],
}  # fmt: skip


@pytest.fixture
def bench():
    made = workbench()
    yield made
    made.close()


IN_TIME = dt.datetime(2014, 2, 10, 12, tzinfo=dt.UTC)


def of_luenen(bench) -> Workbench:
    grant = Grant(id="G", user_id="dora", role="organisation", programme_id="cross-administration",
                  organisation="Lünen")  # fmt: skip
    return Workbench(bench.store, Actor("dora", (grant,)))


def entry_for(bench) -> Entry:
    return Entry(EntryModel(bench.run(RUN), Model()))


def fill_in(entry: Entry, **values) -> None:
    for name, value in values.items():
        entry.form.edit(name, value)


def applications(bench):
    with bench.store.read() as reader:
        return reader.all(Application, run_id=RUN)


def words_of(bench, application):
    with bench.store.read() as reader:
        return reader.all(ConsentEntry, person_id=application.person_id)


# -- entering -------------------------------------------------------------------------------------


def test_an_application_is_entered_and_judged(bench):
    bench.store.clock = lambda: IN_TIME
    entry = entry_for(bench)
    fill_in(entry, **EVA, organisation="Lünen", consent=True)
    entry.save.click()
    (application,) = applications(bench)
    assert (application.name, application.organisation, application.status) == ("Eva Muster", "Lünen", "ok")
    assert application.source.kind == "form"
    assert application.answers["topics"] == ["Führung", "Recht"]
    assert [word.channel for word in words_of(bench, application)] == ["paper"]
    assert entry.model.page.message == "Eva Muster ist aufgenommen: in Ordnung."
    assert entry.model.entered == 1
    assert entry.form.values["first_name"] == ""
    assert load_draft(bench.store, bench.actor, RUN, APP) is None


@pytest.mark.parametrize(("received", "status"), [("", "ok"), ("1.3.2014", "review")])
def test_who_enters_what_came_always_says_when_it_was_received(bench, received, status):
    bench.store.clock = lambda: IN_TIME
    entry = entry_for(bench)
    assert entry.form.values["received"] == "10.02.2014"
    fill_in(entry, **EVA, organisation="Lünen", consent=True)
    if received:
        fill_in(entry, received=received)
    entry.save.click()
    (application,) = applications(bench)
    assert application.answers["received"] == ("2014-03-01" if received else "2014-02-10")
    assert application.status == status  # the call closed on 28 February


def test_what_is_wrong_stands_at_its_field_and_nothing_is_taken_in(bench):
    entry = entry_for(bench)
    fill_in(entry, **{**EVA, "email": "eva"}, organisation="Lünen")
    entry.save.click()
    assert set(entry.form.errors) == {"email", "consent"}
    assert applications(bench) == []
    assert entry.model.page.refused


@pytest.mark.parametrize("grade", ["Blaubeere", "EG 9z", "S 12"])
def test_what_a_person_has_to_look_at_is_told_with_a_link_to_the_application(bench, grade):
    bench.store.clock = lambda: IN_TIME
    entry = entry_for(bench)
    fill_in(entry, **{**EVA, "pay_grade": grade}, organisation="Lünen", consent=True)
    assert entry.last.layout.display == "none"
    entry.save.click()
    (application,) = applications(bench)
    (sentence,) = sentences(application)
    assert grade in sentence
    assert entry.model.page.message == f"Eva Muster ist aufgenommen: zu prüfen. {sentence}"
    assert f"application={application.id}" in entry.last.value


def test_an_incomplete_application_is_taken_in_when_that_is_said(bench):
    entry = entry_for(bench)
    assert entry.anyway.layout.display == "none"
    fill_in(entry, first_name="Eva", last_name="Muster", organisation="Lünen")
    entry.save.click()
    assert entry.anyway.layout.display is None
    entry.anyway.click()
    (application,) = applications(bench)
    assert application.status == "error"
    assert words_of(bench, application) == []
    assert {"missing_email", "missing_grade"} <= {finding.code for finding in application.findings}


def test_nobody_without_a_name_is_taken_in(bench):
    entry = entry_for(bench)
    fill_in(entry, organisation="Lünen")
    entry.save.click()
    entry.anyway.click()
    assert applications(bench) == []


def test_what_was_typed_is_there_after_a_reload(bench):
    entry = entry_for(bench)
    entry.role.value = "mentor"
    fill_in(entry, first_name="Karl", topics=["Recht"])
    again = entry_for(bench)
    assert again.role.value == "mentor"
    assert again.form.values["first_name"] == "Karl"
    assert again.form.values["topics"] == ["Recht"]
    again.clear.click()
    assert entry_for(bench).form.values["first_name"] == ""


def test_another_role_asks_something_else_and_keeps_what_fits(bench):
    entry = entry_for(bench)
    fill_in(entry, first_name="Karl")
    entry.role.value = "mentor"
    assert "supervision" in entry.form.values
    assert "permanent" not in entry.form.values
    assert entry.form.values["first_name"] == "Karl"


def test_an_officer_enters_for_her_town_only(bench):
    entry = entry_for(of_luenen(bench))
    (organisation,) = (field for field in entry.form.fields if field.name == "organisation")
    assert organisation.locked
    assert entry.form.values["organisation"] == "Lünen"
    fill_in(entry, **EVA, consent=True)
    entry.model.typed["organisation"] = "Kamen"
    entry.save.click()
    assert [a.organisation for a in applications(bench)] == ["Lünen"]


def test_proposals_come_from_people_whom_the_user_may_see(bench):
    run = bench.run(RUN)
    apply(run, 1, "mentee", organisation="Kamen", answers={"topics": ["Haushalt"]})
    apply(run, 2, "mentee", organisation="Lünen", answers={"topics": ["Recht"]})
    assert EntryModel(run, Model()).proposals("topics") == ("Haushalt", "Recht")
    assert EntryModel(of_luenen(bench).run(RUN), Model()).proposals("topics") == ("Recht",)


def test_the_form_is_there_in_english_and_its_answers_fit_the_programme(bench):
    set_default_voice(Voice("en"))
    entry = entry_for(bench)
    labels = {field.name: field for field in entry.form.fields}
    assert labels["first_name"].label == "First name"
    assert labels["gender"].options == {"weiblich": "Female", "männlich": "Male", "divers": "Diverse"}


@pytest.mark.parametrize("preset", ["party-chapters", "cross-company", "arts-academy"])
def test_there_is_a_form_for_every_programme(preset):
    bench = workbench(preset)
    for role in ("mentee", "mentor"):
        entry = Entry(EntryModel(bench.run(), Model()))
        entry.role.value = role
        assert {"first_name", "email", "topics"} <= set(entry.form.values)
    bench.close()


# -- links ----------------------------------------------------------------------------------------


def links_for(bench) -> tuple[LinksModel, GiveLink, GivenLinks, FormsToSend]:
    model = LinksModel(bench.run(RUN), Model())
    giving, given, sending = Links(model).children
    return model, giving, given, sending


def test_a_link_is_shown_once_with_a_message_and_stands_in_the_list(bench):
    model, giving, given, _ = links_for(bench)
    giving.form.edit("name", "Eva Muster")
    giving.form.edit("email", "eva@example.org")
    giving.form.edit("organisation", "Lünen")
    giving.make.click()
    assert isinstance(giving.address, LinkToCopy)
    token = giving.address.path.removeprefix("apply/")
    assert links.look(bench.store, token).organisation == "Lünen"
    assert "{address}" in giving.address.text
    assert "Eva Muster" in giving.address.text
    (row,) = given.table.rows
    assert row["state"]["text"] == "offen"
    assert giving.form.values["name"] == ""
    assert links_for(bench)[1].address.path == ""
    assert model.page.message == "Der Link für Eva Muster ist fertig."


def test_a_link_is_taken_back_after_a_question(bench):
    _, giving, given, _ = links_for(bench)
    giving.form.edit("name", "Eva Muster")
    giving.make.click()
    (row,) = given.table.rows
    given.table.act(row["id"], "take_back")
    assert "Eva Muster" in given.question.heading.text
    given.question.yes.click()
    (row,) = given.table.rows
    assert row["state"]["text"] == "gilt nicht mehr"
    assert row["actions"] == []


@pytest.mark.parametrize(
    ("today", "late", "end", "told"),
    [
        ((2014, 2, 3), "review", "28.02.2014",
         "Vorgeschlagen ist das Ende der Bewerbungsfrist am 28.02.2014. Was nach der Frist abgeschickt wird,"
         " gilt als verspätet; darüber ist dann zu entscheiden."),
        ((2014, 3, 3), "ineligible", "17.03.2014",
         "Ende der Bewerbungsfrist ist der 28.02.2014; vorgeschlagen sind 14 Tage ab heute. Was nach der"
         " Frist abgeschickt wird, gilt als verspätet und wird abgelehnt."),
    ],
)  # fmt: skip
def test_a_link_ends_with_the_closing_date_and_it_is_said_what_comes_later(bench, today, late, end, told):
    bench.store.clock = lambda: dt.datetime(*today, 12, tzinfo=dt.UTC)
    with bench.store.write("anna", "test") as writer:
        programme = writer.get(Programme, "cross-administration")
        writer.save(programme.with_(settings=programme.settings.model_copy(update={"late": late})))
    _, giving, given, _ = links_for(bench)
    assert giving.form.values["until"] == end
    assert {field.name: field.help for field in giving.form.fields}["until"] == told
    giving.form.edit("name", "Eva Muster")
    giving.make.click()
    assert given.table.rows[0]["end"]["text"] == end
    assert f"bis zum {end}" in giving.address.text


def test_what_is_wrong_with_a_link_stands_at_its_field(bench):
    _, giving, _, _ = links_for(bench)
    giving.form.edit("email", "eva")
    giving.form.edit("until", "31.02.2030")
    giving.make.click()
    assert set(giving.form.errors) == {"name", "email", "until"}
    giving.form.edit("until", "1.1.2000")
    giving.make.click()
    assert "Bitte wählen Sie einen Tag von heute bis zum" in giving.form.errors["until"]
    with bench.store.read() as reader:
        assert reader.all(FormLink) == []


def test_an_officer_gives_links_for_her_town_only(bench):
    model, giving, given, sending = links_for(of_luenen(bench))
    assert model.organisations == ("Lünen",)
    giving.form.edit("name", "Eva Muster")
    giving.make.click()
    assert [row["organisation"] for row in given.table.rows] == ["Lünen"]
    assert sending.organisation == "Lünen"
    with pytest.raises(NotAllowed):
        model.table("")
    with pytest.raises(NotAllowed):
        model.paper("mentee", "Kamen")


# -- forms to send out ----------------------------------------------------------------------------


def test_the_table_and_the_forms_on_paper_are_made_for_an_organisation(bench):
    with bench.store.write("anna", "test") as writer:
        (luenen,) = writer.all(Organisation, name="Lünen")
        contact = Contact(name="Erika Beispiel", email="erika@example.org")
        writer.save(luenen.with_(contacts=(contact,)))
    _, _, _, sending = links_for(bench)
    sending.form.edit("organisation", "Lünen")
    sending.table.click()
    assert sending.download.name == "Bewerbung-Lünen-2014.xlsx"
    book = openpyxl.load_workbook(BytesIO(sending.download.content))
    assert len(book.worksheets) == 2
    sending.mentees.click()
    assert sending.download.name == "Bewerbung-Lünen-2014.mentee.pdf"
    told = PdfReader(BytesIO(sending.download.content)).pages[0].extract_text()
    assert "Erika Beispiel" in told
    sending.form.edit("organisation", "Kamen")
    assert sending.download.name == ""
